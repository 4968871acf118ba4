"""Looks at cards: those of a person, one with its life, lists with their counts, and the word of the register for verifiers."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, CardEvent
from sosach.domain.idcards.queries.holders import ending_for
from sosach.domain.idcards.rules.endings import Ending
from sosach.domain.idcards.states.cards import PRESENT, STEPS, CardState, CardStep
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of

OFFICERS = frozenset({Role.CARDS, Role.CARD_APPROVER, Role.CARD_STOCK, Role.CARD_QUALITY})
VERIFIERS = OFFICERS | {Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.POPULATION, Role.PARTNER, Role.SYSTEM}
PAGE = 200
_RUNS_OUT, _ = STEPS[CardStep.EXPIRE]


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card as lists show it.

    Attributes:
        id: its number here.
        person_id: holder.
        application_id: for which it was made.
        serial: of its blank, 16 characters; the chip calls it the reference of the card.
        state: on the day of the look.
        profile: kind.
        number: the 12 digits on it; "" before its data were made.
        issued_on: day of issue.
        expires_on: last day of validity; None: none.
        handed_over_on: since when it holds.
        commune_code: of the office that hands it over.
        changed_at: of the last step.
        parcel_id: in which it travelled.
    """

    id: int
    person_id: int
    application_id: int
    serial: str
    state: CardState
    profile: str
    number: str
    issued_on: date | None
    expires_on: date | None
    handed_over_on: date | None
    commune_code: str
    changed_at: datetime
    parcel_id: int | None


@dataclass(frozen=True, slots=True)
class CardHappening:
    """One thing that happened to a card.

    Attributes:
        step: what.
        after: where it was then.
        why: code of the reason, or words.
        at: when.
        actor_key: by which account.
    """

    step: CardStep
    after: CardState
    why: str
    at: datetime
    actor_key: str


@dataclass(frozen=True, slots=True)
class CardSeen:
    """One card with its life.

    Attributes:
        line: as in lists.
        happened: in its order.
    """

    line: CardLine
    happened: tuple[CardHappening, ...]


@dataclass(frozen=True, slots=True)
class CardWord:
    """What the register says of a card to whoever has it in hand: no name, no number.

    Attributes:
        state: on the day of the look.
        in_force: handed over, and nothing ended it.
        expires_on: last day of validity; None: none.
        sod_digest: SHA-256 of the EF.SOD that was issued, hexadecimal.
    """

    state: CardState
    in_force: bool
    expires_on: date | None
    sod_digest: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cards: empty parts do not limit.

    Attributes:
        states: where they are.
        commune_code: of one office.
        parcel_id: of one parcel.
    """

    states: frozenset[CardState] = frozenset()
    commune_code: str = ""
    parcel_id: int | None = None


@reading("idcards.cards_seen", roles=OFFICERS | {Role.CITIZEN, Role.SYSTEM})
def cards_of(look: Look, /, *, person_id: int) -> Seen[tuple[CardLine, ...]]:
    """Cards of a person within reach, the latest first; a citizen's own ones."""
    rows = scoped(Card.objects.filter(person_id=person_id), look.actor, person="person_id").exclude(
        state=CardState.VOID
    )
    found = tuple(line_of(row, look.at) for row in rows.select_related("application").order_by("-pk")[:PAGE])
    return Seen(found, _subjects(found) or [Subject("person", str(person_id))])


@reading("idcards.cards_seen", roles=OFFICERS, nationwide=True)
def cards_anywhere(look: Look, /, *, person_id: int) -> Seen[tuple[CardLine, ...]]:
    """Cards of a person at whatever office, the latest first: one reports a loss or hands in an old card at any of them."""
    rows = Card.objects.filter(person_id=person_id).exclude(state=CardState.VOID)
    found = tuple(line_of(row, look.at) for row in rows.select_related("application").order_by("-pk")[:PAGE])
    return Seen(found, _subjects(found) or [Subject("person", str(person_id))])


@reading("idcards.cards_seen", roles=OFFICERS | {Role.CITIZEN, Role.SYSTEM})
def one_card(look: Look, /, *, card_id: int) -> Seen[CardSeen]:
    """One card within reach, with its life.

    Raises:
        SosachError: STATE-01.
    """
    rows = scoped(Card.objects.filter(pk=card_id), look.actor, person="person_id")
    row = rows.select_related("application").first()
    if row is None:
        raise _unknown()
    line = line_of(row, look.at)
    happened = tuple(
        CardHappening(CardStep(event.step), CardState(event.after), event.why, event.at, event.actor_key)
        for event in CardEvent.objects.filter(card=row).order_by("pk")
    )
    return Seen(CardSeen(line, happened), _subjects((line,)))


@reading("idcards.card_list_seen", roles=OFFICERS)
def cards(
    look: Look, /, *, wanted: Wanted | None = None, after: int = 0, limit: int = PAGE
) -> Seen[tuple[CardLine, ...]]:
    """Cards of the territory, a page at a time.

    Args:
        look: who, why, when.
        wanted: which.
        after: number of the last card of the page before.
        limit: length of a page.
    """
    rows = _rows(look, wanted or Wanted()).filter(pk__gt=after).select_related("application").order_by("pk")
    found = tuple(line_of(row, look.at) for row in rows[: min(limit, PAGE)])
    return Seen(found, _subjects(found))


@reading("idcards.card_list_seen", roles=OFFICERS)
def card_counts(look: Look, /, *, wanted: Wanted | None = None) -> Seen[dict[CardState, int]]:
    """How many cards `cards` would list, by state."""
    rows = _rows(look, wanted or Wanted()).values_list("state").annotate(n=Count("pk")).order_by()
    return Seen({CardState(state): count for state, count in rows}, [])


@reading("idcards.card_status_asked", roles=VERIFIERS, nationwide=True)
def status_of(look: Look, /, *, reference: str) -> Seen[CardWord]:
    """What the register says of a card somebody has in hand, by the 16 characters its chip tells: for officers and partners.

    Raises:
        SosachError: STATE-01, no such card was ever made.
    """
    row = Card.objects.filter(blank_id=reference).exclude(state=CardState.VOID).exclude(sod_digest="").first()
    if row is None:
        raise _unknown()
    state = state_on(row, look.at)
    holder = Person.objects.filter(pk=row.person_id).first()
    if state in PRESENT and holder is not None and ending_for(holder) in {Ending.DEATH, Ending.MERGED}:
        state = CardState.ENDED  # also before the reaction writes it down
    word = CardWord(state, state is CardState.ACTIVE, row.expires_on, row.sod_digest)
    return Seen(word, [Subject("card", str(row.pk), row.commune_code), Subject("person", str(row.person_id))])


def state_on(card: Card, at: datetime) -> CardState:
    """Where a card is at a moment: what has run out is expired also before the calendar writes it down."""
    state = CardState(card.state)
    ran_out = card.expires_on is not None and card.expires_on < day_of(at)
    return CardState.EXPIRED if ran_out and state in _RUNS_OUT else state


def line_of(row: Card, at: datetime) -> CardLine:
    """A card as lists show it."""
    return CardLine(
        row.pk,
        row.person_id,
        row.application_id,
        row.blank_id,
        state_on(row, at),
        row.application.profile,
        row.number,
        row.issued_on,
        row.expires_on,
        row.handed_over_on,
        row.commune_code,
        row.changed_at,
        row.parcel_id,
    )


def _rows(look: Look, wanted: Wanted) -> QuerySet[Card]:
    rows = scoped(Card.objects.all(), look.actor)
    if wanted.states:
        rows = rows.filter(state__in=sorted(wanted.states))
    if wanted.commune_code:
        rows = rows.filter(commune_code=wanted.commune_code)
    return rows if wanted.parcel_id is None else rows.filter(parcel_id=wanted.parcel_id)


def _subjects(lines: tuple[CardLine, ...]) -> list[Subject]:
    return [
        subject
        for line in lines
        for subject in (
            Subject("card", str(line.id), line.commune_code),
            Subject("person", str(line.person_id), line.commune_code),
        )
    ]


def _unknown() -> SosachError:
    return SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy thẻ.", en="There is no such card within reach.")
