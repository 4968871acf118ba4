"""Comparison keys of names: exact, tone-safe, toneless, loose."""

from typing import NamedTuple

from sosach.vn.names.parts import Part, canonical, part, upper


class Keys(NamedTuple):
    """Four keys, each blurrier than the one before.

    Attributes:
        k0: composed, single blanks, upper case: equal means the same spelling.
        k1: each syllable without tone mark plus its tone digit: hoà = hòa, but Lý ≠ Lí. Equal means the same name.
        k2: without any mark: for input without accents, and for blocking.
        k3: loose, i = y: only together with other evidence.
    """

    k0: str
    k1: str
    k2: str
    k3: str


def exact(text: str) -> str:
    """K0 of a text: stable when applied again."""
    return " ".join(upper(canonical(text)).split())


def words(k0: str) -> list[Part]:
    """The words of a K0 for the other keys: a hyphen separates, a trailing apostrophe belongs to the next word (`H' Hen`)."""
    if "-" not in k0 and "'" not in k0:
        return [part(word) for word in k0.split(" ") if word]
    return [part(word) for word in k0.replace("-", " ").replace("' ", "'").split(" ") if word.strip("'")]


def keys(text: str) -> Keys:
    """Keys of a name; total on any text.

    >>> keys("Đặng thị  Thuý")
    Keys(k0='ĐẶNG THỊ THUÝ', k1='ĐĂNG5 THI5 THUY1', k2='DANG THI THUY', k3='DANG THI THUY')
    >>> keys("H’Hen Niê").k0, keys("H' Hen Niê").k2
    ("H'HEN NIÊ", 'HHEN NIE')
    """
    k0 = exact(text)
    parts = words(k0)
    return Keys(k0, " ".join(p.k1 for p in parts), " ".join(p.k2 for p in parts), " ".join(p.k3 for p in parts))
