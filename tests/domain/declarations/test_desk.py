"""The desk: from a claim to the register, by the right people in the right place; taken back in any order; nothing rots."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.domain.declarations.ward import (
    CHIEF,
    COMMUNE,
    OTHER_COMMUNE,
    REGISTRAR,
    SIGNER,
    STRANGER,
    VERIFIER,
    Town,
    accepted,
    again,
    citizen,
    look,
    order,
    refused,
    sent,
    told,
)
from tests.domain.vehicles.state import owners
from tests.domain.vehicles.town import DAY, SYSTEM, fresh

from sosach.base.errors import ErrorCode
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.declarations.models import Declaration, Note
from sosach.domain.declarations.operations import (
    answer,
    approve,
    ask_back,
    ask_retraction,
    clear_conflict,
    declare,
    forward,
    mark_conflict,
    note_visit,
    refuse,
    remind_due,
    retract,
    verify,
    withdraw,
)
from sosach.domain.declarations.queries import Filter, counts, declaration_case, queue
from sosach.domain.declarations.states import State, Verb
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.vehicles.models import Block, Vehicle
from sosach.domain.vehicles.queries import derived_of

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def town(db: None) -> Town:
    del db
    return Town.founded()


def lying(vehicle: Vehicle) -> set[str]:
    """Kinds of what lies on a vehicle."""
    with acting(SYSTEM):
        rows = Block.objects.filter(vehicle=vehicle, holds=True, closed_by__isnull=True)
        return set(rows.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("vehicle_in_use", "known_status", "dang_su_dung"),
        ("vehicle_in_use", "owner_phone", "0912345678"),
        ("vehicle_sold", "declared_status", "da_ban_chua_sang_ten"),
        ("vehicle_lent", "known_status", "muon_thue"),
        ("vehicle_stolen", "known_status", "mat_cap"),
        ("vehicle_papers_lost", "plate_number", "30K00010"),
        ("vehicle_broken", "known_status", "hong_khong_su_dung"),
        ("vehicle_over_age", "known_status", "het_nien_han"),
        ("vehicle_scrapped", "known_status", "da_tieu_huy_sat_vun"),
        ("vehicle_unused", "known_status", "tam_khong_su_dung"),
        ("vehicle_moved_away", "known_status", "chuyen_dia_ban"),
        ("vehicle_seized", "known_status", "tam_giu_tich_thu"),
        ("vehicle_data_wrong", "paint_colour", "xanh"),
        ("vehicle_other", "known_status", "khac"),
    ],
)
def test_a_claim_about_the_own_vehicle_reaches_the_register(town: Town, kind: str, column: str, value: str) -> None:
    vehicle = town.registered(town.an, number="30K00010")
    found = sent(town.an, kind, vehicle)
    assert accepted(found) == State.APPLIED
    row = fresh(vehicle)
    assert (getattr(row, column), row.owner_person_id) == (value, town.an)
    assert {act["record"] for act in again(found).applied} == {vehicle.pk}


def test_a_sale_becomes_a_link_of_the_chain(town: Town) -> None:
    vehicle = town.registered(town.an)
    accepted(sent(town.an, "vehicle_sold", vehicle, buyer_pin="001099000002"))
    with acting(SYSTEM):
        (sale,) = derived_of(fresh(vehicle)).sales
    assert (sale.seller, sale.buyer, sale.paper) == (f"person:{town.an}", f"person:{town.binh}", "certified HĐ 7")


def test_stolen_bars_and_found_frees(town: Town) -> None:
    vehicle = town.registered(town.an)
    stolen = sent(town.an, "vehicle_stolen", vehicle)
    accepted(stolen)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=claim.pk)
    assert refused(approve, order(CHIEF, days=5), declaration_id=claim.pk) is ErrorCode.STATE_FORBIDS
    assert again(claim).state == State.VERIFIED
    accepted(sent(town.an, "vehicle_found", vehicle))
    assert lying(vehicle) == set()
    assert approve(order(CHIEF, days=5), declaration_id=claim.pk) == State.APPLIED
    assert owners()[vehicle.pk] == town.binh


@pytest.mark.parametrize("papers", ["handed_in", "lost"])
def test_the_end_of_a_vehicle_depends_on_its_papers(town: Town, papers: str) -> None:
    vehicle = town.registered(town.an)
    accepted(sent(town.an, "vehicle_broken", vehicle), papers=papers)
    assert (fresh(vehicle).registration, lying(vehicle)) == {
        "handed_in": ("ended", set()),
        "lost": ("registered", {"papers_check"}),
    }[papers]


@pytest.mark.parametrize("several", ["no", "yes"])
def test_bought_with_papers(town: Town, several: str) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.binh, "vehicle_bought_with_papers", vehicle, through_several=several)
    verify(order(REGISTRAR), declaration_id=found.pk)
    assert refused(approve, order(CHIEF), declaration_id=found.pk) is ErrorCode.STATE_FORBIDS  # time to object
    assert refused(approve, order(REGISTRAR, days=5), declaration_id=found.pk) is ErrorCode.ACCESS_DENIED
    assert refused(approve, order(STRANGER, days=5), declaration_id=found.pk) is ErrorCode.NOT_FOUND
    assert owners()[vehicle.pk] == town.an
    assert approve(order(CHIEF, days=5), declaration_id=found.pk) == State.APPLIED
    row = fresh(vehicle)
    assert (row.owner_person_id, row.commune_code) == (town.binh, COMMUNE)
    with acting(SYSTEM):
        (act,) = again(found).applied
        entry = JournalEntry.objects.get(act=act["act"])
    assert (entry.actor_key, row.last_step["approver"]) == (REGISTRAR.key, ["officer", CHIEF.key])


def test_nobody_approves_what_he_verified(town: Town) -> None:
    both = STRANGER.__class__(STRANGER.kind, "officer-15", STRANGER.level, COMMUNE, STRANGER.roles, person_id=None)
    found = sent(town.binh, "vehicle_bought_with_papers", town.registered(town.an))
    verify(order(both), declaration_id=found.pk)
    assert refused(approve, order(both, days=5), declaration_id=found.pk) is ErrorCode.STATE_FORBIDS
    assert approve(order(CHIEF, days=5), declaration_id=found.pk) == State.APPLIED


def test_the_sale_of_the_owner_on_record_is_consent(town: Town) -> None:
    vehicle = town.registered(town.an)
    bought = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=bought.pk)
    sold = sent(town.an, "vehicle_sold", vehicle, buyer_pin="001099000002", chassis_number="")
    case = declaration_case(look(CHIEF), declaration_id=bought.pk)
    assert case is not None
    assert [(met.declaration_id, met.same, met.agrees, met.competes) for met in case.meetings] == [
        (sold.pk, ("plate",), True, False)
    ]
    back = declaration_case(look(CHIEF), declaration_id=sold.pk)
    assert back is not None
    assert [met.declaration_id for met in back.meetings] == [bought.pk]
    assert approve(order(CHIEF), declaration_id=bought.pk) == State.APPLIED
    assert owners()[vehicle.pk] == town.binh


def test_a_sale_to_somebody_else_is_no_consent(town: Town) -> None:
    vehicle = town.registered(town.an)
    bought = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    sent(town.an, "vehicle_sold", vehicle, buyer_pin="001099000003")
    verify(order(REGISTRAR), declaration_id=bought.pk)
    assert refused(approve, order(CHIEF), declaration_id=bought.pk) is ErrorCode.STATE_FORBIDS


def test_a_sale_an_officer_wrote_down_is_no_consent_before_it_is_accepted(town: Town) -> None:
    vehicle = town.registered(town.an)
    bought = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=bought.pk)
    answers = told("vehicle_sold", vehicle, buyer_pin="001099000002")
    told_for = {"kind": "vehicle_sold", "key": uuid4(), "signer": SIGNER, "person_id": town.an}
    receipt = declare(order(VERIFIER), answers=answers, **told_for)
    assert refused(approve, order(CHIEF), declaration_id=bought.pk) is ErrorCode.STATE_FORBIDS
    with acting(SYSTEM):
        sold = Declaration.objects.get(number=receipt.number)
    accepted(sold)
    assert approve(order(CHIEF), declaration_id=bought.pk) == State.APPLIED


def test_bought_without_papers_waits_for_the_notice(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.binh, "vehicle_bought_without_papers", vehicle)
    assert refused(verify, order(VERIFIER, days=1), declaration_id=found.pk) is ErrorCode.ACCESS_DENIED
    verify(order(REGISTRAR, days=1), declaration_id=found.pk)
    assert lying(vehicle) == {"notice"}
    assert again(found).objecting_until == (DAY + timedelta(days=31)).date()
    assert refused(approve, order(CHIEF, days=31), declaration_id=found.pk) is ErrorCode.STATE_FORBIDS
    assert approve(order(CHIEF, days=32), declaration_id=found.pk) == State.APPLIED
    assert (owners()[vehicle.pk], lying(vehicle)) == (town.binh, set())


@pytest.mark.parametrize("ending", ["refused", "withdrawn"])
def test_a_notice_ends_with_its_claim(town: Town, ending: str) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.binh, "vehicle_bought_without_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=found.pk)
    if ending == "refused":
        refuse(order(VERIFIER), declaration_id=found.pk, text="Số khung không khớp")
    else:
        withdraw(order(citizen(town.binh)), declaration_id=found.pk)
    assert (again(found).state, lying(vehicle)) == (ending, set())


@pytest.mark.parametrize("how", ["answered", "named"])
def test_a_notice_ends_when_its_claim_is_about_another_vehicle(town: Town, how: str) -> None:
    wrong, right = town.registered(town.an), town.registered(town.chi)
    found = sent(town.binh, "vehicle_bought_without_papers", wrong)
    verify(order(REGISTRAR), declaration_id=found.pk)
    assert (lying(wrong), lying(right)) == ({"notice"}, set())
    ask_back(order(VERIFIER), declaration_id=found.pk, text="Số khung không phải của xe này")
    answers = told("vehicle_bought_without_papers", right if how == "answered" else wrong)
    by, seen = order(citizen(town.binh)), again(found).version
    answer(by, declaration_id=found.pk, version=seen, answers=answers, signer=SIGNER)
    assert lying(wrong) == (set() if how == "answered" else {"notice"}), "of the same vehicle the notice goes on"
    verify(order(REGISTRAR), declaration_id=found.pk, record_id=right.pk)
    assert (lying(wrong), lying(right)) == (set(), {"notice"})


def test_two_who_claim_one_vehicle_are_told_apart_first(town: Town) -> None:
    vehicle = town.registered(town.an)
    one, two = (sent(person, "vehicle_bought_with_papers", vehicle) for person in (town.binh, town.chi))
    verify(order(REGISTRAR), declaration_id=one.pk)
    assert refused(approve, order(CHIEF, days=5), declaration_id=one.pk) is ErrorCode.STATE_FORBIDS
    mark_conflict(order(VERIFIER), declaration_id=two.pk, text="Hai người cùng khai", others=[one.pk])
    assert refused(verify, order(REGISTRAR), declaration_id=two.pk) is ErrorCode.STATE_FORBIDS
    clear_conflict(order(VERIFIER), declaration_id=two.pk, text="Giấy tờ của người này không đúng")
    refuse(order(VERIFIER), declaration_id=two.pk, text="Giấy tờ không đúng")
    assert approve(order(CHIEF, days=5), declaration_id=one.pk) == State.APPLIED


def test_a_claim_about_somebody_elses_vehicle_is_not_applied(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.binh, "vehicle_broken", vehicle)
    assert found.risk > sent(town.an, "vehicle_broken", vehicle).risk
    verify(order(REGISTRAR), declaration_id=found.pk)
    assert refused(approve, order(CHIEF), declaration_id=found.pk) is ErrorCode.STATE_FORBIDS
    assert fresh(vehicle).known_status == "dang_su_dung"


def test_a_disputed_vehicle_cannot_be_transferred(town: Town) -> None:
    vehicle = town.registered(town.an)
    accepted(sent(town.an, "vehicle_not_mine", vehicle))
    assert lying(vehicle) == {"objection"}


def test_forwarded_to_the_commune_in_charge(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use", town.registered(town.an))
    verify(order(VERIFIER), declaration_id=found.pk)
    assert (
        refused(forward, order(VERIFIER), declaration_id=found.pk, commune_code="99999", text="x")
        is ErrorCode.INPUT_INCOMPLETE
    )
    forward(order(VERIFIER), declaration_id=found.pk, commune_code=OTHER_COMMUNE, text="Người khai đã chuyển đến đó")
    assert declaration_case(look(VERIFIER), declaration_id=found.pk) is None
    assert refused(verify, order(VERIFIER), declaration_id=found.pk) is ErrorCode.NOT_FOUND
    case = declaration_case(look(STRANGER), declaration_id=found.pk)
    assert case is not None
    assert (case.standing.state, case.standing.verified_by, case.declaration.commune_code) == (
        State.FORWARDED,
        None,
        OTHER_COMMUNE,
    )
    assert Verb.VERIFY in case.verbs


def test_the_record_can_be_named_where_numbers_do_not_lead_to_it(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.an, "vehicle_in_use")
    verify(order(VERIFIER), declaration_id=found.pk)
    assert refused(approve, order(CHIEF), declaration_id=found.pk) is ErrorCode.STATE_FORBIDS
    other = sent(town.an, "vehicle_in_use")
    assert refused(verify, order(VERIFIER), declaration_id=other.pk, record_id=vehicle.pk + 99) is ErrorCode.NOT_FOUND
    verify(order(VERIFIER), declaration_id=other.pk, record_id=vehicle.pk)
    assert approve(order(CHIEF), declaration_id=other.pk) == State.APPLIED


def test_a_stale_screen_changes_nothing(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use")
    note_visit(order(VERIFIER), declaration_id=found.pk, text="Đã gọi điện")
    verify(order(VERIFIER), declaration_id=found.pk, version=1)
    assert refused(refuse, order(CHIEF), declaration_id=found.pk, text="x", version=1) is ErrorCode.CONFLICT


def test_a_citizens_own_data_are_corrected(town: Town) -> None:
    found = sent(town.an, "person_data_wrong", right_value="Hà Nội")
    verify(order(VERIFIER), declaration_id=found.pk)
    assert refused(approve, order(VERIFIER), declaration_id=found.pk) is ErrorCode.ACCESS_DENIED
    assert approve(order(CHIEF), declaration_id=found.pk) == State.APPLIED
    case = declaration_case(look(CHIEF), declaration_id=found.pk)
    assert case is not None
    assert case.person.hometown == "Hà Nội"
    asked = sent(town.an, "data_delete")
    verify(order(VERIFIER), declaration_id=asked.pk)
    assert approve(order(CHIEF), declaration_id=asked.pk, text="Đã trả lời") == State.APPROVED


def test_taking_a_change_of_owner_back_takes_two(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    accepted_on = 5
    verify(order(REGISTRAR), declaration_id=found.pk)
    approve(order(CHIEF, days=accepted_on), declaration_id=found.pk)
    take = {"declaration_id": found.pk, "text": "Giấy tờ giả"}
    assert refused(retract, order(CHIEF, days=6), **take) is ErrorCode.STATE_FORBIDS
    ask_retraction(order(CHIEF, days=6), **take)
    assert refused(retract, order(CHIEF, days=6), **take) is ErrorCode.STATE_FORBIDS
    retract(order(VERIFIER, days=6), **take)
    assert (again(found).state, owners()[vehicle.pk]) == (State.RETRACTED, town.an)


def test_declarations_are_taken_back_in_any_order(town: Town) -> None:
    vehicle = town.registered(town.an)
    unused, seized = sent(town.an, "vehicle_unused", vehicle), sent(town.an, "vehicle_seized", vehicle)
    accepted(unused)
    accepted(seized, days=1)
    for found, status in ((unused, "tam_giu_tich_thu"), (seized, "dang_su_dung")):
        ask_retraction(order(REGISTRAR, days=2), declaration_id=found.pk, text="Khai nhầm xe")
        retract(order(CHIEF, days=2), declaration_id=found.pk, text="Khai nhầm xe")
        assert (again(found).state, fresh(vehicle).known_status) == (State.RETRACTED, status)


def test_the_queue_and_its_counts_are_one_query(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = [sent(town.an, "vehicle_in_use", vehicle, days=place % 3) for place in range(5)]
    found += [sent(town.binh, "vehicle_bought_with_papers", vehicle), sent(town.chi, "vehicle_unused")]
    first = queue(look(VERIFIER), limit=3)
    rest = queue(look(VERIFIER), after=(first[-1].risk, first[-1].due_on, first[-1].declaration_id))
    listed = [*first, *rest]
    assert [line.declaration_id for line in listed] == [
        row.pk for row in sorted(map(again, found), key=lambda row: (-row.risk, row.due_on, row.pk))
    ]
    assert listed[0].declaration_id == found[5].pk
    assert queue(look(STRANGER)) == ()
    for wanted in (
        Filter(),
        Filter(kinds=frozenset({"vehicle_in_use"})),
        Filter(register="licences"),
        Filter(states=frozenset({State.VERIFIED})),
        Filter(commune_code=COMMUNE, late_on=date(2027, 1, 1)),
    ):
        assert sum(counts(look(CHIEF), wanted=wanted).values()) == len(queue(look(CHIEF), wanted=wanted))


def test_a_case_shows_both_sides(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.binh, "vehicle_bought_with_papers", vehicle, seller_name="Nguyễn Văn Ân")
    case = declaration_case(look(VERIFIER), declaration_id=found.pk)
    assert case is not None
    assert {row.item: row.agrees for row in case.comparison} == {
        "plate": True,
        "chassis_number": True,
        "engine_number": None,
        "owner": False,
    }
    assert [row.pk for row in case.records] == [vehicle.pk]
    assert [row.pk for row in case.holders] == [town.an]
    assert case.verbs == {Verb.VERIFY, Verb.REFUSE, Verb.ASK_BACK, Verb.FORWARD, Verb.MARK_CONFLICT, Verb.WITHDRAW}
    with acting(VERIFIER):
        seen = AuditEvent.objects.filter(event="declarations.case_read").values_list("subject_kind", "subject_key")
        assert {("person", str(town.an)), ("person", str(town.binh)), ("vehicle", str(vehicle.pk))} < set(seen)


def test_what_falls_due_is_brought_up_and_what_is_late_escalated(town: Town) -> None:
    found = sent(town.an, "person_data_wrong")
    drafts: Any = None
    with acting(SYSTEM):
        drafts = Declaration.objects.filter(state="draft").count()
    quiet = Order(SYSTEM, DAY - timedelta(days=1))
    soon, late = Order(SYSTEM, DAY + timedelta(days=2)), Order(SYSTEM, DAY + timedelta(days=9))
    assert (drafts, remind_due(quiet)) == (0, ())
    assert remind_due(soon) == (found.pk,)
    assert remind_due(soon) == ()
    assert remind_due(late) == (found.pk,)
    assert remind_due(late) == ()
    after = again(found)
    assert after.risk == found.risk + 30
    with acting(SYSTEM):
        assert list(Note.objects.filter(declaration=found).order_by("pk").values_list("what", "public")) == [
            ("reminded", True),
            ("escalated", True),
        ]
