"""Anything anybody may do to a licence, in any order, on any day, on a real PostgreSQL: what must hold after every step."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.domain.licences.counting import Told
from tests.domain.licences.world import (
    BOTH,
    KEEPER,
    LIMITED,
    SYSTEM,
    UNLIMITED,
    application,
    licensed,
    look,
    order,
    passed,
    person,
    pet,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Level
from sosach.domain.licences.models import Licence, LicenceCard, LicenceClass, LicenceHalf
from sosach.domain.licences.operations import (
    Violation,
    add_class,
    deduct_points,
    exchange,
    expire_due,
    give_back,
    hold,
    holder_died,
    holder_lives,
    issue,
    issue_electronic,
    reissue,
    release,
    report_lost,
    restore_points_by_test,
    restore_points_due,
    retract_entry,
    revoke,
    suspend,
)
from sosach.domain.licences.queries.records import licence_record
from sosach.domain.licences.queries.views import EntryView, LicenceView
from sosach.domain.licences.rules.classes import Group, covered
from sosach.domain.licences.rules.procedures import Exam, ExchangeReason, RevokeReason
from sosach.domain.provenance.models import JournalEntry

START = date(2025, 3, 1)
GROUPS = st.sampled_from([UNLIMITED, LIMITED, BOTH])
ONE = st.sampled_from(list(Group))
CLASSES = st.sampled_from(["A1", "A", "B1", "B", "C1", "C"])
# Written down by hand from the law, apart from the program's own table: statuses of a half from which a verb may start.
LEGAL = {
    "suspend": {"valid", "expired", "held", "lost"},
    "hold": {"valid", "expired"},
    "revoke": {"valid", "expired", "suspended", "held", "lost"},
    "exchange": {"valid", "expired"},
    "reissue": {"valid", "expired", "lost"},
    "issue": {"none", "revoked"},
    "deduct": {"valid", "expired", "suspended", "held", "lost"},
}


@dataclass
class Snapshot:
    """What was there after some step: entries that held, and everything that followed from them."""

    last: int
    held: frozenset[int]
    state: Any


class Life(RuleBasedStateMachine):
    """One person's licence."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.today = START
        self.serial = 0
        self.told = Told(START)
        self.snapshots: list[Snapshot] = []
        self.revoked: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begins(self) -> None:
        self.who = person(birth_date="1980-02-03")
        self.licence = licensed(self.who, "A1", "B", day=START)
        self.number = self.licence.licence_number

    # what is there

    def view(self) -> LicenceView:
        found = licence_record(look(self.today), licence_id=self.licence.pk)
        assert found is not None
        return found

    def status(self, group: Group) -> str:
        return {half.group: str(half.status) for half in self.view().halves}.get(group, "none")

    def held_entries(self) -> frozenset[int]:
        return frozenset(line.entry for line in self.view().history if line.holds)

    def cards(self, groups: frozenset[Group]) -> tuple[Any, ...]:
        self.serial += 1
        return (pet(f"S{self.serial}", groups),)

    def state(self) -> Any:
        """Everything the tables say, apart from the day they were written."""
        with acting(KEEPER, level=Level.NATION):
            classes = LicenceClass.objects.filter(licence=self.licence).exclude(state="withdrawn")
            cards = LicenceCard.objects.filter(licence=self.licence).exclude(state="withdrawn")
            columns = Licence.objects.filter(pk=self.licence.pk).values(*Licence.FOLDED)
            return (
                sorted(classes.values_list("origin", "name", "law", "expires_on", "state", "passed_on")),
                sorted(cards.values_list("origin", "serial", "state")),
                list(columns),
            )

    def attempt(self, verb: str, groups: frozenset[Group], act: Any) -> bool:
        """Do it; who is refused has changed nothing, who is not was in a status the law allows."""
        before = {group: self.status(group) for group in groups}
        lines = len(self.view().history)
        try:
            act()
        except SosachError as refused:
            refusal: ErrorCode | None = refused.code
        else:
            refusal = None
        if refusal is not None:
            assert refusal in {ErrorCode.STATE_FORBIDS, ErrorCode.INPUT_INCOMPLETE, ErrorCode.NOT_FOUND}
            assert len(self.view().history) == lines
            return False
        assert set(before.values()) <= LEGAL.get(verb, set(before.values())), (verb, before)
        return True

    def last(self) -> EntryView:
        return self.view().history[-1]

    # what people do

    @rule(days=st.sampled_from([1, 20, 100, 184, 366, 1900]))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days)

    @rule(group=ONE, points=st.integers(1, 12))
    def violates(self, group: Group, points: int) -> None:
        self.serial += 1
        violation = Violation(f"V{self.serial}", group, points, self.today)
        act = order(self.today, SYSTEM)
        if self.attempt(
            "deduct",
            frozenset({group}),
            lambda: deduct_points(act, licence_id=self.licence.pk, violation=violation),
        ):
            self.told.taken[self.last().entry] = (group, self.today, points)

    @rule(group=ONE)
    def takes_the_test(self, group: Group) -> None:
        points = self.told.points(group, self.today, self.held_entries())
        if self.attempt(
            "test",
            frozenset({group}),
            lambda: restore_points_by_test(order(self.today), licence_id=self.licence.pk, group=group),
        ):
            assert points == 0
            self.told.tests[self.last().entry] = (group, self.today)

    @rule(groups=GROUPS)
    def exchanges(self, groups: frozenset[Group]) -> None:
        before = covered(each.fact for each in self.view().classes if each.state == "held")
        wish = application(self.who, self.today, groups=groups, exams=frozenset(Exam))
        act = order(self.today)
        if self.attempt(
            "exchange",
            groups,
            lambda: exchange(
                act,
                licence_id=self.licence.pk,
                reason=ExchangeReason.EXPIRING,
                application=wish,
                cards=self.cards(BOTH) if groups == BOTH else self.cards(groups),
            ),
        ):
            assert before <= covered(each.fact for each in self.view().classes if each.state == "held")

    @rule(name=CLASSES, groups=GROUPS)
    def adds(self, name: str, groups: frozenset[Group]) -> None:
        act, classes = order(self.today), passed(name, day=self.today)
        self.attempt(
            "add",
            frozenset(),
            lambda: add_class(
                act, licence_id=self.licence.pk, classes=classes, cards=self.cards(groups), received_on=self.today
            ),
        )

    @rule(name=CLASSES)
    def begins_anew(self, name: str) -> None:
        groups = UNLIMITED if name in {"A1", "A", "B1"} else LIMITED
        act, classes = order(self.today), passed(name, day=self.today)
        if self.attempt(
            "issue",
            groups,
            lambda: issue(
                act, person_id=self.who.pk, classes=classes, cards=self.cards(groups), received_on=self.today
            ),
        ):
            self.told.issued[self.last().entry] = groups

    @rule(data=st.data())
    def loses(self, data: st.DataObject) -> None:
        cards = [card.origin for card in self.view().cards if card.state == "active"]
        if cards:
            card = data.draw(st.sampled_from(cards))
            self.attempt(
                "lose", frozenset(), lambda: report_lost(order(self.today), licence_id=self.licence.pk, card=card)
            )

    @rule(groups=GROUPS)
    def gets_it_again(self, groups: frozenset[Group]) -> None:
        wish = application(self.who, self.today, groups=groups, exams=frozenset(Exam))
        before = {each.fact.name for each in self.view().classes if each.state == "held"}
        act = order(self.today)
        if self.attempt(
            "reissue",
            groups,
            lambda: reissue(act, licence_id=self.licence.pk, application=wish, cards=self.cards(groups)),
        ):
            assert before == {each.fact.name for each in self.view().classes if each.state == "held"}

    @rule()
    def goes_electronic(self) -> None:
        self.serial += 1
        serial = f"E{self.serial}"
        act = order(self.today)
        self.attempt(
            "electronic",
            frozenset(),
            lambda: issue_electronic(act, licence_id=self.licence.pk, serial=serial, received_on=self.today),
        )

    @rule(groups=GROUPS, days=st.sampled_from([0, 30, 400]))
    def is_suspended(self, groups: frozenset[Group], days: int) -> None:
        act, until = order(self.today), self.today + timedelta(days)
        self.attempt("suspend", groups, lambda: suspend(act, licence_id=self.licence.pk, until=until, groups=groups))

    @rule(groups=GROUPS)
    def is_held(self, groups: frozenset[Group]) -> None:
        self.attempt("hold", groups, lambda: hold(order(self.today), licence_id=self.licence.pk, groups=groups))

    @rule()
    def is_given_back(self) -> None:
        self.attempt("give_back", frozenset(), lambda: give_back(order(self.today), licence_id=self.licence.pk))
        self.attempt("release", frozenset(), lambda: release(order(self.today), licence_id=self.licence.pk))

    @rule(groups=GROUPS)
    def is_revoked(self, groups: frozenset[Group]) -> None:
        act = order(self.today)
        if self.attempt(
            "revoke",
            groups,
            lambda: revoke(
                act, licence_id=self.licence.pk, reason=RevokeReason.FRAUD, received_on=self.today, groups=groups
            ),
        ):
            self.told.revoked[self.last().entry] = groups

    @rule()
    def is_said_to_be_dead(self) -> None:
        act = order(self.today, SYSTEM)
        assert holder_died(act, person_id=self.who.pk) == (self.licence.pk,)
        assert holder_died(act, person_id=self.who.pk) == ()
        assert not any(each.may_drive for each in self.view().classes)
        assert holder_lives(act, person_id=self.who.pk) == (self.licence.pk,)

    @rule()
    def the_calendar_is_followed(self) -> None:
        restore_points_due(order(self.today, SYSTEM))
        expire_due(order(self.today, SYSTEM))
        with acting(KEEPER):
            written = {
                half.group: (half.status, half.points) for half in LicenceHalf.objects.filter(licence=self.licence)
            }
        assert (
            written.items() >= {half.group: (half.status, half.points.points) for half in self.view().halves}.items()
        ), "after the calendar the tables say what a look computes"

    # what is taken back

    @rule(data=st.data())
    def something_is_taken_back(self, data: st.DataObject) -> None:
        lines = [line.entry for line in self.view().history[1:] if line.holds and line.kind != "retraction"]
        if lines:
            entry = data.draw(st.sampled_from(lines))
            retract_entry(order(self.today), licence_id=self.licence.pk, entry_id=entry)
            self.revoked.clear()

    @rule()
    def remember(self) -> None:
        self.snapshots.append(Snapshot(self.last().entry, self.held_entries(), self.state()))

    @rule(data=st.data())
    def everything_since_is_taken_back(self, data: st.DataObject) -> None:
        if not self.snapshots:
            return
        place = data.draw(st.integers(0, len(self.snapshots) - 1))
        snapshot = self.snapshots[place]
        del self.snapshots[place + 1 :]
        later = [line for line in self.view().history if line.entry > snapshot.last and line.holds]
        undo = [line.entry for line in later if line.kind != "retraction"]
        undo += self._retractions_of(snapshot)
        for entry in data.draw(st.permutations(undo)):
            retract_entry(order(self.today), licence_id=self.licence.pk, entry_id=entry)
        self.revoked.clear()
        assert self.state() == snapshot.state

    def _retractions_of(self, snapshot: Snapshot) -> list[int]:
        """Retractions made since then of what held then."""
        with acting(KEEPER):
            later = JournalEntry.objects.filter(
                subject_id=self.licence.pk, register="licences", pk__gt=snapshot.last, retracts__isnull=False
            )
            told = dict(later.values_list("pk", "retracts_id"))
        taken_back = set(told.values())
        return [key for key, target in told.items() if target in snapshot.held and key not in taken_back]

    # what always holds

    @invariant()
    def what_always_holds(self) -> None:
        if not hasattr(self, "licence"):
            return
        view, held = self.view(), self.held_entries()
        self.one_number_for_life()
        self.points_are_what_a_child_counts(view, held)
        self.no_half_stands_on_two_cards(view)
        self.revoked_classes_do_not_come_back(view)
        self.nobody_drives_without_points_or_when_suspended(view)

    def one_number_for_life(self) -> None:
        with acting(KEEPER, level=Level.NATION):
            assert [row.licence_number for row in Licence.objects.filter(holder=self.who)] == [self.number]

    def points_are_what_a_child_counts(self, view: LicenceView, held: frozenset[int]) -> None:
        for half in view.halves:
            assert 0 <= half.points.points <= 12
            assert half.points.points == self.told.points(half.group, self.today, held)

    def no_half_stands_on_two_cards(self, view: LicenceView) -> None:
        active = [card.fact for card in view.cards if card.state == "active"]
        for group in Group:
            media = [card.medium for card in active if group in card.groups]
            assert len(media) == len(set(media))

    def revoked_classes_do_not_come_back(self, view: LicenceView) -> None:
        now = {each.origin for each in view.classes if each.state == "revoked"}
        assert self.revoked <= now
        self.revoked = now

    def nobody_drives_without_points_or_when_suspended(self, view: LicenceView) -> None:
        halves = {half.group: half for half in view.halves}
        for each in view.classes:
            if each.may_drive:
                half = halves[each.fact.group]
                assert half.points.points > 0
                assert half.status in {"valid", "lost", "held"}
