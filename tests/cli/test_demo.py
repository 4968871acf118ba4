"""What `sosach demo` puts together: where its accounts work, and what its companions said."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from sosach.cli.demo import _most_vehicles
from sosach.cli.installation import after, beside

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
