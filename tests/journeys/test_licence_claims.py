"""Journeys from a citizen's declaration to the cleaned record, through the pages, with two officers: licences."""

from datetime import date

import psycopg
import pytest
from tests.domain.licences.world import order as ledger_order
from tests.domain.licences.world import rows
from tests.domain.vehicles.town import SYSTEM
from tests.journeys.ward import Calendar, Visit, Ward, clock, founded

from sosach.domain.access.queries import acting
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations import enter_from_ledger
from sosach.domain.licences.rules.classes import ClassFact, Group
from sosach.domain.licences.rules.procedures import HolderData
from sosach.domain.licences.states.happenings import CardFact, Material

PAPER = "AB123456"
TOLD = {"licence_number": PAPER, "licence_class": "A1", "issued_on": "01/03/2005", "issued_by": "Sở GTVT Hà Nội"}


@pytest.fixture
def ward(visit: Visit, owner: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch) -> Ward:
    """The ward on its first day."""
    calendar = Calendar()
    monkeypatch.setattr(clock, "now", calendar.now)
    return founded(visit, owner, calendar)


def stored() -> Licence:
    with acting(SYSTEM):
        return Licence.objects.get()


def test_paper_licence_to_pet(ward: Ward) -> None:
    """A licence of paper the system knows without its holder becomes a card, and has a holder."""
    card = CardFact(Material.PAPER, "", frozenset({Group.UNLIMITED}), date(2005, 3, 1), "Sở GTVT")
    enter_from_ledger(
        ledger_order(),
        licence_number=PAPER,
        holder=HolderData("NGUYỄN THỊ HOA", "1980-02-03", "00004", ""),
        province_code="01",
        classes=(ClassFact("A1", "2008", date(2005, 3, 1), None),),
        cards=(card,),
    )
    holder = ward.born("NGUYỄN THỊ HOA", "001180000777", birth_date="1980-02-03", sex="F")
    citizen = ward.citizen(holder)
    number = citizen.declare("giay-phep", "licence_paper_to_pet", TOLD)
    ward.officer(ward.registrar).verifies(number)
    ward.officer(ward.chief).approves(number, serial="PET 77")
    assert (stored().number_form, stored().holder_id) == ("pet", holder)
    assert rows(stored()).cards == [("card", "PET 77", True, False)]
    assert "Đã chấp nhận và cập nhật vào sổ" in citizen.reads(number)


def test_licence_not_in_the_system(ward: Ward) -> None:
    """The ledger of the department has it, the system does not: whoever approves says where it stands."""
    holder = ward.born("NGUYỄN THỊ HOA", "001180000777", birth_date="1980-02-03", sex="F")
    number = ward.citizen(holder).declare("giay-phep", "licence_not_in_system", TOLD)
    ward.officer(ward.registrar).verifies(number)
    ward.officer(ward.chief).approves(number, ledger="Quyển 3, trang 12")
    assert (stored().licence_number, stored().holder_id, rows(stored()).held) == (PAPER, holder, {"A1"})
