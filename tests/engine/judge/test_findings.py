"""The findings file: its sentences for every check, and the same file however many rows are worked on at once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sosach.base.registers import Register
from sosach.engine.judge import findings
from sosach.engine.judge.sentences import CODE, sentence_sql, show_sentences
from sosach.engine.settings import Settings
from sosach.engine.workspace import Workspace
from sosach.vn.catalogue import catalogue

VALUES = [("a", "b", "c"), ("{proposed}", "{other}", "{value}"), (None, None, None), ("{", "'", "“}”")]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(inputs={Register.VEHICLES: tmp_path / "none"}, out=tmp_path / "out", as_of=date(2026, 1, 1))
    with Workspace(settings) as opened:
        yield opened


def filled(sentence: str, value: str | None, proposed: str | None, other: str | None) -> str:
    return sentence.format(value=value or "", proposed=proposed or "", other=other or "")


@pytest.mark.parametrize("values", VALUES)
def test_sentences_say_what_the_catalogue_says(workspace: Workspace, values: tuple[str | None, ...]) -> None:
    show_sentences(workspace)
    said = workspace.con.execute(
        f"SELECT code, {sentence_sql()} FROM (SELECT *, ? AS value, ? AS proposed, ? AS other FROM sentences)",
        list(values),
    ).fetchall()
    assert dict(said) == {code: filled(check.explanation["vi"], *values) for code, check in catalogue().items()}


def test_the_file_is_the_same_however_many_rows_are_worked_on_at_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    con = workspace.con
    con.execute("CREATE TABLE std_vehicles AS SELECT range::INTEGER AS row, 'V' || range AS record_id FROM range(5000)")
    con.execute(f"CREATE TYPE anything AS ENUM ({', '.join(repr(code) for code in sorted(catalogue()))})")
    con.execute("""
        CREATE VIEW findings_before_vehicles AS
        SELECT hash(range)::HUGEINT % 5000 AS row, enum_range(NULL::anything)[range % 7 + 1]::VARCHAR AS code,
               CASE WHEN range % 3 = 0 THEN 'plate' END AS field, range::VARCHAR AS value, NULL AS proposed, NULL AS other
        FROM range(20000)""")
    show_sentences(workspace)
    written = []
    for at_once in (findings.ROWS_AT_ONCE, 1_000, 777):
        monkeypatch.setattr(findings, "ROWS_AT_ONCE", at_once)
        assert findings.write_sentences(workspace, (Register.VEHICLES,)) == 20_000
        written.append(pq.read_table(workspace.out / "findings.parquet"))
    assert written[0].equals(written[1])
    assert written[0].equals(written[2])
    order = [(found["row_number"], found["code"]) for found in written[0].to_pylist()]
    assert order == sorted(order)
    assert all(found["record_id"] == f"V{found['row_number']}" for found in written[0].to_pylist())


def test_codes_are_in_the_order_of_their_text(workspace: Workspace) -> None:
    show_sentences(workspace)
    codes = workspace.con.execute(f"SELECT unnest(enum_range(NULL::{CODE}))::VARCHAR").fetchall()
    assert [code for (code,) in codes] == sorted(catalogue())
