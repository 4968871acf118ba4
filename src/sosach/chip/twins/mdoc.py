"""A twin as ISO/IEC 18013-5 mobile document: salted digests of every element, signed (§ 9.1.2); the issuer's half of it."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import cbor2

from sosach.chip.twins.content import DOCTYPES, Content
from sosach.chip.twins.holder import HolderKey
from sosach.chip.twins.signatures import Issuer

SALT = 32  # bytes; § 9.1.2.5 asks for 16
_ENCODED, _FULL_DATE, _DATE_TIME = 24, 1004, 0  # tags
_BYTES, _ARRAY = 0x40, 0x80  # major types 2 and 4
_ONE_BYTE, _TWO_BYTES, _FOUR_BYTES = 24, 25, 26  # how a length is told
_ALG, _X5CHAIN = 1, 33  # headers of COSE (RFC 9360)
# An item is put together by hand: the parts that never change are encoded once (§ 9.1.2.5).
_ITEM = b"\xa4" + cbor2.dumps("digestID")
_RANDOM = cbor2.dumps("random") + bytes([_BYTES + _ONE_BYTE, SALT])
_SHORT = bytes([0xD8, _ENCODED, _BYTES + _ONE_BYTE])
_DAY = cbor2.dumps(cbor2.CBORTag(_FULL_DATE, ""))[:-1] + bytes([0x60 + len("2026-11-22")])


@dataclass(frozen=True, slots=True)
class Terms:
    """What a twin is bound to, whatever its format.

    Attributes:
        holder: key of the wallet.
        at: moment of signing.
        ends: it is valid no longer.
        status: address of its status list, and its place there.
    """

    holder: HolderKey
    at: datetime
    ends: datetime
    status: tuple[str, int]


def issue_mdoc(content: Content, terms: Terms, issuer: Issuer, *, today: date) -> bytes:
    """`IssuerSigned` of a twin, in CBOR.

    Args:
        content: what it says.
        terms: what it is bound to.
        issuer: who signs.
        today: day on which ages are told.
    """
    items: list[bytes] = []
    digests: dict[str, dict[int, bytes]] = {}
    for namespace, values in content.elements(today).items():
        wrapped = _items(values)
        digests[namespace] = {number: hashlib.sha256(wrapped[number]).digest() for number in range(len(wrapped))}
        items.append(cbor2.dumps(namespace) + _head(_ARRAY, len(wrapped)) + b"".join(wrapped.values()))
    payload = _wrapped(cbor2.dumps(_security_object(content, terms, digests)))
    protected = cbor2.dumps({_ALG: issuer.algorithm.cose})
    signature = issuer.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    chain = issuer.chain[0] if len(issuer.chain) == 1 else list(issuer.chain)
    auth = cbor2.dumps([protected, {_X5CHAIN: chain}, payload, signature])
    spaces = bytes([0xA0 + len(items)]) + b"".join(items)
    return b"\xa2" + cbor2.dumps("nameSpaces") + spaces + cbor2.dumps("issuerAuth") + auth


def _items(values: Mapping[str, Any]) -> dict[int, bytes]:
    """Digest id → `IssuerSignedItemBytes`, in the order of the standard's table; ids by lot, so that none tells which are absent."""
    salts = os.urandom(SALT * len(values))
    lots = os.urandom(8 * len(values))
    ids = sorted(range(len(values)), key=lambda at: lots[8 * at : 8 * at + 8])
    return {
        number: _wrapped(
            b"".join(
                (
                    _ITEM,
                    _number(number),
                    _RANDOM,
                    salts[SALT * at : SALT * (at + 1)],
                    _element(name),
                    _encoded(value),
                )
            )
        )
        for at, (number, (name, value)) in enumerate(zip(ids, values.items(), strict=True))
    }


def _security_object(content: Content, terms: Terms, digests: Mapping[str, Mapping[int, bytes]]) -> dict[str, Any]:
    """`MobileSecurityObject` (§ 9.1.2.4), with its place in the status list (draft-ietf-oauth-status-list § 6.3)."""
    uri, place = terms.status
    signed = _moment(terms.at)
    return {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": digests,
        "deviceKeyInfo": {"deviceKey": terms.holder.cose()},
        "docType": DOCTYPES[content.kind],
        "validityInfo": {"signed": signed, "validFrom": signed, "validUntil": _moment(terms.ends)},
        "status": {"status_list": {"idx": place, "uri": uri}},
    }


def _encoded(value: Any) -> bytes:
    """A value; days are full dates, also inside lists."""
    kind = type(value)
    if isinstance(value, date):
        return _DAY + value.isoformat().encode("ascii")
    return cbor2.dumps(_value(value) if kind is list or kind is dict else value)


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return cbor2.CBORTag(_FULL_DATE, value.isoformat())
    if isinstance(value, list):
        return [_value(each) for each in value]
    return {name: _value(each) for name, each in value.items()} if isinstance(value, dict) else value


@lru_cache(maxsize=64)
def _element(name: str) -> bytes:
    """What stands between the salt of an item and its value."""
    return cbor2.dumps("elementIdentifier") + cbor2.dumps(name) + cbor2.dumps("elementValue")


def _number(number: int) -> bytes:
    """A digest id: there are fewer than 256."""
    return bytes([number]) if number < _ONE_BYTE else bytes([_ONE_BYTE, number])


def _moment(at: datetime) -> cbor2.CBORTag:
    """A moment in UTC without fractions (§ 9.1.2.4)."""
    told = at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return cbor2.CBORTag(_DATE_TIME, f"{told.isoformat()}Z")


def _wrapped(content: bytes) -> bytes:
    """`#6.24(bstr .cbor …)`."""
    if _ONE_BYTE <= len(content) < 1 << 8:  # as most are
        return _SHORT + bytes([len(content)]) + content
    return b"\xd8\x18" + _head(_BYTES, len(content)) + content


def _head(major: int, size: int) -> bytes:
    """Head of a byte string or an array, as short as it can be (RFC 8949 § 4.2.1)."""
    if size < _ONE_BYTE:
        return bytes([major + size])
    if size < 1 << 8:
        return bytes([major + _ONE_BYTE, size])
    if size < 1 << 16:
        return bytes([major + _TWO_BYTES]) + size.to_bytes(2, "big")
    return bytes([major + _FOUR_BYTES]) + size.to_bytes(4, "big")
