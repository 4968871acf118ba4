"""Cards found by what somebody has in hand: the serial on the card or the holder's PIN; who the holder is; parcels."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, Parcel
from sosach.domain.idcards.queries.cards import OFFICERS, PAGE, CardLine, line_of
from sosach.domain.idcards.queries.holders import somebody
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.population.models import Person

CARRIERS = frozenset({Role.CARDS, Role.CARD_STOCK, Role.CARD_QUALITY})


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card and whose it is.

    Attributes:
        line: as in lists.
        full_name: of the holder; "" for roles that are not told.
        birth_date: of the holder.
        elsewhere: it lies with an office beyond the territory of whoever looks.
    """

    line: CardLine
    full_name: str
    birth_date: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """A parcel.

    Attributes:
        id: its number here.
        number: as its carrier knows it.
        carrier: who brings it.
        commune_code: of the office it goes to.
        dispatched_at: when it left.
        arrived_at: when the office counted it first; None: not yet.
        cards: how many were sent in it.
        on_the_way: how many of them nobody has counted yet.
    """

    id: int
    number: str
    carrier: str
    commune_code: str
    dispatched_at: datetime
    arrived_at: datetime | None
    cards: int
    on_the_way: int


@reading("idcards.cards_seen", roles=OFFICERS, nationwide=True)
def found_cards(look: Look, /, *, sought: str) -> Seen[tuple[FoundCard, ...]]:
    """Cards by the 16 characters of a serial or by the holder's PIN, at whatever office: the latest first.

    One reports a loss or hands in an old card at any office; whoever looks needs the whole number.
    """
    wanted = sought.strip().upper()
    person = somebody(wanted)
    which = Q(person=person) if person is not None else Q(blank_id=wanted)
    rows = Card.objects.filter(which).exclude(state=CardState.VOID).select_related("job").order_by("-pk")
    found = _told(look, list(rows[:PAGE]))
    about = [Subject("person", str(person.pk), person.commune_code or "")] if person is not None else []
    return Seen(found, _subjects(found) or about)


@reading("idcards.cards_seen", roles=OFFICERS, nationwide=True)
def holder_of_card(look: Look, /, *, card_id: int) -> Seen[FoundCard | None]:
    """A card and whose it is; None where there is none."""
    found = _told(look, list(Card.objects.filter(pk=card_id).select_related("job")))
    return Seen(found[0] if found else None, _subjects(found))


@reading("idcards.card_list_seen", roles=CARRIERS)
def parcels(look: Look, /, *, after: int | None = None) -> Seen[tuple[ParcelLine, ...]]:
    """Parcels of the territory, the latest first, a page at a time.

    Args:
        look: who, why, when.
        after: number of the last one of the page before.
    """
    rows = scoped(Parcel.objects.all(), look.actor).order_by("-pk")
    rows = rows if after is None else rows.filter(pk__lt=after)
    counted = rows.annotate(
        n=Count("cards"), travelling=Count("cards", filter=Q(cards__state=CardState.DISPATCHED.value))
    )
    found = tuple(
        ParcelLine(
            row.pk,
            row.number,
            row.carrier,
            row.commune_code,
            row.dispatched_at,
            row.arrived_at,
            row.n,
            row.travelling,
        )
        for row in counted[:PAGE]
    )
    return Seen(found, [Subject("card_parcel", str(line.id), line.commune_code) for line in found])


def _told(look: Look, rows: list[Card]) -> tuple[FoundCard, ...]:
    people = Person.objects.filter(pk__in={row.person_id for row in rows}).values_list("pk", "full_name", "birth_date")
    names = {key: (name, birth) for key, name, birth in people}
    here = set(scoped(Card.objects.filter(pk__in=[row.pk for row in rows]), look.actor).values_list("pk", flat=True))
    return tuple(
        FoundCard(line_of(row, look.at), *names.get(row.person_id, ("", "")), elsewhere=row.pk not in here)
        for row in rows
    )


def _subjects(found: tuple[FoundCard, ...]) -> list[Subject]:
    return [
        subject
        for each in found
        for subject in (
            Subject("card", str(each.line.id), each.line.commune_code),
            Subject("person", str(each.line.person_id), each.line.commune_code),
        )
    ]
