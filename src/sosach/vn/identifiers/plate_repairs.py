"""Plates with a letter typed or scanned for a digit, or the other way round: the one reading that makes a plate."""

from sosach.vn.identifiers.plate_layouts import CODE_USES, hits

_AS_DIGIT = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
_AS_LETTER = {"8": "B", "5": "S", "2": "Z"}
# Shapes of ordinary plates: 0 stands for a digit, A for a letter.
_SHAPES = ("00A00000", "00A000000", "00AA00000", "00A0000")
_MOST = 2  # more characters to change than this is another plate, not a slip


def mend(key: str, *, cuts: frozenset[int]) -> str | None:
    """The plate that `key` becomes with the fewest changes of look-alike letters and digits; None unless it is one.

    Args:
        key: letters and digits, no layout fits them.
        cuts: positions of dashes and blanks: a key of digits alone is mended only when a dash follows the third.

    >>> mend("3OA12345", cuts=frozenset()), mend("30I12345", cuts=frozenset({3}))
    ('30A12345', None)
    """
    if key.isdecimal() and cuts != {3}:
        return None
    changes = {plate: sum(old != new for old, new in zip(key, plate, strict=True)) for plate in _bent(key)}
    fewest = min(changes.values(), default=_MOST)
    plates = [plate for plate, count in changes.items() if count == fewest <= _MOST]
    return plates[0] if len(plates) == 1 else None


def _bent(key: str) -> list[str]:
    """Every plate in use that the key becomes when it is bent to a shape of its length."""
    shapes = [shape for shape in _SHAPES if len(shape) == len(key)]
    bent = ["".join(_fitted(char, wanted) for char, wanted in zip(key, shape, strict=True)) for shape in shapes]
    return [plate for plate in bent if CODE_USES.get(plate[:2]) in ("province", "central") and hits(plate)]


def _fitted(char: str, wanted: str) -> str:
    return _AS_DIGIT.get(char, char) if wanted == "0" else _AS_LETTER.get(char, char)
