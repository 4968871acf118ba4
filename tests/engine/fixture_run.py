"""A tiny finished run, written as the engine writes one: what report, work lists and explanations are tested on."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sosach.base.registers import Register, column_names

Row = Mapping[str, Any]

_STANDARD = {
    Register.VEHICLES: [
        "plate_std",
        "plate_kind",
        "vehicle_kind_std",
        "chassis_number_std",
        "engine_number_std",
        "owner_name_std",
        "owner_kind",
        "owner_pin_std",
        "owner_old_id_std",
        "owner_birth_date_std",
        "owner_phone_std",
        "registered_on_std",
        "status_std",
    ],
    Register.LICENCES: [
        "licence_number_std",
        "class_std",
        "law",
        "issued_on_std",
        "expires_on_std",
        "full_name_std",
        "owner_kind",
        "birth_date_std",
        "pin_std",
        "old_id_std",
        "status_std",
    ],
    Register.POPULATION: ["pin_std", "full_name_std", "sex_std", "birth_date_std", "old_id_std", "status_std"],
}
_JUDGED = ["decision", "pin", "probability", "evidence", "result_class"]
_FOUR = ["correct", "complete", "clean", "live"]
_WORK = ["commune_code", "province_code", "locality", "action"]
_FINDING = [
    "register",
    "record_id",
    "row_number",
    "code",
    "severity",
    "field",
    "value",
    "proposed_value",
    "explanation",
]
_CANDIDATE = ["register", "record_id", "row_number", "pin", "rank", "probability", "evidence"]
_DUPLICATE = ["register", "group_id", "record_id", "row_number", "reason"]
_TYPES = {"row_number": pa.int32(), "rank": pa.int32(), "probability": pa.float64()} | dict.fromkeys(_FOUR, pa.bool_())

DONE = {"decision": "link", "probability": 1.0, "result_class": "match", "action": "none"} | dict.fromkeys(_FOUR, True)
OPEN = {"decision": "none", "result_class": "no_information", "action": "identify"} | dict.fromkeys(_FOUR, False)


def columns_of(register: Register) -> list[str]:
    """Columns of a register's output file, in order."""
    given = [name for name in column_names(register) if name not in {"record_id", "pin", "commune_code"}]
    pin_given = ["pin_given"] if register is Register.POPULATION else []
    return ["row_number", "record_id", *pin_given, *given, *_STANDARD[register], *_JUDGED, *_FOUR, *_WORK]


def write_run(
    folder: Path,
    registers: Mapping[Register, Sequence[Row]],
    *,
    findings: Iterable[Row] = (),
    candidates: Iterable[Row] = (),
    duplicates: Iterable[Row] = (),
) -> Path:
    """Write the files of a run; rows name only the columns they fill, rows are numbered as they come."""
    folder.mkdir(parents=True, exist_ok=True)
    rows_of: dict[tuple[str, str], int] = {}
    for register, rows in registers.items():
        numbered = [{"row_number": number, "record_id": f"R{number}", **row} for number, row in enumerate(rows)]
        rows_of |= {(register, row["record_id"]): row["row_number"] for row in numbered}
        _write(folder / f"{register}.parquet", columns_of(register), numbered)
    lists = (
        ("findings", _FINDING, findings),
        ("candidates", _CANDIDATE, candidates),
        ("duplicates", _DUPLICATE, duplicates),
    )
    for name, columns, entries in lists:
        placed = [{"row_number": rows_of.get((row["register"], row["record_id"])), **row} for row in entries]
        _write(folder / f"{name}.parquet", columns, placed)
    return folder


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    unknown = {key for row in rows for key in row} - set(columns)
    assert not unknown, f"{path.name}: no such columns {unknown}"
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns])
    table = pa.Table.from_pylist([{name: row.get(name) for name in columns} for row in rows], schema=schema)
    pq.write_table(table, path)


def finding(register: str, record_id: str, code: str, **given: str) -> dict[str, Any]:
    """A finding; severity `error` unless given."""
    return {"register": register, "record_id": record_id, "code": code, "severity": "error", **given}


MANIFEST: dict[str, Any] = {
    "sosach": "0.1.0",
    "as_of": "2026-11-22",
    "inputs": [
        {"register": "vehicles", "path": "xe <mới>.csv", "sha256": "ab" * 32, "bytes": 123456, "rows": 6},
        {"register": "population", "path": "dân cư.parquet", "sha256": "cd" * 32, "bytes": 999, "rows": 4},
    ],
    "rows": {"vehicles": {"in": 6, "out": 6}, "licences": {"in": 3, "out": 3}, "population": {"in": 4, "out": 4}},
    "steps": [
        {"name": "load", "seconds": 1.25, "memory_mb": 210.0},
        {"name": "match", "seconds": 0.5, "memory_mb": 400.5},
    ],
}

PEOPLE: list[Row] = [
    {
        "record_id": "001080000011",
        "pin_given": "001080000011",
        "pin_std": "001080000011",
        "full_name": "Nguyễn Văn Hùng",
        "full_name_std": "NGUYỄN VĂN HÙNG",
        "sex": "Nam",
        "sex_std": "M",
        "birth_date": "01/02/1980",
        "birth_date_std": "1980-02-01",
        "permanent_address": "Thôn 2, Xã Tam Hưng, Hà Nội",
        "status_std": "alive",
        "commune_code": "10144",
        "locality": "Thôn 2",
        **DONE,
        "pin": "001080000011",
    },
    {
        "record_id": "001170000022",
        "pin_given": "001170000022",
        "pin_std": "001170000022",
        "full_name": "Trần Thị Mai",
        "full_name_std": "TRẦN THỊ MAI",
        "sex_std": "F",
        "birth_date": "1970",
        "birth_date_std": "1970",
        "permanent_address": "Thôn 10, Xã Tam Hưng, Hà Nội",
        "status_std": "deceased",
        "commune_code": "10144",
        "locality": "Thôn 10",
        **DONE,
        "pin": "001170000022",
    },
    {
        "record_id": "001080000033",
        "pin_given": "001080000033",
        "pin_std": "001080000033",
        "full_name": "Nguyễn Văn Hưng",
        "full_name_std": "NGUYỄN VĂN HƯNG",
        "sex_std": "M",
        "birth_date": "05/03/1981",
        "birth_date_std": "1981-03-05",
        "status_std": "alive",
        "commune_code": "00004",
        "locality": "Phố Quán Thánh",
        **DONE,
        "pin": "001080000033",
    },
    {
        "record_id": "P4",
        "pin_given": "1080000044",
        "full_name": "Lê <b>An</b>",
        "full_name_std": "LÊ AN",
        "birth_date": "30/02/1990",
        "birth_date_std": "1990",
        "commune_code": "00004",
        **OPEN,
        "decision": "none",
        "action": "complete",
    },
]


def _vehicle(record: str, plate: str, **given: Any) -> Row:
    base = {
        "record_id": record,
        "plate": plate,
        "plate_std": "".join(c for c in plate if c.isalnum()),
        "plate_kind": "motorbike",
        "vehicle_kind": "Xe máy",
        "brand": "HONDA",
        "manufactured_year": "2015",
        "commune_code": "10144",
        "locality": "Thôn 2",
        "owner_kind": "person",
    }
    return base | given


def _owner(name: str, number: str, birth: str, address: str) -> dict[str, str]:
    return {
        "owner_name": name,
        "owner_name_std": name.upper(),
        "owner_id_number": number,
        "owner_birth_date": birth,
        "owner_birth_date_std": "-".join(reversed(birth.split("/"))),
        "owner_address": address,
    }


VEHICLES: list[Row] = [
    _vehicle(
        "V1",
        "29-H1 123.45",
        **_owner("Nguyễn Văn Hùng", "001080000011", "01/02/1980", "Thôn 2, Xã Tam Hưng, Hà Nội"),
        **DONE,
        pin="001080000011",
        evidence="id=pin;name=equal;birth=equal;place=commune;rivals=0",
    ),
    _vehicle(
        "V2",
        "29-H1 555.55",
        **_owner("Nguyen Van Hung", "1080000011", "01/02/1980", "Thôn 2, Xã Tam Hưng, Hà Nội"),
        **OPEN
        | {
            "decision": "link",
            "result_class": "discrepancy",
            "action": "confirm",
            "probability": 0.9987,
            "complete": True,
        },
        pin="001080000011",
        evidence="id=pin_repair;name=toneless;birth=equal;place=commune;rivals=0",
        owner_phone="0912345678",
        owner_phone_std="0912345678",
    ),
    _vehicle(
        "V3",
        "30A-123.45",
        **_owner("Nguyễn Văn Hưng", "", "1980", "Thôn 10, Xã Tam Hưng, Hà Nội"),
        **OPEN | {"decision": "review", "result_class": "discrepancy", "action": "choose"},
        plate_kind="car",
        vehicle_kind="Ô tô con",
        locality="Thôn 10",
        evidence="id=none;name=near;birth=year;place=commune;rivals=1",
    ),
    _vehicle(
        "V4",
        "29-H1 777.77",
        **_owner("Trần Thị Mai", "001170000022", "1970", "Thôn 10, Xã Tam Hưng, Hà Nội"),
        **DONE | {"live": False, "action": "follow_life", "result_class": "match"},
        pin="001170000022",
        locality="Thôn 10",
        evidence="id=pin;name=equal;birth=year;place=commune;rivals=0",
    ),
    _vehicle(
        "V5",
        "29-H1 777.77",
        **_owner('=HYPERLINK("x")', "", "", ""),
        **OPEN | {"action": "duplicate"},
        commune_code=None,
        province_code="01",
        locality=None,
    ),
    _vehicle(
        "V6",
        "51C-000.01",
        **_owner("Công ty TNHH A & B", "0101234567", "", "Phường Ba Đình, Hà Nội"),
        **OPEN | {"result_class": "not_eligible", "action": "organisation"},
        plate_kind="car",
        vehicle_kind="Ô tô tải",
        manufactured_year="1998",
        owner_kind="organisation",
        commune_code="00004",
        locality="Phố Quán Thánh",
    ),
]

LICENCES: list[Row] = [
    {
        "record_id": "L1",
        "licence_number": "010123456789",
        "licence_number_std": "010123456789",
        "class": "A1",
        "class_std": "A1",
        "full_name": "Nguyễn Văn Hùng",
        "full_name_std": "NGUYỄN VĂN HÙNG",
        "birth_date_std": "1980-02-01",
        "id_number": "001080000011",
        "commune_code": "10144",
        "locality": "Thôn 2",
        **DONE,
        "pin": "001080000011",
        "evidence": "id=pin;name=equal;birth=equal;place=none;rivals=0",
    },
    {
        "record_id": "L2",
        "licence_number": "10123456780",
        "class": "B2",
        "class_std": "B2",
        "law": "2008",
        "full_name": "Phạm Thị Lan",
        "full_name_std": "PHẠM THỊ LAN",
        "birth_date": "02/09/1985",
        "birth_date_std": "1985-09-02",
        "id_number": "012345678",
        "expires_on": "01/01/2020",
        "expires_on_std": "2020-01-01",
        "commune_code": "10144",
        "locality": "Thôn 2",
        **OPEN,
        "evidence": "id=none;name=different;birth=none;place=none;rivals=0",
    },
    {
        "record_id": "L3",
        "licence_number": "790123456789",
        "licence_number_std": "790123456789",
        "class": "C",
        "full_name": "Võ Văn Bảy",
        "full_name_std": "VÕ VĂN BẢY",
        **OPEN,
    },
]

FINDINGS: list[Row] = [
    finding(
        "vehicles",
        "V2",
        "PIN-02",
        field="owner_id_number",
        value="1080000011",
        proposed_value="001080000011",
        explanation="Số “1080000011” thiếu chữ số, có thể bảng tính đã bỏ số 0 ở đầu; đề xuất “001080000011”.",
    ),
    finding(
        "vehicles",
        "V2",
        "NAM-01",
        severity="warning",
        field="owner_name",
        value="Nguyen Van Hung",
        proposed_value="NGUYỄN VĂN HÙNG",
        explanation="Tên “Nguyen Van Hung” viết không dấu; trong dữ liệu dân cư là “NGUYỄN VĂN HÙNG”.",
    ),
    finding("vehicles", "V5", "MIS-01", field="owner_id_number", value="", explanation="Thiếu số giấy tờ chủ xe."),
    finding("licences", "L2", "LNO-02", field="licence_number", value="10123456780", proposed_value="010123456780", explanation="Số giấy phép thiếu chữ số."),
]  # fmt: skip

CANDIDATES: list[Row] = [
    {
        "register": "vehicles",
        "record_id": "V3",
        "pin": "001080000033",
        "rank": 1,
        "probability": 0.62,
        "evidence": "id=none;name=equal;birth=none;place=province;rivals=1",
    },
    {
        "register": "vehicles",
        "record_id": "V3",
        "pin": "001080000011",
        "rank": 2,
        "probability": 0.31,
        "evidence": "id=none;name=near;birth=year;place=commune;rivals=1",
    },
]

DUPLICATES: list[Row] = [
    {"register": "vehicles", "group_id": "G1", "record_id": "V4", "reason": "VEH-01"},
    {"register": "vehicles", "group_id": "G1", "record_id": "V5", "reason": "VEH-01"},
]


def tiny_run(folder: Path) -> Path:
    """Six vehicles, three licences and four persons of two communes, with something of everything."""
    return write_run(
        folder,
        {Register.VEHICLES: VEHICLES, Register.LICENCES: LICENCES, Register.POPULATION: PEOPLE},
        findings=FINDINGS,
        candidates=CANDIDATES,
        duplicates=DUPLICATES,
    )


def connection() -> duckdb.DuckDBPyConnection:
    """A connection as the engine opens one."""
    con = duckdb.connect()
    con.execute("SET threads = 2")
    return con
