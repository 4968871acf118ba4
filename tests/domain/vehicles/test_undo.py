"""Taking back, in any order, whatever came later: the state is the one that never had it."""

import os
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from tests.domain.vehicles.state import entries_of, faults, picture
from tests.domain.vehicles.town import CHIEF, DAY, OFFICER, SECOND, SYSTEM, Town, fresh, officer, order, refused

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.vehicles import operations as verbs
from sosach.domain.vehicles.rules import ExchangeGround, Ground, Holder, day_of, person

pytestmark = pytest.mark.usefixtures("db")
# A vehicle whose registration is taken back lies in no commune: only the nation reaches it.
NATION = officer("5", Role.CHIEF, Role.VEHICLES, level=Level.NATION, unit="")
OTHER = officer("6", Role.VERIFIER, level=Level.NATION, unit="")
SEQUENCES = int(os.environ.get("SOSACH_EXAMPLES", "12"))


class Past:
    """A vehicle that lives through random procedures."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.town = Town.founded()
        self.people = [self.town.an, self.town.binh, self.town.chi]
        self.key = self.town.registered(self.people[0]).pk
        self.days = 1.0

    def order(self) -> Order:
        self.days += self.random.choice([0.01, 1, 16, 32])
        papers = {
            "sale_contract": "1",
            "commitment": "2",
            "paper_of_registered_owner": "3",
            "paper_of_last_seller": "4",
        }
        return Order(OFFICER, DAY + timedelta(days=self.days), papers, "lý do")

    def step(self) -> None:
        """One procedure chosen at random; refusals are no steps."""
        holder = Holder(person(self.random.choice(self.people)))
        two: dict[str, Any] = {"holder": holder, "approver": CHIEF}
        names: list[tuple[str, dict[str, Any]]] = [
            ("withdraw", {"ground": Ground.TRANSFER}),
            ("transfer_with_papers", two),
            ("transfer", {**two, "combined": True, "paper_on": day_of(DAY)}),
            ("exchange", {"ground": ExchangeGround.TRANSPORT_USE, "changes": {"transport_business": True}}),
            (
                "exchange",
                {"ground": ExchangeGround.COLOUR, "changes": {"paint_colour": self.random.choice(["do", "den"])}},
            ),
            ("pledge", {"creditor": "NGÂN HÀNG A"}),
            ("report_stolen", {"report": "1"}),
            ("report_recovered", {}),
            ("report_plate_lost", {}),
            ("reissue_plate", {}),
            ("open_notice", {"user_person": holder.owner.person}),
            ("refuse_notice", {}),
            ("object_to", {"statement": "Xe của tôi"}),
            ("report_papers_lost", {}),
            ("transfer_after_notice", {"approver": CHIEF}),
        ]
        name, told = self.random.choice(names)
        try:
            getattr(verbs, name)(self.order(), vehicle_id=self.key, **told)
        except SosachError:
            self.lift()

    def lift(self) -> None:
        """Open the way again now and then, or nothing would ever happen to a pledged vehicle."""
        with acting(SYSTEM):
            opened = JournalEntry.objects.filter(subject_id=self.key, procedure__in=["pledge", "object_to"])
            entry = opened.order_by("-pk").first()
        if entry is None:
            return
        verb, told = {
            "pledge": ("release_pledge", {"pledge_entry": entry.pk}),
            "object_to": ("settle_objection", {"objection": entry.pk, "upheld": False}),
        }[entry.procedure]
        try:
            act = self.order()
            actor = CHIEF if verb == "settle_objection" else OFFICER
            getattr(verbs, verb)(Order(actor, act.at, act.evidence, act.reason), vehicle_id=self.key, **told)
        except SosachError:
            return

    def undo(self, entries: list[int]) -> None:
        for entry in entries:
            self.days += 0.001
            act = Order(NATION, DAY + timedelta(days=self.days), {}, "nhầm")
            verbs.take_back(act, vehicle_id=self.key, entry_id=entry, approver=OTHER)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_undo_in_any_order_restores_what_was(seed: int) -> None:
    past = Past(seed)
    pictures = {entries_of(past.key)[-1]: picture()}
    while len(pictures) < 8:
        past.step()
        latest = entries_of(past.key)[-1]
        pictures.setdefault(latest, picture())
    entries = entries_of(past.key)
    told = [entry for entry in entries if entry in pictures]
    here = past.random.choice(told)
    later = [entry for entry in entries if entry > here]
    past.random.shuffle(later)
    past.undo(later)
    assert picture() == pictures[here]
    assert faults() == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_what_is_taken_back_leaves_no_trace_of_its_order(seed: int) -> None:
    past = Past(seed)
    while len(entries_of(past.key)) < 7:
        past.step()
    some = [entry for entry in entries_of(past.key) if past.random.random() < 0.5]
    pictures = []
    for _ in range(2):
        past.random.shuffle(some)
        point = transaction.savepoint()
        past.undo(some)
        assert faults() == []
        pictures.append(picture())
        transaction.savepoint_rollback(point)
    assert pictures[0] == pictures[1]


def test_a_retraction_is_taken_back_itself() -> None:
    past = Past(1)
    verbs.exchange(past.order(), vehicle_id=past.key, ground=ExchangeGround.COLOUR, changes={"paint_colour": "do"})
    before = picture()
    past.undo([entries_of(past.key)[-1]])
    assert fresh(past.key).paint_colour == "trang"
    with acting(SYSTEM):
        retraction = JournalEntry.objects.order_by("pk").last()
    assert retraction is not None
    past.undo([retraction.pk])
    assert picture() == before


def test_taking_an_ownership_back_needs_two_people_and_a_reason() -> None:
    past = Past(1)
    told = {"holder": Holder(person(past.town.binh)), "approver": CHIEF, "combined": True, "paper_on": day_of(DAY)}
    verbs.transfer(past.order(), vehicle_id=past.key, **told)
    undo = {"vehicle_id": past.key, "entry_id": entries_of(past.key)[-1]}
    assert refused(verbs.take_back, order(days=9), **undo) is ErrorCode.INPUT_INCOMPLETE
    assert refused(verbs.take_back, order(days=9, reason="nhầm"), **undo) is ErrorCode.INPUT_INCOMPLETE
    alone = {**undo, "approver": CHIEF}
    assert refused(verbs.take_back, order(CHIEF, days=9, reason="nhầm"), **alone) is ErrorCode.INPUT_INCOMPLETE
    assert fresh(past.key).owner_person_id == past.town.binh
    verbs.take_back(order(CHIEF, days=9, reason="nhầm"), approver=SECOND, **undo)
    assert fresh(past.key).owner_person_id == past.town.an


def test_what_followed_an_owner_is_taken_back_before_him() -> None:
    past = Past(1)
    told = {"holder": Holder(person(past.town.binh)), "approver": CHIEF, "combined": True, "paper_on": day_of(DAY)}
    verbs.transfer(past.order(), vehicle_id=past.key, **told)
    sale = entries_of(past.key)[-1]
    place = {"commune_code": "00008", "province_code": "01"}
    (move,) = verbs.move_records(order(SYSTEM, days=50), person_id=past.town.binh, **place)
    undo = {"vehicle_id": past.key, "entry_id": sale, "approver": SECOND}
    assert refused(verbs.take_back, order(CHIEF, days=51, reason="nhầm"), **undo) is ErrorCode.STATE_FORBIDS
    past.days = 52
    past.undo([move, sale])
    now = fresh(past.key)
    assert (now.owner_person_id, now.commune_code) == (past.town.an, "00004")
