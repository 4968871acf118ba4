"""Who looked at a person's data, for a portal that shows it to that person: agencies, officers, systems, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from sosach.domain.access.queries import Look, Seen, acting, reading
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject, account_key, event, events
from sosach.domain.exchange.models import Partner
from sosach.domain.exchange.queries.searching import searched
from sosach.domain.places.models import Unit
from sosach.domain.population.models import Person, Relation
from sosach.domain.population.rules.days import day_of, oldest_age
from sosach.domain.population.rules.words import PARENTS, Kin

MOST = 1000
_OF_AGE = 18
_LOG_KEEPER = Actor(ActorKind.SYSTEM, "usage", Level.NATION, roles=frozenset({Role.AUDITOR}))
_NATION = ("vn", "Cơ quan trung ương", "National bodies")
_SYSTEM = ("sosach", "Hệ thống Sổ sạch", "The system itself")
_ANYBODY = (
    "public",
    "Người kiểm tra công khai, không biết bạn là ai",
    "Somebody at the public check, not told who you are",
)
_NO_OFFICE = {ActorKind.SYSTEM: _SYSTEM, ActorKind.PUBLIC: _ANYBODY}


@dataclass(frozen=True, slots=True)
class Period:
    """Which looks are asked for.

    Attributes:
        since: from this moment on.
        until: up to this moment.
        offset: so many of the latest are left out.
        limit: at most so many.
    """

    since: datetime | None = None
    until: datetime | None = None
    offset: int = 0
    limit: int = MOST


@dataclass(frozen=True, slots=True)
class Use:
    """One look at a person's data.

    Attributes:
        key: of the event.
        at: when.
        vi: what was looked at and why, Vietnamese.
        en: the same, English.
        receiver: code of the office or agency that looked: a unit, a partner's key.
        receiver_vi: its name.
        receiver_en: its name, English.
        system: through which system it looked, or on whose behalf.
        reference: case it belonged to.
    """

    key: int
    at: datetime
    vi: str
    en: str
    receiver: str
    receiver_vi: str
    receiver_en: str
    system: str
    reference: str


@dataclass(frozen=True, slots=True)
class Uses:
    """Looks at a person.

    Attributes:
        total: how many there are in the period.
        found: those asked for, the latest first.
        known: whether there is such a person and whoever asks may ask; for what a miss costs, never to be told.
    """

    total: int
    found: tuple[Use, ...]
    known: bool


@reading("exchange.usage_read", roles=frozenset({Role.PARTNER}), nationwide=True)
def uses_of(look: Look, *, number: str, asker: str, period: Period) -> Seen[Uses]:
    """Looks at somebody's data, asked for by that person or whoever stands for that person (Law 91/2025).

    Somebody who is neither learns as little as about a number nobody has. The name of an officer stays with the office, which
    answers for the look; what the person looked at herself is left out.

    Args:
        look: the portal, its purpose, when.
        number: PIN of the person, or the portal's own number for that person.
        asker: number of whoever asks through the portal.
        period: which looks.
    """
    person = searched(look.actor, "population", "pin", number)
    other = searched(look.actor, "population", "pin", asker)
    if person is None or other is None or not _may_ask(person, other.pk, day_of(look.at)):
        return Seen(Uses(0, (), known=False), [])
    person_id = person.pk
    owner = Actor(
        ActorKind.CITIZEN, account_key(ActorKind.CITIZEN, person_id), Level.PERSON, roles=frozenset({Role.CITIZEN})
    )
    with acting(owner):
        rows = _looks_at(person_id, period)
        total = rows.count()
        begin = max(period.offset, 0)
        page = list(rows[begin : begin + min(max(period.limit, 0), MOST)])
    return Seen(Uses(total, tuple(_told(page)), known=True), [Subject("person", str(person_id))])


@reading("exchange.usage_span_read", roles=frozenset({Role.PARTNER}))
def kept_since(look: Look) -> Seen[datetime]:
    """Since when looks are recorded here: since the first event of the log; from now on where there is none."""
    with acting(_LOG_KEEPER):
        first = AuditEvent.objects.order_by("pk").values_list("at", flat=True).first()
    return Seen(first or look.at, [])


def _may_ask(person: Person, asker_id: int, day: date) -> bool:
    """Oneself, one's representative on record, or a parent while one is not of age."""
    if person.pk == asker_id:
        return True
    kins = {Kin.REPRESENTATIVE.value}
    if person.birth_date and oldest_age(person.birth_date, day) < _OF_AGE:
        kins |= {kin.value for kin in PARENTS}
    return Relation.objects.filter(
        person=person, other_id=asker_id, kind__in=kins, holds=True, ends_on__isnull=True
    ).exists()


def _looks_at(person_id: int, period: Period) -> QuerySet[AuditEvent]:
    names = [kind.name for kind in events().values() if kind.access]
    rows = AuditEvent.objects.filter(subject_kind="person", subject_key=str(person_id), event__in=names)
    rows = rows.exclude(actor_kind=ActorKind.CITIZEN)
    if period.since is not None:
        rows = rows.filter(at__gte=period.since)
    if period.until is not None:
        rows = rows.filter(at__lte=period.until)
    return rows.order_by("-at", "-pk")


def _told(rows: Sequence[AuditEvent]) -> list[Use]:
    partners = {f"partner-{each.pk}": each for each in Partner.objects.filter(pk__in=_partner_ids(rows))}
    codes = {row.actor_unit for row in rows if row.actor_unit}
    units = dict(Unit.objects.filter(code__in=codes, valid_to__isnull=True).values_list("code", "name"))
    return [_use(row, partners, units) for row in rows]


def _partner_ids(rows: Sequence[AuditEvent]) -> list[int]:
    of_partners = (row.actor_key for row in rows if row.actor_kind == ActorKind.PARTNER)
    return [int(key.removeprefix("partner-")) for key in set(of_partners)]


def _use(row: AuditEvent, partners: dict[str, Partner], units: dict[str, str]) -> Use:
    what, why = event(row.event), purposes().get(row.purpose)
    receiver, receiver_vi, receiver_en = _receiver(row, partners, units)
    return Use(
        key=row.pk,
        at=row.at,
        vi=f"{what.vi}: {why.vi}" if why else what.vi,
        en=f"{what.en}: {why.en}" if why else what.en,
        receiver=receiver,
        receiver_vi=receiver_vi,
        receiver_en=receiver_en,
        system=row.details.get("represented", receiver) if row.actor_kind == ActorKind.PARTNER else "Sổ sạch",
        reference=row.reference,
    )


def _receiver(row: AuditEvent, partners: dict[str, Partner], units: dict[str, str]) -> tuple[str, str, str]:
    """Code and names of whoever answers for a look."""
    if row.actor_key in partners:
        partner = partners[row.actor_key]
        return partner.key, partner.vi, partner.en
    if row.actor_kind in _NO_OFFICE:
        return _NO_OFFICE[ActorKind(row.actor_kind)]
    if not row.actor_unit:
        return _NATION
    name = units.get(row.actor_unit, row.actor_unit)
    return row.actor_unit, name, name
