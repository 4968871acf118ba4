"""Numbers from the command line: for a citizen on paper, for newborns by a file that may be sent again."""

import json
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError
from tests.domain.population import people
from tests.site.conftest import Run

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Actor
from sosach.domain.population.models import Person
from sosach.domain.population.operations.births import Birth, Registered, register_births
from sosach.domain.population.operations.numbers import issue_pin
from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer
from sosach.site.management import birth_messages
from sosach.site.management.administrator import administrator, whoever
from sosach.site.management.birth_messages import Batches, Rejected, messages
from sosach.site.management.commands.pin_issue import key_of
from sosach.web.api.opaque import reference

PASSWORD = "mật khẩu đủ dài"  # noqa: S105 - of accounts that are made and gone here


def message(number: int, **told: Any) -> dict[str, Any]:
    """A message of civil status as a line of the file says it."""
    return {
        "message_id": f"HT-{number}",
        "full_name": "LÊ THỊ NA",
        "birth_date": "2026-11-02",
        "sex": "F",
        "commune_code": people.BA_DINH,
        "parents": [{"kind": "mother", "full_name": "LÊ THỊ MẸ", "pin": "001190000017"}],
    } | told


def lines(*told: dict[str, Any] | str) -> list[bytes]:
    return [(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)).encode() for each in told]


def answers(raw: Iterable[bytes], actor: Actor = people.REGISTRAR) -> list[Registered | Rejected]:
    return list(Batches(actor, {"message_file": "test"}).answered(messages(raw)))


def refused(told: Iterable[Registered | Rejected]) -> dict[int, tuple[str, str]]:
    return {each.line: (each.message_id, each.code) for each in told if isinstance(each, Rejected)}


@pytest.mark.usefixtures("db")
def test_one_bad_message_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(birth_messages, "BATCH", 8)
    raw = lines(
        *map(message, range(5)),
        message(5, birth_date="2031-01-01"),
        message(6, commune_code=people.NGOC_HA),
        "{broken",
        message(7, sex="X"),
        message(8, full_name=""),
        message(9, parents=[{"kind": "father", "full_name": "A"}, {"kind": "father", "full_name": "B"}]),
        "",
        message(10, religion="none"),
        message(11, commune_code="99999"),
        *map(message, range(12, 20)),
    )
    told = answers(raw)
    assert refused(told) == {
        6: ("HT-5", "STATE-04"),  # a day that has not come
        7: ("HT-6", "ACCESS-02"),  # another commune's
        8: ("", "STATE-04"),
        9: ("", "STATE-04"),
        10: ("", "STATE-04"),
        11: ("HT-9", "STATE-04"),
        13: ("", "STATE-04"),  # a field nobody knows is a misunderstanding
        14: ("HT-11", "STATE-04"),
    }
    pins = {each.message_id: each.pin for each in told if isinstance(each, Registered)}
    assert set(pins) == {f"HT-{number}" for number in (*range(5), *range(12, 20))}
    assert len(set(pins.values())) == len(pins)


@pytest.mark.usefixtures("db")
def test_a_file_sent_again_is_answered_alike_and_a_changed_message_is_refused() -> None:
    first = answers(lines(message(1), message(2), message(1)))
    told = [(each.message_id, each.repeated) for each in first if isinstance(each, Registered)]
    assert told == [("HT-1", False), ("HT-2", False), ("HT-1", True)]
    again = answers(lines(message(1), message(2, full_name="LÊ THỊ NỮ"), message(3)))
    assert refused(again) == {2: ("HT-2", ErrorCode.CONFLICT)}
    pin = {each.message_id: each.pin for each in [*first, *again] if isinstance(each, Registered)}
    assert [each.pin for each in first if isinstance(each, Registered) and each.message_id == "HT-1"] == [
        pin["HT-1"]
    ] * 2
    with people.acting(people.EVERYBODY):
        assert Person.objects.filter(full_name="LÊ THỊ NA").count() == 3


def test_what_is_refused_is_told_without_what_it_said() -> None:
    (told,) = messages(lines(message(1, parents=[{"kind": "mother", "full_name": "BÍ MẬT", "pin": "12"}])))
    assert isinstance(told, Rejected)
    assert told.en == "Missing or wrong: parents.0.pin."
    (missing,) = messages(lines({name: value for name, value in message(7).items() if name != "sex"}))
    assert isinstance(missing, Rejected)
    assert (missing.message_id, missing.vi) == ("HT-7", "Thiếu hoặc sai: sex.")
    (long,) = messages([b'{"message_id": "' + b"x" * 70_000 + b'"}'])
    assert isinstance(long, Rejected)
    assert "too long" in long.en


def test_a_fault_that_is_no_messages_own_stops_the_run(db: None) -> None:
    del db
    with pytest.raises(SosachError) as stopped:
        answers(lines(message(1)), people.POLICE)  # has no role that registers births
    assert stopped.value.code is ErrorCode.ACCESS_DENIED


@pytest.mark.usefixtures("db")
def test_what_the_database_does_not_take_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(order: Order, *, births: list[Birth]) -> list[Registered]:
        if any(birth.message_id == "HT-1" for birth in births):
            raise DataError("value too long")
        return register_births(order, births=births)

    monkeypatch.setattr(birth_messages, "register_births", refusing)
    told = answers(lines(message(0), message(1), message(2), message(3, ethnicity="Kinh" * 20)))
    assert refused(told) == {2: ("HT-1", "STATE-04"), 4: ("", "STATE-04")}
    assert [each.message_id for each in told if isinstance(each, Registered)] == ["HT-0", "HT-2"]


def test_a_record_is_named_by_reference_or_id() -> None:
    assert key_of("17") == key_of(str(reference("person", 17))) == 17
    for wrong in ("Nguyễn", "-1", "٣"):
        with pytest.raises(SosachError) as refusal:
            key_of(wrong)
        assert refusal.value.code is ErrorCode.INPUT_INCOMPLETE
    with pytest.raises(SosachError):
        key_of(str(reference("vehicle", 17)))


def test_the_installation_may_do_both() -> None:
    for verb in (issue_pin, register_births):
        assert administrator().roles & verb.sosach_roles  # type: ignore[attr-defined] # set by the gate


@pytest.mark.usefixtures("db")
def test_nobody_acts_for_an_account_that_is_not_there() -> None:
    with pytest.raises(SosachError) as refusal:
        whoever("nobody", PASSWORD, at=datetime.now(UTC))
    assert refusal.value.code is ErrorCode.ACCESS_UNKNOWN


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_from_the_command_line(sosach: Run, folder: Path) -> None:
    created = ("officer", "create", "--password-stdin")
    sosach(*created, "dan.cu", "--unit", people.BA_DINH, "--role", "population", typed=PASSWORD)
    sosach(*created, "ho.tich", "--unit", people.BA_DINH, "--role", "civil_status", typed=PASSWORD)
    file = folder / "births.jsonl"
    file.write_bytes(b"\n".join(lines(*map(message, range(3)), message(9, sex=""))))
    asked = ("pin", "issue", "--birth-message", str(file), "--lang", "en")
    first = sosach(*asked, check=False)
    assert first.returncode == 1
    assert "3 numbers issued, 0 answered again, 1 refused." in first.stdout
    assert "SYNTHETIC DATA ONLY" in first.stderr
    told = read(folder / "births.answers.jsonl")
    assert stat.S_IMODE((folder / "births.answers.jsonl").stat().st_mode) == 0o600
    assert [each["code"] for each in read(folder / "births.rejected.jsonl")] == ["STATE-04"]
    again = sosach(*asked, "--officer", "ho.tich", "--out", str(folder / "nowhere"), typed=PASSWORD, check=False)
    assert "OUTPUT-01" in again.stderr
    again = sosach(*asked, "--officer", "ho.tich", typed=PASSWORD, check=False)
    assert "0 numbers issued, 3 answered again, 1 refused." in again.stdout
    assert [each["pin"] for each in read(folder / "births.answers.jsonl")] == [each["pin"] for each in told]
    a_citizen_gets_a_number(sosach, _without_number(folder / "state"))


def a_citizen_gets_a_number(sosach: Run, key: int) -> None:
    asked = ("pin", "issue", str(key))
    assert sosach(*asked, check=False).returncode == 2  # on no paper
    asked += ("--paper", "DC01 12/2026", "--lang", "en")
    for user, password, code in (("dan.cu", "wrong", "ACCESS-03"), ("ho.tich", PASSWORD, "ACCESS-01")):
        refusal = sosach(*asked, "--officer", user, typed=password, check=False)
        assert (refusal.returncode, refusal.stderr[:9]) == (2, code)
    issued = sosach(*asked, "--officer", "dan.cu", typed=f"{PASSWORD}\n")
    assert len(issued.stdout.split("PIN issued: ")[1].strip()) == 12
    repeated = sosach(*asked, check=False)
    assert (repeated.returncode, repeated.stderr[:8]) == (2, "STATE-02")


def _without_number(state: Path) -> int:
    """A citizen registered before there were numbers."""
    with EmbeddedServer(state).address.connect(DATABASE) as owner:
        found = owner.execute(
            "UPDATE population_person SET pin = NULL WHERE id = (SELECT min(id) FROM population_person) RETURNING id"
        ).fetchone()
        assert found is not None
        owner.execute(
            "UPDATE provenance_journalentry SET changes = changes - 'pin' WHERE register = 'population' AND subject_id = %s",
            found,
        )
    return int(str(found[0]))


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
