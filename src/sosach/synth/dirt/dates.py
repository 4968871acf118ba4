"""Dirt in dates."""

from datetime import date, timedelta
from random import Random
from typing import Final

from sosach.synth.dirt.planting import BIRTHS, DAYS, Loss, Planting

_SERIAL_BASE: Final = date(1899, 12, 30)


def _parts(value: str) -> tuple[str, str, str] | None:
    day, _, rest = value.partition("/")
    month, _, year = rest.partition("/")
    return (day, month, year) if len(year) == 4 else None


def year_only(value: str, _aux: str, _rng: Random) -> str | None:
    """Only the year."""
    parts = _parts(value)
    return parts[2] if parts else None


def month_first(value: str, _aux: str, _rng: Random) -> str | None:
    """Month before day, where the day tells that it is one."""
    parts = _parts(value)
    return f"{parts[1]}/{parts[0]}/{parts[2]}" if parts and int(parts[0]) > 12 else None


def month_first_unseen(value: str, _aux: str, _rng: Random) -> str | None:
    """Month before day, where nobody can tell."""
    parts = _parts(value)
    fits = parts and int(parts[0]) <= 12 and parts[0] != parts[1]
    return f"{parts[1]}/{parts[0]}/{parts[2]}" if parts and fits else None


def serial(value: str, _aux: str, _rng: Random) -> str | None:
    """The spreadsheet's day count."""
    parts = _parts(value)
    return str((date(int(parts[2]), int(parts[1]), int(parts[0])) - _SERIAL_BASE).days) if parts else None


def short_year(value: str, _aux: str, rng: Random) -> str | None:
    """Two digits of the year."""
    parts = _parts(value)
    return rng.choice(("/", "-")).join((parts[0], parts[1], parts[2][2:])) if parts else None


def impossible(value: str, _aux: str, rng: Random) -> str | None:
    """00/00 or 30 February of the right year."""
    return f"{rng.choice(('00/00', '30/02', '31/02'))}/{value[-4:]}" if value[-4:].isdecimal() else None


def placeholder(value: str, _aux: str, _rng: Random) -> str | None:
    """01/01/1900: the form wanted a date."""
    return "01/01/1900" if value != "01/01/1900" else None


def lunar(value: str, _aux: str, rng: Random) -> str | None:
    """The birthday by the lunar calendar (some weeks earlier), noted as such."""
    parts = _parts(value)
    if not parts:
        return None
    lunar_day = date(int(parts[2]), int(parts[1]), int(parts[0])) - timedelta(days=rng.randint(20, 48))
    note = rng.choice((" (âm lịch)", " ÂL"))
    return f"{min(lunar_day.day, 30):02}/{lunar_day.month:02}/{parts[2]}{note}"


def one_part_wrong(value: str, _aux: str, rng: Random) -> str | None:
    """Another day or another month, as mistyped."""
    parts = _parts(value)
    if not parts:
        return None
    day, month = int(parts[0]), int(parts[1])
    if rng.random() < 0.6:
        day = day % 28 + 1
    else:
        month, day = month % 12 + 1, min(day, 28)
    return f"{day:02}/{month:02}/{parts[2]}"


def trial_date(value: str, _aux: str, _rng: Random) -> str | None:
    """The day computers begin counting from."""
    return "01/01/1970" if value != "01/01/1970" else None


PLANTINGS: Final = (
    Planting("DATE_YEAR", year_only, 0.04, BIRTHS, Loss.YEAR_LEFT),
    Planting("DATE_ORDER", month_first, 0.006, BIRTHS | DAYS),
    Planting("DATE_ORDER", month_first_unseen, 0.006, BIRTHS, Loss.YEAR_LEFT),
    Planting("DATE_SERIAL", serial, 0.006, BIRTHS | DAYS),
    Planting("DATE_2Y", short_year, 0.012, BIRTHS | DAYS),
    Planting("DATE_00", impossible, 0.006, BIRTHS | DAYS, Loss.YEAR_LEFT),
    Planting("DATE_00", placeholder, 0.003, BIRTHS, Loss.ALL),
    Planting("DATE_LUNAR", lunar, 0.0015, BIRTHS, Loss.YEAR_LEFT),
    Planting("DATE_TYPO", one_part_wrong, 0.008, BIRTHS, Loss.YEAR_LEFT),
    Planting("TEST_DATA", trial_date, 0.0004, BIRTHS, Loss.ALL),
)
