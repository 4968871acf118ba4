"""Short cuts past the second person, the time to object, the territory and the own interest: none of them is open."""

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.domain.declarations.ward import (
    CHIEF,
    OTHER_COMMUNE,
    REGISTRAR,
    SIGNER,
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
from tests.domain.vehicles.town import SYSTEM, fresh

from sosach.base.errors import ErrorCode
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import (
    answer,
    approve,
    ask_back,
    clear_conflict,
    declare,
    mark_conflict,
    object_to,
    refuse,
    verify,
    withdraw,
    withdraw_objection,
)
from sosach.domain.declarations.queries import notices_to_me
from sosach.domain.declarations.states import State
from sosach.domain.provenance.operations import enter_change
from sosach.domain.vehicles.models import Vehicle

pytestmark = pytest.mark.usefixtures("db")
BOUGHT = "vehicle_bought_with_papers"


@pytest.fixture
def town(db: None) -> Town:
    del db
    return Town.founded()


def moved_away(vehicle: Vehicle) -> None:
    """The record of a vehicle lies in another commune."""
    with acting(SYSTEM):
        enter_change(Order(SYSTEM, order(SYSTEM).at), fresh(vehicle), {"commune_code": OTHER_COMMUNE}, procedure="test")


def test_an_officers_answer_to_a_sale_is_not_the_word_of_the_seller(town: Town) -> None:
    vehicle = town.registered(town.an)
    bought = sent(town.binh, BOUGHT, vehicle)
    sold = sent(town.an, "vehicle_sold", vehicle, buyer_name="Trần Thị Thử")
    ask_back(order(VERIFIER), declaration_id=sold.pk, text="Ai đã mua?")
    changed = {"buyer_pin": "001099000002", "buyer_name": "Nguyễn Văn Bình"}
    answer(order(VERIFIER), declaration_id=sold.pk, version=again(sold).version, answers=changed, signer=SIGNER)
    verify(order(REGISTRAR), declaration_id=bought.pk)
    assert refused(approve, order(CHIEF), declaration_id=bought.pk) is ErrorCode.STATE_FORBIDS


def test_a_sale_one_officer_wrote_down_and_accepted_alone_is_no_consent(town: Town) -> None:
    vehicle = town.registered(town.an)
    bought = sent(town.binh, BOUGHT, vehicle)
    answers = told("vehicle_sold", vehicle, buyer_pin="001099000002")
    receipt = declare(
        order(VERIFIER), kind="vehicle_sold", answers=answers, key=uuid4(), signer=SIGNER, person_id=town.an
    )
    with acting(SYSTEM):
        sold = Declaration.objects.get(number=receipt.number)
    assert accepted(sold, by=(VERIFIER, VERIFIER)) == State.APPLIED
    verify(order(REGISTRAR), declaration_id=bought.pk)
    assert refused(approve, order(CHIEF), declaration_id=bought.pk) is ErrorCode.STATE_FORBIDS
    assert owners()[vehicle.pk] == town.an


def test_an_owner_who_is_found_when_verifying_still_has_time_to_object(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.binh, BOUGHT)  # its numbers lead to no record: nobody is told
    verify(order(REGISTRAR, days=10), declaration_id=found.pk, record_id=vehicle.pk)
    assert refused(approve, order(CHIEF, days=10), declaration_id=found.pk) is ErrorCode.STATE_FORBIDS
    object_to(order(citizen(town.an), days=11), declaration_id=found.pk, statement="Tôi chưa bán")
    assert owners()[vehicle.pk] == town.an


def test_who_became_owner_after_a_claim_was_verified_has_time_to_object(town: Town) -> None:
    vehicle = town.registered(town.an)
    late = sent(town.chi, BOUGHT, vehicle)
    verify(order(REGISTRAR, days=1), declaration_id=late.pk)
    with acting(SYSTEM):
        row = fresh(vehicle)
        enter_change(Order(SYSTEM, order(SYSTEM, days=2).at), row, {"owner_person_id": town.binh}, procedure="test")
    assert refused(approve, order(CHIEF, days=9), declaration_id=late.pk) is ErrorCode.STATE_FORBIDS
    assert owners()[vehicle.pk] == town.binh
    mark_conflict(order(VERIFIER, days=9), declaration_id=late.pk, text="Chủ xe đã thay đổi")
    clear_conflict(order(VERIFIER, days=9), declaration_id=late.pk, text="Đã hỏi chủ xe")
    verify(order(REGISTRAR, days=9), declaration_id=late.pk)
    assert refused(approve, order(CHIEF, days=9), declaration_id=late.pk) is ErrorCode.STATE_FORBIDS
    (notice,) = notices_to_me(look(citizen(town.binh), days=9))
    assert notice.may_object


def test_no_verifier_puts_an_objection_aside_by_giving_it_up_for_the_objector(town: Town) -> None:
    claim = sent(town.binh, BOUGHT, town.registered(town.an))
    verify(order(VERIFIER), declaration_id=claim.pk)
    objection = object_to(order(citizen(town.an)), declaration_id=claim.pk, statement="Tôi chưa bán")
    told_so = {"objection_id": objection, "text": "Người phản đối đã gọi điện rút"}
    assert refused(withdraw_objection, order(VERIFIER), **told_so) is ErrorCode.STATE_FORBIDS
    assert refused(withdraw_objection, order(REGISTRAR), **told_so) is ErrorCode.ACCESS_DENIED
    assert refused(withdraw_objection, order(CHIEF), objection_id=objection) is ErrorCode.INPUT_INCOMPLETE
    assert again(claim).state == State.OBJECTED
    withdraw_objection(order(CHIEF), **told_so)
    assert again(claim).state == State.VERIFIED


@pytest.mark.parametrize("how", ["holder", "claimant"])
def test_no_officer_decides_about_what_he_owns_or_claims(town: Town, how: str) -> None:
    vehicle = town.registered(town.an)
    claim = sent(town.binh, BOUGHT, vehicle)
    own = replace(VERIFIER, roles=VERIFIER.roles | {Role.VEHICLES}, person_id=town.an if how == "holder" else town.chi)
    if how == "claimant":
        sent(town.chi, BOUGHT, vehicle)
    for verb in (refuse, ask_back, mark_conflict):
        assert refused(verb, order(own), declaration_id=claim.pk, text="Không") is ErrorCode.ACCESS_DENIED
    assert refused(verify, order(own), declaration_id=claim.pk) is ErrorCode.ACCESS_DENIED
    assert refused(withdraw, order(own), declaration_id=claim.pk) is ErrorCode.ACCESS_DENIED
    assert again(claim).state == State.SUBMITTED
    refuse(order(VERIFIER), declaration_id=claim.pk, text="Giấy tờ không đúng")


def test_no_officer_opens_a_record_of_elsewhere_by_its_id(town: Town) -> None:
    vehicle = town.registered(town.an)
    moved_away(vehicle)
    found = sent(town.binh, BOUGHT)
    named = {"declaration_id": found.pk, "record_id": vehicle.pk}
    assert refused(verify, order(REGISTRAR), **named) is ErrorCode.NOT_FOUND
    assert again(found).record_id is None
    fitting = sent(town.binh, BOUGHT, vehicle)
    verify(order(REGISTRAR), declaration_id=fitting.pk, record_id=vehicle.pk)
    assert again(fitting).record_id == vehicle.pk
