"""Looks at digital twins: the citizen's own, an offer at the wallet's door, states of a whole list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.twins.content import Form, Kind
from sosach.chip.twins.status_list import State
from sosach.domain.access.queries import Look, Seen, acting, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.idcards.models import Card, Twin, TwinOffer
from sosach.domain.idcards.rules.twins import LIST_BITS, TRIES, place_of
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.twins import LicenceStanding, of_card, of_licence

CITIZENS = frozenset({Role.CITIZEN})
# At the wallet's door nobody is known before the code is.
DOOR = Actor(ActorKind.SYSTEM, "wallet-door", Level.NATION, roles=frozenset({Role.SYSTEM}))
MOST = 200
Standings = Callable[[Iterable[int]], Mapping[int, LicenceStanding]]


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """An offer.

    Attributes:
        id: number, in the address of its page.
        key: its codes are made of it.
        person_id: who made it.
        kind: of what.
        card_id: the card, of an identity.
        licence_id: the licence, of its twin.
        ends_at: last moment to redeem it.
        token_ends_at: last moment its token serves; None: not redeemed.
        is_open: whether a wallet may still redeem it.
        made: twins it has led to, by format.
    """

    id: int
    key: UUID
    person_id: int
    kind: Kind
    card_id: int | None
    licence_id: int | None
    ends_at: datetime
    token_ends_at: datetime | None
    is_open: bool
    made: Mapping[Form, int]


@dataclass(frozen=True, slots=True)
class TwinSeen:
    """A twin in a wallet.

    Attributes:
        id: number.
        kind: of what.
        form: format.
        issued_at: when.
        ends_at: until when.
        accepted_at: when the wallet said it has it; None: it never said.
        state: as the status list tells it now.
        is_over: its time is over.
    """

    id: int
    kind: Kind
    form: Form
    issued_at: datetime
    ends_at: datetime
    accepted_at: datetime | None
    state: State
    is_over: bool


@reading("idcards.twins_listed", roles=CITIZENS)
def my_twins(look: Look, /, *, standings: Standings) -> Seen[tuple[TwinSeen, ...]]:
    """The citizen's own twins, the latest first.

    Args:
        look: the citizen.
        standings: how licences stand, by number; asked once.
    """
    rows = scoped(Twin.objects.all(), look.actor, person="person_id").order_by("-pk")[:MOST]
    found = list(rows)
    states = _states(found, standings)
    told = tuple(_seen(row, states[row.pk], look.at) for row in found)
    return Seen(told, [Subject("person", str(row.person_id), row.commune_code) for row in found[:1]])


@reading("idcards.twin_offer_read", roles=CITIZENS)
def my_offer(look: Look, /, *, offer_id: int) -> Seen[OfferSeen]:
    """The citizen's own offer.

    Raises:
        SosachError: STATE-01.
    """
    row = scoped(TwinOffer.objects.filter(pk=offer_id), look.actor, person="person_id").first()
    if row is None:
        raise no_offer()
    return Seen(_offer(row, look.at), [Subject("person", str(row.person_id), row.commune_code)])


def offer_at_the_door(key: UUID, *, at: datetime) -> OfferSeen | None:
    """The offer a code or token is of: for the wallet's door, which has looked at what only we can have made of the key."""
    with acting(DOOR):
        row = TwinOffer.objects.filter(key=key).first()
        return _offer(row, at) if row is not None else None


def states_of_list(number: int, *, secret: bytes, standings: Standings) -> dict[int, State] | None:
    """States of the twins of a list by place, those that are valid left out; None: there is no such list yet.

    Tells of places, never of people: whoever holds no twin learns nothing from it.
    """
    first = number << LIST_BITS
    with acting(DOOR):
        latest = Twin.objects.order_by("-pk").values_list("pk", flat=True).first()
        if number < 0 or (number and (latest is None or first > latest)):
            return None
        rows = Twin.objects.filter(pk__gte=first, pk__lt=first + (1 << LIST_BITS))
        states = _states(
            list(rows.only("id", "kind", "person_id", "card_id", "licence_id", "classes", "ended_at")), standings
        )
    return {place_of(secret, key)[1]: state for key, state in states.items() if state is not State.VALID}


def no_offer() -> SosachError:
    """STATE-01: the same for what does not exist and what is somebody else's."""
    return SosachError(ErrorCode.NOT_FOUND, vi="Không có mã nhận này.", en="There is no such offer.")


def _states(rows: list[Twin], standings: Standings) -> dict[int, State]:
    """State of each twin, from its own end or from what it is a twin of."""
    cards = Card.objects.filter(pk__in={row.card_id for row in rows if row.kind == Kind.IDENTITY})
    of_cards = {key: of_card(CardState(state)) for key, state in cards.values_list("pk", "state")}
    licences = standings({row.licence_id for row in rows if row.licence_id is not None})
    found = {}
    for row in rows:
        if row.ended_at is not None:
            found[row.pk] = State.INVALID
        elif row.kind == Kind.IDENTITY:
            found[row.pk] = of_cards[row.card_id]
        else:
            found[row.pk] = of_licence(frozenset(row.classes), row.person_id, licences.get(row.licence_id))
    return found


def _seen(row: Twin, state: State, at: datetime) -> TwinSeen:
    return TwinSeen(
        id=row.pk,
        kind=Kind(row.kind),
        form=Form(row.form),
        issued_at=row.issued_at,
        ends_at=row.ends_at,
        accepted_at=row.accepted_at,
        state=state,
        is_over=row.ends_at < at,
    )


def _offer(row: TwinOffer, at: datetime) -> OfferSeen:
    forms = list(row.twins.values_list("form", flat=True))
    return OfferSeen(
        id=row.pk,
        key=row.key,
        person_id=row.person_id,
        kind=Kind(row.kind),
        card_id=row.card_id,
        licence_id=row.licence_id,
        ends_at=row.ends_at,
        token_ends_at=row.token_ends_at,
        is_open=may_redeem(row, at),
        made={form: forms.count(form.value) for form in Form},
    )


def may_redeem(row: TwinOffer, at: datetime) -> bool:
    """Whether a wallet may still redeem an offer."""
    spent = row.redeemed_at is not None or row.cancelled_at is not None
    return not spent and row.tries < TRIES and at <= row.ends_at
