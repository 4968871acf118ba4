"""Dirt in addresses."""

import re
from random import Random
from typing import Final

from sosach.synth.dirt.machines import blank
from sosach.synth.dirt.planting import ADDRESSES, Loss, Planting, licence, vehicle
from sosach.synth.lettering import toneless
from sosach.synth.places import abbreviated, without_levels

_NUMBERED: Final = re.compile(r"\b(Phường|Quận) 0?(\d+)\b")
_ALIASES: Final = (
    ("Đắk", ("Đăk", "Đắc", "Dak")), ("Bà Rịa - Vũng Tàu", ("BR-VT", "Bà Rịa-Vũng Tàu", "BRVT")), ("Thành phố Hồ Chí Minh", ("TPHCM", "HCM", "Sài Gòn")),
    ("Thừa Thiên Huế", ("TT Huế", "TTH")), ("Thành phố Hà Nội", ("HN", "Hanoi", "Hà Nội")), ("Thành phố Đà Nẵng", ("ĐN", "Đà Nẵng")),
    ("Thành phố ", ("TP ", "T.P ")), ("Tỉnh ", ("T.", "tỉnh ")),
)  # fmt: skip
# Wards merged between 2019 and 2024: they stand in no table of 2025
_GONE: Final = ("Phường Hải Châu I, Quận Hải Châu, Thành phố Đà Nẵng", "Phường Bình An, Quận 2, Thành phố Hồ Chí Minh")


def old_units(_value: str, aux: str, _rng: Random) -> str | None:
    """Ward, district and province as before 1 July 2025."""
    return aux or None


def as_on_card(value: str, _aux: str, _rng: Random) -> str | None:
    """No level words, as a card's QR code has it."""
    return without_levels(value)


def shortened(value: str, _aux: str, rng: Random) -> str | None:
    """P. Q. TP. for the level words."""
    short = abbreviated(value)
    return short if rng.random() < 0.6 else short.replace(". ", ".")


def renumbered(value: str, _aux: str, rng: Random) -> str | None:
    """P1, Phường 01 for Phường 1."""
    if rng.random() < 0.5:
        return _NUMBERED.sub(lambda hit: f"{hit[1][0]}{hit[2]}", value)
    return _NUMBERED.sub(lambda hit: f"{hit[1]} {hit[2] if value.count(f'{hit[1]} 0') else hit[2].zfill(2)}", value)


def aliased(value: str, _aux: str, rng: Random) -> str | None:
    """Another spelling of the province."""
    for name, others in _ALIASES:
        if name in value:
            return value.replace(name, rng.choice(others))
    return None


def gone_ward(value: str, _aux: str, rng: Random) -> str | None:
    """A ward that was merged away before 2025."""
    house = value.split(", ")[0]
    return f"{house}, {rng.choice(_GONE)}"


def unmarked(value: str, _aux: str, _rng: Random) -> str | None:
    """No accents at all."""
    return toneless(value)


_OLD: Final = {name: f"aux_old_{name}" for names in ADDRESSES.values() for name in names}

PLANTINGS: Final = (
    Planting("ADDR_OLD", old_units, 0.06, ADDRESSES, Loss.PLACE_IF_SPLIT, _OLD),
    Planting("ADDR_QR", as_on_card, 0.05, ADDRESSES),
    Planting("ADDR_ABBR", shortened, 0.12, ADDRESSES),
    Planting("ADDR_NUM", renumbered, 0.10, ADDRESSES),
    Planting("ADDR_ALIAS", aliased, 0.05, ADDRESSES),
    Planting("ADDR_PREREFORM", gone_ward, 0.002, vehicle("owner_address") | licence("address"), Loss.ALL),
    Planting("ADDR_NOACCENT", unmarked, 0.03, ADDRESSES),
    Planting("MISSING", blank, 0.012, vehicle("owner_address") | licence("address"), Loss.ALL),
)
