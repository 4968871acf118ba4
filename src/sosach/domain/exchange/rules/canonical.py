"""JSON as it is hashed: one spelling of every value (RFC 8785), and the part of it that paths name (RFC 9535, without filters)."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Step = str | int | None  # a member, an element, or every one of them
Path = tuple[Step, ...]
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\.(\*)|\[(\*)\]|\[(\d{1,6})\]|\['([^'\\]+)'\]|\[\"([^\"\\]+)\"\]")
_LARGEST_PLAIN: Final = 21  # digits before the point up to which JSON writes a number without exponent
_SMALLEST_PLAIN: Final = -6


def canonical(value: Any) -> bytes:
    r"""The one spelling of a value (RFC 8785 JCS).

    >>> canonical({"b": [1.0, 1e21, "é\n"], "a": None})
    b'{"a":null,"b":[1,1e+21,"\xc3\xa9\\n"]}'

    Raises:
        ValueError: it holds what JSON cannot carry: halves of letters, numbers without end.
    """
    return _spelled(value).encode("utf-8")


def _spelled(value: Any) -> str:
    if isinstance(value, Mapping):
        # members stand in the order of their UTF-16 letters (RFC 8785 section 3.2.3)
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(name)}:{_spelled(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_spelled, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return _number(float(value)) if isinstance(value, int | float) else _text(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """A number as ECMAScript writes it (RFC 8785 section 3.2.2.3): Python finds the same digits, and sets the point otherwise.

    >>> [_number(each) for each in (-0.0, 333333333.33333329, 1e-7, 0.000001, 123456789012345680000.0, -4.5)]
    ['0', '333333333.3333333', '1e-7', '0.000001', '123456789012345680000', '-4.5']
    """
    if not math.isfinite(value):
        raise ValueError("no number of JSON")
    if value == 0:
        return "0"
    sign, told = ("-" if value < 0 else ""), repr(abs(value))
    mantissa, _, exponent = told.partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + part) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Digits with the point where it belongs; `point` of them stand before it."""
    count = len(digits)
    if count <= point <= _LARGEST_PLAIN:
        return digits + "0" * (point - count)
    if 0 < point <= _LARGEST_PLAIN:
        return f"{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    head = digits[0] + (f".{digits[1:]}" if count > 1 else "")
    return f"{head}e{point - 1:+d}"


def paths_of(scope: str) -> list[Path]:
    """The paths of a list with blanks between them.

    >>> paths_of("$.biographicData $.biometricData[*].image $['x y']")
    Traceback (most recent call last):
    ValueError: no path
    >>> paths_of("$ $.a[0]['b'] $.c[*]")
    [(), ('a', 0, 'b'), ('c', None)]

    Raises:
        ValueError: one of them is none, or there is none.
    """
    found = [_path(one) for one in scope.split()]
    if not found:
        raise ValueError("no path")
    return found


def _path(text: str) -> Path:
    if not text.startswith("$"):
        raise ValueError("no path")
    steps: list[Step] = []
    at = 1
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            raise ValueError("no path")
        name, star, every, number, quoted, twice = step.groups()
        steps.append(None if star or every else int(number) if number else name or quoted or twice)
        at = step.end()
    return tuple(steps)


def narrowed(value: Any, paths: Sequence[Path]) -> Any:
    """What paths name of a value, and nothing beside it; elements stay in their order.

    >>> narrowed({"a": {"b": 1, "c": 2}, "d": [{"e": 3, "f": 4}, {"f": 5}]}, paths_of("$.a.b $.d[*].f"))
    {'a': {'b': 1}, 'd': [{'f': 4}, {'f': 5}]}

    Raises:
        ValueError: a path names nothing: a hash of nothing proves nothing.
    """
    for path in paths:
        if next(places(value, path), None) is None:
            raise ValueError("a path names nothing")
    return _kept(value, paths)


def _kept(value: Any, paths: Sequence[Path]) -> Any:
    if () in paths:
        return value
    below = {key: [path[1:] for path in paths if path[0] in (key, None)] for key in _keys(value)}
    kept = {key: _kept(value[key], found) for key, found in below.items() if _named(value[key], found)}
    return kept if isinstance(value, Mapping) else list(kept.values())


def _named(value: Any, paths: Sequence[Path]) -> bool:
    return any(next(places(value, path), None) is not None for path in paths)


def places(value: Any, path: Path) -> Iterator[tuple[Any, Any]]:
    """Where a path leads: what holds the node, and under which name or number; of the whole, nothing holds it.

    >>> list(places({"a": [1, 2]}, ("a", None)))
    [([1, 2], 0), ([1, 2], 1)]
    """
    if not path:
        yield None, None
        return
    first, rest = path[0], path[1:]
    for key in _keys(value):
        if first is not None and (first != key or type(first) is not type(key)):
            continue
        if rest:
            yield from places(value[key], rest)
        else:
            yield value, key


def _keys(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value)
    return list(range(len(value))) if isinstance(value, list) else []
