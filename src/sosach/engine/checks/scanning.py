"""Runs row rules: one pass over a source leaves a bit per rule, later passes fetch values for the few rows that have one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import duckdb

from sosach.engine.checks.grouping import Families
from sosach.engine.checks.rule import RowRule, flatten, references

MASK_BITS = 62
"""Rules of one pass: their bits share a signed number of 64."""


@dataclass(frozen=True, slots=True)
class Part:
    """A prepared group of rules: the tables made for it, one SELECT per rule, and the seconds it took."""

    tables: list[str]
    findings: dict[str, str]
    duplicates: tuple[str, ...]
    seconds: float


def chunks(rules: Sequence[RowRule]) -> Iterator[Sequence[RowRule]]:
    """Rules in portions that fit into one mask."""
    return (rules[start : start + MASK_BITS] for start in range(0, len(rules), MASK_BITS))


def scan(con: duckdb.DuckDBPyConnection, rules: Sequence[RowRule], families: Families) -> Part:
    """Find the rows the rules (of one source, at most `MASK_BITS`) speak about, and prepare what they say."""
    source = rules[0].source
    name = f"{source.name}_{rules[0].code.replace('-', '_')}"
    families.progress(f"scan_{name}")
    start = perf_counter()
    for family in source.families:
        families.make(family)
    masks = f"masks_{name}"
    con.execute(_masks_sql(masks, rules).replace("{as_of}", families.day))
    tables = [masks]
    findings: dict[str, str] = {}
    for number, (joins, members) in enumerate(_by_joins(rules).items()):
        table = f"hits_{name}_{number}"
        con.execute(_hits_sql(table, masks, joins, members))
        tables.append(table)
        findings |= {
            rule.code: _finding_sql(table, rule, bit).replace("{as_of}", families.day) for bit, rule in members
        }
    return Part(tables, findings, (), perf_counter() - start)


def _by_joins(rules: Sequence[RowRule]) -> dict[str, list[tuple[int, RowRule]]]:
    """Rules with their bit, by the tables their values come from: few rows should pay for the wide joins of others."""
    groups: dict[str, list[tuple[int, RowRule]]] = {}
    for number, rule in enumerate(rules):
        groups.setdefault(rule.joins, []).append((1 << number, rule))
    return groups


def _masks_sql(table: str, rules: Sequence[RowRule]) -> str:
    """The rows some rule speaks about, a bit per rule, and the values the scan carries along.

    A scan that carries nothing is materialised before it is filtered: otherwise every condition would be computed twice,
    once to filter and once to keep.
    """
    source = rules[0].source
    keys = ", ".join(f"{expression} AS {name}" for name, expression in source.keys.items())
    bits = " + ".join(f"CASE WHEN {rule.when} THEN {1 << number} ELSE 0 END" for number, rule in enumerate(rules))
    carried = "".join(f", {alias}.{name} AS {alias}_{name}" for alias, name in _used(rules) if alias in source.carries)
    select = f"SELECT {keys}, CAST({bits} AS BIGINT) AS mask{carried} FROM {source.scan}"
    if source.carries:
        return (
            f"CREATE OR REPLACE TEMP TABLE {table} AS {select} WHERE {' OR '.join(f'({rule.when})' for rule in rules)}"
        )
    return f"CREATE OR REPLACE TEMP TABLE {table} AS WITH m AS MATERIALIZED ({select}) SELECT * FROM m WHERE mask <> 0"


def _hits_sql(table: str, masks: str, joins: str, rules: Sequence[tuple[int, RowRule]]) -> str:
    source = rules[0][1].source
    bits = sum(bit for bit, _ in rules)
    used = [(alias, name) for alias, name in _used([rule for _, rule in rules]) if alias != "h"]
    values = "".join(
        f", h.{alias}_{name}" if alias in source.carries else f", {alias}.{name} AS {alias}_{name}"
        for alias, name in used
    )
    kept = "".join(f", h.{name} AS h_{name}" for name in source.keys)
    return (
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT h.mask{kept}{values} "
        f"FROM (SELECT * FROM {masks} WHERE mask & {bits} <> 0) h {joins}"
    )


def _used(rules: Sequence[RowRule]) -> list[tuple[str, str]]:
    return sorted({used for rule in rules for part in (*rule.said, rule.also) for used in references(part)})


def _finding_sql(table: str, rule: RowRule, bit: int) -> str:
    value, proposed, other = (flatten(part) for part in rule.said)
    return (
        f"SELECT h_row AS row, '{rule.code}' AS code, '{rule.column}' AS field, CAST({value} AS VARCHAR) AS value, "
        f"CAST({proposed} AS VARCHAR) AS proposed, CAST({other} AS VARCHAR) AS other "
        f"FROM {table} WHERE mask & {bit} <> 0 AND ({flatten(rule.also)})"
    )
