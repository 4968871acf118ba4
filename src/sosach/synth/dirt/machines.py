"""Dirt in what stands on the vehicle: plate, chassis and engine number, brand, colour, year."""

import re
from random import Random
from typing import Final

from sosach.synth.dirt.planting import Loss, Planting, vehicle
from sosach.synth.lettering import toneless

_CYRILLIC: Final = str.maketrans("ABCEHKMPTXY", "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u0420\u0422\u0425\u0423")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOTORBIKE4: Final = re.compile(r"\d\d-[A-Z][1-9] \d{4}")
_BRANDS: Final = {
    "HONDA": ("HON DA", "Honđa", "honda", "HODA", "Wave a"), "YAMAHA": ("YAMAHA ", "Ya ma ha", "yamaha", "YAMAHA VN"),
    "SUZUKI": ("Suzuky", "suzuki", "SU ZU KI"), "TOYOTA": ("toyota", "TOYOTA VN", "TO YO TA"), "HYUNDAI": ("HUYNDAI", "hyundai", "HUYN DAI"),
}  # fmt: skip


def plate_separators(value: str, _aux: str, rng: Random) -> str | None:
    """Separators and case at will."""
    compact = re.sub(r"[^0-9A-ZĐ]", "", value)
    return rng.choice(
        (value.lower(), value.replace("-", ""), value.replace(".", ""), value.replace("-", " "), f" {value}", compact)
    )


def plate_as_date(value: str, _aux: str, rng: Random) -> str | None:
    """What a spreadsheet makes of it: a date where it can, else a number."""
    code = int(value[:2]) if value[:2].isdecimal() else 99
    if code <= 31:
        return f"{code}-{rng.choice(_MONTHS)}-0{rng.randint(1, 9)}"
    return re.sub(r"\D", "", value)


def cyrillic(value: str, _aux: str, _rng: Random) -> str | None:
    """Letters of another alphabet that look the same."""
    return value.translate(_CYRILLIC)


def other_md(value: str, _aux: str, rng: Random) -> str | None:
    """MD or MÐ for MĐ."""
    return value.replace("MĐ", rng.choice(("MD", "M\u00d0")))


def ambiguous_plate(value: str, _aux: str, _rng: Random) -> str | None:
    """29B11234: a motorbike of four digits or a car of five."""
    return re.sub(r"[^0-9A-Z]", "", value) if _MOTORBIKE4.fullmatch(value) else None


def forbidden_letters(value: str, _aux: str, rng: Random) -> str | None:
    """O, I and Q in a VIN."""
    places = [index for index, char in enumerate(value) if char in "01"]
    if len(value) != 17 or not places:
        return None
    index = rng.choice(places)
    return value[:index] + ("I" if value[index] == "1" else rng.choice("OQ")) + value[index + 1 :]


def wrong_length(value: str, _aux: str, rng: Random) -> str | None:
    """A VIN of 16 or 18 characters."""
    if len(value) != 17:
        return None
    index = rng.randrange(3, 17)
    return value[:index] + value[index + 1 :] if rng.random() < 0.5 else value[:index] + value[index] + value[index:]


def wrapped(value: str, _aux: str, rng: Random) -> str | None:
    """Stars, spaces or dashes as stamped."""
    return rng.choice(
        (f"*{value}*", f"* {value} *", f"{value[:3]} {value[3:8]} {value[8:]}", f"{value[:3]}-{value[3:]}")
    )


def engine_form(value: str, _aux: str, rng: Random) -> str | None:
    """With and without dash, space, star."""
    return rng.choice((value.replace("-", ""), value.replace("-", " "), f"*{value}*", value.lower()))


def colour_text(value: str, _aux: str, rng: Random) -> str | None:
    """Free text: do-den, ĐỎ, ĐEN."""
    bare = value.replace(" - ", " ")
    ways = (
        bare.lower(),
        toneless(bare).lower().replace(" ", "-"),
        value.upper().replace(" - ", ", "),
        f"Màu {bare.lower()}",
        bare + " ",
    )
    return rng.choice(ways)


def brand_text(value: str, _aux: str, rng: Random) -> str | None:
    """HON DA, Honđa, or the model for the maker."""
    return rng.choice(_BRANDS.get(value, (value.lower(), value.title(), f"{value} ")))


def later_year(_value: str, aux: str, rng: Random) -> str | None:
    """Built after it was registered."""
    return str(int(aux) + rng.randint(1, 4)) if aux else None


def blank(_value: str, _aux: str, _rng: Random) -> str | None:
    """Nothing."""
    return ""


PLANTINGS: Final = (
    Planting("PLATE_SEP", plate_separators, 0.06, vehicle("plate")),
    Planting("PLATE_PREFIX0", plate_as_date, 0.001, vehicle("plate")),
    Planting("PLATE_CYR", cyrillic, 0.003, vehicle("plate")),
    Planting("PLATE_MD", other_md, 0.2, vehicle("plate")),
    Planting("PLATE_KIND", ambiguous_plate, 0.03, vehicle("plate")),
    Planting("VIN_OIQ", forbidden_letters, 0.006, vehicle("chassis_number")),
    Planting("VIN_LEN", wrong_length, 0.004, vehicle("chassis_number")),
    Planting("VIN_SPACE", wrapped, 0.02, vehicle("chassis_number")),
    Planting("MISSING", blank, 0.003, vehicle("chassis_number"), Loss.ALL),
    Planting("ENGINE_FMT", engine_form, 0.08, vehicle("engine_number")),
    Planting("MISSING", blank, 0.005, vehicle("engine_number"), Loss.ALL),
    Planting("COLOR", colour_text, 0.08, vehicle("colour")),
    Planting("BRAND", brand_text, 0.03, vehicle("brand")),
    Planting("YEAR", later_year, 0.003, vehicle("manufactured_year"), aux={"manufactured_year": "aux_registered_year"}),
    Planting("MISSING", blank, 0.01, vehicle("manufactured_year"), Loss.ALL),
)
