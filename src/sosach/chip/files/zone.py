"""DG1: the machine-readable zone (Doc 9303-10 § 4.7.1; Doc 9303-5 for the TD1 itself)."""

from sosach.chip import der
from sosach.chip.content import CardContent
from sosach.vn import mrz

TAG = b"\x61"
_ZONE = b"\x5f\x1f"
_HEAD = TAG + b"\x5d" + _ZONE + b"\x5a"  # 90 characters, always


def write(content: CardContent) -> bytes:
    """DG1 of a card."""
    zone = mrz.write(
        pin=content.pin, full_name=content.full_name, birth=content.birth, sex=content.sex, expires=content.expires
    )
    return _HEAD + zone.encode("ascii")


def read(group: bytes) -> str:
    """The 90 characters of DG1.

    Raises:
        DerError: it is no DG1.
    """
    node = der.whole(group, TAG).only(_ZONE)
    try:
        return node.body.decode("ascii")
    except UnicodeDecodeError:
        raise der.DerError(node.inside, "no machine-readable zone") from None
