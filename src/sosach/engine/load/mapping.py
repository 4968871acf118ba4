"""The mapping file: which heading of a file means which canonical column, written by a person (TOML or CSV)."""

import csv
import io
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register, column_names
from sosach.engine.load.faults import unreadable_os

IGNORE = "-"
_ALL = frozenset(name for register in Register for name in column_names(register))


@dataclass(frozen=True, slots=True)
class Mapping:
    """Heading → canonical column, per register; `None` holds what was written for every register.

    A heading is written as it stands in the file, or as its position (`#3`: third column). The column `-` means: leave
    this heading alone.
    """

    entries: dict[Register | None, dict[str, str]] = field(default_factory=dict)

    def for_register(self, register: Register) -> dict[str, str]:
        """The headings of one register; what was written for it wins over what was written for all."""
        columns = {*column_names(register), IGNORE}
        shared = {heading: column for heading, column in self.entries.get(None, {}).items() if column in columns}
        return shared | self.entries.get(register, {})


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    TOML: `"Biển kiểm soát" = "plate"` lines, alone or under `[vehicles]`, `[licences]`, `[population]`.
    CSV: columns `heading,column` and optionally `register`.

    Raises:
        SosachError: INPUT_MISSING, INPUT_UNREADABLE or INPUT_MAPPING with the line to mend.
    """
    if not path.exists():
        raise _wrong(path, vi="không tìm thấy tệp", en="there is no such file", code=ErrorCode.INPUT_MISSING)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(path, vi="tệp không phải UTF-8", en="the file is not UTF-8") from error
    except OSError as error:
        raise unreadable_os(path, error) from error
    mapping = Mapping(_from_csv(path, text) if path.suffix.lower() in {".csv", ".txt"} else _from_toml(path, text))
    if not any(mapping.entries.values()):
        raise _wrong(path, vi="tệp không có dòng nào", en="the file maps nothing")
    for register in Register:
        _refuse_twice(path, mapping.for_register(register))
    return mapping


def _from_toml(path: Path, text: str) -> dict[Register | None, dict[str, str]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, vi=f"sai cú pháp TOML ({error})", en=f"this is not TOML ({error})") from error
    entries: dict[Register | None, dict[str, str]] = {None: {}}
    for name, value in tables.items():
        if isinstance(value, dict):
            entries[_register(path, name)] = _entries(path, value, _register(path, name))
        else:
            entries[None] |= _entries(path, {name: value}, None)
    return entries


def _from_csv(path: Path, text: str) -> dict[Register | None, dict[str, str]]:
    first = text.splitlines()[0] if text.strip() else ""
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = {name.strip().lower(): name for name in rows.fieldnames or []}
    if not {"heading", "column"} <= set(names):
        raise _wrong(path, vi="CSV cần hai cột heading,column", en="the CSV needs the columns heading,column")
    entries: dict[Register | None, dict[str, str]] = {None: {}}
    for row in rows:
        word = (row.get(names.get("register", ""), "") or "").strip()
        register = _register(path, word) if word else None
        line = {(row[names["heading"]] or ""): (row[names["column"]] or "").strip()}
        entries.setdefault(register, {}).update(_entries(path, line, register))
    return entries


def _register(path: Path, name: str) -> Register:
    try:
        return Register(name.strip().lower())
    except ValueError as error:
        words = ", ".join(Register)
        raise _wrong(
            path, vi=f"[{name}] không phải tên sổ ({words})", en=f"[{name}] is none of the registers ({words})"
        ) from error


def _entries(path: Path, table: Table[str, object], register: Register | None) -> dict[str, str]:
    """The filled lines of one table; a line left empty in the template is no statement."""
    allowed = frozenset(column_names(register)) if register else _ALL
    found: dict[str, str] = {}
    for heading, column in table.items():
        if not isinstance(column, str):
            raise _wrong(
                path,
                vi=f"“{heading}” phải bằng tên cột trong dấu nháy",
                en=f"“{heading}” must equal a column name in quotes",
            )
        name = column.strip().lower()
        if not name:
            continue
        if name not in allowed and name != IGNORE:
            near = get_close_matches(name, sorted(allowed), n=1)
            vi, en = (f"; có phải “{near[0]}”?", f"; did you mean “{near[0]}”?") if near else ("", "")
            raise _wrong(
                path,
                vi=f"“{heading}” = “{column}”: không có cột “{column}”{vi}",
                en=f"“{heading}” = “{column}”: there is no column “{column}”{en}",
            )
        found[heading] = name
    return found


def _refuse_twice(path: Path, headings: Table[str, str]) -> None:
    """Two headings for one column would lose one of them."""
    seen: dict[str, str] = {}
    for heading, column in headings.items():
        if column != IGNORE and column in seen:
            raise _wrong(
                path,
                vi=f"hai tiêu đề “{seen[column]}” và “{heading}” cùng gán cho cột “{column}”",
                en=f"both “{seen[column]}” and “{heading}” are mapped to “{column}”",
            )
        seen[column] = heading


def _wrong(path: Path, *, vi: str, en: str, code: ErrorCode = ErrorCode.INPUT_MAPPING) -> SosachError:
    return SosachError(
        code,
        vi=f"Tệp ánh xạ “{path.name}”: {vi}.",
        en=f"Mapping file “{path.name}”: {en}.",
        hint_vi='Mỗi dòng viết: "tiêu đề trong tệp" = "tên cột".',
        hint_en='Write each line as: "heading in the file" = "column name".',
    )
