"""Sizes of the benchmark as people write them: 100k, 1M, 8M."""

import re

_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kM]?)")
_FACTOR = {"": 1, "k": 1_000, "M": 1_000_000}


def parsed(text: str) -> int:
    """Vehicles meant by a size.

    >>> parsed("100k"), parsed("1M"), parsed("2.5M")
    (100000, 1000000, 2500000)

    Raises:
        ValueError: it is no size, or a size below 1,000.
    """
    found = _SIZE.fullmatch(text.strip())
    vehicles = round(float(found[1]) * _FACTOR[found[2]]) if found else 0
    if vehicles < 1_000:
        raise ValueError(f"{text!r} is no size; write 100k, 1M or 8M")
    return vehicles


def spelt(vehicles: int) -> str:
    """The size as people write it.

    >>> spelt(100_000), spelt(2_500_000), spelt(1_234)
    ('100k', '2.5M', '1234')
    """
    for letter, factor in (("M", 1_000_000), ("k", 1_000)):
        if vehicles >= factor and vehicles % (factor // 10) == 0:
            return f"{vehicles / factor:g}{letter}"
    return str(vehicles)


def persons_for(vehicles: int) -> int:
    """Persons beside so many vehicles: nine for eight, as in 8 million vehicles and 9 million persons."""
    return round(vehicles * 9 / 8)
