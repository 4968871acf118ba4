"""What `sosach demo` puts together: where its accounts work, and what its companions said."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from sosach.cli import demo_registers
from sosach.cli.demo import _most_vehicles
from sosach.cli.installation import after, beside, company

ROWS = (("38", "14950"), ("38", "14950"), ("38", "14812"), ("38", "14812"), ("38", None), ("01", "00004"))


def _made(folder: Path, rows: tuple[tuple[str, str | None], ...]) -> Path:
    provinces, communes = [province for province, _ in rows], [commune for _, commune in rows]
    told = {"province_code": pa.array(provinces, pa.string()), "commune_code": pa.array(communes, pa.string())}
    pq.write_table(pa.table(told), folder / "vehicles.parquet")
    return folder


def test_accounts_work_where_the_most_vehicles_are(tmp_path: Path) -> None:
    """Of the province alone; of two communes with as many the first by code, so that another run chooses the same."""
    assert _most_vehicles(_made(tmp_path, ROWS), "38") == "14812"
    assert _most_vehicles(_made(tmp_path, (*ROWS, ("38", "14950"))), "38") == "14950"


def test_without_vehicles_there_is_no_such_commune(tmp_path: Path) -> None:
    """The accounts look for a commune themselves then."""
    assert _most_vehicles(_made(tmp_path, ()), "38") == ""
    assert _most_vehicles(_made(tmp_path, (("38", None),)), "38") == ""


def test_a_companion_is_heard_when_it_is_asked(capfd: pytest.CaptureFixture[str]) -> None:
    """As what was asked for, or as an error; one that fails stops whoever waits for it."""
    after(beside("version"), err=False)
    assert capfd.readouterr().out.strip()
    after(beside("version"))
    assert capfd.readouterr().err.strip()
    with pytest.raises(typer.Exit):
        after(beside("no-such-command"))


def test_companions_end_with_whoever_keeps_them(capfd: pytest.CaptureFixture[str]) -> None:
    with company(("checks", "--help"), ("version",), heard=True) as begun:
        assert [each.wait() for each in begun] == [0, 0]
    assert "sosach.cli checks" in capfd.readouterr().err
    with company(("checks", "--help")) as begun:
        pass
    assert begun[0].returncode is not None
    assert capfd.readouterr().out == ""


def test_nothing_follows_before_the_pretended_weeks_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Background work begins when campaign and cards are laid out, and all of it ends when it is told to."""
    told: list[str] = []

    class Begun:
        def __init__(self, name: str) -> None:
            self.name = name

        def wait(self) -> None:
            told.append(self.name)

    @contextmanager
    def kept(*commands: tuple[str, ...], heard: bool = False) -> Iterator[list[Begun]]:
        del heard
        yield [Begun(command[0]) for command in commands]
        told.append("over")

    monkeypatch.setattr(demo_registers, "company", kept)
    monkeypatch.setattr(demo_registers.signal, "signal", lambda number, _: told.append(str(number)))
    demo_registers.demo_company("38", "14950", "vi")
    assert told == [str(signal.SIGTERM), "demo-campaign", "demo-cards", "over", "work", "audit", "over"]
