"""A ward for the tests: citizens of the town, three officers of their commune, one of another, a key that signs receipts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.domain.vehicles.town import COMMUNE, DAY, PROVINCE, SYSTEM, Town, officer

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key
from sosach.domain.audit.rules.sealing import key_id_of
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import approve, declare, verify
from sosach.domain.declarations.rules import Receipt
from sosach.domain.vehicles.models import Vehicle

T = TypeVar("T")
OTHER_COMMUNE = "00008"
REGISTRAR = officer("officer-11", Role.VEHICLES, Role.LICENCES, level=Level.COMMUNE, unit=COMMUNE)
VERIFIER = officer("officer-12", Role.VERIFIER, Role.CLERK, level=Level.COMMUNE, unit=COMMUNE)
CHIEF = officer("officer-13", Role.CHIEF, level=Level.COMMUNE, unit=COMMUNE)
STRANGER = officer("officer-14", Role.VERIFIER, Role.CHIEF, Role.VEHICLES, level=Level.COMMUNE, unit=OTHER_COMMUNE)
PLATE = "30A-123.45"


class Key:
    """A key that exists for this test run only."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public_key = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> str:
        return key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


SIGNER = Key()


def citizen(person_id: int) -> Actor:
    return Actor(
        ActorKind.CITIZEN, account_key(ActorKind.CITIZEN, person_id), Level.PERSON, roles=frozenset({Role.CITIZEN})
    )


def order(actor: Actor, *, days: float = 0, reason: str = "") -> Order:
    return Order(actor, DAY + timedelta(days=days), reason=reason)


def look(actor: Actor, *, days: float = 0) -> Look:
    return Look(actor, "data-cleaning", DAY + timedelta(days=days))


def plate_of(vehicle: Vehicle) -> str:
    return str(vehicle.plate_number)


def told(kind: str, vehicle: Vehicle | None = None, **changes: str) -> dict[str, str]:
    """Answers that complete a kind."""
    answers = {
        "plate": plate_of(vehicle) if vehicle else PLATE,
        "chassis_number": vehicle.chassis_number if vehicle else "RLHZZ1234ZY999999",
        "phone": "0912345678",
        "statement": "Tôi khai đúng sự thật.",
        "buyer_name": "Nguyễn Văn Bình",
        "sold_on": "01/10/2026",
        "sale_paper": "certified",
        "paper_number": "HĐ 7",
        "seller_name": "Nguyễn Văn An",
        "bought_on": "01/10/2026",
        "through_several": "no",
        "owner_paper_number": "HĐ 1",
        "hands": "Trần Thị Thử\nLê Văn Nháp",
        "ownership_paper": "sale_contract",
        "paper_on": "01/10/2026",
        "deceased_name": "Nguyễn Văn An",
        "inheritance_number": "TK 5",
        "arrangement": "family",
        "user_name": "Nguyễn Văn Chi",
        "happened_on": "10/11/2026",
        "police_report": "TB 3",
        "lost_what": "both",
        "papers_state": "kept",
        "new_commune": "Phường Thử",
        "authority": "Công an",
        "vehicle_item": "paint_colour",
        "right_value": "xanh",
        "licence_number": "010191234567",
        "licence_class": "A1",
        "issued_on": "05/03/2015",
        "issued_by": "Sở GTVT Hà Nội",
        "licence_item": "address",
        "person_item": "hometown",
        "commitment": "yes",
        **changes,
    }
    del kind
    return {code: text for code, text in answers.items() if text}


def sent(person_id: int, kind: str, vehicle: Vehicle | None = None, *, days: float = 0, **changes: str) -> Declaration:
    """A declaration a citizen has sent."""
    receipt = receipt_for(person_id, kind, vehicle, days=days, **changes)
    with acting(SYSTEM):
        return Declaration.objects.get(number=receipt.number)


def receipt_for(
    person_id: int,
    kind: str,
    vehicle: Vehicle | None = None,
    *,
    days: float = 0,
    key: UUID | None = None,
    **changes: str,
) -> Receipt:
    return declare(
        order(citizen(person_id), days=days),
        kind=kind,
        answers=told(kind, vehicle, **changes),
        key=key or uuid4(),
        signer=SIGNER,
    )


def accepted(found: Declaration, *, days: float = 0, by: tuple[Actor, Actor] = (REGISTRAR, CHIEF), **terms: Any) -> str:
    """Verified by one officer and approved by another."""
    verify(order(by[0], days=days), declaration_id=found.pk)
    return approve(order(by[1], days=days), declaration_id=found.pk, terms=terms)


def again(found: Declaration) -> Declaration:
    """The declaration as it stands in the database."""
    with acting(SYSTEM):
        return Declaration.objects.get(pk=found.pk)


def refused(verb: Callable[..., T], *args: Any, **kwargs: Any) -> ErrorCode:
    """The code with which a step is refused."""
    with pytest.raises(SosachError) as found:
        verb(*args, **kwargs)
    return found.value.code


__all__ = ["COMMUNE", "PROVINCE", "Town"]
