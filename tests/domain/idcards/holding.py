"""Somebody who holds a card in force, made with the pictures of a real capture; and the keys of a wallet's issuer."""

from dataclasses import dataclass
from datetime import date

from tests.chip.cards import portrait
from tests.chip.twins.people import issuer
from tests.domain.idcards import office, works

from sosach.chip.twins.signatures import Issuer
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.models import Blank, Card, Packet
from sosach.domain.idcards.operations.delivery import arrive, dispatch
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.sealing import sealed_in
from sosach.domain.idcards.operations.twins import Press
from sosach.domain.idcards.rules.endings import OldCard
from sosach.domain.idcards.rules.enrolment import FACE
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.population.models import Person

SECRET = b"of this installation"
AT = works.moment()
ISSUER: Issuer = issuer(AT)[0]
PRESS = Press(ISSUER, SECRET, lambda number: f"https://issuer.example/status/{number}")
OFFICE = works.officer("officer-5", Role.CARDS, commune=True)


@dataclass(frozen=True)
class HolderOfCard:
    """Somebody with a card.

    Attributes:
        person: who.
        card: in force since `works.TODAY`.
    """

    person: Person
    card: Card

    @property
    def actor(self) -> Actor:
        """As they act themselves."""
        return works.citizen(self.person.pk)


def at_office(who: Person, number: int = 1) -> Card:
    """A card that waits for somebody; made by way of application, capture, job and read-back."""
    office.approved(who, number)
    factory = works.Works.opened(blanks=3)
    (made,) = factory.finished()
    parcel = dispatch(works.order(works.STOCK), number="GT-1", carrier="Bưu điện", commune_code=works.COMMUNE)
    arrive(works.order(OFFICE), parcel_id=parcel.pk, serials=[made.blank_id])
    return works.cards(pk=made.pk)[0]


def holding(birth_date: str = "1990-05-01") -> HolderOfCard:
    """Somebody with a card in force and a sealed portrait, written down directly: nothing of the way there is tried."""
    who = office.person(birth_date)
    wanted = works.application(who)
    with acting(works.CALENDAR):
        packet = Packet.objects.get(application=wanted)
        packet.finished_at, packet.quality = AT, {FACE: {"faults": []}}
        packet.save()
        sealed_in(packet, slot=FACE, content=portrait(), media="image/jpeg", at=AT)
    works.Works.opened(blanks=1).planned()
    (card,) = works.cards(person=who)
    with acting(works.STOCK):
        now = {
            "state": CardState.ACTIVE.value,
            "handed_over_on": works.TODAY,
            "sod_digest": "0" * 64,
            "number": who.pin,
        }
        Card.objects.filter(pk=card.pk).update(issued_on=works.TODAY, expires_on=date(2030, 5, 1), **now)
        Blank.objects.filter(pk=card.blank_id).update(state=BlankState.ISSUED.value)
    with acting(works.CALENDAR):
        wanted.state = State.DONE.value
        wanted.closed_at = AT
        wanted.save()
    return HolderOfCard(who, works.cards(pk=card.pk)[0])


def with_card(birth_date: str = "1990-05-01") -> HolderOfCard:
    """Somebody whose card was handed over, after the whole way."""
    who = office.person(birth_date)
    waiting = at_office(who)
    hand_over(works.order(OFFICE, receipt="PT 1"), card_id=waiting.pk, old_card=OldCard.NONE)
    return HolderOfCard(who, works.cards(pk=waiting.pk)[0])
