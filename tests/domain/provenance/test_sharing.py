"""Two connections take one register in: what they leave is what one leaves, and what was broken off is gone on with."""

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.domain.provenance.runs import AT, STEWARD, person, vehicle, write_run

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.provenance.models import Finding, RefusedRow, Source, SourceRow
from sosach.domain.provenance.operations import importing
from sosach.domain.provenance.operations.importing import Taken, import_run, sharing
from sosach.domain.provenance.operations.verifying import verify_folds
from sosach.domain.vehicles.models import Plate
from sosach.jobs.registers import REGISTERS

ROOMS = ("population", "vehicles", "licences", "provenance")
EXAMPLES = int(os.environ.get("SOSACH_EXAMPLES", "2"))
ROWS = 48
Contents = dict[str, Counter[tuple[object, ...]]]
NEVER = 10**9
# What tells apart two imports of the same rows: ids made by the database, and the act.
_UNTOLD = {"act", "lot", "digest", "details"}
_LINKS = {"owner_person_id", "holder_id"}
_PLACES = ({"commune_code": "15457", "province_code": "38"},) * 12 + (
    {"commune_code": "16681", "province_code": "40"},
    {"commune_code": None, "province_code": None},
)


def take_in(folder: Path, *, origin: str = "") -> list[Taken]:
    """As `sosach import` does: persons first, each register an act of its own."""
    persons, *others = REGISTERS
    taken = []
    for registers in ([persons], *([persons, each] for each in others)):
        told = import_run(Order(STEWARD, AT), folder=folder, registers=registers, synthetic=True, origin=origin)
        taken += [each for each in told if each.register == registers[-1].name]
    return taken


def rows_of(chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """A run in which rows meet in many ways: numbers, frames and plates from few, some left out, some no value at all."""
    pins = [f"0380665{number:05d}" for number in range(ROWS)]
    frames, plates = ([f"{kind}{number:05d}" for number in range(ROWS)] for kind in ("RLHA", "36B7"))

    def some(values: list[str], *, none: float = 0.1) -> str | None:
        return None if chance.random() < none else chance.choice(values)

    population, vehicles, licences, findings = [], [], [], []
    for place in range(ROWS):
        own = {**chance.choice(_PLACES), "old_id_std": f"1711{place:05d}" if chance.random() < 0.5 else None}
        name = chance.choice(["TRẦN VĂN TRÍ", "LÊ THỊ LÀNH"]) if chance.random() < 0.1 else f"LÊ VĂN {place}"
        number = f"{chance.choice(pins)[:11]}A" if chance.random() < 0.05 else some(pins)
        population.append(person(number, name, **own))
        link = {"decision": "link", "pin": chance.choice(pins)} if chance.random() < 0.7 else {"decision": "none"}
        kind = {
            "plate_kind": chance.choice(["motorbike", "ambiguous", "car", None]),
            "plate_colour": chance.choice(["Trắng", "Xanh", None]),
        }
        vehicles.append(vehicle(f"XE{place}", some(frames), some(plates), **link, **kind, **chance.choice(_PLACES)))
        licences.append(
            {
                "record_id": f"GP{place}",
                "licence_number_std": some([f"3800{each:08d}" for each in range(ROWS)] + ["AB123", "AB124"]),
                "full_name_std": name,
                "full_name": name,
                "birth_date_std": "1966-02-08",
                "class_std": chance.choice(["A1", "B2", None]),
                "law": "2008",
                "issued_on_std": "2015-05-05",
                "expires_on_std": chance.choice(["2025-05-05", "2035-05-05"]),
                "status_std": chance.choice([None, None, "revoked"]),
                **link,
                **chance.choice(_PLACES),
            }
        )
        findings += [
            {"register": register, "row_number": place, "code": code, "severity": "error", "field": "", "value": ""}
            for register, code in (("population", "PER-50"), ("vehicles", "VEH-07"), ("licences", "LIC-01"))
            if chance.random() < 0.5
        ]
    return {"population": population, "vehicles": vehicles, "licences": licences, "findings": findings}


class Labels:
    """What ids stand for: a record for its first row, a row for its number; other ids say nothing."""

    def __init__(self) -> None:
        self.rows = {each.pk: f"{each.register} {each.row_number}" for each in SourceRow.objects.order_by("pk")}
        self.records: dict[str, dict[int, str]] = {register.name: {} for register in REGISTERS}
        for each in SourceRow.objects.order_by("-row_number"):
            self.records[each.register][each.subject_id] = self.rows[each.pk]
        self.of: dict[type[models.Model], dict[int, str]] = {each.model: self.records[each.name] for each in REGISTERS}
        self.of |= {SourceRow: self.rows, Source: dict(Source.objects.values_list("pk", "register"))}
        self.of[Plate] = {each.pk: f"{each.number} {each.kind} {each.colour}" for each in Plate.objects.all()}

    def told(self, row: models.Model) -> Iterator[str]:
        """The values of a row."""
        for field in row._meta.concrete_fields:
            model = field.related_model if field.is_relation else type(row)
            if field.name not in _UNTOLD and (model in self.of or not field.primary_key):
                value = getattr(row, field.attname)
                own = field.is_relation or field.primary_key
                yield "" if value is None else self.of[model][value] if own else self._named(row, field.name, value)

    def _named(self, row: models.Model, column: str, value: Any) -> str:
        persons = self.records["population"]
        if column == "values":
            return str({**value, **{name: persons.get(value.get(name)) for name in _LINKS & value.keys()}})
        if column == "subject_id":
            return self.records[row.register][value]
        if column == "person_id":
            return persons[value]
        if column == "key" or (column == "origin" and re.fullmatch(r"s\d+\..*", value)):
            number, dot, rest = str(value).removeprefix("s").partition(".")
            return self.rows.get(int(number), number) + dot + rest
        return str(value)


def contents() -> Contents:
    """Every row of every table, told without ids."""
    with acting(STEWARD):
        labels = Labels()
        tables = [each for each in apps.get_models() if each._meta.app_label in ROOMS and each is not Source]
        return {each._meta.db_table: Counter(tuple(labels.told(row)) for row in each.objects.all()) for each in tables}


def differing(one: Contents, two: Contents) -> dict[str, tuple[object, object]]:
    """Of each table that differs: rows that are in one alone, rows that are in the other alone."""
    return {name: (one[name] - two[name], two[name] - one[name]) for name in one if one[name] != two[name]}


@pytest.fixture
def emptied(owner: psycopg.Connection[tuple[object, ...]]) -> Callable[[], None]:
    """Empties the registers of the test's own database."""
    tables = ", ".join(each._meta.db_table for each in apps.get_models() if each._meta.app_label in ROOMS)

    def empty() -> None:
        owner.execute(f"TRUNCATE {tables} CASCADE")
        owner.commit()

    return empty


def shared(monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    monkeypatch.setattr(sharing, "LEAST", least)


@pytest.mark.slow
def test_two_connections_leave_what_one_leaves(
    emptied: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also over registers that hold records of an earlier run."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # a smaller run says no more: what differs is named
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(seed=st.integers(0, 10**6))
    def same(seed: int) -> None:
        chance = random.Random(seed)
        later = {name: rows for name, rows in rows_of(chance).items() if name != "licences"}
        runs = [write_run(tmp_path / f"{seed}.1", **rows_of(chance)), write_run(tmp_path / f"{seed}.2", **later)]
        left = []
        for least in (NEVER, 1):
            emptied()
            shared(monkeypatch, least)
            counts = [
                [(each.rows, each.new, each.known, each.refused, each.said) for each in take_in(run)] for run in runs
            ]
            left.append((counts, contents()))
            with acting(STEWARD):
                parts = Source.objects.filter(details__has_key="part").count()
            assert (parts > 0) == (least == 1)
        one, two = left
        assert two[0] == one[0]
        assert differing(one[1], two[1]) == {}
        for register in REGISTERS:
            assert verify_folds(Order(STEWARD, AT), register=register).differing == 0

    same()


KILLED = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from tests.domain.provenance.test_sharing import take_in
from sosach.domain.provenance.operations.importing import sharing
sharing.LEAST = 1
def killed(begun):
    begun.result()
    os.kill(os.getpid(), signal.SIGKILL)
sharing._ended = killed
take_in(Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_an_import_killed_between_its_parts_is_gone_on_with(
    emptied: Callable[[], None], committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second connection has ended, the first has not: its part is there, and told; then the rest comes, nothing twice."""
    run = write_run(tmp_path, **{name: rows for name, rows in rows_of(random.Random(7)).items() if name != "licences"})
    shared(monkeypatch, NEVER)
    take_in(run)
    whole = contents()
    emptied()
    command = [sys.executable, "-c", KILLED, committed, str(run)]
    ended = subprocess.run(
        command, check=False, capture_output=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    with acting(STEWARD):
        part = Source.objects.get()
        before = SourceRow.objects.count() + RefusedRow.objects.count()
        assert (part.register, part.details["part"]) == ("population", 1)
        assert 0 < before < ROWS
        assert (
            AuditEvent.objects.get(event=sharing.EVENT, subject_key=str(part.pk)).details["population"]["rows"]
            == before
        )
    for least in (1, NEVER):
        shared(monkeypatch, least)
        again = take_in(run)
        assert [each.repeated for each in again] == [least == NEVER] * 2
        assert [each.rows for each in again] == [ROWS, ROWS]
        assert differing(whole, contents()) == {}
    with acting(STEWARD):
        assert set(Source.objects.values_list("register", flat=True)) == {"population", "vehicles"}


@pytest.mark.usefixtures("emptied")
def test_nothing_is_taken_in_where_the_second_connection_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared(monkeypatch, 1)
    run = write_run(tmp_path, population=[person(f"0380665{number:05d}", f"LÊ VĂN {number}") for number in range(8)])

    def broken(_: object) -> None:
        raise ValueError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(sharing, "_stage_plan", broken)
        with pytest.raises(ValueError, match="broken"):
            take_in(run)
    with acting(STEWARD):
        assert not Source.objects.exists()
        assert not Finding.objects.exists()
    (taken, *_) = take_in(run)
    assert (taken.rows, taken.new, taken.earlier) == (8, 8, 0)


@pytest.mark.usefixtures("emptied")
def test_a_part_stays_where_the_first_connection_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared(monkeypatch, 1)
    run = write_run(tmp_path, population=[person(f"0380665{number:05d}", f"LÊ VĂN {number}") for number in range(8)])
    with monkeypatch.context() as patch:
        patch.setattr(importing, "require_all", lambda *_, **__: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            take_in(run)
    with acting(STEWARD):
        assert SourceRow.objects.count() == 4
    (taken, *_) = take_in(run)
    assert (taken.rows, taken.new, taken.earlier) == (8, 4, 4)


@pytest.mark.usefixtures("emptied")
def test_what_is_not_committed_is_not_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Persons and vehicles in one act, or an import within a transaction: the second connection would not see the persons."""
    shared(monkeypatch, 1)
    pins = [f"0380665{number:05d}" for number in range(8)]
    run = write_run(
        tmp_path,
        population=[person(pin, f"LÊ VĂN {pin}") for pin in pins],
        vehicles=[vehicle(f"XE{pin}", f"RLHA{pin}", None, decision="link", pin=pin) for pin in pins],
    )
    with transaction.atomic():
        import_run(Order(STEWARD, AT), folder=run, registers=REGISTERS, synthetic=True)
        with acting(STEWARD):
            assert Source.objects.count() == 2
        transaction.set_rollback(True)
    taken = import_run(Order(STEWARD, AT), folder=run, registers=REGISTERS, synthetic=True)
    with acting(STEWARD), connection.cursor() as cursor:
        assert list(Source.objects.order_by("register").values_list("register", flat=True)) == ["population"] * 2 + [
            "vehicles"
        ]
        cursor.execute("SELECT count(owner_person_id) FROM vehicles_vehicle")
        assert cursor.fetchone() == (8,)
    assert [each.new for each in taken] == [8, 8]
