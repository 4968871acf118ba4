"""Every situation of the example table of linkage is decided as the table says, among two thousand other persons."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engine.running import Given, as_table, by_record, read, settings

from sosach.base.registers import Register
from sosach.engine.clean import clean
from sosach.synth import SynthPlan, generate

TABLE = Path(__file__).parent / "linkage.toml"
SITUATIONS: list[dict[str, Any]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["situation"]
SUBJECTS = (Register.VEHICLES, Register.LICENCES)
BACKGROUND = 2_000
EVENT = "15/03/2015"
EQUAL = 0.02

PERSON = {
    "name": "full_name",
    "pin": "pin",
    "sex": "sex",
    "born": "birth_date",
    "old_id": "old_id",
    "home": "current_address",
    "registered": "permanent_address",
    "status": "status",
    "household": "household_id",
    "spouse": "spouse_pin",
}
RECORD = {
    Register.VEHICLES: {
        "name": "owner_name",
        "number": "owner_id_number",
        "born": "owner_birth_date",
        "home": "owner_address",
        "on": "registered_on",
        "sex": None,
    },
    Register.LICENCES: {
        "name": "full_name",
        "number": "id_number",
        "born": "birth_date",
        "home": "address",
        "on": "issued_on",
        "sex": "sex",
    },
}
EXPECTATIONS = {
    *("decision", "person", "not_person", "best", "result", "action", "live", "commune"),
    *("evidence", "candidates", "equal"),
}


@dataclass(frozen=True)
class Judged:
    """What the engine said of one record: its row, its candidates best first."""

    row: dict[str, Any]
    candidates: list[dict[str, Any]]


def persons(number: int, situation: dict[str, Any]) -> list[Given]:
    """The persons of a situation, namesakes last."""
    given: list[Given] = []
    for person in situation["persons"]:
        row = {PERSON[word]: text for word, text in person.items()}
        given.append({"sex": "Nam", "status": "Còn sống", "permanent_address": row["current_address"]} | row)
    for nth in range(situation.get("namesakes", 0)):
        year = 1950 + nth
        pin = f"0380{year % 100:02}{800 + number:03}{nth:03}"
        given.append(
            given[0] | {"pin": pin, "birth_date": f"{1 + nth % 28:02}/{1 + nth % 12:02}/{year}", "old_id": None}
        )
    return given


def record(number: int, situation: dict[str, Any], register: Register) -> Given:
    """The record of a situation; what nobody looks at is filled in plausibly, so that it can be a clean record."""
    words = RECORD[register]
    said = {"on": EVENT} | situation["record"]
    row: dict[str, str | None] = {column: said[word] for word, column in words.items() if column and word in said}
    if register is Register.LICENCES:
        return row | {
            "record_id": f"L{number}",
            "licence_number": f"38015{900_000 + number:07}",
            "class": "A1",
            "expires_on": "Không thời hạn",
            "status": "Còn hiệu lực",
        }
    return row | {
        "record_id": f"V{number}",
        "plate": f"36-B9 {10_000 + number}",
        "plate_colour": "Trắng",
        "vehicle_kind": "Xe mô tô",
        "brand": "HONDA",
        "chassis_number": f"RLHJA3907FY{900_000 + number:06}",
        "engine_number": f"JA39E{9_000_000 + number:07}",
        "manufactured_year": "2015",
        "status": "Đang sử dụng",
    }


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All situations and the background in one run."""
    folder = tmp_path_factory.mktemp("linkage")
    generate(SynthPlan(BACKGROUND, folder / "in", seed=7, provinces=("38",), formats=("parquet",)))
    inputs = {register: folder / "in" / f"{register}.parquet" for register in Register}
    numbered = list(enumerate(SITUATIONS))
    rows = {register: [record(n, s, register) for n, s in numbered if applies(s, register)] for register in SUBJECTS}
    rows[Register.POPULATION] = [person for n, s in numbered for person in persons(n, s)]
    for register, path in inputs.items():
        pq.write_table(pa.concat_tables([pq.read_table(path), as_table(register, rows[register])]), path)
    return clean(settings(inputs, folder / "out")).out


@pytest.fixture(scope="module")
def judged(out: Path) -> dict[tuple[Register, str], Judged]:
    listed: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for candidate in read(out / "candidates.parquet"):
        listed.setdefault((candidate["register"], candidate["record_id"]), []).append(candidate)
    return {
        (register, name): Judged(row, listed.get((register, name), []))
        for register in SUBJECTS
        for name, row in by_record(out, register).items()
    }


def applies(situation: dict[str, Any], register: Register) -> bool:
    return situation.get("register", register) == register


def cases() -> Iterator[Any]:
    for number, situation in enumerate(SITUATIONS):
        for register in SUBJECTS:
            if applies(situation, register):
                yield pytest.param(number, situation, register, id=f"{register}: {situation['says']}")


@pytest.mark.parametrize(("number", "situation", "register"), list(cases()))
def test_situation(
    number: int, situation: dict[str, Any], register: Register, judged: dict[tuple[Register, str], Judged]
) -> None:
    got = judged[register, f"{register[0].upper()}{number}"]
    expect = situation["expect"]
    pins = [person["pin"] for person in situation["persons"]]
    decision = got.row["decision"]
    if expect.get("decision") == "not link":
        assert decision != "link"
    elif "decision" in expect:
        assert decision == expect["decision"]
    assert (got.row["pin"] is not None) == (decision == "link")
    if "person" in expect:
        assert got.row["pin"] == pins[expect["person"] - 1]
    if "not_person" in expect:
        assert got.row["pin"] != pins[expect["not_person"] - 1]
    if "best" in expect:
        assert pins[expect["best"] - 1] == (got.row["pin"] or got.candidates[0]["pin"])
    assert_judged(got, expect)
    assert_candidates(got, expect, pins)


def assert_judged(got: Judged, expect: dict[str, Any]) -> None:
    """Result class, action, evidence, liveness and commune, as far as the table names them."""
    names = {"result": "result_class", "action": "action", "live": "live", "commune": "commune_code"}
    assert {word: got.row[names[word]] for word in names if word in expect} == {
        word: expect[word] for word in names if word in expect
    }
    assert set(expect.get("evidence", ())) <= set((got.row["evidence"] or "").split(";"))


def assert_candidates(got: Judged, expect: dict[str, Any], pins: list[str]) -> None:
    """The named persons stand among the candidates; where the table says so, equally likely."""
    places = expect.get("candidates", ())
    chances = [c["probability"] for c in got.candidates if c["pin"] in {pins[place - 1] for place in places}]
    assert len(chances) >= len(places)
    if expect.get("equal"):
        assert max(chances) - min(chances) < EQUAL
        assert max(chances) <= 0.5 + EQUAL


def test_the_table_is_well_formed() -> None:
    pins: dict[str, str] = {}
    for situation in SITUATIONS:
        assert set(situation) <= {"says", "register", "persons", "namesakes", "record", "expect"}
        assert set(situation["expect"]) <= EXPECTATIONS
        for person in situation["persons"]:
            assert pins.setdefault(person["pin"], situation["says"]) == situation["says"], person["pin"]
    assert len({situation["says"] for situation in SITUATIONS}) == len(SITUATIONS)


def test_the_background_is_decided_as_usual(judged: dict[tuple[Register, str], Judged]) -> None:
    ours = len(list(cases()))
    linked = [key for key, got in judged.items() if got.row["decision"] == "link"]
    assert len(judged) > BACKGROUND + ours
    assert len(linked) > 0.8 * len(judged)
