"""DG14, DG15 and EF.CardAccess: how a reader opens the chip, and how the chip proves that it is no copy.

Standard: Doc 9303-11 § 4.4, 6 (PACE, chip and active authentication); TR-03110-3 annex A for the identifiers.
"""

from functools import cache

from sosach.chip.der import SET, DerError, Node, integer, oid, oid_of, sequence, set_of, tlv, whole
from sosach.chip.profiles import PaceCurve

TAG = b"\x6e"
TAG_ACTIVE = b"\x6f"
PACE_GM_AES = "0.4.0.127.0.7.2.2.4.2.2"  # ECDH, generic mapping, AES-128
AGREEMENT_AES = "0.4.0.127.0.7.2.2.3.2.2"  # ECDH, AES-128
AGREEMENT_KEY = "0.4.0.127.0.7.2.2.1.2"
ACTIVE = "2.23.136.1.1.5"
ECDSA_PLAIN_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"
CURVES = {PaceCurve.P256: 12, PaceCurve.BRAINPOOL256: 13}
_VERSION_PACE = 2
_VERSION = 1


@cache
def _pace(curve: PaceCurve) -> bytes:
    return sequence(oid(PACE_GM_AES), integer(_VERSION_PACE), integer(CURVES[curve]))


@cache
def card_access(curve: PaceCurve) -> bytes:
    """EF.CardAccess: what a reader must know before it has opened anything."""
    return set_of(_pace(curve))


_AGREES = sequence(oid(AGREEMENT_AES), integer(_VERSION))
_KEY = oid(AGREEMENT_KEY)
_ACTIVE = sequence(oid(ACTIVE), integer(_VERSION), oid(ECDSA_PLAIN_SHA256))


def write(*, pace: PaceCurve, agreement: bytes, active: bool) -> bytes:
    """DG14: PACE again, now under the signature, and what the chip proves itself with.

    Args:
        pace: the curve of PACE.
        agreement: SubjectPublicKeyInfo of chip authentication; b"" without.
        active: whether there is a DG15.
    """
    before, after = _around(pace, len(agreement), active)
    return before + agreement + after


@cache
def _around(pace: PaceCurve, size: int, active: bool) -> tuple[bytes, bytes]:  # noqa: FBT001 - a key of the cache
    """All of DG14 before and after a key of some bytes: what orders the infos stands before it."""
    key = b"\xff" * size
    infos = [_pace(pace)]
    if key:
        infos += [_AGREES, sequence(_KEY, key)]
    if active:
        infos.append(_ACTIVE)
    group = tlv(TAG, set_of(*infos))
    if not key:
        return group, b""
    before, _, after = group.rpartition(key)
    return before, after


def write_active(key: bytes) -> bytes:
    """DG15: the public key of active authentication."""
    return tlv(TAG_ACTIVE, key)


def infos(group: bytes) -> dict[str, bytes]:
    """The security infos of DG14, each whole, by identifier.

    Raises:
        DerError: it is no DG14, or says something twice.
    """
    found: dict[str, bytes] = {}
    for info in whole(group, TAG).only(SET).children():
        name = oid_of(_first(info))
        if name in found:
            raise DerError(info.start, "said twice")
        found[name] = info.raw
    return found


def _first(info: Node) -> Node:
    parts = info.expect(b"\x30").children()
    if not parts:
        raise DerError(info.start, "empty")
    return parts[0]


def agreement_key(group: bytes) -> bytes:
    """SubjectPublicKeyInfo of chip authentication in DG14; b"" without.

    Raises:
        DerError: it is no DG14.
    """
    info = infos(group).get(AGREEMENT_KEY)
    return whole(info).children()[1].raw if info else b""


def active_key(group: bytes) -> bytes:
    """SubjectPublicKeyInfo in DG15.

    Raises:
        DerError: it is no DG15.
    """
    return whole(group, TAG_ACTIVE).only(b"\x30").raw


def pace_only(group: bytes) -> bytes:
    """What EF.CardAccess must say beside this DG14.

    Raises:
        DerError: it is no DG14, or has no PACE.
    """
    info = infos(group).get(PACE_GM_AES)
    if info is None:
        raise DerError(0, "no PACE")
    return set_of(info)
