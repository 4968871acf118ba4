"""Bulk look-ups: up to a thousand numbers at once, answered by a job with an id; what was asked is not kept."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from sosach.base.errors import ErrorCode, InvalidValueError, SosachError
from sosach.domain.access.operations.jobs import LARGEST_JOB, keep_found
from sosach.domain.access.queries import Look
from sosach.domain.access.queries.jobs import bulk_job, latest_event
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


QUERIES: Mapping[Kind, Callable[[Look, str], Any]] = {
    Kind.PIN: lambda look, number: person_by_pin(look, pin=number),
    Kind.OLD_NUMBER: lambda look, number: persons_by_old_number(look, number=number),
    Kind.PLATE: lambda look, number: by_plate(look, plate=number),
    Kind.CHASSIS: lambda look, number: by_chassis(look, chassis_number=number),
    Kind.LICENCE: lambda look, number: licences_by_number(look, number=number),
}
Numbers = Annotated[
    list[
        Annotated[
            str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=r"^[^\u0000-\u001f\u007f]*$")
        ]
    ],
    Field(min_length=1, max_length=LARGEST_JOB),
]


class JobAsked(Body):
    """A bulk look-up."""

    kind: Kind
    numbers: Numbers


class JobTaken(Shown):
    """A job that was taken in; ask for its outcome with its id."""

    job: UUID
    state: str
    asked: int
    found: int


class Place(Shown):
    """What one number of the list led to: `none`, `found`, `several`, or `invalid`."""

    outcome: str
    records: list[Any]


class JobDone(Shown):
    """The outcome, in the order of the numbers."""

    job: UUID
    kind: str
    state: str
    done_at: datetime
    places: list[Place]


@router.post(
    "/jobs", response={202: JobTaken}, operation_id="JobsAsk", summary="Look up to 1,000 numbers up in one job"
)
def ask(
    request: HttpRequest, body: JobAsked, purpose: PurposeHeader, key: KeyHeader, case: CaseHeader = None
) -> HttpResponse:
    """Every number is a look of its own in the evidence log. Numbers that lead to nothing count as one miss per ten."""
    look = look_of(request, purpose, case)
    with MissesCharged(request) as missed:

        def do(job: UUID) -> dict[str, Any]:
            since = latest_event(request.auth)
            places = [_place(look, body.kind, number) for number in body.numbers]
            keep_found(request.auth, job=job, kind=body.kind, found=places, since=since, at=request.sosach_at)
            found = sum(place["outcome"] in {"found", "several"} for place in places)
            missed.count = -(-(len(places) - found) // 10)
            return {"job": str(job), "state": "done", "asked": len(places), "found": found}

        response = under_key(request, key, do, status=202)
        missed.found = missed.count <= 0 or response["Idempotent-Replayed"] == "true"
    response["Location"] = f"{request.path}/{_job_of(response)}"
    return response


@router.get("/jobs/{uuid:job}", response=JobDone, operation_id="JobsOutcome", summary="What a job found")
def outcome(request: HttpRequest, job: UUID, purpose: PurposeHeader, case: CaseHeader = None) -> HttpResponse:
    """The records found, as a look-up of each number would show them; the account's own jobs only."""
    with MissesCharged(request):
        told = bulk_job(look_of(request, purpose, case), job=job)
        if told is None:
            raise SosachError(ErrorCode.NOT_FOUND, vi="Không có việc này.", en="There is no such job.")
    answer = {"job": str(told.pk), "kind": told.kind, "state": "done", "done_at": told.done_at.isoformat()}
    return answered({**answer, "places": told.found})


def _place(look: Look, kind: Kind, number: str) -> dict[str, Any]:
    try:
        found = shown(QUERIES[kind](look, number))
    except InvalidValueError:
        return {"outcome": "invalid", "records": []}
    records = found if isinstance(found, list) else [found] if found is not None else []
    return {"outcome": {0: "none", 1: "found"}.get(len(records), "several"), "records": records}


def _job_of(response: HttpResponse) -> str:
    return str(json.loads(response.content)["job"])
