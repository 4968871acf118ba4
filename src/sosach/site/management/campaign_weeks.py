"""Three pretended weeks of a campaign over a synthetic province: officers visit, citizens declare, cases are answered, days are noted.

Everything is done by the verbs everybody uses, at the pretended moments, so that every screen shows what they led to. The
re-check that closes cases runs once, for all of them; what it says of a record is then told on the day it was answered.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import Count

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.campaign.models import Campaign, Case
from sosach.domain.campaign.operations.campaigns import Terms, create_campaign, open_campaign, set_duty
from sosach.domain.campaign.operations.filling import fill
from sosach.domain.campaign.operations.noting import note_day
from sosach.domain.campaign.operations.planning import agree, carry_out, preview
from sosach.domain.campaign.operations.solving import confirm, prove, solve
from sosach.domain.campaign.operations.working import dispute, note_declared, note_visit
from sosach.domain.campaign.queries.solving import case_fixes
from sosach.domain.campaign.rules.changes import Change
from sosach.domain.campaign.rules.fixes import FixKind
from sosach.domain.campaign.rules.splitting import Rule
from sosach.domain.campaign.rules.targets import Target
from sosach.domain.campaign.rules.visits import Outcome
from sosach.domain.campaign.rules.wanted import Wanted
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import declare
from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.domain.vehicles.models import Vehicle
from sosach.jobs.rechecking import recheck
from sosach.vn.working_days import day_of
from sosach.web.frame.holders import citizen

REGISTER = "vehicles"
NAME = "Làm sạch dữ liệu đăng ký xe và giấy phép lái xe"
DAYS = 21
AHEAD = 26  # days of the campaign that are still to come
NOTED_EVERY = 4  # a forecast and a line need no more
MASS_LIMIT = 200
SYSTEM = Actor(ActorKind.SYSTEM, "demo", Level.NATION, roles=frozenset({Role.SYSTEM}))
_SEED = 2026
_VISITS, _ANSWERS, _DECLARED = 4, 3, 3  # of a weekday; twice as many at a weekend
_SATURDAY = 5
_OUTCOMES = (
    *(Outcome.MET,) * 5,
    *(Outcome.NOBODY,) * 4,
    *(Outcome.WORKS_AWAY,) * 3,
    *(Outcome.PAPERS_LATER,) * 2,
    *(Outcome.OWNER_ONLY,) * 2,
    Outcome.REFUSED,
)
# Answers that need nobody but the officer who compares.
_AT_THE_DESK = frozenset({FixKind.TAKE, FixKind.PERSON, FixKind.ACCEPT, FixKind.SAME, FixKind.DISMISS})


@dataclass(frozen=True, slots=True)
class People:
    """Who does what.

    Attributes:
        steward: of the province; runs the campaign.
        second: of the province; agrees to mass changes.
        clerks: commune → those who visit, account → who acts.
        verifiers: commune → who compares.
        chiefs: commune → who confirms.
    """

    steward: Actor
    second: Actor
    clerks: dict[str, dict[int, Actor]]
    verifiers: dict[str, Actor]
    chiefs: dict[str, Actor]


@dataclass(slots=True)
class Told:
    """What came of it.

    Attributes:
        cases: made.
        given: of them, given to officers.
        done: how often each kind of thing was done.
        answered: day → records answered on it.
    """

    cases: int = 0
    given: int = 0
    done: Counter[str] = field(default_factory=Counter)
    answered: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))


def three_weeks(people: People, *, province: str, now: datetime) -> Told:
    """Run a campaign until today.

    Args:
        people: who does what.
        province: where.
        now: the present moment; the campaign began three weeks before.
    """
    today, told = day_of(now), Told()
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    campaign = _begun(people, province, days[0], told)
    work = _Work(people, campaign, told)
    for day in days:
        work.day(day)
    checked = recheck(
        Order(SYSTEM, now, {}, "demo"),
        register=REGISTER,
        record_ids=[key for keys in told.answered.values() for key in keys],
    )
    for place, day in enumerate(days):
        there = {key: checked[key] for key in told.answered.get(day, ()) if key in checked}
        if there:
            proven = prove(Order(SYSTEM, _at(day, 22)), register=REGISTER, checked=there)
            told.done.update({f"prove:{name}": count for name, count in proven.items()})
        if place % NOTED_EVERY == 0 or day == days[-1]:
            note_day(Order(SYSTEM, _at(day, 23)), day=day)
    return told


def _begun(people: People, province: str, first: date, told: Told) -> Campaign:
    """The campaign, opened, filled, and given to those on duty, the second person agreeing."""
    ends = first + timedelta(days=DAYS + AHEAD)
    middle = first + timedelta(days=DAYS)
    terms = Terms(
        begins_on=first,
        upload_from=first + timedelta(days=DAYS + AHEAD // 2),
        ends_on=ends,
        targets=(Target(middle, 0.6), Target(ends, 0.95)),
        mass_limit=MASS_LIMIT,
    )
    made = create_campaign(
        _order(people.steward, first, 8),
        name=NAME,
        registers=[REGISTER, "licences"],
        level=Level.PROVINCE,
        unit_code=province,
        terms=terms,
    )
    campaign = open_campaign(_order(people.steward, first, 8), campaign_id=made.pk)
    told.cases = sum(each.new for each in fill(_order(people.steward, first, 9), campaign_id=campaign.pk))
    for commune, clerks in people.clerks.items():
        for place, officer in enumerate(clerks):
            set_duty(
                _order(people.steward, first, 10),
                campaign_id=campaign.pk,
                officer_id=officer,
                commune_code=commune,
                minutes_per_day=240 - 60 * place,
            )
        told.given += _split(people, campaign, commune, first)
    return campaign


def _split(people: People, campaign: Campaign, commune: str, day: date) -> int:
    wanted = Wanted(commune=commune)
    plan = preview(
        _order(people.steward, day, 11),
        campaign_id=campaign.pk,
        change=Change.SPLIT,
        wanted=wanted,
        terms={"rule": Rule.GROUPS.value},
    )
    if plan.needs_second:
        agree(_order(people.second, day, 12), token=plan.token)
    return carry_out(_order(people.steward, day, 13), token=plan.token)


class _Work:
    """What is done day by day; the same seed does the same."""

    def __init__(self, people: People, campaign: Campaign, told: Told) -> None:
        self._people, self._told = people, told
        self._chance = random.Random(_SEED)  # noqa: S311 - pretended work, no secret  # nosec B311
        self._signer = receipt_signer(settings.SOSACH_RECEIPT_KEY)
        with acting(SYSTEM):
            rows = Case.objects.filter(campaign=campaign, register=REGISTER, commune_code__in=list(people.clerks))
            found = list(rows.order_by("pk").values_list("pk", "subject_id", "commune_code", "officer_id"))
            # whose plate and owner are known can declare
            owners = Vehicle.objects.filter(
                pk__in=[subject for _, subject, _, _ in found], owner_person_id__isnull=False
            ).exclude(plate_number="")
            self._owners = {row[0]: row[1:] for row in owners.values_list("pk", "owner_person_id", "plate_number")}
        self._chance.shuffle(found)
        self._cases: Iterator[tuple[int, int, str, int]] = iter(found)
        self._declaring = iter([row for row in reversed(found) if row[1] in self._owners])

    def day(self, day: date) -> None:
        """One pretended day."""
        more = 2 if day.weekday() >= _SATURDAY else 1
        for _ in range(_VISITS * more):
            self._visit(day)
        for _ in range(_DECLARED * more):
            self._declare(day)
        for _ in range(_ANSWERS * more):
            self._answer(day)

    def _visit(self, day: date) -> None:
        case = next(self._cases, None)
        if case is None:
            return
        key, _subject, commune, officer = case
        clerk = self._people.clerks[commune].get(officer) or next(iter(self._people.clerks[commune].values()))
        outcome = self._chance.choice(_OUTCOMES)
        note_visit(self._order(clerk, day, 18), case_id=key, outcome=outcome)
        if outcome is Outcome.REFUSED and self._told.done["conflict"] < 3:
            dispute(self._order(clerk, day, 18, "Hai người cùng nhận là chủ xe"), case_id=key)
            self._told.done["conflict"] += 1
        self._told.done["visit"] += 1

    def _declare(self, day: date) -> None:
        """A citizen declares by phone at home, or an officer writes it down."""
        case = next(self._declaring, None)
        if case is None:
            return
        _key, subject, commune, _officer = case
        owner, plate = self._owners[subject]
        at_office = self._chance.random() < 0.3
        actor = next(iter(self._people.clerks[commune].values())) if at_office else citizen(owner)
        try:
            receipt = declare(
                self._order(actor, day, 20),
                kind="vehicle_in_use",
                answers={"commitment": "yes", "plate": plate, "phone": f"0912{self._chance.randrange(10**6):06d}"},
                key=uuid4(),
                signer=self._signer,
                person_id=owner if at_office else None,
            )
        except SosachError:
            self._told.done["declare refused"] += 1  # somebody who has died or moved: the register knows
            return
        self._told.done["declare"] += 1
        with acting(SYSTEM):
            made = Declaration.objects.get(number=receipt.number)
        note_declared(
            Order(SYSTEM, _at(day, 20)),
            register=REGISTER,
            subject_id=subject,
            declaration_id=made.pk,
        )

    def _answer(self, day: date) -> None:
        """The first answer that is offered; who compares may write it, what needs a second person waits for the chief."""
        case = next(self._cases, None)
        if case is None:
            return
        key, subject, commune, _officer = case
        verifier = self._people.verifiers[commune]
        fixes = case_fixes(Look(verifier, "data-cleaning", _at(day, 15)), case_id=key).fixes
        fix = next((each for each in fixes if each.kind in _AT_THE_DESK), None)
        if fix is None:
            return
        order = self._order(verifier, day, 15, "Đã đối chiếu giấy tờ với dữ liệu dân cư")
        try:
            solution = solve(order, case_id=key, fix_key=fix.key)
            # the last days' proposals still wait for the chief
            if solution.needs_second and self._chance.random() < 0.8:
                confirm(self._order(self._people.chiefs[commune], day, 17), solution_id=solution.pk)
        except SosachError:
            self._told.done["answer refused"] += 1
            return
        self._told.done[f"answer:{fix.kind}"] += 1
        self._told.answered[day].append(subject)

    def _order(self, actor: Actor, day: date, hour: int, reason: str = "theo chiến dịch") -> Order:
        minute = self._chance.randrange(60)
        return Order(actor, _at(day, hour) + timedelta(minutes=minute), {"papers": "đã xem bản chính"}, reason, uuid4())


def _order(actor: Actor, day: date, hour: int) -> Order:
    return Order(actor, _at(day, hour), {}, "theo kế hoạch", uuid4())


def _at(day: date, hour: int) -> datetime:
    """An hour of a day in Viet Nam."""
    return datetime.combine(day, time(hour), tzinfo=UTC) - timedelta(hours=7)


def busiest(province: str, *, most: int) -> Sequence[str]:
    """Communes of a province with vehicles, the most first."""
    with acting(SYSTEM):
        rows = Vehicle.objects.filter(province_code=province).exclude(commune_code=None)
        counted = rows.values("commune_code").annotate(many=Count("pk")).order_by("-many", "commune_code")
        return list(counted.values_list("commune_code", flat=True)[:most])
