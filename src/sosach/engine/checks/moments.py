"""SQL for ages and days: what partial dates of birth can still prove."""


def age(on: str, person: str = "s") -> str:
    """SQL: the greatest age in whole years a person can have on a day; an unknown month or day counts as past.

    >>> age("DATE '2026-11-22'").startswith("(year(DATE '2026-11-22') - s.birth_year")
    True
    """
    born = f"CAST({person}.birth_month AS INTEGER) * 100 + coalesce(CAST({person}.birth_day AS INTEGER), 1)"
    return (
        f"(year({on}) - {person}.birth_year - "
        f"CASE WHEN coalesce({born}, 0) > month({on}) * 100 + day({on}) THEN 1 ELSE 0 END)"
    )


def born(person: str = "s") -> str:
    """SQL: the date of birth as far as it is known: 1965, 1965-02 or 1965-02-13."""
    return (
        f"(CAST({person}.birth_year AS VARCHAR) "
        f"|| coalesce('-' || lpad(CAST({person}.birth_month AS VARCHAR), 2, '0'), '') "
        f"|| coalesce('-' || lpad(CAST({person}.birth_day AS VARCHAR), 2, '0'), ''))"
    )


def day(value: str) -> str:
    """SQL: a day the way Vietnamese papers write it, dd/mm/yyyy."""
    return f"strftime({value}, '%d/%m/%Y')"


def _pin_digits(pin: str) -> str:
    """SQL: digits 4 to 6 of a PIN, as a number; one expression, so that it is read once per row."""
    return f"TRY_CAST(substr({pin}, 4, 3) AS SMALLINT)"


def pin_says_other_year(person: str = "s") -> str:
    """SQL: digits 4-6 of the PIN stand for another year of birth.

    Digit 4 tells century and sex, digits 5-6 the year of the century: the rule of before 1/7/2024 (Decree 137/2015
    art. 13, lapsed), good for warnings only.
    """
    year = f"{person}.birth_year"
    # What digits 4-6 of a man's PIN are; a woman's are 100 more. Written so that the PIN is cut up once per row.
    expected = f"({year} - 1900 + ({year} // 100 - 19) * 100)"
    return f"({_pin_digits(f'{person}.pin')} - {expected} NOT IN (0, 100))"


def pin_says_other_sex(person: str = "s") -> str:
    """SQL: digit 4 of the PIN stands for the other sex: even for men, odd for women; same rule, same limits."""
    return f"({person}.sex IS NOT NULL AND {_pin_digits(f'{person}.pin')} // 100 % 2 <> CASE {person}.sex WHEN 'F' THEN 1 ELSE 0 END)"


def sex_vi(value: str) -> str:
    """SQL: Nam or Nữ."""
    return f"(CASE {value} WHEN 'M' THEN 'Nam' WHEN 'F' THEN 'Nữ' END)"
