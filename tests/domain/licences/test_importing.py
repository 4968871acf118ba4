"""Licences from cleaning runs: classes of cells and rows, what set-based loading makes is what settling makes."""

from pathlib import Path
from typing import Any

import pytest
from tests.domain.licences.world import UNLIMITED, look, order, passed, pet, rows
from tests.domain.provenance.runs import AT, STEWARD, write_run
from tests.domain.provenance.runs import person as told_person

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Level
from sosach.domain.licences.models import Licence, LicenceCard, LicenceClass, LicenceHalf
from sosach.domain.licences.operations import add_class
from sosach.domain.licences.operations.recording import settle
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.licences.queries.derived import day_in_viet_nam
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.operations.importing import Taken, import_run

pytestmark = pytest.mark.usefixtures("db")
PIN = "038066001234"


def licence(record_id: str, number: str | None, classes: str | None, **told: Any) -> dict[str, Any]:
    """A row of `licences.parquet`."""
    row = {
        "record_id": record_id,
        "licence_number": number,
        "licence_number_std": number,
        "class_std": classes,
        "law": "2008",
        "issued_on_std": "2019-03-01",
        "full_name": "Trần Văn Trí",
        "full_name_std": "TRẦN VĂN TRÍ",
        "birth_date_std": "1966-02-08",
        "material": "PET",
        "issued_by": "Sở GTVT",
        "decision": "none",
        "commune_code": "15457",
        "province_code": "38",
    }
    return row | told


def take_in(folder: Path, *licences: dict[str, Any]) -> Taken:
    run = write_run(folder, population=[told_person(PIN, "TRẦN VĂN TRÍ")], licences=list(licences))
    taken = import_run(Order(STEWARD, AT), folder=run, registers=[POPULATION, LICENCES], synthetic=True)
    return next(each for each in taken if each.register == "licences")


def tables() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Licence, LicenceClass, LicenceCard, LicenceHalf)]


def test_what_is_loaded_in_sets_is_what_settling_makes(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        licence("1", "380190000001", "A1, B2", expires_on_std="2029-03-01", decision="link", pin=PIN),
        licence("2", "380190000002", "C", expires_on_std="2024-03-01", material="Giấy"),
        licence("3", "AB123456", "A1", material=None),
        licence("4", None, "D", law=None, issued_on_std=None),
        licence("5", "380190000005", "D2", law="2024", issued_on_std="2025-05-01", expires_on_std="2030-05-01"),
        licence("6", "380190000006", "C", status_std="thu_hoi"),
        licence("7", "380190000007", "A1", status_std="mat", material=None),
    )
    assert (taken.new, taken.refused) == (7, {})
    with acting(STEWARD):
        before = tables()
        for each in Licence.objects.order_by("pk"):
            settle(each, day_in_viet_nam(AT))
        assert tables() == before
        found = list(Licence.objects.order_by("pk").values_list("number_form", "status", "holder__pin"))
    assert found == [
        ("pet", "valid", PIN),
        ("pet", "expired", None),
        ("legacy", "valid", None),
        ("none", "none", None),
        ("pet", "valid", None),
        ("pet", "revoked", None),
        ("pet", "lost", None),
    ]


def test_rows_with_one_number_are_one_licence(tmp_path: Path) -> None:
    take_in(
        tmp_path,
        licence("1", "380190000001", "A1"),
        licence("2", "380190000001", "B2", expires_on_std="2029-03-01"),
        licence("3", "AB123456", "A1"),
        licence("4", "AB123456", "A1", full_name_std="LÊ THỊ HOA", full_name="Lê Thị Hoa"),
    )
    with acting(STEWARD):
        numbers = list(Licence.objects.order_by("pk").values_list("licence_number", flat=True))
        assert numbers == ["380190000001", "AB123456", "AB123456"]
        assert rows(Licence.objects.order_by("pk")[0]).held == {"A1", "B2"}


def test_two_numbers_claimed_for_one_person_leave_both_without_holder(tmp_path: Path) -> None:
    told = {"decision": "link", "pin": PIN}
    taken = take_in(
        tmp_path,
        licence("1", "380190000001", "A1", **told),
        licence("2", "380190000002", "B2", **told),
        licence("3", "AB123456", "A1", **told),
    )
    assert taken.refused == {}
    with acting(STEWARD):
        assert list(Licence.objects.order_by("pk").values_list("holder__pin", flat=True)) == [None, None, PIN]


def test_procedures_go_on_from_what_a_source_told(tmp_path: Path) -> None:
    take_in(tmp_path, licence("1", "380190000001", "B2", expires_on_std="2029-03-01", decision="link", pin=PIN))
    with acting(STEWARD, level=Level.NATION):
        there = Licence.objects.get()
    keeper = order()
    nation = Order(
        type(keeper.actor)(keeper.actor.kind, "k", Level.NATION, "", keeper.actor.roles),
        keeper.at,
        keeper.evidence,
        "x",
    )
    add_class(
        nation,
        licence_id=there.pk,
        classes=passed("A1"),
        cards=(pet("N", UNLIMITED),),
        received_on=day_in_viet_nam(look().at),
    )
    assert rows(there).held == {"A1", "B2"}
