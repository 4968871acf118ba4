"""Who owns a vehicle: transfers, hands without papers, deaths and merges; never by one person alone."""

from datetime import date

import pytest
from tests.domain.vehicles.state import picture
from tests.domain.vehicles.town import (
    CHIEF,
    CLERK,
    DAY,
    OFFICER,
    SECOND,
    SYSTEM,
    Town,
    description,
    fresh,
    merge,
    officer,
    order,
    refused,
)

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.vehicles.models import Ownership, Vehicle
from sosach.domain.vehicles.operations import (
    assign_auctioned,
    declare_sale,
    declare_status,
    move_records,
    object_to,
    open_notice,
    owner_died,
    owner_lives,
    pledge,
    refuse_notice,
    register_first,
    release_pledge,
    repoint_back,
    repoint_owner,
    report_stolen,
    seize,
    settle_objection,
    take_back,
    transfer,
    transfer_after_notice,
    transfer_with_papers,
    withdraw,
)
from sosach.domain.vehicles.queries import ownership_chain, public_notices
from sosach.domain.vehicles.rules import Ground, Holder, person

pytestmark = pytest.mark.usefixtures("db")
PAPER = {"sale_contract": "HĐ 5", "registration_fee": "BL 5"}


@pytest.fixture
def town() -> Town:
    return Town.founded()


def sold(vehicle: Vehicle, buyer: int, **changes: object) -> dict[str, object]:
    """Everything a combined transfer needs."""
    paper_on = date(2026, 11, 23)
    return {
        "vehicle_id": vehicle.pk,
        "holder": Holder(person(buyer)),
        "approver": CHIEF,
        "paper_on": paper_on,
        "combined": True,
        **changes,
    }


def owners(vehicle: Vehicle) -> list[tuple[int | None, date | None, date | None]]:
    with acting(SYSTEM):
        rows = Ownership.objects.filter(vehicle=vehicle, holds=True).order_by("entry")
        return [(row.owner_person_id, row.since, row.until) for row in rows]


def test_a_transfer_needs_the_withdrawal_certificate(town: Town) -> None:
    vehicle = town.registered(town.an)
    number = vehicle.plate_number
    plain = sold(vehicle, town.binh, combined=False)
    assert refused(transfer, order(days=2, **PAPER), **plain) is ErrorCode.STATE_FORBIDS
    after = withdraw(order(days=1), vehicle_id=vehicle.pk, ground=Ground.TRANSFER)
    paper = after.last_step["withdrawal"]
    assert refused(transfer, order(days=2, **PAPER), **plain) is ErrorCode.INPUT_INCOMPLETE
    bought = transfer(order(days=2, withdrawal_certificate=paper, **PAPER), **plain)
    assert (bought.owner_person_id, bought.registration) == (town.binh, "registered")
    assert bought.plate_number != number
    assert town.numbers()[number] == ("kept", None, town.an)
    assert bought.last_step["approver"] == ["officer", "2"]
    first, second = date(2026, 11, 23), date(2026, 11, 25)
    assert owners(vehicle) == [(town.an, first, second), (town.binh, second, None)]


def test_the_buyers_kept_number_comes_first(town: Town) -> None:
    old = town.registered(town.binh)
    mine = old.plate_number
    withdraw(order(days=1), vehicle_id=old.pk, ground=Ground.DISCARDED)
    vehicle = town.registered(town.an, days=1)
    bought = transfer(order(days=2, **PAPER), **sold(vehicle, town.binh))
    assert bought.plate_number == mine
    assert town.numbers()[mine] == ("issued", vehicle.pk, town.binh)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"approver": OFFICER}, ErrorCode.INPUT_INCOMPLETE),
        ({"approver": CLERK}, ErrorCode.ACCESS_DENIED),
        ({"approver": officer("8", Role.CHIEF, unit="79")}, ErrorCode.ACCESS_OUTSIDE),
        ({"paper_on": date(2027, 1, 1)}, ErrorCode.INPUT_INCOMPLETE),
    ],
)
def test_nobody_changes_an_owner_alone(town: Town, changes: dict[str, object], code: ErrorCode) -> None:
    vehicle = town.registered(town.an)
    assert refused(transfer, order(days=2, **PAPER), **sold(vehicle, town.binh, **changes)) is code
    assert refused(transfer, order(days=2), **sold(vehicle, town.binh)) is ErrorCode.INPUT_INCOMPLETE
    assert owners(vehicle) == [(town.an, date(2026, 11, 23), None)]


def test_both_people_stand_in_the_log(town: Town) -> None:
    vehicle = town.registered(town.an)
    act = order(days=2, **PAPER)
    transfer(act, **sold(vehicle, town.binh))
    with acting(OFFICER):
        told = AuditEvent.objects.get(act=act.act)
    assert (told.actor_key, told.details["approver"]) == (OFFICER.key, CHIEF.key)


@pytest.mark.parametrize("what", ["pledge", "seizure", "theft", "objection"])
def test_nothing_changes_hands_while_something_lies_on_it(town: Town, what: str) -> None:
    vehicle = town.registered(town.an)
    key = {"vehicle_id": vehicle.pk}
    lay = {
        "pledge": lambda: pledge(order(days=1), creditor="NGÂN HÀNG A", **key),
        "seizure": lambda: seize(order(days=1), authority="TÒA ÁN A", **key),
        "theft": lambda: report_stolen(order(days=1), report="1/TB", **key),
        "objection": lambda: object_to(order(CLERK, days=1), statement="Xe của tôi", **key),
    }
    entry = lay[what]()
    telling = {**PAPER, "paper_of_registered_owner": "1", "paper_of_last_seller": "2"}
    assert refused(transfer, order(days=2, **telling), **sold(vehicle, town.binh)) is ErrorCode.STATE_FORBIDS
    many = {**key, "holder": Holder(person(town.binh)), "approver": CHIEF}
    assert refused(transfer_with_papers, order(days=2, **telling), **many) is ErrorCode.STATE_FORBIDS
    undo = {"entry_id": entry, **key}
    assert refused(take_back, order(CHIEF, days=2, reason="nhầm"), **undo) is ErrorCode.INPUT_INCOMPLETE
    take_back(order(CHIEF, days=2, reason="nhầm"), approver=SECOND, **undo)
    assert transfer(order(days=2, **telling), **sold(vehicle, town.binh)).owner_person_id == town.binh


def test_a_released_pledge_bars_nothing(town: Town) -> None:
    vehicle = town.registered(town.an)
    entry = pledge(order(), vehicle_id=vehicle.pk, creditor="NGÂN HÀNG A")
    release_pledge(order(days=1), vehicle_id=vehicle.pk, pledge_entry=entry)
    again = {"vehicle_id": vehicle.pk, "pledge_entry": entry}
    assert refused(release_pledge, order(days=1), **again) is ErrorCode.NOT_FOUND
    assert transfer(order(days=2, **PAPER), **sold(vehicle, town.binh)).owner_person_id == town.binh


def test_an_auctioned_number_goes_along_or_stays(town: Town) -> None:
    assign_auctioned(order(), number="30K-000.10", kind="car", winner=person(town.an))
    vehicle = town.registered(town.an, number="30K-000.10")
    after = withdraw(order(days=1), vehicle_id=vehicle.pk, ground=Ground.TRANSFER, plate_goes_along=True)
    assert after.plate_number == "30K00010"
    paper = {**PAPER, "withdrawal_certificate": after.last_step["withdrawal"]}
    bought = transfer(order(days=2, **paper), **sold(vehicle, town.binh, combined=False))
    assert bought.plate_number == "30K00010"
    assert town.numbers() == {"30K00010": ("issued", vehicle.pk, town.binh)}
    plain = town.registered(town.chi)
    along = {"vehicle_id": plain.pk, "ground": Ground.TRANSFER, "plate_goes_along": True}
    assert refused(withdraw, order(days=3), **along) is ErrorCode.STATE_FORBIDS


def test_many_hands_with_papers(town: Town) -> None:
    vehicle = town.registered(town.an)
    told = {"vehicle_id": vehicle.pk, "holder": Holder(person(town.chi)), "approver": CHIEF}
    assert refused(transfer_with_papers, order(days=2), **told) is ErrorCode.INPUT_INCOMPLETE
    papers = {"paper_of_registered_owner": "GM 1", "paper_of_last_seller": "GM 2"}
    bought = transfer_with_papers(order(days=2, **papers), hands=[f"person:{town.binh}"], **told)
    assert (bought.owner_person_id, bought.last_step["due_on"]) == (town.chi, "2026-11-27")


def test_many_hands_without_papers_take_thirty_days_of_notice(town: Town) -> None:
    vehicle = town.registered(town.an)
    key = {"vehicle_id": vehicle.pk}
    assert refused(open_notice, order(days=1), user_person=town.chi, **key) is ErrorCode.INPUT_INCOMPLETE
    open_notice(order(days=1, commitment="CK 1"), user_person=town.chi, **key)
    look = Look(CLERK, "case", DAY)
    assert [(found.vehicle_id, found.until) for found in public_notices(look)] == [(vehicle.pk, date(2026, 12, 24))]
    done = {**key, "approver": CHIEF}
    assert refused(transfer_after_notice, order(days=31), **done) is ErrorCode.STATE_FORBIDS
    assert refused(transfer, order(days=31, **PAPER), **sold(vehicle, town.binh)) is ErrorCode.STATE_FORBIDS
    assert transfer_after_notice(order(days=32), **done).owner_person_id == town.chi
    assert public_notices(look) == ()


def test_an_objection_stops_the_notice(town: Town) -> None:
    vehicle = town.registered(town.an)
    key = {"vehicle_id": vehicle.pk}
    open_notice(order(days=1, commitment="CK 1"), user_person=town.chi, **key)
    entry = object_to(order(CLERK, days=3), objector=town.an, statement="Xe tôi cho mượn", **key)
    assert public_notices(Look(CLERK, "case", DAY))[0].is_disputed
    done = {**key, "approver": CHIEF}
    assert refused(transfer_after_notice, order(days=40), **done) is ErrorCode.STATE_FORBIDS
    settle_objection(order(CHIEF, days=41, reason="có giấy tờ"), objection=entry, upheld=True, **key)
    assert refused(transfer_after_notice, order(days=42), **done) is ErrorCode.STATE_FORBIDS
    refuse_notice(order(days=43, reason="có tranh chấp"), **key)
    assert public_notices(Look(CLERK, "case", DAY)) == ()
    assert fresh(vehicle).owner_person_id == town.an


def test_a_dismissed_objection_lets_the_notice_run_on(town: Town) -> None:
    vehicle = town.registered(town.an)
    key = {"vehicle_id": vehicle.pk}
    open_notice(order(days=1, commitment="CK 1"), user_person=town.chi, **key)
    entry = object_to(order(CLERK, days=3), statement="Không rõ", **key)
    settle_objection(order(CHIEF, days=5, reason="không có căn cứ"), objection=entry, upheld=False, **key)
    assert transfer_after_notice(order(days=32), approver=CHIEF, **key).owner_person_id == town.chi


def test_declared_sales_make_a_chain_and_no_owner(town: Town) -> None:
    vehicle = town.registered(town.an)
    key = {"vehicle_id": vehicle.pk}
    an, binh, chi = (f"person:{key}" for key in (town.an, town.binh, town.chi))
    declare_sale(order(CLERK, days=1), buyer=binh, on=date(2020, 1, 1), paper="GM 1", **key)
    declare_status(order(CLERK, days=2), status="dang_dung_xe_nguoi_khac", user_person=town.chi, **key)
    found = ownership_chain(Look(CLERK, "case", DAY), **key)
    assert found is not None
    assert (found.parties, found.missing_after) == ((an, binh, chi), binh)
    declare_sale(order(CLERK, days=3), seller=binh, buyer=chi, paper="GM 2", **key)
    found = ownership_chain(Look(CLERK, "case", DAY), **key)
    assert found is not None
    assert found.is_complete
    assert fresh(vehicle).owner_person_id == town.an


def test_a_death_proposes_inheritance_and_changes_no_owner(town: Town) -> None:
    vehicle = town.registered(town.an)
    entries = owner_died(order(SYSTEM, days=1), person_id=town.an)
    now = fresh(vehicle)
    assert (now.proposed_status, now.owner_person_id, len(entries)) == ("thua_ke", town.an, 1)
    assert owner_died(order(SYSTEM, days=1), person_id=town.chi) == []


def test_a_merge_takes_vehicles_and_numbers_along_and_its_undo_brings_them_back(town: Town) -> None:
    kept = town.registered(town.an)
    withdraw(order(days=1), vehicle_id=kept.pk, ground=Ground.DISCARDED)
    own = town.registered(town.chi)
    vehicle = town.registered(town.an, days=1, number=own_free(town))
    declare_status(order(CLERK, days=1), vehicle_id=own.pk, status="muon_thue", user_person=town.an)
    both = {"from_person": town.an, "to_person": town.chi}
    assert refused(repoint_owner, order(SYSTEM, days=2), **both) is ErrorCode.STATE_FORBIDS
    before = picture()
    merge(town.an, town.chi)
    repoint_owner(order(SYSTEM, days=2), **both)
    assert {owner for _, _, owner in town.numbers().values()} == {town.chi}
    assert owners(vehicle) == [(town.chi, date(2026, 11, 24), None)]
    assert fresh(own).user_person_id == town.chi
    move_records(order(SYSTEM, days=3), person_id=town.chi, commune_code="00008", province_code="01")
    assert refused(repoint_back, order(SYSTEM, days=4), **both) is ErrorCode.STATE_FORBIDS
    merge(town.an, None)
    repoint_back(order(SYSTEM, days=4), **both)
    assert owners(vehicle) == [(town.an, date(2026, 11, 24), None)]
    assert fresh(own).owner_person_id == town.chi
    assert fresh(own).commune_code == "00008"
    move_records(order(SYSTEM, days=5), person_id=town.chi, commune_code="00004", province_code="01")
    assert picture()["vehicles"] == before["vehicles"]
    assert picture()["numbers"] == before["numbers"]


def own_free(town: Town) -> str:
    """A number of the pool, so that a kept one stays kept."""
    taken = town.numbers()
    return next(number for number in (f"30K000{serial}" for serial in range(10, 20)) if number not in taken)


def test_a_death_taken_back_takes_its_proposal_back(town: Town) -> None:
    vehicle = town.registered(town.an)
    owner_died(order(SYSTEM, days=1), person_id=town.an)
    assert owner_lives(order(SYSTEM, days=2), person_id=town.an) == 1
    assert fresh(vehicle).proposed_status == ""


def test_only_reactions_repoint_owners(town: Town) -> None:
    merge(town.an, town.chi)
    both = {"from_person": town.an, "to_person": town.chi}
    assert refused(repoint_owner, order(OFFICER), **both) is ErrorCode.ACCESS_DENIED


def test_who_took_an_objection_in_does_not_decide_it(town: Town) -> None:
    vehicle = town.registered(town.an)
    key = {"vehicle_id": vehicle.pk}
    entry = object_to(order(CHIEF, days=1), statement="Xe của tôi", **key)
    told = {"objection": entry, "upheld": False, **key}
    assert refused(settle_objection, order(CHIEF, days=2, reason="x"), **told) is ErrorCode.INPUT_INCOMPLETE
    settle_objection(order(SECOND, days=2, reason="x"), **told)


def test_records_follow_the_owner_and_plates_stay(town: Town) -> None:
    vehicle = town.registered(town.an)
    move_records(order(SYSTEM, days=1), person_id=town.an, commune_code="26734", province_code="79")
    now = fresh(vehicle)
    assert (now.commune_code, now.province_code, now.plate_number) == ("26734", "79", vehicle.plate_number)
    assert (
        register_first(
            order(days=2, invoice="1"), holder=Holder(person(town.an)), description=description(9)
        ).commune_code
        == "00004"
    )
