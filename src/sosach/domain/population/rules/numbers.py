"""PINs: how a new number is drawn, on which grounds one is cancelled, and the time the law gives for it.

Law 26/2023/QH15 art. 12 fixes 12 digits and nothing more. New numbers keep the structure of the lapsed rule (province of birth
registration, sex and century, year, random), because systems that are about still read it; nothing here ever refuses a number for it.
The serial is drawn at random: it tells nothing about order of birth, and two who draw at once need no common counter.
"""

import secrets
from collections.abc import Collection, Iterable
from enum import StrEnum

from sosach.base.findings import Finding
from sosach.vn.identifiers import pin as pin_number

RENUMBERING_WORKING_DAYS = 15  # Circular 17/2024, Decree 70/2024
CORRECTION_WORKING_DAYS = 2  # Decree 70/2024 art. 6(3) as amended by Decree 58/2026
_SERIALS = 1_000_000


class Ground(StrEnum):
    """Grounds to cancel a PIN and establish another (Decree 70/2024 art. 11(7))."""

    CIVIL_STATUS = "a"  # sex re-determined, or year of birth corrected in civil status
    COLLECTED_WRONG = "b"  # place of birth registration, year of birth or sex wrong when collected
    FORGED_PAPERS = "c"
    BIRTH_ANNULLED = "d"


ONLY_ON_WISH = frozenset({Ground.CIVIL_STATUS, Ground.COLLECTED_WRONG})  # art. 11(8)


def prefix(*, province_code: str, sex: str, birth_year: int) -> str:
    """First six digits of a new number: province where the birth was registered, sex and century, year.

    Args:
        province_code: 2 digits, as of today; they are a subset of the 63 codes of the lapsed rule.
        sex: "M" or "F".
        birth_year: 1900 to 2399.

    Raises:
        ValueError: one of them cannot be written so.

    >>> prefix(province_code="01", sex="F", birth_year=2026)
    '001326'
    """
    if sex not in ("M", "F") or not 1900 <= birth_year < 2400 or len(province_code) != 2 or not province_code.isdigit():
        raise ValueError("a number needs a province, a sex and a year of birth from 1900 on")
    century = (birth_year - 1900) // 100
    return f"0{province_code}{2 * century + (sex == 'F')}{birth_year % 100:02d}"


def draw(prefixes: Iterable[str]) -> list[str]:
    """One candidate per prefix, no two alike, none that looks typed to fill a field."""
    drawn: dict[str, None] = {}
    for head in prefixes:
        number = _candidate(head)
        while number in drawn or pin_number.is_filler(number):
            number = _candidate(head)
        drawn[number] = None
    return list(drawn)


def choose_free(head: str, wanted: int, *, taken: Collection[str]) -> list[str]:
    """Numbers that begin so and are not taken, at random; as many as wanted, or as there are."""
    numbers = (f"{head}{serial:06d}" for serial in range(_SERIALS))
    free = [number for number in numbers if number not in taken and not pin_number.is_filler(number)]
    return secrets.SystemRandom().sample(free, min(wanted, len(free)))


def _candidate(head: str) -> str:
    return f"{head}{secrets.randbelow(_SERIALS):06d}"


def warnings(number: str, *, sex: str, birth_year: int | None, today_year: int) -> tuple[Finding, ...]:
    """What is odd about the inside of a number; never a reason to refuse it."""
    return pin_number.explain(number, sex=sex or None, birth_year=birth_year, today_year=today_year).findings


def masked(number: str | None) -> str:
    """A number with its middle hidden, for eyes that need not know it.

    >>> masked("001326123456"), masked(None)
    ('001******456', '')
    """
    return f"{number[:3]}{'*' * (len(number) - 6)}{number[-3:]}" if number else ""
