"""What a partner asked in a month and was told: counts, never whom it was about."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet, Sum

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import AgreementRow, Disclosure, Partner, PartnerKey, Refusal
from sosach.domain.exchange.rules.agreements import agreement_of
from sosach.domain.population.rules.days import VIETNAM, day_of

READERS = frozenset({Role.STEWARD, Role.ADMIN, Role.AUDITOR, Role.SYSTEM})
AUDITORS = frozenset({Role.STEWARD, Role.AUDITOR, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Line:
    """What was asked for one purpose, of one register, in one way.

    Attributes:
        purpose: code.
        register: asked about.
        kind: values, question, search.
        requests: acts.
        records: different records answers were about: persons, vehicles or licences.
        misses: answers about none.
    """

    purpose: str
    register: str
    kind: str
    requests: int
    records: int
    misses: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A partner's month.

    Attributes:
        partner: its key.
        vi: its name.
        en: its name, English.
        number: of the agreement with which the month ended; "" where there was none.
        first: first day.
        last: last day.
        lines: by purpose, register and way.
        withheld: attribute → how often it was asked for and not given.
        refusals: why → how often.
        persons: different people values were given of, or questions answered about, in the population register.
    """

    partner: str
    vi: str
    en: str
    number: str
    first: date
    last: date
    lines: tuple[Line, ...]
    withheld: tuple[tuple[str, int], ...]
    refusals: tuple[tuple[str, int], ...]
    persons: int


@dataclass(frozen=True, slots=True)
class PartnerSeen:
    """A partner as a list shows it.

    Attributes:
        key: short key.
        vi: name.
        en: name, English.
        number: of the agreement in force; "" where there is none.
        version: its version.
        ends_on: its last day; None: until another version.
        suspended_at: since when nothing is answered; None: it is answered.
        reason: why it is suspended.
        keys: kind and name of what it is known by.
    """

    key: str
    vi: str
    en: str
    number: str
    version: int
    ends_on: date | None
    suspended_at: datetime | None
    reason: str
    keys: tuple[tuple[str, str], ...]


@reading("exchange.partners_read", roles=READERS)
def partners(look: Look, *, partner: str = "") -> Seen[list[PartnerSeen]]:
    """Partners with what is agreed at present, by key; or one of them."""
    rows = Partner.objects.filter(key=partner) if partner else Partner.objects.all()
    found = list(rows.order_by("key"))
    return Seen([_seen(row, day_of(look.at)) for row in found], [Subject("partner", str(row.pk)) for row in found])


@reading("exchange.statement_made", roles=AUDITORS)
def statement(look: Look, *, partner: str, month: str) -> Seen[Statement]:
    """A partner's month, `2026-11`, by days of Viet Nam.

    Raises:
        SosachError: STATE-01 no such partner; STATE-04 no such month.
    """
    del look
    row = Partner.objects.filter(key=partner).first()
    if row is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có đối tác này.", en="There is no such partner.")
    first, after = _month(month)
    begin, end = (datetime.combine(day, time(), VIETNAM) for day in (first, after))
    told = Disclosure.objects.filter(partner=row, at__gte=begin, at__lt=end)
    last = date.fromordinal(after.toordinal() - 1)
    agreed = AgreementRow.objects.filter(partner=row, begins_on__lte=last).order_by("-version").first()
    refused = Refusal.objects.filter(partner=row, on__gte=first, on__lt=after).values_list("why")
    made = Statement(
        partner=row.key,
        vi=row.vi,
        en=row.en,
        number=str(agreed.terms["number"]) if agreed else "",
        first=first,
        last=last,
        lines=_lines(told),
        withheld=_withheld(told),
        refusals=tuple(refused.annotate(times=Sum("count")).order_by("why")),
        persons=told.filter(register="population", kind__in=["values", "question"]).aggregate(
            found=Count("subject_id", distinct=True)
        )["found"],
    )
    return Seen(made, [Subject("partner", str(row.pk))], details={"month": month})


def _lines(told: QuerySet[Disclosure]) -> tuple[Line, ...]:
    counted = told.values_list("purpose", "register", "kind").annotate(
        requests=Count("act", distinct=True),
        records=Count("subject_id", distinct=True),
        misses=Count("pk", filter=Q(subject_id__isnull=True)),
    )
    return tuple(Line(*each) for each in counted.order_by("purpose", "register", "kind"))


def _withheld(told: QuerySet[Disclosure]) -> tuple[tuple[str, int], ...]:
    times: dict[str, int] = {}
    for register, names, count in (
        told.exclude(withheld=[]).values_list("register", "withheld").annotate(count=Count("act", distinct=True))
    ):
        for name in names:
            key = f"{register}.{name}"
            times[key] = times.get(key, 0) + count
    return tuple(sorted(times.items()))


def _month(text: str) -> tuple[date, date]:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Tháng dạng 2026-11.", en="A month is 2026-11.") from None
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _seen(row: Partner, day: date) -> PartnerSeen:
    latest = AgreementRow.objects.filter(partner=row, begins_on__lte=day).order_by("-version").first()
    agreed = agreement_of(latest.terms, partner=row.key, version=latest.version) if latest else None
    standing = agreed if agreed is not None and agreed.holds(day) else None
    keys = PartnerKey.objects.filter(partner=row, ended_at__isnull=True).order_by("proof", "name")
    return PartnerSeen(
        key=row.key,
        vi=row.vi,
        en=row.en,
        number=standing.number if standing else "",
        version=standing.version if standing else 0,
        ends_on=standing.ends_on if standing else None,
        suspended_at=row.suspended_at,
        reason=row.reason,
        keys=tuple(keys.values_list("proof", "name")),
    )
