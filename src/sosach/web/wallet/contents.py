"""What a twin says, read from the registers as the citizen who asks for it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.twins.content import Content, Driving, Holder, Kind, Privilege
from sosach.domain.access.queries import Look
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.queries.twin_contents import identity_of_card
from sosach.domain.idcards.queries.twins import DOOR, OfferSeen
from sosach.domain.idcards.states.twins import LicenceStanding
from sosach.domain.licences.queries.records import licence_record
from sosach.domain.licences.queries.standing import standing_of
from sosach.domain.licences.queries.views import ClassView, LicenceView

PICTURES, OWN = "card-biometrics", "data-subject"


def content_for(offer: OfferSeen, actor: Actor, *, at: datetime) -> Content:
    """What the twin of an offer says now.

    Raises:
        SosachError: STATE-01 the card or licence is not the citizen's; STATE-04 something a twin has to say is missing.
    """
    ticket = f"twin-offer-{offer.id}"
    identity = identity_of_card(Look(DOOR, PICTURES, at, ticket), card_id=offer.card_id or 0)
    if offer.kind is Kind.IDENTITY:
        return identity
    view = licence_record(Look(actor, OWN, at, ticket), licence_id=offer.licence_id or 0)
    if view is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có giấy phép lái xe này.", en="There is no such licence.")
    return _driving(view, identity.holder)


def standings(licence_ids: Iterable[int]) -> Mapping[int, LicenceStanding]:
    """How licences stand, for the states of their twins."""
    found = standing_of(licence_ids)
    return {key: LicenceStanding(one.holder_id, one.held, one.driving) for key, one in found.items()}


def _driving(view: LicenceView, holder: Holder) -> Driving:
    """Only the classes in force: what one may not drive today is nobody's business."""
    held = [each for each in view.classes if each.may_drive]
    return Driving(
        holder=holder,
        licence_number=view.licence.licence_number,
        issued=max((day for day in map(_issued, held) if day), default=view.day),
        privileges=tuple(
            Privilege(
                name=each.fact.name,
                law=str(each.fact.law),
                issued=each.fact.issued_on,
                expires=each.fact.expires_on,
            )
            for each in held
        ),
    )


def _issued(each: ClassView) -> date | None:
    return each.fact.issued_on
