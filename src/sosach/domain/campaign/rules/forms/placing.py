"""Where the fields stand on a form, and the blocks all forms of an office share (`form.typ` draws them)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sosach.base.registers import Register
from sosach.domain.campaign.rules.forms.fields import form_fields
from sosach.domain.campaign.rules.forms.filled import Layout

HALF: Final = "half"
ENTRY: Final = "entry"
PAGE: Final = "page"
PAGE_AGAIN: Final = "page again"
SHEET: Final = "sheet"

_PHOTOS: Final = "photos"
_FIELD, _CHOICE = 8.7, 8.4  # millimetres of a row
_SIGNERS: Final = {Register.VEHICLES: "CHỦ XE", Register.LICENCES: "NGƯỜI CÓ GIẤY PHÉP"}
_TITLES: Final = {
    Register.VEHICLES: "PHIẾU THU THẬP THÔNG TIN PHƯƠNG TIỆN",
    Register.LICENCES: "PHIẾU THU THẬP THÔNG TIN GIẤY PHÉP LÁI XE",
}
_LEFT: Final = {Register.VEHICLES: "I. THÔNG TIN CHỦ XE", Register.LICENCES: "I. THÔNG TIN NGƯỜI CÓ GIẤY PHÉP"}
_RIGHT: Final = {Register.VEHICLES: "II. THÔNG TIN XE", Register.LICENCES: "II. THÔNG TIN GIẤY PHÉP LÁI XE"}
_PER_LINE: Final = {"status": 3}  # closed answers on one line; as many as there are for the other fields


@dataclass(frozen=True, slots=True)
class _Row:
    """Fields beside each other: names with their share of the width, and the height in millimetres."""

    cells: tuple[tuple[str, float], ...]
    height: float


def _one(name: str, height: float = _FIELD) -> _Row:
    return _Row(((name, 1.0),), height)


def _two(left: str, right: str, share: float = 0.5) -> _Row:
    return _Row(((left, share), (right, 1 - share)), _FIELD)


_OWNER: Final = (
    _one("owner_name"),
    _one("owner_id"),
    _two("owner_dob", "owner_sex"),
    _two("owner_phone", "residential_group", 0.44),
    _one("perm_addr"),
    _one("temp_addr"),
    _one("residence_status", _CHOICE),
    _one("new_addr"),
)
_RECORD: Final[Mapping[Register, tuple[_Row, ...]]] = {
    Register.VEHICLES: (
        _two("plate", "year", 0.56),
        _one("kind", _CHOICE),
        _two("brand_model", "colour", 0.62),
        _one("subject", _CHOICE),
        _one("status", 12.6),
        _one("buyer", 14.2),
        _one(_PHOTOS, _CHOICE),
    ),
    Register.LICENCES: (
        _one("licence_no"),
        _one("class", _CHOICE),
        _two("issue_date", "issue_place", 0.42),
        _one("status", _CHOICE),
        _one(_PHOTOS, _CHOICE),
    ),
}
# On a household's page only what differs from record to record, and no closed answers but the status.
_ENTRY: Final[Mapping[Register, tuple[str, ...]]] = {
    Register.VEHICLES: ("owner_name", "owner_id", "owner_phone", "colour", "perm_addr", "buyer"),
    Register.LICENCES: ("owner_name", "owner_id", "owner_phone", "issue_date", "issue_place", "perm_addr"),
}


@cache
def grounds() -> list[dict[str, Any]]:
    """The blocks forms are made of, as the layout takes them."""
    blocks = [_half(register) for register in _RECORD] + [_entry(register) for register in _RECORD]
    title = "PHIẾU THU THẬP THÔNG TIN THEO HỘ"
    return [
        *blocks,
        *(
            {"name": f"{SHEET} {layout}", "draws": SHEET, "height": 297, "cut": layout is Layout.TWO_PER_PAGE}
            for layout in Layout
        ),
        {"name": PAGE, "draws": PAGE, "height": 272, "title": title},
        {"name": PAGE_AGAIN, "draws": PAGE, "height": 272, "title": f"{title} (TIẾP)"},
    ]


def placed_fields(register: Register) -> frozenset[str]:
    """Every field that has a place on the two-per-page form; the commitment has its own line there."""
    names = {name for row in (*_OWNER, *_RECORD[register]) for name, _ in row.cells} - {_PHOTOS}
    return frozenset(names | set(_photos(register)) | {"commitment"} & set(form_fields(register)))


def _half(register: Register) -> dict[str, Any]:
    cells = _cells(register)
    return {
        "name": f"{HALF} {register}",
        "draws": HALF,
        "spots": HALF,
        "height": 140,
        "title": _TITLES[register],
        "left_title": _LEFT[register],
        "right_title": _RIGHT[register],
        "signer": _SIGNERS[register],
        "left": _rows(_OWNER, cells),
        "right": _rows(_RECORD[register], cells),
    }


def _entry(register: Register) -> dict[str, Any]:
    cells = _cells(register)
    status = cells["status"]
    answers = [answer for line in status["lines"] for answer in line]
    return {
        "name": f"{ENTRY} {register}",
        "draws": ENTRY,
        "spots": ENTRY,
        "height": 57,
        "signer": _SIGNERS[register],
        # no numbers: what they count stands on the other layout
        "cells": [cells[name] | {"share": 1.0, "writing": 1, "number": 0} for name in _ENTRY[register]],
        "status": status | {"share": 1.0, "lines": [answers], "number": 0},
    }


def _cells(register: Register) -> dict[str, dict[str, Any]]:
    """Fields by name: number, label, closed answers in lines, lines for writing."""
    fields = form_fields(register)
    order = [name for row in (*_OWNER, *_RECORD[register]) for name, _ in row.cells if name != _PHOTOS]
    cells = {}
    for number, name in enumerate(order, 1):
        field = fields[name]
        cells[name] = _cell(name, number, field.label, field.choices) | {"writing": 2 if name == "buyer" else 1}
    labels = tuple(fields[name].label for name in _photos(register))
    cells[_PHOTOS] = _cell(_PHOTOS, len(order) + 1, "Giấy tờ kèm theo (ảnh)", labels)
    return cells


def _cell(name: str, number: int, label: str, choices: Sequence[str]) -> dict[str, Any]:
    size = _PER_LINE.get(name, len(choices)) if len(choices) > _PER_LINE.get(name, 0) + 1 else len(choices)
    lines = [list(choices[start : start + size]) for start in range(0, len(choices), size)] if choices else []
    return {"name": name, "number": number, "label": label, "lines": lines, "writing": 1}


def _photos(register: Register) -> tuple[str, ...]:
    return tuple(name for name in form_fields(register) if name.startswith("photo_"))


def _rows(rows: Sequence[_Row], cells: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"height": row.height, "cells": [cells[name] | {"share": share} for name, share in row.cells]} for row in rows
    ]
