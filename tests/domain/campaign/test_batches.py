"""Safe cases of a handful of vehicles answered at once: what is shown, who looks, what is refused, and how it is undone."""

from pathlib import Path
from uuid import uuid4

import pytest
from tests.domain.campaign.ground import (
    FAR,
    HERE,
    SYSTEM,
    account,
    campaign,
    case_of,
    cases,
    dirty,
    filled,
    finding,
    look,
    officer,
    order,
    take_in,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.campaign.models import Batch, Campaign, Solution
from sosach.domain.campaign.operations.solving import (
    agree_to_batch,
    carry_out_batch,
    look_at_sample,
    make_batch,
    solve,
    undo_batch,
)
from sosach.domain.campaign.queries.solving import batch_seen, batches, safe_groups
from sosach.domain.campaign.states.cases import State
from sosach.domain.campaign.states.solving import BatchState, Verdict
from sosach.domain.vehicles.models import Vehicle

COUNT = 8  # more than the campaign lets one person change at once


def now(actor: Actor, reason: str = "đối chiếu giấy tờ") -> Order:
    return Order(actor, order(actor).at, {"paper": "12"}, reason, uuid4())


def raised(code: ErrorCode) -> "pytest.RaisesExc[SosachError]":
    return pytest.raises(SosachError, match=f"^{code}:")


@pytest.fixture
def found(db: None, tmp_path: Path) -> Campaign:
    """Eight vehicles whose brand is spelt in another way, one whose brand is another."""
    del db
    rows = [dirty(number, brand="Hon da", owner_kind="person") for number in range(1, COUNT + 2)]
    said = [
        finding(number, "VAL-50", "warning", field="brand", value="Hon da", proposed_value="HONDA")
        for number in range(1, COUNT + 1)
    ]
    said.append(finding(COUNT + 1, "VAL-50", "warning", field="brand", value="Hon da", proposed_value="YAMAHA"))
    take_in(tmp_path / "run", rows, findings=said)
    made = campaign()
    filled(made)
    return made


@pytest.fixture
def maker(found: Campaign) -> Actor:
    del found
    return officer(account("xac.minh"), Role.VERIFIER)


@pytest.fixture
def chief(found: Campaign) -> Actor:
    del found
    return officer(account("chi.huy"), Role.CHIEF)


def brands() -> list[str]:
    with acting(SYSTEM):
        return list(Vehicle.objects.order_by("pk").values_list("brand", flat=True))


def made(actor: Actor, found: Campaign, *, most: int = COUNT) -> Batch:
    (group,) = safe_groups(look(actor), campaign_id=found.pk)
    return make_batch(now(actor), campaign_id=found.pk, group=group.key, most=most)


def looked_at(actor: Actor, batch: Batch) -> None:
    for key in batch.sample:
        look_at_sample(now(actor), batch_id=batch.pk, case_id=key, verdict=Verdict.RIGHT)


def test_only_what_is_proven_is_in_the_group(found: Campaign, maker: Actor) -> None:
    (group,) = safe_groups(look(maker), campaign_id=found.pk)
    assert (group.key, group.cases, group.effects) == ("vehicles:VAL-50", COUNT, {"brand": COUNT})
    assert group.needs_second
    assert case_of(COUNT + 1).pk not in group.ids
    assert len(group.sample) == 5
    assert all(each.fix is not None and each.record is not None for each in group.sample)


def test_a_batch_from_its_preview_to_its_undoing(found: Campaign, maker: Actor, chief: Actor) -> None:
    before = brands()
    batch = made(maker, found)
    assert batch.sample == batch.cases, "of so few all are looked at"
    with raised(ErrorCode.STATE_FORBIDS):
        carry_out_batch(now(maker), batch_id=batch.pk)
    looked_at(maker, batch)
    with raised(ErrorCode.STATE_FORBIDS):  # more than one person may change
        carry_out_batch(now(maker), batch_id=batch.pk)
    with raised(ErrorCode.STATE_FORBIDS):
        agree_to_batch(now(maker), batch_id=batch.pk)
    agree_to_batch(now(chief), batch_id=batch.pk)
    assert brands() == before
    answered = batch.cases[0]  # somebody works on one of them meanwhile
    solve(now(chief), case_id=answered, fix_key="dismiss")
    first = carry_out_batch(now(maker), batch_id=batch.pk, limit=3)
    assert (first.done, set(first.left), first.waiting) == (2, {answered}, COUNT - 3)
    last = carry_out_batch(now(maker), batch_id=batch.pk)
    assert (last.done, last.left, last.waiting) == (COUNT - 3, {}, 0)
    assert sorted(brands()) == sorted(["HONDA"] * (COUNT - 1) + ["Hon da"] * 2)
    assert {case.state for case in cases(pk__in=batch.cases)} == {State.APPROVED}, (
        "the re-check closes them, nobody else"
    )
    seen = batch_seen(look(maker), batch_id=batch.pk)
    assert (seen.state, seen.done, seen.waiting, set(seen.batch.left)) == (
        BatchState.DONE,
        COUNT - 1,
        0,
        {str(answered)},
    )
    undone = undo_batch(now(maker, "thử lại"), batch_id=batch.pk, limit=4)
    assert (undone.done, undone.left, undone.waiting) == (4, {}, COUNT - 5)
    undo_batch(now(maker, "thử lại"), batch_id=batch.pk)
    assert brands() == before
    assert batches(look(maker), campaign_id=found.pk)[0].state is BatchState.UNDONE


def test_an_error_in_the_sample_refuses_the_batch(found: Campaign, maker: Actor) -> None:
    batch = made(maker, found, most=4)
    looked_at(maker, batch)
    look_at_sample(now(maker), batch_id=batch.pk, case_id=batch.sample[0], verdict=Verdict.WRONG)
    with raised(ErrorCode.STATE_FORBIDS):
        carry_out_batch(now(maker), batch_id=batch.pk)
    with raised(ErrorCode.STATE_FORBIDS):
        look_at_sample(now(maker), batch_id=batch.pk, case_id=batch.sample[0], verdict=Verdict.RIGHT)
    assert batch_seen(look(maker), batch_id=batch.pk).state is BatchState.REFUSED
    assert not Solution.objects.filter(batch=batch.pk).exists()


def test_who_may_not(found: Campaign, maker: Actor) -> None:
    stranger = officer(account("xa.khac", unit=FAR, province="01"), Role.VERIFIER, unit=FAR)
    other = officer(account("khac"), Role.VERIFIER)
    clerk = officer(account("can.bo"), Role.CLERK)
    assert safe_groups(look(stranger), campaign_id=found.pk) == ()
    with raised(ErrorCode.CONFLICT):
        make_batch(now(stranger), campaign_id=found.pk, group="vehicles:VAL-50")
    with raised(ErrorCode.ACCESS_DENIED):
        make_batch(now(clerk), campaign_id=found.pk, group="vehicles:VAL-50")
    batch = made(maker, found, most=3)
    assert (batch.commune_code, batch.register, batch.codes) == (HERE, "vehicles", ["VAL-50"])
    looked_at(maker, batch)
    with raised(ErrorCode.STATE_FORBIDS):
        carry_out_batch(now(other), batch_id=batch.pk)
    with raised(ErrorCode.NOT_FOUND):
        carry_out_batch(now(stranger), batch_id=batch.pk)
    with raised(ErrorCode.NOT_FOUND):
        look_at_sample(now(maker), batch_id=batch.pk, case_id=case_of(COUNT + 1).pk, verdict=Verdict.RIGHT)
    late = Order(maker, order(maker, days=2).at, {"paper": "1"}, "muộn", uuid4())
    with raised(ErrorCode.STATE_FORBIDS):
        carry_out_batch(late, batch_id=batch.pk)
    assert carry_out_batch(now(maker), batch_id=batch.pk).done == 3


def test_the_own_vehicle_is_never_in_the_batch(found: Campaign, maker: Actor) -> None:
    with acting(SYSTEM):
        own = cases(campaign=found)[0]
        own.person_id = 77
        own.save(update_fields=["person_id"])
    concerned = Actor(maker.kind, maker.key, maker.level, maker.unit, maker.roles, person_id=77)
    (group,) = safe_groups(look(concerned), campaign_id=found.pk)
    assert (group.cases, own.pk in group.ids) == (COUNT - 1, False)
