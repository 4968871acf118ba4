"""Looks of a partner at cards (OSIA: credentials), and at the requests it made for some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.exchange.models.enrollments import CredentialRequest
from sosach.domain.exchange.queries.identities import missing
from sosach.domain.exchange.rules.card_requests import PROFILE_VERSION, unmapped
from sosach.domain.exchange.rules.credentials import AUTHORITY, NAMING, UNSEEN, status_of
from sosach.domain.exchange.rules.identities import Expression, Operator, meets
from sosach.domain.idcards.models import Card
from sosach.domain.idcards.queries.cards import state_on
from sosach.domain.idcards.states.applications import State

PARTNERS = frozenset({Role.CARDS})  # lent to partners that take applications
_COLUMNS = {
    "credentialId": "blank_id",
    "serialNumber": "blank_id",
    "credentialNumber": "number",
    "personId": "person__pin",
}


@dataclass(frozen=True, slots=True)
class Requested:
    """A request for a card, and what became of it.

    Attributes:
        row: as it was made.
        state: of its application.
        serials: of the cards made for it.
    """

    row: CredentialRequest
    state: State
    serials: tuple[str, ...]


@reading("exchange.credentials_read", roles=PARTNERS)
def credential(look: Look, *, serial: str) -> Seen[dict[str, Any]]:
    """A card as OSIA tells it.

    Raises:
        SosachError: STATE-01.
    """
    row = card_of(look.actor, serial)
    return Seen(told_of(row, look.at), subjects_of([row]))


@reading("exchange.credentials_read", roles=PARTNERS)
def credentials(look: Look, *, conditions: Sequence[Expression]) -> Seen[list[dict[str, Any]]]:
    """Cards that meet all conditions; one of them has to say whose.

    Raises:
        SosachError: STATE-02, none does.
    """
    named = [one for one in conditions if one.attribute in NAMING and one.operator is Operator.EQUAL]
    if not named:
        raise unmapped("Phải nêu thẻ hoặc người: một điều kiện “=”.", f"Say whose: “=” on one of {', '.join(NAMING)}.")
    wanted = Q(**{_COLUMNS[named[0].attribute]: str(named[0].value)})
    rows = [row for row in _cards(look.actor).filter(wanted).order_by("pk") if _met(told_of(row, look.at), conditions)]
    return Seen([told_of(row, look.at) for row in rows], subjects_of(rows))


@reading("exchange.card_request_read", roles=PARTNERS)
def card_request(look: Look, *, key: str) -> Seen[Requested]:
    """A request the partner made.

    Raises:
        SosachError: STATE-01.
    """
    row = request_of(look.actor, key)
    serials = (
        _cards(look.actor).filter(application=row.application_id).order_by("pk").values_list("blank_id", flat=True)
    )
    found = Requested(row, State(row.application.state), tuple(serials))
    return Seen(found, subjects_of_request(row))


def request_of(actor: Actor, key: str, *, locked: bool = False) -> CredentialRequest:
    """A request of the partner's own.

    Raises:
        SosachError: STATE-01.
    """
    rows = CredentialRequest.objects.select_for_update(of=("self",)) if locked else CredentialRequest.objects.all()
    row = rows.select_related("application").filter(actor_key=actor.key, request_key=key).first()
    if row is None:
        raise missing()
    return row


def card_of(actor: Actor, serial: str) -> Card:
    """A card by its serial; one that is still being made is not there yet.

    Raises:
        SosachError: STATE-01.
    """
    row = _cards(actor).filter(blank_id=serial).first()
    if row is None:
        raise missing()
    return row


def told_of(row: Card, at: datetime) -> dict[str, Any]:
    """A card as OSIA tells it; members without a value are left out."""
    status, other = status_of(state_on(row, at))
    told = {
        "credentialId": row.blank_id,
        "status": str(status),
        "statusOther": other,
        "credentialNumber": row.number,
        "personId": row.person.pin or "",
        "credentialProfileId": row.application.profile,
        "credentialProfileVersion": PROFILE_VERSION,
        "issuedDate": _moment(row.issued_on, time.min),
        "expiryDate": _moment(row.expires_on, time(23, 59, 59)),
        "serialNumber": row.blank_id,
        "issuingAuthority": AUTHORITY,
    }
    return {name: value for name, value in told.items() if value or name == "personId"}


def subjects_of_request(row: CredentialRequest) -> list[Subject]:
    """A request as the log names it, with the person it is about."""
    person = Subject("person", str(row.application.person_id), row.application.commune_code)
    return [Subject("credential_request", str(row.pk)), person]


def subjects_of(rows: Sequence[Card]) -> list[Subject]:
    """Cards as the log names them, with their holders."""
    told = [(Subject("card", str(row.pk)), Subject("person", str(row.person_id), row.commune_code)) for row in rows]
    return [one for pair in told for one in pair]


def _cards(actor: Actor) -> QuerySet[Card]:
    return scoped(Card.objects.exclude(state__in=[each.value for each in UNSEEN]), actor).select_related(
        "person", "application"
    )


def _met(told: Mapping[str, Any], conditions: Sequence[Expression]) -> bool:
    return all(meets(told.get(one.attribute), one) for one in conditions)


def _moment(day: date | None, at: time) -> str:
    return f"{day}T{at.isoformat()}+07:00" if day is not None else ""
