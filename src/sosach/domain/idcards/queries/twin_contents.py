"""What the digital twin of a card says: the population record of its holder, and the portrait the card was made with."""

from datetime import date

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.sealing import Sealed, open_
from sosach.chip.sealing.rings import KeyRing
from sosach.chip.twins.content import Holder, Identity
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, SealedPicture
from sosach.domain.idcards.rules.enrolment import FACE
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.models import Person
from sosach.domain.population.queries.homes import home_of

_COUNTRIES = {"VNM": "VN", "": "VN"}


@reading("idcards.twin_content_read", roles=frozenset({Role.SYSTEM}), nationwide=True)
def identity_of_card(look: Look, /, *, card_id: int, ring: KeyRing) -> Seen[Identity]:
    """What an active card says of its holder, as far as a twin repeats it; the portrait is opened for this offer alone.

    Args:
        look: the wallet's door, for the purpose `card-biometrics`; its reference is the offer.
        card_id: the card.
        ring: keys the portrait is sealed under.

    Raises:
        SosachError: STATE-01 there is no such card, or it is not active; STATE-04 the record lacks what a twin has to say.
    """
    card = Card.objects.select_related("person").filter(pk=card_id, state=CardState.ACTIVE.value).first()
    if card is None or card.issued_on is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Thẻ không còn hiệu lực.", en="The card is not in force.")
    person = card.person
    holder = Holder(
        pin=person.pin or "",
        full_name=person.full_name,
        birth=_birth(person),
        sex=person.sex,
        portrait=_portrait(person.pk, ring),
    )
    found = Identity(
        holder=holder,
        nationality=_COUNTRIES.get(person.nationality, person.nationality),
        residence=home_of(person),
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


def _portrait(person_id: int, ring: KeyRing) -> bytes:
    """The latest portrait that was good; b"" where there is none (under six years)."""
    row = (
        SealedPicture.objects.filter(
            packet__person_id=person_id,
            packet__state=PacketState.GOOD.value,
            slot=FACE,
            dropped_at__isnull=True,
        )
        .order_by("-pk")
        .first()
    )
    if row is None:
        return b""
    sealed = Sealed(row.header, bytes(row.wrapped_key), bytes(row.nonce), bytes(row.content))
    return open_(sealed, person=str(person_id), modality=FACE, version=row.version, wrapper=ring.named(sealed.key_id))
