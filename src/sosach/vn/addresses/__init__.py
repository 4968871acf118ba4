"""Addresses of both divisions of the country: today's commune, the part that names units, the hamlet or street."""

from sosach.vn.addresses.head import Head, parse_head
from sosach.vn.addresses.reading import PlaceReading
from sosach.vn.addresses.resolve import resolve
from sosach.vn.addresses.tail import LOCALITY_PATTERN, LOCALITY_TRIM, TAIL_PATTERN, TAIL_TRIM, locality, tail

__all__ = [
    "LOCALITY_PATTERN",
    "LOCALITY_TRIM",
    "TAIL_PATTERN",
    "TAIL_TRIM",
    "Head",
    "PlaceReading",
    "locality",
    "parse_head",
    "resolve",
    "tail",
]
