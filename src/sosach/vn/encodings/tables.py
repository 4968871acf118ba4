"""Tables of the legacy encodings, and how one run of characters (no blank inside) is read by each of them.

Sources: `vn/data/legacy_encodings.csv` (TCVN3 = TCVN 5712:1993 VN3, VNI-Windows, VIQR = RFC 1456), RFC 1456 for VISCII,
Python's own codec for Windows-1258. A legacy text normally reaches us as its bytes read as Latin-1 or Windows-1252.
"""

import unicodedata

from sosach.vn.tables import table

_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ"  # 80
    "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"  # 90
    "Õắằặấầẩậẽẹếềểễệố"  # A0
    "ồổỗỠƠộờởịỰỨỪỬơớƯ"  # B0
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ"  # C0
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡư"  # D0
    "àáâãảăữẫèéêẻìíĩỉ"  # E0
    "đựòóôõỏọụùúũủýợỮ"  # F0
)
_NBSP_LEADS = ("Ã", "Æ", "áº", "á»")  # their next byte may be A0, which cleaning turns into a blank


def _byte_values() -> dict[str, int]:
    """The byte behind a character, whether the reader took it for Latin-1 or for Windows-1252."""
    values = {chr(byte): byte for byte in range(256)}
    for byte in range(0x80, 0xA0):
        shown = bytes([byte]).decode("cp1252", errors="ignore")
        if shown:
            values[shown] = byte
    return values


def _vni_pairs() -> dict[str, str]:
    """VNI strings of one or two characters; the mark behind a capital may be capital or small."""
    pairs = {}
    for row in table("legacy_encodings"):
        letter, shown = row["char"].lower(), row["vni_windows"].lower()
        pairs[shown] = letter
        pairs[shown.upper()] = pairs[shown[0].upper() + shown[1:]] = letter.upper()
    return pairs


BYTE_OF = _byte_values()
_ONE_BYTE = frozenset(BYTE_OF)
TCVN3 = {int(row["tcvn3_byte"], 16): row["char"] for row in table("legacy_encodings")}
VISCII = _VISCII_LOW | dict(enumerate(_VISCII_HIGH, start=0x80))
VIQR = {row["viqr"]: row["char"] for row in table("legacy_encodings")}
_VNI = _vni_pairs()


def is_one_byte(text: str) -> bool:
    """Whether a text can be one that was read byte by byte."""
    return _ONE_BYTE.issuperset(text)


def in_bytes(run: str) -> bytes | None:
    """The bytes behind a run of characters, or None when it never was a one-byte text."""
    try:
        return bytes([BYTE_OF[letter] for letter in run])
    except KeyError:
        return None


def from_tcvn3(run: str) -> str | None:
    """Read a run as TCVN3. Capitals with tones do not exist there: the font draws the small ones as capitals."""
    if in_bytes(run) is None:
        return None
    decoded = run.translate(TCVN3)
    return decoded if decoded.islower() or decoded.istitle() else decoded.upper()


def from_vni(run: str) -> str | None:
    """Read a run as VNI-Windows."""
    letters, at = [], 0
    while at < len(run):
        width = 2 if run[at : at + 2] in _VNI and at + 1 < len(run) else 1
        piece = run[at : at + width]
        letters.append(_VNI.get(piece, piece))
        at += width
    return "".join(letters)


def from_viscii(run: str) -> str | None:
    """Read a run as VISCII."""
    data = in_bytes(run)
    return None if data is None else "".join(VISCII.get(byte, chr(byte)) for byte in data)


def from_cp1258(run: str) -> str | None:
    """Read a run as Windows-1258: base letters followed by combining tones, composed here."""
    data = in_bytes(run)
    if data is None:
        return None
    try:
        return unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def from_mojibake(run: str) -> str | None:
    """Read a run as UTF-8 that somebody took for Windows-1252 or Latin-1, once or twice."""
    data = in_bytes(run + "\xa0" if run.endswith(_NBSP_LEADS) else run)
    if data is None or data.isascii():
        return None if data is None else run
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return from_mojibake(text) or unicodedata.normalize("NFC", text)
