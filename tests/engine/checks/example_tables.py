"""Builds the tables the rules read from the example records of `tests/spec/rules_*.toml`, all cases in one database."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sosach.base.registers import Register, column_names
from sosach.engine.match import levels
from sosach.vn import names

SPEC = Path(__file__).parents[2] / "spec"
Record = dict[str, Any]

_TEXT, _YEAR, _PART, _DAY = pa.string(), pa.int16(), pa.int8(), pa.date32()
_BIRTH = {"birth_year": _YEAR, "birth_month": _PART, "birth_day": _PART}
STD: dict[Register, dict[str, pa.DataType]] = {
    Register.POPULATION: {
        "row": pa.int32(), "record_id": _TEXT, "pin": _TEXT, "pin_repair": _TEXT, "name_id": pa.int32(), "name": _TEXT,
        "name_kind": _TEXT, "sex": _TEXT, **_BIRTH, "old_id": _TEXT, "commune": _TEXT, "address_status": _TEXT,
        "permanent_commune": _TEXT, "current_commune": _TEXT, "status": _TEXT, "father_pin": _TEXT, "mother_pin": _TEXT,
        "spouse_pin": _TEXT, "household_id": _TEXT,
    },
    Register.VEHICLES: {
        "row": pa.int32(), "record_id": _TEXT, "plate": _TEXT, "plate_kind": _TEXT, "plate_province": _TEXT,
        "plate_colour": _TEXT, "vehicle_kind": _TEXT, "brand": _TEXT, "colour": _TEXT, "chassis": _TEXT,
        "chassis_repair": _TEXT, "engine": _TEXT, "manufactured_year": _YEAR, "registered_on": _DAY, "owner_kind": _TEXT,
        "name_id": pa.int32(), "name": _TEXT, "pin": _TEXT, "pin_repair": _TEXT, "old_id": _TEXT, "old_id_repair": _TEXT,
        **_BIRTH, "phone": _TEXT, "commune": _TEXT, "address_status": _TEXT, "status": _TEXT,
    },
    Register.LICENCES: {
        "row": pa.int32(), "record_id": _TEXT, "licence_number": _TEXT, "licence_number_repair": _TEXT, "class": _TEXT,
        "law": _TEXT, "issued_on": _DAY, "expires_on": _DAY, "unlimited": pa.bool_(), "issued_by": _TEXT,
        "material": _TEXT, "owner_kind": _TEXT, "name_id": pa.int32(), "name": _TEXT, **_BIRTH, "sex": _TEXT,
        "pin": _TEXT, "pin_repair": _TEXT, "old_id": _TEXT, "old_id_repair": _TEXT, "commune": _TEXT,
        "address_status": _TEXT, "status": _TEXT,
    },
}  # fmt: skip
_NAME_LEVEL = (
    f"CAST(CASE WHEN n.k1 = m.k1 THEN {levels.code('name', 'equal')} "
    f"WHEN n.k2 = m.k2 THEN {levels.code('name', 'toneless')} ELSE {levels.code('name', 'different')} END AS TINYINT)"
)
_SHOWN_AS = {
    Register.POPULATION: {"name": "full_name", "commune": "commune_code"},
    Register.VEHICLES: {
        "chassis": "chassis_number", "engine": "engine_number", "name": "owner_name", "pin": "owner_id_number",
        "old_id": "owner_id_number", "birth_year": "owner_birth_date", "phone": "owner_phone", "commune": "owner_address",
    },
    Register.LICENCES: {
        "name": "full_name", "birth_year": "birth_date", "pin": "id_number", "old_id": "id_number", "commune": "address",
    },
}  # fmt: skip
_SHOWN_AS[Register.POPULATION]["birth_year"] = "birth_date"
_AGREED: Record = {
    "name": "NGUYỄN VĂN A",
    "birth_year": 1980,
    "birth_month": 5,
    "birth_day": 17,
    "commune": "00070",
}
_PERSON: Record = {**_AGREED, "sex": "M", "permanent_commune": "00070", "current_commune": "00070", "status": "alive"}


@dataclass(frozen=True)
class Case:
    """One example: a rule, whether it must speak, and the rows it is about."""

    code: str
    register: Register
    hits: bool
    rows: tuple[int, ...]
    finds: dict[str, str]

    @property
    def label(self) -> str:
        return f"{self.code}-{self.register}-{'hit' if self.hits else 'miss'}"


@dataclass
class Tables:
    """The records of all cases, and the cases."""

    std: dict[Register, list[Record]] = field(default_factory=lambda: {register: [] for register in Register})
    raw: dict[Register, list[Record]] = field(default_factory=lambda: {register: [] for register in Register})
    links: list[Record] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    def add(self, register: Register, example: Record, defaults: Record | None = None) -> list[int]:
        """Add a record as often as it says; returns its rows."""
        rows = []
        for _ in range(example.get("times", 1)):
            row = len(self.std[register])
            record = {**({"owner_kind": "person"} if register is not Register.POPULATION else {}), **(defaults or {})}
            record |= {key: value for key, value in example.items() if key not in {"given", "times", "note"}}
            record = {key: None if value == "none" else value for key, value in record.items()}
            unknown = set(record) - set(STD[register])
            assert not unknown, unknown
            record.setdefault("record_id", f"{register}-{row}")
            self.std[register].append({**record, "row": row})
            self.raw[register].append({**_given(register, record, example.get("given", {})), "row": row})
            rows.append(row)
        return rows

    def link(self, register: Register, example: Record) -> list[int]:
        """Add a record, the person, and the link between them; returns the record's rows."""
        person = {**_PERSON, "pin": f"001080{len(self.std[Register.POPULATION]):06}", **example.get("person", {})}
        p_row = self.add(Register.POPULATION, person)[0]
        defaults = {**_AGREED, "pin": person["pin"], "name": person["name"]}
        rows = self.add(register, example.get("record", {}), defaults)
        if "again" in example:
            rows += self.add(register, example["again"], defaults)
        self.links += [{"register": str(register), "row": row, "p_row": p_row, "decision": "link"} for row in rows]
        return rows


def _given(register: Register, record: Record, given: Record) -> Record:
    """Cells as given: what the standardised columns say, unless the example says otherwise."""
    cells: Record = {}
    for column, value in record.items():
        name = _SHOWN_AS[register].get(column, column)
        if name in column_names(register) and value is not None:
            cells.setdefault(name, str(value))
    cells |= given
    return {column: None if value == "none" else value for column, value in cells.items()}


def load() -> Tables:
    """All cases of all files."""
    tables = Tables()
    for file in sorted(SPEC.glob("rules_*.toml")):
        for code, register, body in _sections(file):
            for hits in (True, False):
                examples = body["hit" if hits else "miss"]
                for rows in _rows(tables, register, examples, linked=file.stem.endswith("_linked")):
                    tables.cases.append(Case(code, register, hits, tuple(rows), body.get("finds", {}) if hits else {}))
    return tables


def _sections(file: Path) -> Iterator[tuple[str, Register, Record]]:
    named = next((register for register in Register if register in file.stem), None)
    for code, body in tomllib.loads(file.read_text(encoding="utf-8")).items():
        if "hit" in body:
            yield code, Register(body["register"]) if named is None else named, body
        else:
            for register, part in body.items():
                yield code, Register(register), part


def _rows(tables: Tables, register: Register, examples: list[Record], *, linked: bool) -> Iterator[list[int]]:
    if linked:
        yield from (tables.link(register, example) for example in examples)
    else:
        yield [row for example in examples for row in tables.add(register, example)]


def connect(tables: Tables) -> duckdb.DuckDBPyConnection:
    """A database with std_*, raw_*, names and links of all cases, before any rule ran: no duplicates yet."""
    con = duckdb.connect(config={"threads": 2})
    ids: Counter[str] = Counter()
    for register in Register:
        for record in tables.std[register]:
            if record.get("name") is not None:
                ids.setdefault(record["name"], len(ids))
                record["name_id"] = ids[record["name"]]
        _make(con, f"std_{register}", tables.std[register], STD[register])
        _make(
            con,
            f"raw_{register}",
            tables.raw[register],
            {"row": pa.int32()} | dict.fromkeys(column_names(register), _TEXT),
        )
    read = [(name_id, names.explain(name)) for name, name_id in ids.items()]
    keys = [{"name_id": name_id, "k1": reading.k1, "k2": reading.k2} for name_id, reading in read]
    _make(con, "names", keys, {"name_id": pa.int32(), "k1": _TEXT, "k2": _TEXT})
    _make(con, "links", tables.links, {"register": _TEXT, "row": pa.int32(), "p_row": pa.int32(), "decision": _TEXT})
    for register in (Register.VEHICLES, Register.LICENCES):
        con.execute(
            f"CREATE TABLE links_{register} AS SELECT l.row, l.p_row, l.decision, {_NAME_LEVEL} AS lname FROM links l "
            f"JOIN std_{register} s ON s.row = l.row JOIN std_population p ON p.row = l.p_row "
            "LEFT JOIN names n ON n.name_id = s.name_id LEFT JOIN names m ON m.name_id = p.name_id "
            f"WHERE l.register = '{register}'"
        )
    con.execute("DROP TABLE links")
    con.execute("CREATE TABLE duplicates_population (group_id VARCHAR, row INTEGER, reason VARCHAR)")
    return con


def _make(con: duckdb.DuckDBPyConnection, name: str, records: list[Record], columns: dict[str, pa.DataType]) -> None:
    arrays = {
        column: pa.array([record.get(column) for record in records], _TEXT if type_ == _DAY else type_)
        for column, type_ in columns.items()
    }
    con.register("incoming", pa.table(arrays))
    days = [column for column, type_ in columns.items() if type_ == _DAY]
    replace = f" REPLACE ({', '.join(f'CAST({day} AS DATE) AS {day}' for day in days)})" if days else ""
    con.execute(f"CREATE TABLE {name} AS SELECT *{replace} FROM incoming")
    con.unregister("incoming")
