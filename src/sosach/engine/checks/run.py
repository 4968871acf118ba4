"""Runs the rules of one stage: one scan per source, one grouping per family, findings and duplicates to Parquet."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import duckdb

from sosach.base.registers import Register
from sosach.engine.arrow_store import store
from sosach.engine.checks.grouping import Families
from sosach.engine.checks.lookups import make_lookups
from sosach.engine.checks.rule import RowRule, Rule, SetRule, Stage
from sosach.engine.checks.scanning import Part, chunks, scan
from sosach.engine.workspace import quoted

Progress = Callable[[str], None]

_FINDINGS = "row INTEGER, code VARCHAR, field VARCHAR, value VARCHAR, proposed VARCHAR, other VARCHAR"
_DUPLICATES = "group_id VARCHAR, row INTEGER, reason VARCHAR"


@dataclass(frozen=True, slots=True)
class RuleRun:
    """What one rule did in one register: its code, how many rows it found, and its share of the seconds."""

    code: str
    rows: int
    seconds: float
    register: Register


def rows_by_rule(runs: Iterable["RuleRun"]) -> dict[str, int]:
    """How many rows each rule found, over all registers it ran in."""
    rows: dict[str, int] = {}
    for run in runs:
        rows[run.code] = rows.get(run.code, 0) + run.rows
    return rows


def run_rules(
    con: duckdb.DuckDBPyConnection,
    rules: Iterable[Rule],
    *,
    registers: Iterable[Register],
    as_of: date,
    out: Path,
    progress: Progress | None = None,
) -> list[RuleRun]:
    """Run rules of one stage and write `findings_<stage>_<register>.parquet` into the folder `out`.

    Each file holds row INTEGER, code, field, value, proposed, other; the first stage also writes
    `duplicates_<register>.parquet` (group_id, row, reason). The rows stand in no promised order: whoever merges
    findings orders them once. A rule whose tables do not exist is left out; a register without any finding gets an
    empty file.

    Args:
        con: a connection holding the std_*, raw_* (and, after matching, links) tables.
        rules: rules of one stage only.
        registers: the registers given in this run.
        as_of: the day on which expiry, age and service life are judged.
        out: an existing folder.
        progress: called with the name of each part before it starts.

    Returns:
        One entry per rule that ran, by code.

    Raises:
        ValueError: the rules belong to two stages, or there is none.
    """
    rules = tuple(rules)
    stages = {rule.stage for rule in rules}
    if len(stages) != 1:
        raise ValueError("run_rules takes the rules of exactly one stage")
    present = sorted(set(registers))
    make_lookups(con)
    tables = _tables(con)
    families = Families(con, day=f"DATE '{as_of.isoformat()}'", progress=progress or (lambda _: None))
    runs: list[RuleRun] = []
    for register in present:
        mine = [rule for rule in rules if rule.register is register and rule.needs <= tables]
        parts = _prepare(con, mine, families=families)
        families.progress(f"findings_{register}")
        runs += _write(con, parts, stage=stages.copy().pop(), register=register, out=out)
    families.drop()
    return sorted(runs, key=lambda run: run.code)


def _tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    names = "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()"
    return {name for (name,) in con.execute(names).fetchall()}


def _prepare(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], *, families: Families) -> list[Part]:
    sets = _by_family(rules)
    seconds = families.make(members[0].family for members in sets.values())
    parts = [_group(members, families, seconds / len(sets)) for members in sets.values()]
    for members in _by_source(rules).values():
        parts += [scan(con, chunk, families) for chunk in chunks(members)]
    return parts


def _by_source(rules: Sequence[Rule]) -> dict[str, list[RowRule]]:
    groups: dict[str, list[RowRule]] = {}
    for rule in rules:
        if isinstance(rule, RowRule):
            groups.setdefault(rule.source.name, []).append(rule)
    return groups


def _by_family(rules: Sequence[Rule]) -> dict[str, list[SetRule]]:
    groups: dict[str, list[SetRule]] = {}
    for rule in rules:
        if isinstance(rule, SetRule):
            groups.setdefault(rule.family.name, []).append(rule)
    return groups


def _group(rules: Sequence[SetRule], families: Families, seconds: float) -> Part:
    findings = tuple(_member_sql(rule).replace("{as_of}", families.day) for rule in rules)
    duplicates = tuple(_duplicate_sql(rule).replace("{as_of}", families.day) for rule in rules if rule.duplicates)
    return Part(tuple(rule.code for rule in rules), findings, duplicates, (), seconds)


def _member_sql(rule: SetRule) -> str:
    family = rule.family.name
    return (
        f"SELECT s.row, '{rule.code}' AS code, '{rule.column}' AS field, CAST({rule.value} AS VARCHAR) AS value, "
        f"CAST({rule.proposed} AS VARCHAR) AS proposed, CAST({rule.other} AS VARCHAR) AS other "
        f"FROM {family} s JOIN {family}_groups g ON g.key = s.key WHERE {rule.when}"
    )


def _duplicate_sql(rule: SetRule) -> str:
    family = rule.family.name
    return (
        f"SELECT '{rule.code}:' || s.key AS group_id, s.row, '{rule.code}' AS reason "
        f"FROM {family} s JOIN {family}_groups g ON g.key = s.key WHERE {rule.when}"
    )


def _write(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Part], *, stage: Stage, register: Register, out: Path
) -> list[RuleRun]:
    start = perf_counter()
    file = out / f"findings_{stage}_{register}.parquet"
    _write_rows(con, [sql for part in parts for sql in part.findings], columns=_FINDINGS, file=file)
    if stage is Stage.BEFORE:
        duplicates = [sql for part in parts for sql in part.duplicates]
        _write_rows(con, duplicates, columns=_DUPLICATES, file=out / f"duplicates_{register}.parquet")
    for part in parts:
        for table in part.tables:
            con.execute(f"DROP TABLE {table}")
    found = dict(con.execute(f"SELECT code, count(*) FROM '{quoted(file)}' GROUP BY code").fetchall())
    writing = (perf_counter() - start) / max(1, sum(len(part.codes) for part in parts))
    return [
        RuleRun(code, int(found.get(code, 0)), part.seconds / len(part.codes) + writing, register)
        for part in parts
        for code in part.codes
    ]


def _write_rows(con: duckdb.DuckDBPyConnection, selects: Sequence[str], *, columns: str, file: Path) -> None:
    """Write what the SELECTs give, one after the other, under the columns (`name TYPE, …`), also where there is none."""
    named = [column.split() for column in columns.split(", ")]
    nothing = f"SELECT {', '.join(f'NULL::{type_} AS {name}' for name, type_ in named)} WHERE FALSE"
    names = ", ".join(name for name, _ in named)
    store(con, " UNION ALL ".join((nothing, *(f"SELECT {names} FROM ({sql})" for sql in selects))), file)
