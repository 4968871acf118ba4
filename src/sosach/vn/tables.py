"""Reference tables that ship with the package: one CSV file is a tuple of rows, read once."""

import csv
from functools import cache
from importlib.resources import files

_FOLDER = files("sosach.vn") / "data"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of `data/<name>.csv` as dictionaries of text, in file order.

    >>> table("pin_province_codes")[0]["province_pre2025"]
    'Hà Nội'
    """
    text = (_FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
