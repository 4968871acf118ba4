"""Claims about licences: from paper to plastic, from the ledger into the system, lost, wrong; taken back again."""

from datetime import date

import pytest
from tests.domain.declarations.ward import (
    CHIEF,
    REGISTRAR,
    VERIFIER,
    accepted,
    again,
    look,
    order,
    refused,
    sent,
)
from tests.domain.licences.world import licensed, person, rows
from tests.domain.licences.world import order as ledger_order
from tests.domain.vehicles.town import SYSTEM

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import approve, ask_retraction, retract, verify
from sosach.domain.declarations.queries import declaration_case
from sosach.domain.declarations.states import State
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations import enter_from_ledger
from sosach.domain.licences.rules.classes import ClassFact, Group
from sosach.domain.licences.rules.procedures import HolderData
from sosach.domain.licences.states.happenings import CardFact, Material
from sosach.domain.population.models import Person

pytestmark = pytest.mark.usefixtures("db")
PAPER = "AB123456"


@pytest.fixture
def an(db: None) -> Person:
    del db
    return person()


def on_paper(who: Person) -> Licence:
    """A motorbike licence of 2005 the system knows without its holder."""
    card = CardFact(Material.PAPER, "", frozenset({Group.UNLIMITED}), date(2005, 3, 1), "Sở GTVT")
    return enter_from_ledger(
        ledger_order(),
        licence_number=PAPER,
        holder=HolderData(who.full_name, who.birth_date, who.commune_code or "", who.nationality),
        province_code="01",
        classes=(ClassFact("A1", "2008", date(2005, 3, 1), None),),
        cards=(card,),
    )


def paper_claim(who: Person, kind: str) -> Declaration:
    return sent(who.pk, kind, licence_number=PAPER, licence_class="A1", issued_on="01/03/2005")


def stored(licence: Licence) -> Licence:
    with acting(SYSTEM):
        return Licence.objects.get(pk=licence.pk)


def test_paper_becomes_plastic_and_paper_again(an: Person) -> None:
    paper = on_paper(an)
    found = paper_claim(an, "licence_paper_to_pet")
    assert accepted(found, serial="PET 77") == State.APPLIED
    told = stored(paper)
    assert (told.number_form, told.holder_id) == ("pet", an.pk)
    assert rows(told).cards == [("card", "PET 77", True, False)]
    assert rows(told).held == {"A"}
    ask_retraction(order(REGISTRAR), declaration_id=found.pk, text="Nhầm người")
    retract(order(CHIEF), declaration_id=found.pk, text="Nhầm người")
    back = stored(paper)
    assert (back.number_form, back.holder_id, rows(back).held) == ("legacy", None, {"A1"})


def test_a_licence_gets_its_holder(an: Person) -> None:
    paper = on_paper(an)
    found = paper_claim(an, "licence_in_use")
    assert accepted(found) == State.APPLIED
    assert stored(paper).holder_id == an.pk
    # the register knows now: there is nothing more to write
    assert accepted(paper_claim(an, "licence_in_use")) == State.APPROVED


def test_the_ledger_fills_the_gap(an: Person) -> None:
    found = paper_claim(an, "licence_not_in_system")
    verify(order(REGISTRAR), declaration_id=found.pk)
    assert refused(approve, order(CHIEF), declaration_id=found.pk) is ErrorCode.INPUT_INCOMPLETE
    assert approve(order(CHIEF), declaration_id=found.pk, terms={"ledger": "Quyển 3, trang 12"}) == State.APPLIED
    with acting(SYSTEM):
        made = Licence.objects.get(licence_number=PAPER)
    assert (made.holder_id, again(found).record_id, rows(made).held) == (an.pk, made.pk, {"A1"})


def test_a_lost_card_is_noted_and_wrong_data_are_corrected(an: Person) -> None:
    licence = licensed(an, "A")
    lost = sent(an.pk, "licence_lost", licence_number=licence.licence_number)
    assert accepted(lost) == State.APPLIED
    assert rows(licence).cards == []
    wrong = sent(an.pk, "licence_data_wrong", licence_number=licence.licence_number, right_value="12 phố Thử")
    case = declaration_case(look(VERIFIER), declaration_id=wrong.pk)
    assert case is not None
    assert {row.item: row.agrees for row in case.comparison} == {
        "licence_number": True,
        "full_name": True,
        "birth_date": True,
    }
    assert accepted(wrong) == State.APPLIED
    assert stored(licence).address == "12 phố Thử"


def test_a_registrar_is_needed_and_somebody_elses_licence_is_refused(an: Person) -> None:
    licence = licensed(an, "A")
    other = person("TRẦN THỊ BÌNH", "1991-01-01", "F")
    found = sent(an.pk, "licence_lost", licence_number=licence.licence_number)
    verify(order(VERIFIER), declaration_id=found.pk)
    assert refused(approve, order(CHIEF), declaration_id=found.pk) is ErrorCode.ACCESS_DENIED
    theirs = sent(other.pk, "licence_lost", licence_number=licence.licence_number)
    verify(order(REGISTRAR), declaration_id=theirs.pk)
    assert refused(approve, order(CHIEF), declaration_id=theirs.pk) is ErrorCode.STATE_FORBIDS


def test_an_expired_licence_is_answered_only(an: Person) -> None:
    found = sent(an.pk, "licence_expired", licence_number="010191234567", expires_on="")
    assert accepted(found) == State.APPROVED
    assert again(found).applied == []
