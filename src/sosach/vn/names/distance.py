"""How far two names are apart, in steps a clerk understands; and the remark about a pair that belongs to one person."""

from functools import lru_cache
from typing import Literal

from sosach.base.findings import Finding
from sosach.vn.names import codes
from sosach.vn.names.keys import exact, words
from sosach.vn.names.parts import Part

Level = Literal["equal", "tone", "toneless", "near", "part", "different"]


@lru_cache(maxsize=1 << 14)
def _words(name: str) -> tuple[Part, ...]:
    return tuple(words(exact(name)))


def distance(a: str, b: str) -> Level:
    """Compare two names as displayed (any case or spelling).

    Returns:
        equal: the same name, wherever the tone mark stands (hoà = hòa).
        toneless: the same once accents are dropped, because a side lacks them.
        tone: the same letters, accents on both sides, but other ones (Hùng, Hưng).
        near: one syllable differs by one letter, words are run together, or only i/y differ (Lý, Lí).
        part: a word more or less, another order of words, or initials.
        different: none of these.

    >>> distance("Nguyễn Thị Hoà", "NGUYỄN THỊ HÒA"), distance("NGUYEN THI HOA", "Nguyễn Thị Hòa")
    ('equal', 'toneless')
    >>> distance("Lê Văn Hùng", "Lê Văn Hưng"), distance("Lê Mỹ Vy", "Lê Mỹ Vi"), distance("Lê Hùng", "Lê Văn Hùng")
    ('tone', 'near', 'part')
    """
    left, right = _words(a), _words(b)
    if not left or not right:
        return "different"
    if [p.k1 for p in left] == [p.k1 for p in right]:
        return "equal"
    plain_left, plain_right = [p.k2 for p in left], [p.k2 for p in right]
    if plain_left == plain_right:
        lacking = all(p.k1 == q.k1 or p.upper == p.k2 or q.upper == q.k2 for p, q in zip(left, right, strict=True))
        return "toneless" if lacking else "tone"
    if _is_near(left, right):
        return "near"
    return "part" if _is_part(plain_left, plain_right) else "different"


def _is_near(left: tuple[Part, ...], right: tuple[Part, ...]) -> bool:
    if "".join(p.k2 for p in left) == "".join(p.k2 for p in right):
        return True
    if len(left) != len(right):
        return False
    unlike = [(p.k3, q.k3) for p, q in zip(left, right, strict=True) if p.k3 != q.k3]
    return not unlike or (len(unlike) == 1 and len(left) > 1 and _one_edit(*unlike[0]))


def _one_edit(a: str, b: str) -> bool:
    """Whether one letter more, less or other, or two neighbours swapped, turns one word into the other; not for single letters."""
    if len(a) > len(b):
        a, b = b, a
    if len(a) < 2 or len(b) - len(a) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[start:] == b[start + 1 :]
    swapped = a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
    return swapped or a[start + 1 :] == b[start + 1 :]


def _is_part(left: list[str], right: list[str]) -> bool:
    if len(left) == len(right):
        return sorted(left) == sorted(right) or _are_initials(left, right)
    short, long = sorted((left, right), key=len)
    if len(short) < 2 or short[-1] != long[-1] or short[0] != long[0]:
        return False
    remaining = iter(long)
    return all(word in remaining for word in short)


def _are_initials(left: list[str], right: list[str]) -> bool:
    """Whether words stand for each other by their first letter, and the last word is written out on both sides."""
    if left[-1] != right[-1] or len(left[-1]) < 2:
        return False
    return all(x == y or (1 in {len(x), len(y)} and x[0] == y[0]) for x, y in zip(left, right, strict=True))


def difference(given: str, registered: str) -> Finding | None:
    """The remark about the name in a register that differs a little from the name of the person it was linked to.

    Args:
        given: the name as it stands in the vehicle or licence register.
        registered: the person's name in the population register, the proposal.

    Returns:
        None when the names are equal, differ only by lost accents (the reading says so itself), or are different names.
    """
    level = distance(given, registered)
    left, right = _words(given), _words(registered)
    if level == "near":
        only_i_y = [p.k3 for p in left] == [p.k3 for p in right]
        return Finding(codes.DIFFERS_I_Y if only_i_y else codes.DIFFERS_NEAR, given, registered)
    code = {"tone": codes.DIFFERS_TONE, "part": codes.DIFFERS_PART}.get(level)
    return Finding(code, given, registered) if code else None
