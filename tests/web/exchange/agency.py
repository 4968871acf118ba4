"""Agencies for the tests: a synthetic partner with a key of its own, and tokens as it would sign them."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.partners import register_key, take_in_agreement
from sosach.domain.exchange.queries.attributes import attributes_of
from sosach.domain.exchange.rules.agreements import REGISTERS, Proof
from sosach.web.frame import clock

STEWARD = Actor(ActorKind.OFFICER, "officer-1", Level.NATION, roles=frozenset({Role.STEWARD}))
PLENTY = {"per_minute": 1_000_000, "per_day": 10_000_000, "misses_per_hour": 1_000_000}
EVERYTHING = {register: sorted(attributes_of(register)) for register in REGISTERS}
_COUNT = itertools.count(1)


def order(reason: str = "", at: datetime | None = None) -> Order:
    """By the steward of the country, now unless told when."""
    return Order(STEWARD, at or clock.now(), reason=reason)


def terms(**changed: Any) -> dict[str, Any]:
    """An agreement with a body of the state."""
    told = {
        "number": "01/TT-2026",
        "begins": "2026-01-01",
        "state_body": True,
        "legal": ["law-26-2023-10"],
        "purposes": ["agency-task"],
        "scopes": ["registers"],
        "volume": PLENTY,
    }
    return told | changed


@dataclass(frozen=True)
class Agency:
    """A partner.

    Attributes:
        key: as agreements and tokens call it.
        private: what it signs with.
    """

    key: str
    private: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519"))

    def agree(self, **changed: Any) -> None:
        """Agree on something, or on something else than before."""
        told = terms(**changed)
        take_in_agreement(order(), key=self.key, vi=f"Cơ quan {self.key}", en=f"Agency {self.key}", terms=told)

    def token(self, *, scope: str = "registers", header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token as the agency signs it; a claim of None is left out."""
        now = int(clock.now().timestamp())
        told = {
            "iss": self.key,
            "aud": "sosach",
            "iat": now,
            "exp": now + 600,
            "jti": f"token-{next(_COUNT):08d}",
            "scope": scope,
        }
        told = {name: value for name, value in (told | claims).items() if value is not None}
        return jws.serialize_compact(
            {"alg": "Ed25519", "kid": "k1"} | (header or {}), json.dumps(told), self.private, algorithms=["Ed25519"]
        )

    def headers(self, **told: Any) -> dict[str, str]:
        """What its requests carry."""
        return {"Authorization": f"Bearer {self.token(**told)}"}


def agency(key: str = "", **changed: Any) -> Agency:
    """An agency with an agreement and a key."""
    found = Agency(key or f"co-quan-{next(_COUNT)}")
    found.agree(**changed)
    public = found.private.as_dict(private=False)
    register_key(order(), partner=found.key, proof=Proof.SIGNATURE, name="k1", jwk=public)
    return found
