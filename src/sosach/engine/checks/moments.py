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


def pin_year(pin: str) -> str:
    """SQL: the year of birth written into a PIN under the rule of before 1/7/2024; warnings only.

    Digit 4 tells century and sex, digits 5-6 the year of the century (Decree 137/2015 art. 13, lapsed).
    """
    return f"(1900 + 100 * (CAST(substr({pin}, 4, 1) AS INTEGER) // 2) + CAST(substr({pin}, 5, 2) AS INTEGER))"


def pin_sex(pin: str) -> str:
    """SQL: the sex written into a PIN under the same rule: digit 4 even for men, odd for women."""
    return f"(CASE WHEN substr({pin}, 4, 1) IN ('0', '2', '4', '6', '8') THEN 'M' ELSE 'F' END)"


def sex_vi(value: str) -> str:
    """SQL: Nam or Nữ."""
    return f"(CASE {value} WHEN 'M' THEN 'Nam' WHEN 'F' THEN 'Nữ' END)"
