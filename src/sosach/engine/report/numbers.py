"""Numbers, shares and days as people read them: 1.234.567 and 63,89 % in Vietnamese, 1,234,567 and 63.89 % in English."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sosach.vn.wording import Lang


def grouped(number: int, lang: Lang) -> str:
    """Group the digits of a whole number.

    >>> grouped(1234567, "vi"), grouped(1234567, "en")
    ('1.234.567', '1,234,567')
    """
    return f"{number:,}".replace(",", ".") if lang == "vi" else f"{number:,}"


def decimal(number: float, lang: Lang, *, digits: int = 1) -> str:
    """Write a number with a fixed count of decimals.

    >>> decimal(1234.56, "vi"), decimal(0.5, "en", digits=2)
    ('1.234,6', '0.50')
    """
    text = f"{number:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def share(part: int, whole: int) -> Decimal:
    """Give the share in per cent with two decimals, rounded half up; 0 of 0 is 0.

    A share that is neither nothing nor all never looks so: one open record of a million is 99.99 %, not 100 %.

    >>> share(6643, 10398), share(999_999, 1_000_000), share(1, 1_000_000), share(0, 0)
    (Decimal('63.89'), Decimal('99.99'), Decimal('0.01'), Decimal('0.00'))
    """
    if whole == 0 or part == 0:
        return Decimal("0.00")
    if part == whole:
        return Decimal("100.00")
    exact = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return min(max(exact, Decimal("0.01")), Decimal("99.99"))


def percent(part: int, whole: int, lang: Lang) -> str:
    """Write a share; a dash when there is no whole.

    >>> percent(6643, 10398, "vi"), percent(1, 4, "en"), percent(0, 0, "vi")
    ('63,89 %', '25.00 %', '–')
    """
    if whole == 0:
        return "–"
    text = f"{share(part, whole)} %"
    return text.replace(".", ",") if lang == "vi" else text


def probability(value: float, lang: Lang) -> str:
    """Write a probability (0…1) in per cent, never rounded up to certainty.

    >>> probability(0.99999, "vi"), probability(0.5, "en"), probability(1.0, "en")
    ('99,9 %', '50 %', '100 %')
    """
    if value >= 1:
        return "100 %"
    if value < 0.9:
        return f"{round(value * 100)} %"
    text = f"{int(value * 1000) / 10:.1f} %".replace(".0 ", " ")
    return text.replace(".", ",") if lang == "vi" else text


def day(value: date | str | None) -> str:
    """Write a day, or as much of it as is known, as dd/mm/yyyy.

    >>> day("1980-05-01"), day("1965-07"), day("1965"), day(None)
    ('01/05/1980', '07/1965', '1965', '')
    """
    return "/".join(reversed(str(value).split("-"))) if value else ""
