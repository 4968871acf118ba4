"""State of a digital twin: it follows that of the card or licence, unless the holder ended it before."""

from dataclasses import dataclass
from enum import StrEnum

from sosach.chip.twins.status_list import State
from sosach.domain.idcards.states.cards import CardState


class End(StrEnum):
    """Who ended a twin before its time."""

    HOLDER = "holder"  # on the own page
    WALLET = "wallet"  # it was deleted from the wallet


class Notice(StrEnum):
    """What a wallet tells of a twin it was given (OpenID4VCI § 11)."""

    ACCEPTED = "credential_accepted"
    FAILURE = "credential_failure"
    DELETED = "credential_deleted"


@dataclass(frozen=True, slots=True)
class LicenceStanding:
    """What a licence allows on a day.

    Attributes:
        holder_id: whose it is.
        held: classes not taken away: name/law.
        driving: those whose vehicles may be driven that day.
    """

    holder_id: int | None
    held: frozenset[str]
    driving: frozenset[str]


# A card that is damaged says the same of its holder as before; one that is lost may be found again.
_OF_CARD = {
    CardState.ACTIVE: State.VALID,
    CardState.DAMAGED: State.VALID,
    CardState.HELD: State.SUSPENDED,
    CardState.LOST: State.SUSPENDED,
}


def of_card(card: CardState) -> State:
    """State of an identity whose card is in a state."""
    return _OF_CARD.get(card, State.INVALID)


def of_licence(classes: frozenset[str], person_id: int, licence: LicenceStanding | None) -> State:
    """State of a licence's twin that shows some classes of a person.

    Args:
        classes: the twin shows: name/law.
        person_id: who got it.
        licence: as it stands; None: it is there no longer, or goes on as another.
    """
    if licence is None or licence.holder_id != person_id or not classes <= licence.held:
        return State.INVALID
    return State.VALID if classes <= licence.driving else State.SUSPENDED
