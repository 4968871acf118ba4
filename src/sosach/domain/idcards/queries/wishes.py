"""What a citizen may apply for, for oneself and for the children one represents, and what stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Card, CardEvent
from sosach.domain.idcards.queries.holders import holder_of, is_child, represented_by, represents, reusable_packet
from sosach.domain.idcards.rules.applications import (
    BIOMETRIC_AGE,
    Channel,
    Ground,
    Holder,
    Kind,
    Problem,
    Wanted,
    born_on,
    captured_for,
    fee_of,
    is_younger,
    problems_of,
)
from sosach.domain.idcards.rules.endings import RevocationGround
from sosach.domain.idcards.rules.wishes import KIND_OF, Hand, fitting
from sosach.domain.idcards.states.applications import CLOSED
from sosach.domain.idcards.states.cards import CardState, CardStep
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of

_HANDS = {
    CardState.ACTIVE: Hand.IN_FORCE,
    CardState.HELD: Hand.HELD,
    CardState.LOST: Hand.LOST,
    CardState.DAMAGED: Hand.DAMAGED,
    CardState.EXPIRED: Hand.EXPIRED,
}
_HANDED_IN = frozenset({CardState.RECOVERED, CardState.DESTROYED})


@dataclass(frozen=True, slots=True)
class Chance:
    """Something to apply for.

    Attributes:
        ground: why.
        kind: what.
        problems: what has to be put right first; empty: it is taken in.
        comes: whether one has to come to be captured.
        fee: in đồng, online.
        full_fee: in đồng, at the counter.
    """

    ground: Ground
    kind: Kind
    problems: tuple[Problem, ...]
    comes: bool
    fee: int
    full_fee: int


@dataclass(frozen=True, slots=True)
class Applying:
    """Somebody a citizen may apply for.

    Attributes:
        person_id: record.
        own: whether it is the citizen; else a child.
        by_pin: PIN of who represents the child; "" for oneself.
        holder: what the register says, and what decides.
        hometown: place of origin.
        ethnicity: of the record.
        religion: of the record.
        pictures: whether there is anything to capture: from six years on.
        commune_code: of the residence, whose police takes the application unless another one is named.
        card_id: the last card; None where this register made none.
        old_card: its serial.
        hand: what there is of that card.
        ends: last day of the card in force; None: none, or unknown.
        endless: whether it holds for ever.
        chances: what fits, each with what stands against it.
        under_way: application that is not closed.
        may_follow: whether the citizen may open it: the own one, or one made for the child.
    """

    person_id: int
    own: bool
    by_pin: str
    holder: Holder
    hometown: str
    ethnicity: str
    religion: str
    pictures: bool
    commune_code: str
    card_id: int | None
    old_card: str
    hand: Hand
    ends: date | None
    endless: bool
    chances: tuple[Chance, ...]
    under_way: int | None
    may_follow: bool


@reading("idcards.applicant_checked", roles=frozenset({Role.CITIZEN}), nationwide=True)
def may_apply_for(look: Look) -> Seen[tuple[Applying, ...]]:
    """The citizen, then children under 14 whose parent or representative the register names them."""
    me = Person.objects.get(pk=look.actor.person_id)
    day = day_of(look.at)
    younger = Person.objects.filter(pk__in=represented_by(me.pk), merged_into=None).order_by("birth_date", "pk")
    people = [me, *(each for each in younger if is_child(each, day))]
    found = tuple(_applying(person, me, day) for person in people)
    return Seen(found, [Subject("person", str(each.pk), each.commune_code or "") for each in people])


def _applying(person: Person, me: Person, day: date) -> Applying:
    card = Card.objects.filter(person=person).exclude(handed_over_on=None).order_by("-handed_over_on", "-pk").first()
    holder = holder_of(person)
    if card is not None:  # the population register hears of it a moment later
        holder = replace(holder, card_expires=card.expires_on)
    hand = _hand_of(card, holder, day)
    endless = hand is Hand.IN_FORCE and card is not None and card.expires_on is None
    closed = sorted(state.value for state in CLOSED)
    open_one = Application.objects.filter(person=person).exclude(state__in=closed).first()
    born = born_on(holder.birth_date)
    own = person.pk == me.pk
    return Applying(
        person_id=person.pk,
        own=own,
        by_pin="" if own else me.pin or "",
        holder=holder,
        hometown=person.hometown,
        ethnicity=person.ethnicity,
        religion=person.religion,
        pictures=born is None or not is_younger(born, BIOMETRIC_AGE, on=day),
        commune_code=person.commune_code or "",
        card_id=card.pk if card is not None else None,
        old_card=card.blank_id if card is not None else "",
        hand=hand,
        ends=holder.card_expires if hand in {Hand.IN_FORCE, Hand.EXPIRED} else None,
        endless=endless,
        chances=_chances(person, me, holder, hand, card, day),
        under_way=open_one.pk if open_one else None,
        may_follow=open_one is not None and me.pk in {open_one.person_id, open_one.representative_id},
    )


def _hand_of(card: Card | None, holder: Holder, day: date) -> Hand:
    """What there is of the last card: by this register where it made one, else by the population register."""
    if card is None:
        if not holder.has_card:
            return Hand.NOTHING
        return Hand.EXPIRED if _is_over(holder.card_expires, day) else Hand.IN_FORCE
    state = CardState(card.state)
    revoked = CardEvent.objects.filter(card=card, step=CardStep.REVOKE.value).order_by("-pk").first()
    if revoked is not None:
        return Hand.STRIPPED if revoked.why == RevocationGround.NATIONALITY_LOST else Hand.NOTHING
    if state in _HANDED_IN:
        return Hand.EXPIRED if _is_over(card.expires_on, day) else Hand.DAMAGED
    if state in {CardState.ACTIVE, CardState.HELD} and _is_over(card.expires_on, day):
        return Hand.EXPIRED
    return _HANDS.get(state, Hand.NOTHING)


def _is_over(ends: date | None, day: date) -> bool:
    return ends is not None and ends < day


def _chances(
    person: Person, me: Person, holder: Holder, hand: Hand, card: Card | None, day: date
) -> tuple[Chance, ...]:
    represented = person.pk != me.pk and represents(me, person)
    earlier = reusable_packet(person.pk) is not None
    found = []
    for ground in fitting(hand):
        kind = KIND_OF[ground]
        wanted = Wanted(kind=kind, ground=ground, channel=Channel.ONLINE, old_card=card.blank_id if card else "")
        problems: Sequence[Problem] = problems_of(holder, wanted, on=day, represented=represented)
        if ground is Ground.MILESTONE and card is not None and card.expires_on is None and hand is Hand.IN_FORCE:
            continue  # it holds for ever
        found.append(
            Chance(
                ground=ground,
                kind=kind,
                problems=tuple(problems),
                comes=captured_for(kind, person.birth_date, on=day, earlier_pictures=earlier),
                fee=fee_of(kind, channel=Channel.ONLINE, on=day),
                full_fee=fee_of(kind, channel=Channel.OFFICE, on=day),
            )
        )
    return tuple(found)
