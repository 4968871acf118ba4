"""Provinces and communes of today by code, with the names a list or a page shows."""

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

UNKNOWN: Final = "00000"
"""Stands where no commune is known."""

_KINDS: Final = {"phuong": "Phường", "xa": "Xã", "dac_khu": "Đặc khu"}


@dataclass(frozen=True, slots=True)
class Province:
    """A province or centrally run city.

    Attributes:
        code: two digits.
        name: short name (`Hà Nội`).
        full_name: with its kind (`Thành phố Hà Nội`).
        plate_codes: two-digit codes on its plates.
        old_codes: two-digit codes of the provinces it was made of, itself included; licence numbers begin with one.
    """

    code: str
    name: str
    full_name: str
    plate_codes: tuple[str, ...]
    old_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune (xã, phường, đặc khu): five-digit code, short name, name with its kind, code of its province."""

    code: str
    name: str
    full_name: str
    province: str


@cache
def provinces() -> dict[str, Province]:
    """Every province by code.

    >>> provinces()["01"].full_name
    'Thành phố Hà Nội'
    """
    return {
        row["code"]: Province(
            row["code"],
            row["name"],
            row["full_name_current"],
            tuple(row["plate_codes"].split()),
            tuple(row["old_gso_codes"].split()),
        )
        for row in _rows("provinces_2026.csv")
    }


@cache
def communes() -> dict[str, Commune]:
    """Every commune by code.

    >>> communes()["00004"].full_name
    'Phường Ba Đình'
    """
    return {
        row["ward_code"]: Commune(
            row["ward_code"], row["name"], f"{_KINDS[row['type_current']]} {row['name']}", row["province_code"]
        )
        for row in _rows("wards_2026.csv")
    }


def slug(name: str) -> str:
    """Turn a name into a file name anybody can type.

    >>> slug("Bà Rịa - Vũng Tàu"), slug("Đắk Lắk")
    ('ba-ria-vung-tau', 'dak-lak')
    """
    bare = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d")).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in bare.lower()).split())


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files("sosach.vn") / "data" / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
