"""Many at once: one key is one declaration, one acceptance, and an objection is never overtaken; nothing waits for ever."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from tests.domain.declarations.ward import (
    CHIEF,
    REGISTRAR,
    VERIFIER,
    Town,
    again,
    citizen,
    look,
    order,
    receipt_for,
    sent,
)
from tests.domain.vehicles.state import faults, owners
from tests.domain.vehicles.test_concurrency import at_once
from tests.domain.vehicles.town import SYSTEM

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import approve, object_to, save_draft, start_draft, verify
from sosach.domain.declarations.queries import declaration_case
from sosach.domain.declarations.states import State

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.slow]


@pytest.fixture
def town(committed: str) -> Town:
    del committed
    with transaction.atomic():
        return Town.founded()


def test_one_key_sent_many_times_at_once_is_one_declaration(town: Town) -> None:
    key = uuid4()
    found = at_once([lambda: receipt_for(town.an, "vehicle_in_use", key=key)] * 6)
    assert len({receipt.signature for receipt in found}) == 1
    with acting(SYSTEM):
        assert Declaration.objects.count() == 1


def test_seller_and_buyer_at_once_find_each_other(town: Town) -> None:
    vehicle = town.registered(town.an)
    at_once([
        lambda: sent(town.an, "vehicle_sold", vehicle, buyer_pin="001099000002").pk,
        lambda: sent(town.binh, "vehicle_bought_with_papers", vehicle).pk,
    ])  # fmt: skip
    with acting(SYSTEM):
        keys = list(Declaration.objects.order_by("pk").values_list("pk", flat=True))
    for one, other in (keys, keys[::-1]):
        case = declaration_case(look(CHIEF), declaration_id=one)
        assert case is not None
        assert [met.declaration_id for met in case.meetings] == [other]


def test_a_claim_is_accepted_once(town: Town) -> None:
    vehicle = town.registered(town.an)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=claim.pk)
    found: list[Any] = at_once([lambda: approve(order(CHIEF, days=5), declaration_id=claim.pk)] * 4)
    assert sorted(map(str, found)) == sorted([str(State.APPLIED), *[str(ErrorCode.STATE_FORBIDS)] * 3])
    assert len(again(claim).applied) == 1
    assert faults() == []


@pytest.mark.parametrize("turn", range(4))
def test_an_objection_is_before_the_decision_or_too_late(town: Town, turn: int) -> None:
    vehicle = town.registered(town.an)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=claim.pk)
    acts = [
        lambda: approve(order(CHIEF, days=5), declaration_id=claim.pk),
        lambda: object_to(order(citizen(town.an), days=5), declaration_id=claim.pk, statement="Tôi chưa bán"),
    ]
    at_once(acts[:: 1 if turn % 2 else -1])
    state, owner = again(claim).state, owners()[vehicle.pk]
    assert (state, owner) in {(State.APPLIED, town.binh), (State.OBJECTED, town.an)}


def test_two_pages_saved_at_once_lose_nothing(town: Town) -> None:
    who = citizen(town.an)
    draft = start_draft(order(who), kind="vehicle_in_use", key=uuid4()).declaration_id
    pages = [{"plate": "30A-123.45"}, {"phone": "0912345678"}, {"address": "12 phố Thử"}]
    at_once([
        lambda page=page: save_draft(order(who), declaration_id=draft, version=1, answers=page) for page in pages
    ])  # fmt: skip
    with acting(SYSTEM):
        kept = Declaration.objects.get(pk=draft)
    assert kept.answers == {"plate": "30A-123.45", "phone": "0912345678", "address": "12 phố Thử"}
    assert kept.version == 4


def test_two_officers_decide_differently_and_one_comes_first(town: Town) -> None:
    claim = sent(town.an, "vehicle_unused", town.registered(town.an))
    verify(order(VERIFIER), declaration_id=claim.pk, version=1)
    stale = at_once([lambda: approve(order(CHIEF), declaration_id=claim.pk, version=2)] * 2)
    assert ErrorCode.CONFLICT in stale or ErrorCode.STATE_FORBIDS in stale
    assert again(claim).state == State.APPLIED
