"""What the digital twin of a card says: the population record of its holder, and the portrait the card was made with."""

from datetime import date

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.twins.content import Holder, Identity
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card
from sosach.domain.idcards.queries.holders import packet_of, residence_of
from sosach.domain.idcards.queries.pictures import require_ticket
from sosach.domain.idcards.queries.seals import opened
from sosach.domain.idcards.rules.enrolment import FACE
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.population.models import Person

_COUNTRIES = {"VNM": "VN", "": "VN"}


@reading("idcards.twin_content_read", roles=frozenset({Role.SYSTEM}), nationwide=True)
def identity_of_card(look: Look, /, *, card_id: int) -> Seen[Identity]:
    """What an active card says of its holder, as far as a twin repeats it; the portrait is opened for this offer alone.

    Args:
        look: the wallet's door, for the purpose `card-biometrics`; its reference is the offer.
        card_id: the card.

    Raises:
        SosachError: STATE-01 there is no such card, or it is not active; STATE-04 the record lacks what a twin has to say, or no ticket.
    """
    require_ticket(look)
    card = Card.objects.select_related("person", "application").filter(pk=card_id, state=CardState.ACTIVE.value).first()
    if card is None or card.issued_on is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Thẻ không còn hiệu lực.", en="The card is not in force.")
    person = card.person
    holder = Holder(
        pin=person.pin or "",
        full_name=person.full_name,
        birth=_birth(person),
        sex=person.sex,
        portrait=_portrait(card),
    )
    found = Identity(
        holder=holder,
        nationality=_COUNTRIES.get(person.nationality, person.nationality),
        residence=residence_of(person),
        birth_place=person.birth_registration_place or person.birth_place,
        issued=card.issued_on,
        expires=card.expires_on,
        document_number=card.blank_id,
    )
    return Seen(found, [Subject("person", str(person.pk), person.commune_code or "")], reference=look.reference)


def _birth(person: Person) -> date:
    """A whole day; whose day of birth is not known has none in ISO mdoc either."""
    try:
        return date.fromisoformat(person.birth_date)
    except ValueError as partial:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Dữ liệu dân cư chưa ghi đủ ngày sinh.",
            en="The population register does not know the whole date of birth.",
        ) from partial


def _portrait(card: Card) -> bytes:
    """The portrait the card was made with; b"" where it has none (under six years) or its key was dropped."""
    packet = packet_of(card.application)
    row = packet.pictures.filter(slot=FACE, dropped_at=None).first() if packet is not None else None
    return opened(row, packet) if row is not None and packet is not None else b""
