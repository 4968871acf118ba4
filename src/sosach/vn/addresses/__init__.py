"""Addresses of both divisions of the country: today's commune, the part that names units, the hamlet or street."""

from sosach.vn.addresses.reading import PlaceReading
from sosach.vn.addresses.resolve import resolve
from sosach.vn.addresses.tail import LOCALITY_PATTERN, TAIL_PATTERN, locality, tail

__all__ = ["LOCALITY_PATTERN", "TAIL_PATTERN", "PlaceReading", "locality", "resolve", "tail"]
