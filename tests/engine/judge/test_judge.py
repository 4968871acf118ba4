"""What a record amounts to: decision, result class, the four criteria, what to do and whose work list it is."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
from tests.engine.running import AS_OF, Given, Tables, by_record, read, run
from tests.engine.soundness import assert_sound

from sosach.base.registers import Register, column_names

P, V, L = Register.POPULATION, Register.VEHICLES, Register.LICENCES
QUAN_SON, NHU_THANH = "15016", "16228"
HOME = "Thôn Đông, Xã Quan Sơn, Tỉnh Thanh Hóa"
ELSEWHERE = "Thôn Bãi, Xã Như Thanh, Tỉnh Thanh Hóa"


AS_THE_RECORD: Given = {}


class Case(NamedTuple):
    """A record beside its person, and what must be said of it; flags: correct, complete, clean, live (`-` where not)."""

    register: Register
    name: str
    decision: str
    result: str
    flags: str
    action: str
    commune: str | None
    record: Given
    person: Given | None = AS_THE_RECORD


def _person(number: int, name: str, changes: Given) -> Given:
    return {
        "pin": f"0380809{number:05}",
        "full_name": name,
        "sex": "Nam",
        "birth_date": f"{1 + number % 28:02}/06/1980",
        "permanent_address": HOME,
        "current_address": HOME,
        "commune_code": QUAN_SON,
        "status": "Còn sống",
    } | changes


def _vehicle(number: int, name: str, changes: Given) -> Given:
    return {
        "plate": f"36-B8 {10_000 + number}",
        "plate_colour": "Trắng",
        "vehicle_kind": "Xe mô tô",
        "brand": "HONDA",
        "chassis_number": f"RLHJA3907FY{800_000 + number:06}",
        "engine_number": f"JA39E{8_000_000 + number:07}",
        "manufactured_year": "2015",
        "registered_on": "15/03/2015",
        "owner_name": name.upper(),
        "owner_id_number": f"0380809{number:05}",
        "owner_birth_date": f"{1 + number % 28:02}/06/1980",
        "owner_address": HOME,
        "status": "Đang sử dụng",
    } | changes


def _licence(number: int, name: str, changes: Given) -> Given:
    return {
        "licence_number": f"38015{800_000 + number:07}",
        "class": "A1",
        "issued_on": "15/03/2015",
        "expires_on": "Không thời hạn",
        "material": "PET",
        "full_name": name.upper(),
        "birth_date": f"{1 + number % 28:02}/06/1980",
        "sex": "Nam",
        "id_number": f"0380809{number:05}",
        "address": HOME,
        "status": "Còn hiệu lực",
    } | changes


NOBODY = {"owner_name": "KIỀU OANH VŨ TRÚC", "owner_id_number": "079188900416", "owner_birth_date": "19/04/1988"}
CASES = (
    Case(V, "all is well", "link", "match", "cccc", "none", QUAN_SON, {}),
    Case(V, "a mandatory number is missing", "link", "match", "c-cc", "complete", QUAN_SON, {"engine_number": None}),
    Case(V, "a blank is missing too", "link", "match", "c-cc", "complete", QUAN_SON, {"brand": "  "}),
    Case(V, "the birth date differs", "link", "discrepancy", "-ccc", "confirm", QUAN_SON, {"owner_birth_date": "01/01/1971"}),
    Case(V, "the owner has died", "link", "match", "ccc-", "follow_life", QUAN_SON, {}, {"status": "Đã chết"}),
    Case(V, "the vehicle was sold", "link", "match", "ccc-", "follow_life", QUAN_SON, {"status": "Đã bán"}),
    Case(
        V, "the owner moved", "link", "discrepancy", "ccc-", "follow_life", NHU_THANH, {},
        {"permanent_address": ELSEWHERE, "current_address": ELSEWHERE, "commune_code": NHU_THANH},
    ),
    Case(V, "an organisation", "none", "not_eligible", "--cc", "organisation", QUAN_SON, {
        "owner_name": "CÔNG TY TNHH QUAN SƠN", "owner_id_number": None, "owner_birth_date": None}, None),
    Case(V, "beyond its service life", "link", "not_eligible", "ccc-", "over_age", QUAN_SON, {
        "plate": "36C-123.45", "vehicle_kind": "Xe ô tô tải", "manufactured_year": "1995", "registered_on": "15/03/2001"}),
    Case(V, "nobody found", "none", "no_information", "-ccc", "identify", QUAN_SON, NOBODY, None),
    Case(V, "nobody found, no address", "none", "no_information", "--cc", "identify", None, NOBODY | {
        "owner_address": None}, None),
    Case(V, "nothing known of the owner", "none", "not_eligible", "--cc", "identify", None, {
        "owner_name": None, "owner_id_number": None, "owner_birth_date": None, "owner_address": None}, None),
    Case(L, "all is well", "link", "match", "cccc", "none", QUAN_SON, {}),
    Case(L, "a mandatory field is missing", "link", "match", "c-cc", "complete", QUAN_SON, {"birth_date": None}),
    Case(L, "the address is not mandatory", "link", "match", "cccc", "none", QUAN_SON, {"address": None}),
    Case(L, "expired", "link", "match", "ccc-", "follow_life", QUAN_SON, {"class": "B2", "expires_on": "15/03/2025"}),
    Case(L, "the holder has died", "link", "match", "ccc-", "follow_life", QUAN_SON, {}, {"status": "Đã chết"}),
    Case(L, "the name differs by a tone", "link", "discrepancy", "-ccc", "confirm", QUAN_SON, {"full_name": "PHẠM TỪ"}),
    Case(L, "nobody found", "none", "no_information", "-ccc", "identify", QUAN_SON, {
        "full_name": "KIỀU OANH VŨ TRÚC", "id_number": "079188900416", "birth_date": "19/04/1988", "sex": "Nữ"}, None),
)  # fmt: skip
GIVEN_NAMES = (
    *("Ân", "Bách", "Cảnh", "Duy", "Giang", "Hiển", "Khiêm", "Lộc", "Mão", "Nhâm"),
    *("Oanh", "Phúc", "Quý", "Sang", "Thìn", "Uy", "Vịnh", "Tứ", "Yên"),
)
TWINS = ("Bạch Thị Huệ", "038180900408", "038180900909")


def cases() -> Tables:
    """The registers: every case with its person; beside them a vehicle twice, a licence of two possible holders."""
    people, vehicles, licences = [], [], []
    for number, case in enumerate(CASES):
        name = f"Phạm {GIVEN_NAMES[number]}"
        if case.person is not None:
            people.append(_person(number, name, case.person))
        if case.register is V:
            vehicles.append({"record_id": case.name} | _vehicle(number, name, case.record))
        else:
            licences.append({"record_id": case.name} | _licence(number, name, case.record))
    twice = _vehicle(90, "Phạm Ân", {"owner_id_number": "038080900000", "owner_birth_date": "01/06/1980"})
    vehicles += [{"record_id": "once"} | twice, {"record_id": "again"} | twice]
    people += [_person(91, TWINS[0], {"pin": pin, "sex": "Nữ", "birth_date": "15/04/1980"}) for pin in TWINS[1:]]
    shown = {"id_number": None, "birth_date": "15/04/1980", "sex": "Nữ", "address": ELSEWHERE}
    licences.append({"record_id": "two persons fit"} | _licence(92, TWINS[0], shown))
    return {P: [*people, *OTHER_PEOPLE], V: vehicles, L: licences}


OTHER_PEOPLE: tuple[Given, ...] = (
    _person(93, "Lữ Bố", {"pin": "038080999001", "sex": None}),
    _person(94, "Lữ Mông", {"pin": None}),
    _person(95, "Lữ Phạm", {"pin": "038080999003"}),
    _person(96, "Lữ Đại", {"pin": "038080999003"}),
    {"household_id": "H-1"},
    _person(97, "Lữ Khải", {"pin": "038080999005", "status": "Đã chết"}),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("judge"), cases()).out


@pytest.fixture(scope="module")
def judged(out: Path) -> dict[tuple[Register, str], dict[str, Any]]:
    return {(register, name): row for register in (V, L) for name, row in by_record(out, register).items()}


def flags(row: dict[str, Any]) -> str:
    return "".join("c" if row[name] else "-" for name in ("correct", "complete", "clean", "live"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.register}: {case.name}")
def test_case(case: Case, judged: dict[tuple[Register, str], dict[str, Any]]) -> None:
    row = judged[case.register, case.name]
    got = case._replace(
        decision=row["decision"],
        result=row["result_class"],
        flags=flags(row),
        action=row["action"],
        commune=row["commune_code"],
    )
    assert got == case


def test_what_a_run_promises(out: Path) -> None:
    assert_sound(out, cases())


def test_a_vehicle_entered_twice(out: Path, judged: dict[tuple[Register, str], dict[str, Any]]) -> None:
    for name in ("once", "again"):
        row = judged[V, name]
        assert (row["decision"], row["result_class"], flags(row), row["action"]) == (
            "link",
            "match",
            "cc-c",
            "duplicate",
        )
    groups = [group for group in read(out / "duplicates.parquet") if group["register"] == V]
    assert [group["record_id"] for group in groups] == ["once", "again"]
    assert len({group["group_id"] for group in groups}) == 1


def test_a_licence_two_persons_fit(out: Path, judged: dict[tuple[Register, str], dict[str, Any]]) -> None:
    row = judged[L, "two persons fit"]
    assert (row["decision"], row["result_class"], row["action"]) == ("review", "discrepancy", "choose")
    assert row["pin"] is None
    assert row["commune_code"] == NHU_THANH, "nobody is chosen yet: the record's own address leads"
    candidates = [row for row in read(out / "candidates.parquet") if row["record_id"] == "two persons fit"]
    assert {candidate["pin"] for candidate in candidates} == set(TWINS[1:])
    assert candidates[0]["probability"] == pytest.approx(candidates[1]["probability"])
    assert candidates[0]["probability"] <= 0.5


@pytest.mark.parametrize(
    ("name", "decision", "result", "criteria", "action"),
    [
        ("Lữ Bố", "link", "match", "c-cc", "complete"),
        ("Lữ Mông", "none", "discrepancy", "--cc", "identify"),
        ("Lữ Phạm", "review", "discrepancy", "-c-c", "duplicate"),
        ("Lữ Đại", "review", "discrepancy", "-c-c", "duplicate"),
        ("Lữ Khải", "link", "match", "cccc", "none"),
        (None, "none", "not_eligible", "--cc", "identify"),
    ],
)
def test_persons(out: Path, name: str | None, decision: str, result: str, criteria: str, action: str) -> None:
    (row,) = (row for row in read(out / "population.parquet") if row["full_name"] == name)
    assert (row["decision"], row["result_class"], flags(row), row["action"]) == (decision, result, criteria, action)
    assert row["pin"] == row["pin_std"]


def test_records_without_a_name_of_their_own_are_numbered(out: Path) -> None:
    nameless = [row for row in read(out / "population.parquet") if row["pin_given"] is None]
    assert [row["record_id"] for row in nameless] == [f"#{row['row_number'] + 1}" for row in nameless]


STANDARD = {
    P: ("pin_std", "full_name_std", "sex_std", "birth_date_std", "old_id_std", "status_std"),
    V: (
        *("plate_std", "plate_kind", "vehicle_kind_std", "chassis_number_std", "engine_number_std", "owner_name_std"),
        *("owner_kind", "owner_pin_std", "owner_old_id_std", "owner_birth_date_std", "owner_phone_std"),
        *("registered_on_std", "status_std"),
    ),
    L: (
        *("licence_number_std", "class_std", "law", "issued_on_std", "expires_on_std", "full_name_std", "owner_kind"),
        *("birth_date_std", "pin_std", "old_id_std", "status_std"),
    ),
}
VERDICT = {
    "decision": "string",
    "pin": "string",
    "probability": "double",
    "evidence": "string",
    "result_class": "string",
    "correct": "bool",
    "complete": "bool",
    "clean": "bool",
    "live": "bool",
    "commune_code": "string",
    "province_code": "string",
    "locality": "string",
    "action": "string",
}
DAYS = {"registered_on_std", "issued_on_std", "expires_on_std"}
LISTS = {
    "findings": {
        "register": "string",
        "record_id": "string",
        "row_number": "int32",
        "code": "string",
        "severity": "string",
        "field": "string",
        "value": "string",
        "proposed_value": "string",
        "explanation": "string",
    },
    "candidates": {
        "register": "string",
        "record_id": "string",
        "row_number": "int32",
        "pin": "string",
        "rank": "int8",
        "probability": "double",
        "evidence": "string",
    },
    "duplicates": {
        "register": "string",
        "group_id": "string",
        "record_id": "string",
        "row_number": "int32",
        "reason": "string",
    },
}


def schema(path: Path) -> dict[str, str]:
    return {field.name: str(field.type).removesuffix("[day]") for field in pq.read_schema(path)}


@pytest.mark.parametrize("register", [V, L, P])
def test_columns_of_record_files(out: Path, register: Register) -> None:
    own = {"pin": "pin_given", "commune_code": "commune_code_given"} if register is P else {}
    given = [own.get(name, name) for name in column_names(register) if name != "record_id"]
    expected = {"row_number": "int32", "record_id": "string"} | dict.fromkeys(given, "string")
    expected |= {name: "date32" if name in DAYS else "string" for name in STANDARD[register]} | VERDICT
    assert schema(out / f"{register}.parquet") == expected


@pytest.mark.parametrize("register", [V, L])
def test_no_column_stands_twice(out: Path, register: Register) -> None:
    names = pq.read_schema(out / f"{register}.parquet").names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", LISTS)
def test_columns_of_lists(out: Path, name: str) -> None:
    assert schema(out / f"{name}.parquet") == LISTS[name]


def test_findings_stand_in_the_order_of_registers_and_rows(out: Path) -> None:
    order = list(Register)
    places = [(order.index(f["register"]), f["row_number"], f["code"]) for f in read(out / "findings.parquet")]
    assert places == sorted(places)


def test_the_manifest_tells_what_was_done(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    tables = cases()
    assert manifest["as_of"] == AS_OF.isoformat()
    assert manifest["rows"] == {r.value: {"in": len(rows), "out": len(rows)} for r, rows in tables.items()}
    assert {entry["register"]: entry["rows"] for entry in manifest["inputs"]} == {
        r.value: len(t) for r, t in tables.items()
    }
    assert all(len(entry["blake2b"]) >= 32 and entry["bytes"] > 0 for entry in manifest["inputs"])
    assert {"python", "duckdb", "pyarrow"} <= set(manifest["versions"])
    assert {"link_at", "review_at", "memory_mb", "threads", "mapping"} <= set(manifest["settings"])
    stages = [stage["stage"] for stage in manifest["stages"]]
    assert stages == ["load", "profile", "standardise", "check", "match", "judge", "report"]
    assert all(stage["seconds"] >= 0 and stage["peak_mb"] > 0 for stage in manifest["stages"])
    assert manifest["seconds"] == pytest.approx(sum(stage["seconds"] for stage in manifest["stages"]), abs=0.01)
    assert {match["column"] for match in manifest["headings"]["vehicles"]} == set(column_names(V))
