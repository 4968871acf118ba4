"""Dirt in PINs, old ID numbers, licence numbers and phones."""

from random import Random
from typing import Final

from sosach.synth.dirt.planting import OLD_IDS, PHONES, PINS, PINS_EVERYWHERE, Loss, Planting, licence

_LOOK_ALIKES: Final = {"0": "OoQD", "1": "Il|", "5": "S", "8": "B", "2": "Z"}
_SEPARATORS: Final = (" ", ".", "-", "\u00a0", "\u200b")
# Mobile numbers of 11 digits until September 2018, by the head they have now (domain: phone numbers)
_OLD_HEADS: Final = {
    **{f"03{n}": f"016{n}" for n in range(2, 10)},
    "070": "0120", "079": "0121", "077": "0122", "076": "0126", "078": "0128", "083": "0123", "084": "0124", "085": "0125", "081": "0127",
    "082": "0129", "056": "0186", "058": "0188", "059": "0199",
}  # fmt: skip


def is_pin(value: str) -> bool:
    """Twelve digits."""
    return len(value) == 12 and value.isdecimal()


def lose_zeros(value: str, _aux: str, _rng: Random) -> str | None:
    """A spreadsheet took the number for a quantity: 001099999999 becomes 1099999999."""
    return value.lstrip("0") if is_pin(value) and value[0] == "0" else None


def scientific(value: str, _aux: str, _rng: Random) -> str | None:
    """1.0995E+09: the digits are gone."""
    return f"{int(value):.4E}" if is_pin(value) else None


def as_float(value: str, _aux: str, _rng: Random) -> str | None:
    """1099999999.0: a quantity after a round trip through floating point."""
    return f"{int(value)}.0" if is_pin(value) else None


def separated(value: str, _aux: str, rng: Random) -> str | None:
    """Groups of three with spaces, dots, dashes, no-break or zero-width spaces."""
    if not value.isdecimal():
        return None
    return rng.choice(_SEPARATORS).join(value[start : start + 3] for start in range(0, len(value), 3))


def misread(value: str, _aux: str, rng: Random) -> str | None:
    """Letters where a scanner or a typist meant digits."""
    places = [index for index, char in enumerate(value) if char in _LOOK_ALIKES]
    if not is_pin(value) or not places:
        return None
    chars = list(value)
    for index in rng.sample(places, min(len(places), rng.randint(1, 2))):
        chars[index] = rng.choice(_LOOK_ALIKES[value[index]])
    return "".join(chars)


def other_digits(value: str, _aux: str, rng: Random) -> str | None:
    """Full-width or Arabic-Indic digits."""
    if not value.isdecimal():
        return None
    zero = rng.choice((0xFF10, 0x0660))
    return "".join(chr(zero + int(char)) for char in value)


def old_id_instead(value: str, aux: str, _rng: Random) -> str | None:
    """The old 9-digit number in the place of the PIN."""
    return aux if is_pin(value) and aux else None


def one_digit_wrong(value: str, _aux: str, rng: Random) -> str | None:
    """Two neighbouring digits swapped, or one digit off."""
    if not is_pin(value):
        return None
    swaps = [index for index in range(11) if value[index] != value[index + 1]]
    if swaps and rng.random() < 0.5:
        index = rng.choice(swaps)
        return value[:index] + value[index + 1] + value[index] + value[index + 2 :]
    index = rng.randrange(4, 12)
    digit = str((int(value[index]) + rng.randint(1, 9)) % 10)
    return value[:index] + digit + value[index + 1 :]


def old_id_without_zero(value: str, _aux: str, _rng: Random) -> str | None:
    """012345678 becomes 12345678."""
    return value[1:] if len(value) == 9 and value.isdecimal() and value[0] == "0" else None


def licence_without_zero(value: str, _aux: str, rng: Random) -> str | None:
    """The leading zero of a licence number lost, else spaces inside it."""
    if not is_pin(value):
        return None
    return value[1:] if value[0] == "0" else f"{value[:2]} {value[2:6]} {value[6:]}" + rng.choice(("", " "))


def eleven_digits(value: str, _aux: str, _rng: Random) -> str | None:
    """The mobile number as it was before September 2018."""
    head = _OLD_HEADS.get(value[:3])
    return head + value[3:] if head and len(value) == 10 else None


def with_country(value: str, _aux: str, rng: Random) -> str | None:
    """+84 or 84 in front."""
    return rng.choice(("+84", "84", "+84 ")) + value[1:] if value[:1] == "0" else None


def trial_number(value: str, _aux: str, rng: Random) -> str | None:
    """What somebody typed to try the form."""
    return rng.choice(("1", "0", "9")) * len(value)


PLANTINGS: Final = (
    Planting("PIN_LEAD0", lose_zeros, 0.02, PINS),
    Planting("PIN_SCI", scientific, 0.002, PINS, Loss.ALL),
    Planting("PIN_SCI", as_float, 0.002, PINS),
    Planting("PIN_SEP", separated, 0.008, PINS_EVERYWHERE),
    Planting("PIN_OCR", misread, 0.004, PINS),
    Planting("PIN_FULLWIDTH", other_digits, 0.001, PINS_EVERYWHERE),
    Planting("PIN_IS_CMND", old_id_instead, 0.012, PINS, Loss.OLD_ID_LEFT, {"owner_id_number": "aux_old_id", "id_number": "aux_old_id"}),
    Planting("PIN_TRANSP", one_digit_wrong, 0.008, PINS, Loss.ALL),
    Planting("CMND_8", old_id_without_zero, 0.06, OLD_IDS),
    Planting("TEST_DATA", trial_number, 0.0004, PINS, Loss.ALL),
    Planting("LIC_NO", licence_without_zero, 0.03, licence("licence_number")),
    Planting("PHONE_11", eleven_digits, 0.05, PHONES),
    Planting("PHONE_84", with_country, 0.04, PHONES),
    Planting("TEST_DATA", trial_number, 0.001, PHONES),
)  # fmt: skip
