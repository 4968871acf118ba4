"""The messages of DCI's registry interface for civil registration (CRVS 1.0.0): who signed, what is asked, how a person is told."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

VERSION = "1.0.0"
SCOPE = "dci"
LIFETIME = timedelta(minutes=10)  # of a signature of ours
MOST_AT_ONCE = 100  # searches or subscriptions in one message
REG_TYPE = "ns:org:RegistryType:Civil"
RECORD_TYPE = "spdci-extensions-dci:Person"
ID_TYPE = "UIN"
ALGORITHM = "ed25519"
# What the log calls it → what the interface calls it. A birth has nobody yet whose number could be told.
LIFE_EVENTS = {
    "population.death_registered": "Death",
    "population.marriage_registered": "Marriage",
    "population.divorce_registered": "Divorce",
    "population.marriage_annulled": "Annulment",
}
_VOCABULARY = "https://schema.spdci.org/extensions/crvs/v1/data/CRVSPerson.jsonld"
_PAIR = re.compile(r'([A-Za-z]+)="([^"]*)"')
_SIGNED = "(created) (expires) digest"
_SEX = {"M": "male", "F": "female"}
_MARITAL = {"single": "S", "married": "M", "divorced": "D", "widowed": "W"}
# Items of the register → fields of a CRVSPerson that hold the very same.
_SAME = {"birth_date": "birth_date", "died_on": "death_date", "birth_place": "birth_place"}
# Items of the register the interface has a field for; others are not told by it, whatever was agreed.
TOLD = frozenset({"full_name", "sex", "marital_status", *_SAME})


class RejectedError(Exception):
    """One request of a message that cannot be answered.

    Attributes:
        code: of the interface's closed lists (`rjct.…`).
        message: what is wrong, for whoever reads the log at the other end.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes:
        sender: name of this installation.
        key_id: of its key.
    """

    sender: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as messages carry it.

    Attributes:
        sender: who signed.
        key_id: with which of its keys.
        algorithm: how.
        created: since when it holds, seconds.
        expires: until when.
        value: the signature itself.
    """

    sender: str
    key_id: str
    algorithm: str
    created: int
    expires: int
    value: bytes

    def covers(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.created - 60 <= at.timestamp() <= self.expires

    def __str__(self) -> str:
        """As the interface writes it."""
        pairs = {
            "namespace": "spdci",
            "kidId": f"{self.sender}|{self.key_id}|{self.algorithm}",
            "algorithm": self.algorithm,
            "created": self.created,
            "expires": self.expires,
            "headers": _SIGNED,
            "signature": base64.b64encode(self.value).decode(),
        }
        return "Signature: " + ", ".join(f'{name}="{value}"' for name, value in pairs.items())


def read_signature(text: str) -> Signature:
    """The signature a message carries.

    Raises:
        ValueError: it is none of the interface's form.
    """
    pairs = dict(_PAIR.findall(text))
    parts = pairs.get("kidId", "").split("|")
    if len(parts) != 3 or pairs.get("headers") != _SIGNED or parts[2] != pairs.get("algorithm"):
        raise ValueError("no signature of the interface's form")
    sender, key_id, algorithm = parts
    value = base64.b64decode(pairs.get("signature", ""), validate=True)
    return Signature(sender, key_id, algorithm, int(pairs.get("created", "")), int(pairs.get("expires", "")), value)


def signing_text(header: Mapping[str, Any], message: Any, *, created: int, expires: int) -> bytes:
    """What is signed: both moments and the SHA-256 of header and message, fields by name and without white space."""
    content = json.dumps(
        {"header": header, "message": message}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"(created): {created}\n(expires): {expires}\ndigest: SHA-256={digest}".encode()


def envelope(
    header: Mapping[str, Any], message: Any, *, signed: Callable[[bytes], bytes], by: Signer, at: datetime
) -> dict[str, Any]:
    """A message of ours with its signature.

    Args:
        header: of the message.
        message: what it says.
        signed: signs a text.
        by: who signs, with which key.
        at: now.
    """
    created = int(at.timestamp())
    expires = created + int(LIFETIME.total_seconds())
    value = signed(signing_text(header, message, created=created, expires=expires))
    signature = Signature(by.sender, by.key_id, ALGORITHM, created, expires, value)
    return {"signature": str(signature), "header": dict(header), "message": message}


def answer_header(
    action: str, *, number: str, counts: tuple[int, int], parties: tuple[str, str], at: datetime
) -> dict[str, Any]:
    """The header of an answer.

    Args:
        action: which answer (`on-search`).
        number: of this message.
        counts: requests there were, and those that are done.
        parties: who sends and who receives.
        at: now.
    """
    return {
        "version": VERSION,
        "message_id": number,
        "message_ts": at.isoformat(),
        "action": action,
        "status": "succ",
        "total_count": counts[0],
        "completed_count": counts[1],
        "sender_id": parties[0],
        "receiver_id": parties[1],
        "is_msg_encrypted": False,
    }


def event_told(text: str) -> str:
    """The life event a subscription names; "" for one that is none.

    >>> event_told("spdci-common:RegistryEventType:Death"), event_told("DEATH"), event_told("LiveBirth")
    ('Death', 'Death', '')
    """
    name = text.rpartition(":")[2].lower()
    return next((one for one in LIFE_EVENTS.values() if one.lower() == name), "")


def asked_number(criteria: Mapping[str, Any]) -> str:
    """The personal number a search is for: people are looked up by it alone, never by what many share.

    >>> asked_number({"query_type": "idtype-value", "query": {"type": "UIN", "value": "001099000001"}})
    '001099000001'

    Raises:
        RejectedError: another way to ask, or something else to ask for.
    """
    kind, query = criteria.get("query_type"), criteria.get("query")
    if kind == "idtype-value" and isinstance(query, Mapping):
        name, value = query.get("type"), query.get("value")
    elif kind == "predicate" and isinstance(query, list) and len(query) == 1:
        told = query[0].get("expression1", {}) if isinstance(query[0], Mapping) else {}
        alone = isinstance(told, Mapping) and told.get("operator") == "eq" and "expression2" not in query[0]
        name, value = (told.get("attribute_name"), told.get("attribute_value")) if alone else (None, None)
    else:
        name = value = None
    if name != ID_TYPE or not isinstance(value, str) or not value:
        raise RejectedError(
            "rjct.search_criteria.invalid", f"People are looked up by one {ID_TYPE} that is told whole."
        )
    return value


def check_page(criteria: Mapping[str, Any]) -> None:
    """There is one person at most, hence one page.

    Raises:
        RejectedError: pages that cannot be, or an order of what cannot be ordered.
    """
    page = criteria.get("pagination") or {}
    whole = isinstance(page, Mapping) and all(
        isinstance(page.get(name, 1), int | float) and page.get(name, 1) >= 1 for name in ("page_size", "page_number")
    )
    if not whole:
        raise RejectedError("rjct.pagination.invalid", "Pages are counted from 1 and hold 1 record or more.")
    if criteria.get("sort") and not all(
        isinstance(one, Mapping) and one.get("attribute_name") for one in criteria["sort"]
    ):
        raise RejectedError("rjct.sort.invalid", "An order names the attribute it goes by.")


def person(number: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A person as the interface tells it: what was released, and nothing that was not.

    Args:
        number: PIN or pseudonym the partner asked by; "" where it is not to be told.
        values: released items of the population register, by their names.
    """
    told: dict[str, Any] = {"@context": _VOCABULARY, "@type": "CRVS_Person"}
    if number:
        told["identifier"] = [{"@type": "Identifier", "identifier_type": ID_TYPE, "identifier_value": number}]
    if values.get("full_name"):
        # the family name comes first, whatever stands between it and the last word belongs to what somebody is called
        surname, _, given = str(values["full_name"]).partition(" ")
        told["name"] = {"@type": "Name", "surname": surname, "given_name": given}
    told |= {field: values[item] for item, field in _SAME.items() if values.get(item)}
    for item, field, words in (("sex", "sex", _SEX), ("marital_status", "marital_status", _MARITAL)):
        if values.get(item) in words:
            told[field] = words[values[item]]
    return told
