"""Addresses of both divisions of the country: today's commune, the part that names units, the hamlet or street."""

from sosach.vn.addresses.head import Head, parse_head
from sosach.vn.addresses.reading import PlaceReading
from sosach.vn.addresses.resolve import resolve
from sosach.vn.addresses.tail import (
    HEAD_PATTERN,
    LOCALITY_PATTERN,
    LOCALITY_TRIM,
    ODD_END_PATTERN,
    TAIL_PATTERN,
    TAIL_TRIM,
    TOWN_PATTERN,
    WARD_PATTERN,
    locality,
    tail,
)

__all__ = [
    "HEAD_PATTERN",
    "LOCALITY_PATTERN",
    "LOCALITY_TRIM",
    "ODD_END_PATTERN",
    "TAIL_PATTERN",
    "TAIL_TRIM",
    "TOWN_PATTERN",
    "WARD_PATTERN",
    "Head",
    "PlaceReading",
    "locality",
    "parse_head",
    "resolve",
    "tail",
]
