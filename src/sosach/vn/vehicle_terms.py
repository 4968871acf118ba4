"""Words about vehicles: kind, plate colour, paint, status, year of manufacture, service life.

Legal source: Law 36/2024/QH15 art. 34 (kinds), art. 40 (service life, niên hạn); Circular 79/2024/TT-BCA (colours of
plates). Codes are those of `vehicle_kinds.csv` and `vehicle_statuses.csv`.
"""

import re

from sosach.base.findings import Finding, Reading
from sosach.vn.brands import brand
from sosach.vn.colours import colour
from sosach.vn.dates import REFERENCE_YEAR
from sosach.vn.dates import explain as explain_date
from sosach.vn.digits import LETTERS_FOR_DIGITS, settle
from sosach.vn.terms import PLACEHOLDER, find, read, terms
from sosach.vn.test_values import is_test_value

__all__ = ["brand", "colour", "plate_colour", "plate_kind_of", "service_years", "status", "vehicle_kind", "year"]

UNKNOWN_KIND = "VAL-20"
UNKNOWN_PLATE_COLOUR = "VAL-21"
UNKNOWN_STATUS = "VAL-22"
YEAR_UNREADABLE = "VAL-30"
YEAR_FUTURE = "VAL-31"
YEAR_EARLY = "VAL-32"
YEAR_SHORT = "VAL-33"
YEAR_IN_DATE = "VAL-34"
YEAR_LETTERS = "VAL-35"

TRUCK_YEARS = 25
COACH_YEARS = 20
_SEATS = re.compile(r"([0-9]{1,2})\s*(?:chỗ|cho|seats)", re.IGNORECASE)
_PLATE_KINDS = {
    **dict.fromkeys(("mo_to", "gan_may", "may_dien"), "motorbike"),
    **dict.fromkeys(("ro_mooc", "so_mi_ro_mooc"), "trailer"),
    **dict.fromkeys(("o_to", "bon_banh_cho_nguoi", "bon_banh_cho_hang"), "car"),
}
_FIRST_CAR = 1930  # older vehicles are in museums; a year before that is a slip until shown otherwise


def vehicle_kind(text: str) -> Reading:
    """Kind of vehicle: key a code of `vehicle_kinds.csv`; facts `use` (truck, coach, car, special) and `seats`; total.

    >>> vehicle_kind("Xe máy").key, vehicle_kind("xe may dien").key, vehicle_kind("Sơ mi rơ-moóc").key
    ('mo_to', 'may_dien', 'so_mi_ro_mooc')
    >>> vehicle_kind("Ô tô khách 29 chỗ").facts
    {'use': 'coach', 'seats': '29'}
    """
    reading = read(text, "vehicle_kind", UNKNOWN_KIND)
    if reading.key is None:
        return reading
    use, seats = find(text, terms("vehicle_use")), _SEATS.search(settle(text))
    facts = {"use": use or "", "seats": seats[1] if seats else ""}
    return Reading(reading.key, reading.display, {name: fact for name, fact in facts.items() if fact})


def plate_kind_of(kind: str | None) -> str | None:
    """The kind of plate ("car", "motorbike", "trailer") a kind of vehicle carries; None when it tells nothing.

    >>> plate_kind_of("gan_may"), plate_kind_of("chuyen_dung")
    ('motorbike', None)
    """
    return _PLATE_KINDS.get(kind or "")


def plate_colour(text: str) -> Reading:
    """Colour of the plate: key trang, vang, xanh or do; total.

    >>> plate_colour("Nền vàng, chữ đen").key, plate_colour("Trang").key
    ('vang', 'trang')
    """
    return read(text, "plate_colour", UNKNOWN_PLATE_COLOUR)


def status(text: str) -> Reading:
    """Status of a vehicle: key a code of `vehicle_statuses.csv`; total.

    >>> status("đã bán, chưa sang tên").key, status("Hu hong").key, status("da_ban_chua_sang_ten").key
    ('da_ban_chua_sang_ten', 'hong_khong_su_dung', 'da_ban_chua_sang_ten')
    """
    return read(text, "vehicle_status", UNKNOWN_STATUS)


def service_years(kind: str, *, use: str | None = None, seats: int | None = None) -> int | None:
    """Years a vehicle may be used, to 31 December of the last one; None = no limit, or not told by what is known.

    Without limit by law: motorbikes, cars of at most 8 passengers, special-purpose cars, trailers.

    >>> service_years("o_to", use="truck"), service_years("o_to", seats=29), service_years("mo_to")
    (25, 20, None)
    """
    if kind not in ("o_to", "bon_banh_cho_hang"):
        return None
    if use == "truck" or kind == "bon_banh_cho_hang":
        return TRUCK_YEARS
    # Seats are written with the driver's: 9 seats are 8 passengers.
    return COACH_YEARS if use == "coach" or (use is None and seats is not None and seats > 9) else None


def year(text: str, *, as_of_year: int = REFERENCE_YEAR) -> Reading:
    """Year of manufacture: key four digits; total.

    >>> year("2015").key, year("2015.0").key, year("15").proposed, year("2O15").proposed
    ('2015', '2015', '2015', '2015')
    """
    if not text or text.isspace():
        return Reading(None, None)
    digits = settle(text)
    if not re.fullmatch("[0-9]+", digits):
        return _written_year(text, digits, as_of_year)
    if len(digits) == 2:
        proposed = as_of_year - (as_of_year - int(digits)) % 100
        return Reading(None, None, findings=(Finding(YEAR_SHORT, text, str(proposed)),))
    return _of_digits(text, digits, (), as_of_year)


def _of_digits(text: str, digits: str, remarks: tuple[Finding, ...], as_of_year: int) -> Reading:
    if digits in ("1111", "9999", "1900") or is_test_value(digits) or not digits.strip("0"):
        return Reading(None, None, findings=(Finding(PLACEHOLDER, text),))
    if len(digits) != 4 or not 1850 <= int(digits) <= as_of_year + 50:
        return Reading(None, None, findings=(Finding(YEAR_UNREADABLE, text),))
    if int(digits) > as_of_year + 1:  # makers sell next year's model
        return Reading(None, None, findings=(Finding(YEAR_FUTURE, text),))
    early = (Finding(YEAR_EARLY, text),) if int(digits) < _FIRST_CAR else ()
    return Reading(digits, digits, {}, (*early, *remarks))


def _written_year(text: str, settled: str, as_of_year: int) -> Reading:
    """A year among other characters: 2015.0, 01/06/2015, năm 2015, 2O15."""
    mended = settled.translate(LETTERS_FOR_DIGITS)
    if len(settled) == 4 and mended.isascii() and mended.isdigit() and any(char.isdigit() for char in settled):
        found = _of_digits(text, mended, (), as_of_year)
        if found.key:
            return Reading(None, None, findings=(Finding(YEAR_LETTERS, text, mended),))
    dated = explain_date(text, as_of_year=as_of_year + 1)
    if dated.year is not None:
        return _of_digits(text, f"{dated.year:04}", (Finding(YEAR_IN_DATE, text, str(dated.year)),), as_of_year)
    code = PLACEHOLDER if is_test_value(text) else YEAR_UNREADABLE
    return Reading(None, None, findings=(Finding(code, text),))
