"""Declarations of a campaign by day and channel: each count is its list, within the campaign's days and one's own territory."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from tests.domain.campaign.ground import (
    AT,
    HERE,
    NEXT_DOOR,
    PROVINCE,
    SYSTEM,
    campaign,
    case_of,
    dirty,
    filled,
    look,
    officer,
    order,
    take_in,
)

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.campaign.queries.declared import declared_by_day, declared_list
from sosach.domain.campaign.queries.progress import Part
from sosach.domain.declarations.models import Declaration
from sosach.domain.population.models import Person
from sosach.domain.provenance.operations import make_record
from sosach.jobs.reactions import REACTIONS, Event

pytestmark = pytest.mark.usefixtures("db")
CHIEF = officer(7, Role.CHIEF)
LEADER = officer(9, Role.CHIEF, unit=PROVINCE, level=Level.PROVINCE)
REGISTRAR = Actor(SYSTEM.kind, "test", Level.NATION, roles=frozenset({Role.POPULATION, Role.SYSTEM}))


def numbers() -> Iterator[str]:
    """Numbers of declarations."""
    yield from (f"TK{place:06}" for place in range(1000))


NUMBERS = numbers()


def declared(at: datetime | None, *, commune: str = HERE, record: int | None = None, **told: str) -> int:
    """A declaration as its own verbs leave it."""
    with acting(REGISTRAR):
        place = {"commune_code": commune, "province_code": PROVINCE}
        person = Person.objects.first() or make_record(
            order(REGISTRAR), Person, {"full_name": "AN", "pin": "038099000001", **place}, procedure="test"
        )
    with acting(CLERK_OF_ALL):
        made = Declaration.objects.create(
            **{"kind": "vehicle-in-use", "register": "vehicles", "channel": "portal", "state": "submitted", **told},
            number=next(NUMBERS),
            key=uuid4(),
            person_id=person.pk,
            record_id=record,
            created_at=AT,
            submitted_at=at,
            due_on=at.date() if at is not None else None,
            digest="0" * 64 if at is not None else "",
            **place,
        )
    return int(made.pk)


CLERK_OF_ALL = officer(2, Role.CLERK, unit="", level=Level.NATION)


def test_every_count_is_its_list() -> None:
    found = campaign()
    day = timedelta(days=1)
    for at, told in (
        (AT, {}),
        (AT + day, {"channel": "desk"}),
        (AT + day, {"commune": NEXT_DOOR}),
        (AT.replace(hour=18), {"channel": "desk"}),  # after midnight in Viet Nam: the next day
        (AT - timedelta(days=30), {}),  # before the campaign
        (AT, {"register": "licences"}),
        (AT, {"state": "withdrawn"}),
        (None, {"state": "draft"}),
    ):
        declared(at, **told)
    part = Part(found.pk, "vehicles")
    today, tomorrow = AT.date(), AT.date() + day
    seen = declared_by_day(look(LEADER), part=part)
    assert [(each.day, each.channel, each.count) for each in seen] == [
        (today, "portal", 1),
        (tomorrow, "desk", 2),
        (tomorrow, "portal", 1),
    ]
    for each in seen:
        assert len(listed(LEADER, part, day=each.day, channel=each.channel)) == each.count
    assert len(listed(LEADER, part)) == 4
    assert sum(each.count for each in declared_by_day(look(CHIEF), part=part)) == len(listed(CHIEF, part)) == 3
    next_door = Part(found.pk, "vehicles", province=PROVINCE, commune=NEXT_DOOR)
    assert sum(each.count for each in declared_by_day(look(LEADER), part=next_door)) == 1


def listed(actor: Actor, part: Part, *, day: date | None = None, channel: str = "") -> list[int]:
    """The list, one by one."""
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = declared_list(look(actor), part=part, day=day, channel=channel, after=after, limit=1)
        seen += [row[0] for row in page.declarations]
        after = page.following
    return seen


def test_a_declaration_moves_the_case_of_its_record_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    take_in(tmp_path_factory.mktemp("run"), [dirty(1), dirty(2)])
    filled(campaign())
    (reaction,) = (each for each in REACTIONS if each.name == "campaign.note_declared")
    known, unknown = declared(AT, record=case_of(1).subject_id), declared(AT)
    for key in (known, unknown):
        with acting(SYSTEM):
            reaction.verb(order(SYSTEM), Event("declarations.submitted", key, {}))
    assert (case_of(1).state, case_of(1).declaration_id) == ("declared", known)
    assert case_of(2).state == "imported"
