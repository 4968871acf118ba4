"""Somebody who holds a card in force, made with the pictures of a real capture; and the keys of a wallet's issuer."""

from dataclasses import dataclass

from tests.chip.twins.people import issuer
from tests.domain.idcards import office, works

from sosach.chip.twins.signatures import Issuer
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.models import Card
from sosach.domain.idcards.operations.delivery import arrive, dispatch
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.twins import Press
from sosach.domain.idcards.rules.endings import OldCard
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


def with_card(birth_date: str = "1990-05-01") -> HolderOfCard:
    """Somebody whose card was handed over."""
    who = office.person(birth_date)
    waiting = at_office(who)
    hand_over(works.order(OFFICE, receipt="PT 1"), card_id=waiting.pk, old_card=OldCard.NONE)
    return HolderOfCard(who, works.cards(pk=waiting.pk)[0])
