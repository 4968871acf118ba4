"""The way of a declaration in plain Python, over masses of steps: who may change an owner, where, and never against an objection.

The judge keeps its own book of who did what and does not believe what a declaration says about itself.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.domain.declarations.ward import COMMUNE, OTHER_COMMUNE, PROVINCE, citizen
from tests.domain.vehicles.town import officer

from sosach.domain.access.rules import Role, reaches
from sosach.domain.audit.rules import Actor, Level, account_key
from sosach.domain.audit.rules.events import ActorKind
from sosach.domain.declarations.states import (
    BY_OBJECTOR,
    FINAL,
    REASONS,
    ImpossibleError,
    Move,
    Standing,
    State,
    Verb,
    after,
    joined,
    possible,
)

EXAMPLES = int(os.environ.get("SOSACH_EXAMPLES", "40"))
STEPS = int(os.environ.get("SOSACH_STEPS", "50"))
HEAVY_EXAMPLES, HEAVY_STEPS = 1_100, 100  # 110,000 steps
DAY = date(2026, 11, 23)
PEOPLE = (1, 2, 3, 4)
OFFICERS = (
    officer("officer-1", Role.CLERK, Role.VERIFIER, level=Level.COMMUNE, unit=COMMUNE),
    officer("officer-2", Role.CHIEF, level=Level.COMMUNE, unit=COMMUNE),
    officer("officer-3", Role.VEHICLES, level=Level.COMMUNE, unit=COMMUNE),
    officer("officer-4", Role.CHIEF, Role.VERIFIER, level=Level.COMMUNE, unit=OTHER_COMMUNE),
    officer("officer-5", Role.VERIFIER, level=Level.PROVINCE, unit=PROVINCE),
    officer("officer-6", Role.CHIEF, level=Level.PROVINCE, unit="79"),
    # the first citizen works at the desk, under two accounts
    replace(officer("officer-7", Role.VERIFIER, level=Level.COMMUNE, unit=COMMUNE), person_id=1),
    replace(officer("officer-8", Role.CHIEF, level=Level.COMMUNE, unit=COMMUNE), person_id=1),
)
ACTORS = (*OFFICERS, *map(citizen, PEOPLE))
PLACES = ((COMMUNE, PROVINCE), (OTHER_COMMUNE, PROVINCE), ("26734", "79"))
WHICH = st.integers(0, 7)
UNVERIFYING = {Verb.ASK_BACK, Verb.ANSWER, Verb.FORWARD, Verb.MARK_CONFLICT, Verb.CLEAR_CONFLICT}
BACKWARDS = UNVERIFYING | {Verb.WITHDRAW, Verb.REFUSE, Verb.UPHOLD}
DONE = {"steps": 0, "taken": 0, "owners": 0}


def human(actor: Actor) -> str:
    """The human behind an account."""
    return account_key(ActorKind.CITIZEN, actor.person_id) if actor.person_id is not None else actor.key


@dataclass
class Claim:
    """A claim to own the vehicle, and the judge's own book about it."""

    person: int
    standing: Standing
    place: tuple[str, str]
    verified: Actor | None = None
    objecting: set[int] = field(default_factory=set)
    until: date | None = None
    retraction: Actor | None = None
    counts: bool = False


class Desk(RuleBasedStateMachine):
    """Claims about one vehicle by four people, worked on by anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.day = DAY
        self.claims: list[Claim] = []

    @initialize()
    def begin(self) -> None:
        self.declare(2, 0)

    def declare(self, person: int, place: int) -> None:
        commune, province = PLACES[place]
        standing = Standing(person, 2, commune, province)
        until = self.day + timedelta(days=1)
        standing = after(standing, Move(Verb.SUBMIT, citizen(person), self.day, objecting_until=until))
        self.claims.append(Claim(person, standing, (commune, province), until=until))

    def owner(self) -> int:
        """The last claim that counts, else the first owner."""
        owners = [claim.person for claim in self.claims if claim.counts]
        return owners[-1] if owners else 4

    @rule(person=st.sampled_from(PEOPLE), place=st.sampled_from([0, 0, 0, 1]))
    def comes_in(self, person: int, place: int) -> None:
        DONE["steps"] += 1
        if sum(claim.standing.state not in FINAL for claim in self.claims) < 4:
            self.declare(person, place)

    @rule(days=st.sampled_from([0, 1, 2, 40]))
    def days_pass(self, days: int) -> None:
        DONE["steps"] += 1
        self.day += timedelta(days=days)

    @rule(
        which=WHICH,
        verb=st.sampled_from([*Verb, Verb.VERIFY, Verb.APPROVE, Verb.APPROVE, Verb.OBJECT, Verb.RETRACT]),
        actor=st.integers(0, len(ACTORS) - 1),
        objector=st.sampled_from(PEOPLE),
        place=st.integers(0, 2),
        notice=st.booleans(),
    )
    def steps(self, which: int, verb: Verb, actor: int, objector: int, place: int, notice: bool) -> None:  # noqa: FBT001 - Hypothesis' form
        DONE["steps"] += 1
        claim, who = self.claims[-1 - which % len(self.claims)], ACTORS[actor]
        until = self.day + timedelta(days=30) if notice and verb is Verb.VERIFY else None
        self.take(claim, Move(verb, who, self.day, objector=objector, place=PLACES[place], objecting_until=until))

    @rule(which=WHICH, actor=st.integers(0, len(ACTORS) - 1), nth=st.integers(0, 9), back=st.sampled_from([0, 0, 0, 1]))
    def goes_on(self, which: int, actor: int, nth: int, back: int) -> None:
        """A step that is offered; those that lead back or end it only sometimes."""
        DONE["steps"] += 1
        claim = self.claims[-1 - which % len(self.claims)]
        for turn in range(len(ACTORS)):
            who = ACTORS[(actor + turn) % len(ACTORS)]
            offered = sorted(possible(claim.standing, who, self.day) - (set() if back else BACKWARDS))
            if offered:
                objector = next(iter(claim.standing.objections), None)
                self.take(claim, Move(offered[nth % len(offered)], who, self.day, objector=objector, place=claim.place))
                return

    def take(self, claim: Claim, move: Move) -> None:
        """Take a step, if it can be taken, and judge it."""
        before = claim.standing
        try:
            now = after(before, move)
        except ImpossibleError as error:
            if error.why not in REASONS:
                raise
            return
        DONE["taken"] += 1
        claim.standing = now
        self.judge(claim, move, before, now)
        if move.verb is Verb.APPROVE:
            claim.standing = after(now, Move(Verb.APPLY, move.actor, self.day))
            claim.counts = True
            DONE["owners"] += 1

    @rule()
    def two_records_are_one_person(self) -> None:
        """The third citizen turns out to be the second."""
        DONE["steps"] += 1
        for claim in self.claims:
            claim.standing = joined(claim.standing, 3, 2)
            claim.person = 2 if claim.person == 3 else claim.person
            claim.objecting = {2 if person == 3 else person for person in claim.objecting} - {claim.person}
            assert claim.standing.objections == claim.objecting
            assert bool(claim.objecting) is (claim.standing.state is State.OBJECTED)

    def judge(self, claim: Claim, move: Move, before: Standing, now: Standing) -> None:
        """What must never be, by the book."""
        verb, who = move.verb, move.actor
        assert before.state not in FINAL or verb in {Verb.ASK_RETRACTION, Verb.RETRACT, Verb.APPLY}
        if verb not in BY_OBJECTOR | {Verb.APPLY}:
            own = who.person_id == claim.person
            here = reaches(who, commune_code=claim.place[0], province_code=claim.place[1])
            assert here or own
        if verb is Verb.APPROVE:
            assert claim.verified is not None
            assert human(claim.verified) != human(who)
            assert human(who) != account_key(ActorKind.CITIZEN, claim.person)
            assert not claim.objecting
            assert claim.until is None or self.day > claim.until
            assert reaches(who, commune_code=claim.place[0], province_code=claim.place[1])
            assert not who.roles.isdisjoint({Role.VERIFIER, Role.CHIEF})
        if verb is Verb.RETRACT:
            assert claim.retraction is not None
            assert human(claim.retraction) != human(who)
            claim.counts = False
        self.note(claim, move)
        assert bool(claim.objecting) is (now.state is State.OBJECTED)
        assert now.objections == claim.objecting

    def note(self, claim: Claim, move: Move) -> None:
        """Write the book."""
        verb, who = move.verb, move.actor
        if verb is Verb.VERIFY:
            claim.verified, claim.until = who, move.objecting_until or claim.until
        elif verb in UNVERIFYING:
            claim.verified = None
        if verb is Verb.FORWARD and move.place is not None:
            claim.place = move.place
        if verb is Verb.OBJECT and move.objector is not None:
            claim.objecting.add(move.objector)
        if verb in {Verb.WITHDRAW_OBJECTION, Verb.DISMISS}:
            claim.objecting.discard(move.objector or 0)
        if verb is Verb.UPHOLD or (verb is Verb.WITHDRAW and claim.objecting):
            claim.objecting.clear()
        if verb is Verb.ASK_RETRACTION:
            claim.retraction = who

    @rule(which=WHICH, actor=st.integers(0, len(ACTORS) - 1))
    def buttons_tell_the_truth(self, which: int, actor: int) -> None:
        DONE["steps"] += 1
        claim, who = self.claims[-1 - which % len(self.claims)], ACTORS[actor]
        offered = possible(claim.standing, who, self.day)
        for verb in set(Verb) - BY_OBJECTOR - {Verb.APPLY}:
            objector = next(iter(claim.standing.objections), None)
            move = Move(verb, who, self.day, objector=objector, place=claim.place)
            try:
                after(claim.standing, move)
            except ImpossibleError:
                assert verb not in offered
            else:
                assert verb in offered


def run(examples: int, steps: int) -> None:
    """Run the machine and print what was walked."""
    DONE.update(steps=0, taken=0, owners=0)
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{DONE['steps']} steps, {DONE['taken']} taken, {DONE['owners']} changes of owner")  # noqa: T201 - what was run


def test_owners_change_by_two_in_their_place_and_against_nobody() -> None:
    run(EXAMPLES, STEPS)
    assert DONE["taken"] > 0


@pytest.mark.heavy
def test_the_same_over_more_than_a_hundred_thousand_steps() -> None:
    run(HEAVY_EXAMPLES, HEAVY_STEPS)
    assert DONE["steps"] >= 100_000
    assert DONE["owners"] > 0


REGISTRAR, CHIEF = OFFICERS[2], OFFICERS[1]


def standing(*verbs: tuple[Verb, Actor]) -> Standing:
    """A claim of the second citizen after some steps, long after the time to object."""
    found = after(Standing(2, 2, COMMUNE, PROVINCE), Move(Verb.SUBMIT, citizen(2), DAY, objecting_until=DAY))
    for verb, actor in verbs:
        found = after(found, Move(verb, actor, DAY + timedelta(days=5), objector=4, place=PLACES[1]))
    return found


def why(found: Standing, verb: Verb, actor: Actor, *, days: int = 5, objector: int | None = 4) -> str:
    with pytest.raises(ImpossibleError) as error:
        after(found, Move(verb, actor, DAY + timedelta(days=days), objector=objector))
    return error.value.why


def test_each_refusal_has_its_reason() -> None:
    verified = standing((Verb.VERIFY, REGISTRAR))
    objected = standing((Verb.VERIFY, OFFICERS[0]), (Verb.OBJECT, citizen(4)))
    applied = standing((Verb.VERIFY, REGISTRAR), (Verb.APPROVE, CHIEF), (Verb.APPLY, CHIEF))
    asked = after(applied, Move(Verb.ASK_RETRACTION, CHIEF, DAY))
    found = {
        why(standing(), Verb.APPROVE, CHIEF),
        why(verified, Verb.APPROVE, OFFICERS[3]),
        why(replace(verified, declarant=1), Verb.APPROVE, OFFICERS[7]),
        why(verified, Verb.WITHDRAW, citizen(3)),
        why(verified, Verb.APPROVE, REGISTRAR),
        why(standing((Verb.VERIFY, CHIEF)), Verb.APPROVE, CHIEF),
        why(objected, Verb.APPROVE, CHIEF),
        why(verified, Verb.APPROVE, CHIEF, days=0),
        why(objected, Verb.DISMISS, OFFICERS[0]),
        why(objected, Verb.OBJECT, citizen(4)),
        why(objected, Verb.DISMISS, CHIEF, objector=3),
        why(asked, Verb.ASK_RETRACTION, CHIEF),
        why(applied, Verb.RETRACT, CHIEF),
    }
    assert found == set(REASONS)


def test_the_holders_consent_ends_the_wait() -> None:
    verified = standing((Verb.VERIFY, REGISTRAR))
    waiting = replace(verified, objecting_until=DAY + timedelta(days=30))
    assert why(waiting, Verb.APPROVE, CHIEF) == "objecting"
    move = Move(Verb.APPROVE, CHIEF, DAY)
    assert after(replace(waiting, consented=True), move).state is State.APPROVED
