"""Looks at licences and corrections of what they show."""

from datetime import date

import pytest
from tests.domain.licences.world import (
    COMMUNE,
    licensed,
    look,
    old,
    order,
    paper,
    person,
    seen,
)

from sosach.domain.licences.operations import (
    correct,
    correct_class,
    retract_entry,
)
from sosach.domain.licences.queries.records import (
    expiring,
    licences_by_name,
    licences_of_holder,
)

pytestmark = pytest.mark.usefixtures("db")


def test_expiring_lists_by_commune_go_page_by_page() -> None:
    licences = [licensed(person(f"NGUYỄN VĂN {name}"), "C") for name in ("AN", "BA", "CƯ")]
    day = date(2031, 11, 1)
    pages, after = [], None
    while page := expiring(look(day), days=30, commune_code=COMMUNE, after=after, limit=1):
        pages += [entry.licence.pk for entry in page]
        after = (page[-1].expires_on, page[-1].licence.pk)
    assert pages == [licence.pk for licence in licences]
    assert expiring(look(day), days=30, commune_code="00008") == ()
    assert expiring(look(day), days=10) == ()


def test_paper_licences_are_found_by_name_and_birth_date() -> None:
    licence = paper(None, old("A1"))
    for name, born in (("Trần thị Bình", "1965-03-02"), ("tran thi binh", "1965")):
        assert [row.pk for row in licences_by_name(look(), full_name=name, birth_date=born)] == [licence.pk]
    assert licences_by_name(look(), full_name="Trần thị Bình", birth_date="1966") == ()


def test_holder_sees_own() -> None:
    who = person()
    licence = licensed(who, "B")
    assert [view.licence.pk for view in licences_of_holder(look(), person_id=who.pk)] == [licence.pk]


def test_corrections_need_a_reason_and_are_taken_back() -> None:
    licence = licensed(person(), "B")
    correct(order(), licence_id=licence.pk, changes={"full_name": "NGUYỄN VĂN ẨN"})
    origin = seen(licence).classes[0].origin
    correct_class(order(), licence_id=licence.pk, origin=origin, changes={"expires_on": date(2030, 1, 1)})
    assert seen(licence).classes[0].fact.expires_on == date(2030, 1, 1)
    for line in seen(licence).history[1:]:
        retract_entry(order(), licence_id=licence.pk, entry_id=line.entry)
    licence.refresh_from_db()
    assert (licence.full_name, seen(licence).classes[0].fact.expires_on) == ("NGUYỄN VĂN AN", date(2036, 11, 20))
