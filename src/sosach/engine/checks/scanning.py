"""Runs row rules: one pass over a source leaves a bit per rule, one pass over the texts says what was found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import duckdb

from sosach.engine.checks.grouping import Families
from sosach.engine.checks.rule import RowRule

_ONE_VALUE = re.compile(r"(?P<column>s\.\w+) = (?P<value>'\w+')")

MASK_BITS = 62
"""Rules of one pass: their bits share a signed number of 64."""


@dataclass(frozen=True, slots=True)
class Part:
    """A prepared group of rules.

    Attributes:
        codes: codes of the rules.
        findings: SELECTs of row, code, field, value, proposed, other.
        duplicates: SELECTs of group_id, row, reason.
        tables: temporary tables the SELECTs read.
        seconds: how long the preparation took.
    """

    codes: tuple[str, ...]
    findings: tuple[str, ...]
    duplicates: tuple[str, ...]
    tables: tuple[str, ...]
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
    families.make(source.families)
    hits = f"hits_{name}"
    con.execute(_masks_sql("masks", rules).replace("{as_of}", families.day))
    con.execute(_hits_sql(hits, "masks", rules))
    con.execute("DROP TABLE masks")
    groups = _by_joins(rules).items()
    findings = tuple(_findings_sql(hits, joins, members).replace("{as_of}", families.day) for joins, members in groups)
    return Part(tuple(rule.code for rule in rules), findings, (), (hits,), perf_counter() - start)


def _by_joins(rules: Sequence[RowRule]) -> dict[str, list[tuple[int, RowRule]]]:
    """Rules with their number, by the joins to their values: few rows should pay for the wide joins of others."""
    source = rules[0].source
    all_aliases = frozenset().union(*(rule.speaks_of for rule in rules))
    groups: dict[str, list[tuple[int, RowRule]]] = {}
    for number, rule in enumerate(rules):
        joins = source.joins(all_aliases if source.at_once else rule.speaks_of)
        groups.setdefault(joins, []).append((number, rule))
    return groups


def _masks_sql(table: str, rules: Sequence[RowRule]) -> str:
    """The rows some rule speaks about, a bit per rule.

    The scan is materialised before it is filtered: otherwise every condition would be computed twice, once to filter
    and once to keep.
    """
    source = rules[0].source
    keys = ", ".join(f"{expression} AS {name}" for name, expression in source.keys.items())
    bits = " + ".join(_bits(rules))
    select = f"SELECT {keys}, CAST({bits} AS BIGINT) AS mask FROM {source.scan}"
    return f"CREATE OR REPLACE TEMP TABLE {table} AS WITH m AS MATERIALIZED ({select}) SELECT * FROM m WHERE mask <> 0"


def _bits(rules: Sequence[RowRule]) -> Iterator[str]:
    """SQL of the bits; rules that each want another value of one column share a CASE."""
    values: dict[str, list[str]] = {}
    for number, rule in enumerate(rules):
        if match := _ONE_VALUE.fullmatch(rule.when):
            values.setdefault(match["column"], []).append(f"WHEN {match['value']} THEN {1 << number}")
        else:
            yield f"CASE WHEN {rule.when} THEN {1 << number} ELSE 0 END"
    yield from (f"CASE {column} {' '.join(whens)} ELSE 0 END" for column, whens in values.items())


def _hits_sql(table: str, masks: str, rules: Sequence[RowRule]) -> str:
    """A line per row and rule that speaks about it."""
    keys = ", ".join(rules[0].source.keys)
    lines = " UNION ALL ".join(
        f"SELECT {keys}, {number}::TINYINT AS rule FROM {masks} WHERE mask & {1 << number} <> 0"
        for number in range(len(rules))
    )
    return f"CREATE OR REPLACE TEMP TABLE {table} AS {lines}"


def _findings_sql(table: str, joins: str, rules: Sequence[tuple[int, RowRule]]) -> str:
    """What the rules say, all in one pass over the texts; each expression is computed for the lines of its rule only."""

    def each(expressions: Sequence[str]) -> str:
        whens = " ".join(f"WHEN {number} THEN {said}" for (number, _), said in zip(rules, expressions, strict=True))
        return f"CASE h.rule {whens} END"

    value, proposed, other = (
        each([f"CAST({expression} AS VARCHAR)" for expression in expressions])
        for expressions in zip(*(rule.said for _, rule in rules), strict=True)
    )
    code = each([f"'{rule.code}'" for _, rule in rules])
    column = each([f"'{rule.column}'" for _, rule in rules])
    numbers = ", ".join(str(number) for number, _ in rules)
    return (
        f"SELECT h.row, {code} AS code, {column} AS field, {value} AS value, {proposed} AS proposed, {other} AS other "
        f"FROM (SELECT * FROM {table} WHERE rule IN ({numbers})) h {joins} "
        f"WHERE {each([rule.also for _, rule in rules])}"
    )
