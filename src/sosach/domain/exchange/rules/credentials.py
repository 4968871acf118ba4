"""How OSIA's words for credentials and ours correspond. What has no counterpart is refused, never bent into something near.

A credential of OSIA is one card from the day it left quality control; a credential request is an application for one.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.cards import IN_PRODUCTION, ON_THE_WAY, CardState

AUTHORITY: Final = "Bộ Công an"
# What every credential is told with, whatever attributes are asked for.
ALWAYS = ("credentialId", "status", "personId", "credentialProfileId")
# By one of these a search has to say whose cards it is after: registers answer about somebody, they are not leafed through.
NAMING = ("credentialId", "serialNumber", "credentialNumber", "personId")


class CredentialStatus(StrEnum):
    """What OSIA says of a credential."""

    NEW = "NEW"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    OTHER = "OTHER"


class RequestStatus(StrEnum):
    """What OSIA says of a request for one."""

    PENDING = "PENDING"
    ISSUED = "ISSUED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class Change(StrEnum):
    """What can be asked for a credential by a status: any text is a status to the standard, these mean something here."""

    SUSPENDED = "SUSPENDED"
    ACTIVE = "ACTIVE"
    REVOKED = "REVOKED"
    LOST = "LOST"
    DAMAGED = "DAMAGED"


_PLAIN: Mapping[CardState, CredentialStatus] = {
    **dict.fromkeys(ON_THE_WAY, CredentialStatus.NEW),
    CardState.ACTIVE: CredentialStatus.ACTIVE,
    CardState.HELD: CredentialStatus.SUSPENDED,
    CardState.REVOKED: CredentialStatus.REVOKED,
}
_ENDED: Mapping[State, RequestStatus] = {
    State.REFUSED: RequestStatus.FAILED,
    State.WITHDRAWN: RequestStatus.CANCELLED,
    State.LAPSED: RequestStatus.FAILED,
    State.DONE: RequestStatus.ISSUED,
}
# There is no card yet, or there never was one to show.
UNSEEN = frozenset(IN_PRODUCTION | {CardState.SPOILED, CardState.ASTRAY, CardState.VOID})


def status_of(state: CardState) -> tuple[CredentialStatus, str]:
    """What OSIA says of a card in a state, and in which word of ours where it has none.

    >>> status_of(CardState.HELD), status_of(CardState.LOST)
    ((<CredentialStatus.SUSPENDED: 'SUSPENDED'>, ''), (<CredentialStatus.OTHER: 'OTHER'>, 'lost'))
    """
    found = _PLAIN.get(state)
    return (found, "") if found is not None else (CredentialStatus.OTHER, str(state))


def status_of_request(state: State, *, seen: bool) -> RequestStatus:
    """What OSIA says of an application; it is issued once there is a card, though its holder may not have it yet.

    Args:
        state: of the application.
        seen: whether a card of it left quality control.

    >>> status_of_request(State.MADE, seen=False), status_of_request(State.MADE, seen=True)
    (<RequestStatus.PENDING: 'PENDING'>, <RequestStatus.ISSUED: 'ISSUED'>)
    """
    return _ENDED.get(state) or (RequestStatus.ISSUED if seen else RequestStatus.PENDING)
