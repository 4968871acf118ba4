"""Bulk look-ups: up to a thousand numbers at once, taken in here, done by a worker, asked for with the id of the job."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from procrastinate.contrib.django import app
from pydantic import Field, StringConstraints

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations.jobs import LARGEST_JOB, BulkAsked, take_in
from sosach.domain.access.queries import require
from sosach.domain.access.queries.jobs import bulk_job, revived
from sosach.domain.licences.queries.records import licences_by_number
from sosach.domain.population.queries.identities import person_by_pin, persons_by_old_number
from sosach.domain.vehicles.queries import by_chassis, by_plate
from sosach.web.api.asking import Body
from sosach.web.api.contract import CaseHeader, KeyHeader, MissesCharged, PurposeHeader, answered, look_of, under_key
from sosach.web.api.showing import Shown, shown

router = Router(tags=["Bulk look-ups"])


class Kind(StrEnum):
    """What the numbers of a job are."""

    PIN = "pin"
    OLD_NUMBER = "old_number"
    PLATE = "plate"
    CHASSIS = "chassis_number"
    LICENCE = "licence_number"


# Who may ask for which kind: whoever may look a single number up.
LOOKS: Mapping[Kind, Any] = {
    Kind.PIN: person_by_pin,
    Kind.OLD_NUMBER: persons_by_old_number,
    Kind.PLATE: by_plate,
    Kind.CHASSIS: by_chassis,
    Kind.LICENCE: licences_by_number,
}
Numbers = Annotated[
    list[
        Annotated[
            str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=r"^[^\u0000-\u001f\u007f]*$")
        ]
    ],
    Field(min_length=1, max_length=LARGEST_JOB),
]


State = Literal["waiting", "running", "done", "refused"]
TASK = "bulk_look_up"  # of the queue: the worker's side of it


class JobAsked(Body):
    """A bulk look-up."""

    kind: Kind
    numbers: Numbers


class JobTaken(Shown):
    """A job that was taken in; ask for its outcome with its id."""

    job: UUID
    state: State
    asked: int
    done: int


class Place(Shown):
    """What one number of the list led to."""

    outcome: Literal["none", "found", "several", "invalid"]
    records: list[Any]


class JobSeen(Shown):
    """How far a job is; once it is done, its outcome in the order of the numbers, for a day."""

    job: UUID
    kind: Kind
    state: State
    asked: int
    done: int
    done_at: datetime | None
    places: list[Place]


@router.post(
    "/jobs", response={202: JobTaken}, operation_id="JobsAsk", summary="Look up to 1,000 numbers up in one job"
)
def ask(
    request: HttpRequest, body: JobAsked, purpose: PurposeHeader, key: KeyHeader, case: CaseHeader = None
) -> HttpResponse:
    """The job waits for a worker: `Location` says where to ask how far it is, and then for what it found.

    Every number is a look of its own in the evidence log. Numbers that lead to nothing count as one miss per ten.
    """
    look = look_of(request, purpose, case)
    require(look.actor, LOOKS[body.kind].sosach_roles)

    def do(job: UUID) -> dict[str, Any]:
        asked = BulkAsked(body.kind, body.numbers, look.purpose, look.reference)
        taken = take_in(look.actor, asked, job=job, at=look.at)
        app.configure_task(TASK, allow_unknown=True).defer(job=str(job), account=look.actor.key)
        return {"job": str(job), "state": taken.state, "asked": taken.asked, "done": taken.done}

    response = under_key(request, key, do, status=202)
    response["Location"] = f"{request.path}/{json.loads(response.content)['job']}"
    return response


@router.get("/jobs/{uuid:job}", response=JobSeen, operation_id="JobsOutcome", summary="How far a job is, what it found")
def outcome(request: HttpRequest, job: UUID, purpose: PurposeHeader, case: CaseHeader = None) -> HttpResponse:
    """The records found, as a look-up of each number would show them; the account's own jobs only.

    While it is `waiting` or `running` there are no places, and `Retry-After` says when to ask again. `refused`: the account
    lost the right to look while the job waited.
    """
    with MissesCharged(request):
        told = bulk_job(look_of(request, purpose, case), job=job)
        if told is None:
            raise SosachError(ErrorCode.NOT_FOUND, vi="Không có việc này.", en="There is no such job.")
    finished = told.state == "done"
    answer = {
        "job": str(told.pk),
        "kind": told.kind,
        "state": told.state,
        "asked": told.asked,
        "done": told.done,
        "done_at": told.done_at.isoformat() if told.done_at else None,
        "places": [_shown_place(one) for one in told.found] if finished else [],
    }
    response = answered(answer)
    if told.done_at is None:
        response["Retry-After"] = "1"
    return response


def _shown_place(place: Mapping[str, Any]) -> dict[str, Any]:
    return {"outcome": place["outcome"], "records": shown(revived(place["records"]))}
