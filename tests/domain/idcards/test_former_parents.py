"""Who represented a child once is not told where it lives today."""

from datetime import date
from pathlib import Path

import pytest
from tests.domain.idcards import office
from tests.domain.idcards.office import child_of, citizen, look, person, refused
from tests.domain.idcards.works import TODAY

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.operations.deciding import refuse
from sosach.domain.idcards.queries.applications import application, own_applications
from sosach.domain.idcards.queries.papers import paper_seen
from sosach.domain.idcards.rules.applications import Channel, Ground, Kind, Wanted, born_by, is_younger
from sosach.domain.population.models import Person, Relation


@pytest.fixture(autouse=True)
def _keys(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del db
    monkeypatch.setattr("django.conf.settings.SOSACH_CARD_KEYS", tmp_path / "card-keys")


def applied_for(child: Person, mother: Person) -> Application:
    wanted = Wanted(Kind.FIRST, Ground.NONE_YET, channel=Channel.ONLINE, representative_pin=mother.pin or "")
    return office.applied(child, wanted=wanted, actor=citizen(mother.pk))


def sees(who: Person, made: Application, day: date = TODAY) -> bool:
    """Whether somebody is shown an application: on its page, in the list, on its papers, which all say the same."""
    asked = look(citizen(who.pk), day, purpose="data-subject")
    with acting(office.SYSTEM):
        paper = made.papers.latest("pk").pk
    if made.pk in {line.application_id for line in own_applications(asked)}:
        assert application(asked, application_id=made.pk).line.application_id == made.pk
        assert paper_seen(asked, paper_id=paper).pin
        return True
    refused(ErrorCode.NOT_FOUND, lambda: application(asked, application_id=made.pk))
    refused(ErrorCode.NOT_FOUND, lambda: paper_seen(asked, paper_id=paper))
    return False


def test_a_closed_application_is_shown_while_the_register_names_the_parent_and_the_child_is_one() -> None:
    mother = person("1990-05-01", sex="F")
    child = child_of(mother, "2014-12-01")
    made = applied_for(child, mother)
    assert sees(mother, made)
    assert not sees(person(), made)
    refuse(office.order(office.APPROVER, reason="Ảnh không đạt."), application_id=made.pk)
    assert sees(mother, made)
    assert sees(mother, made, date(2028, 11, 30))
    assert not sees(mother, made, date(2028, 12, 1))  # fourteen: the own matter from now on
    assert sees(child, made, date(2028, 12, 1))
    with acting(office.SYSTEM):
        Relation.objects.filter(person=child, other=mother).update(ends_on=TODAY)
    assert not sees(mother, made)


@pytest.mark.parametrize("on", [date(2026, 11, 23), date(2028, 2, 28), date(2028, 2, 29), date(2026, 3, 1)])
def test_the_last_day_of_birth_is_the_other_side_of_being_younger(on: date) -> None:
    last = born_by(on, 14)
    assert not is_younger(last, 14, on=on)
    assert is_younger(date.fromordinal(last.toordinal() + 1), 14, on=on)
