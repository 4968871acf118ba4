"""Numbers that runs tell: nobody gets one that somebody else has, whichever run told it, and no number stops a run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.domain.provenance.runs import STEWARD, vehicle, write_run
from tests.domain.vehicles.town import DAY, Town, order

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.provenance.models import SourceRow
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.provenance.operations.verifying import verify_folds
from sosach.domain.vehicles.models import Plate, Vehicle
from sosach.domain.vehicles.operations import withdraw
from sosach.domain.vehicles.operations.register import REGISTER
from sosach.domain.vehicles.rules import Ground

pytestmark = pytest.mark.usefixtures("db")
TakeIn = Callable[..., dict[str, tuple[str, str]]]
CAR = {"plate_kind": "car", "vehicle_kind_std": "o_to", "province_code": "01", "commune_code": "00004"}


@pytest.fixture
def take_in(tmp_path: Path) -> TakeIn:
    """Takes in a run of these vehicles; says which plate and colour each record of the origin has then."""
    runs = iter(range(100))

    def taken(*rows: dict[str, Any]) -> dict[str, tuple[str, str]]:
        run = write_run(tmp_path / str(next(runs)), vehicles=rows)
        import_run(Order(STEWARD, DAY), folder=run, registers=[REGISTER], synthetic=True)
        assert verify_folds(Order(STEWARD, DAY), register=REGISTER).differing == 0
        with acting(STEWARD):
            known = dict(SourceRow.objects.order_by("pk").values_list("subject_id", "record_id"))
            found = Vehicle.objects.filter(pk__in=known)
            return {known[each.pk]: (each.plate_number, each.plate_colour) for each in found}

    return taken


@pytest.mark.parametrize(
    ("one", "two", "plate"),
    [
        ({"plate_kind": None}, {"plate_kind": None}, ""),
        ({"plate_kind": "ambiguous"}, {"plate_kind": None}, ""),
        ({"plate_colour": None}, {"plate_colour": "Vàng"}, ""),
        ({"plate_kind": "car"}, {"plate_kind": "motorbike"}, "36B705895"),
        ({"plate_colour": "Xanh"}, {"plate_colour": "Trắng"}, "36B705895"),
        ({"plate_colour": "Xanh"}, {"plate_colour": "Xanh"}, ""),
    ],
)
def test_two_vehicles_with_one_number(take_in: TakeIn, one: dict[str, Any], two: dict[str, Any], plate: str) -> None:
    """Nobody gets a number both claim, in this run and in the next; blue plates and kinds are series of their own."""
    rows = [vehicle("XE1", "RLHA1", "36B705895", **one), vehicle("XE2", "RLHA2", "36B705895", **two)]
    for brand in ("HONDA", "YAMAHA"):  # a run that differs is another run
        told = take_in(*(row | {"brand": brand} for row in rows))
        assert [number for number, _ in told.values()] == [plate, plate]
    assert take_in(rows[0])["XE1"][0] == "36B705895"  # alone, it is told


def test_a_number_is_told_with_its_kind_and_colour(take_in: TakeIn) -> None:
    row = vehicle("XE1", "RLHA1", "36B705895", plate_colour="Vàng")
    assert take_in(row) == {"XE1": ("36B705895", "vang")}
    assert take_in(row | {"plate_std": None, "plate_colour": "Trắng"}) == {"XE1": ("36B705895", "vang")}
    assert take_in(row | {"plate_std": "36B705896", "plate_colour": None}) == {"XE1": ("36B705896", "")}
    with acting(STEWARD):
        assert dict(Plate.objects.values_list("number", "state")) == {"36B705895": "pool", "36B705896": "issued"}


def test_a_number_of_another_vehicle_stays_there(take_in: TakeIn) -> None:
    rows = [vehicle("XE1", "RLHA1", "36B705895"), vehicle("XE2", "RLHA2", "36B705896")]
    take_in(*rows)
    told = take_in(rows[0] | {"plate_std": "36B705896"}, vehicle("XE3", "RLHA3", "36B705896"))
    assert told == {"XE1": ("36B705895", "trang"), "XE2": ("36B705896", "trang"), "XE3": ("", "")}


def test_a_number_of_the_pool_goes_on_the_vehicle_that_tells_it(take_in: TakeIn) -> None:
    Town.founded()
    told = take_in(vehicle("XE1", "RLHA1", "30K00010", **CAR))
    assert told == {"XE1": ("30K00010", "trang")}
    with acting(STEWARD):
        plate = Plate.objects.get(number="30K00010")
        assert (plate.state, plate.vehicle_id) == ("issued", Vehicle.objects.get().pk)


def test_a_kept_number_is_its_owners(take_in: TakeIn) -> None:
    """What a procedure of the register kept for somebody no file gives away, and the vehicle it came off does not get it back."""
    town = Town.founded()
    bought = town.registered(town.an)
    number = bought.plate_number
    row = vehicle("XE1", bought.chassis_number, number, **CAR)
    assert take_in(row)["XE1"][0] == number
    withdraw(order(days=1), vehicle_id=bought.pk, ground=Ground.TRANSFER)
    told = take_in(row | {"brand": "KIA"}, vehicle("XE2", "RLHA2", number, **CAR))
    assert told["XE1"][0] == told["XE2"][0] == ""
    told = take_in(row | {"brand": "VINFAST"}, vehicle("XE2", "RLHA2", number, **CAR) | {"brand": "KIA"})
    assert told["XE1"][0] == told["XE2"][0] == ""
    with acting(STEWARD):
        assert Plate.objects.get(number=number).state == "kept"
