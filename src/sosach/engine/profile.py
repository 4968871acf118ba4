"""Profile of a loaded register: how full its columns are, how their values look, what a spreadsheet did to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from sosach.base.registers import column_names
from sosach.engine.load import LoadedRegister

_SAMPLE = 50_000
_EXAMPLES = 3
_DIGITS = re.compile(r"\d{4,}")
_WORDS = re.compile(r"[^\W\d_]+")

# Columns of numbers that a spreadsheet takes for numbers, with the lengths that show lost leading zeros.
_NUMBER_COLUMNS = {
    "pin": (9, 11),
    "father_pin": (9, 11),
    "mother_pin": (9, 11),
    "spouse_pin": (9, 11),
    "owner_id_number": (10, 11),
    "id_number": (10, 11),
    "licence_number": (9, 11),
    "old_id": (8, 8),
    "owner_phone": (9, 9),
    "commune_code": (1, 4),
}
_PLATE_AS_DATE = (
    r"^(?:\d{1,2}[/\-][A-Za-z]{3}(?:[/\-]\d{2,4})?|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}.*|[A-Za-z]{3}-\d{2,4})$"
)
_SCIENTIFIC = r"^[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}$"
_DOT_ZERO = r"^\d{4,}[.,]0+$"
_MOJIBAKE = r"Ã[\x80-\xBF¡-¿]|Ä[‘\x91]|á[»º][\x80-\xBF¡-¿…‡‰‹]|Æ[°¡ ]"
_TCVN3 = r"[A-Za-z][¸µ¶·¹¨®©ª«¬­¾»¼½Æ][A-Za-z ]"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """How one column looks.

    Attributes:
        column: canonical name.
        filled: rows with a value.
        distinct: about how many different values.
        shortest: length of the shortest value, in characters; 0 in an empty column.
        longest: length of the longest value.
        examples_masked: frequent values of a sample with most characters hidden.
        damage: kind of damage → rows of the sample that show it: scientific, dot_zero, lost_zeros, date, mojibake,
            legacy, replaced (U+FFFD); kinds that do not occur are absent.
        sampled: filled rows of the sample the damage was counted in.
    """

    column: str
    filled: int
    distinct: int
    shortest: int
    longest: int
    examples_masked: tuple[str, ...]
    damage: dict[str, int]
    sampled: int


def profile_register(con: duckdb.DuckDBPyConnection, loaded: LoadedRegister) -> list[ColumnProfile]:
    """Profile every column a register has, in canonical order: counts over all rows, damage over a sample.

    Args:
        con: connection on which `loaded.sql` can be read.
        loaded: the register.
    """
    columns = [name for name in column_names(loaded.register) if name not in loaded.missing]
    totals = ", ".join(
        f"count({name}), approx_count_distinct({name}), min(length({name})), max(length({name}))" for name in columns
    )
    counted = con.execute(f"SELECT {totals} FROM ({loaded.sql})").fetchall()[0]
    step = max(1, loaded.rows // _SAMPLE)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE profile_sample AS SELECT * FROM ({loaded.sql}) WHERE row % {step} = 0"
    ).fetchall()
    damage = _damage(con, columns)
    profiles = []
    for at, name in enumerate(columns):
        filled, distinct, shortest, longest = counted[at * 4 : at * 4 + 4]
        kinds, sampled = damage[name]
        profiles.append(
            ColumnProfile(
                column=name,
                filled=filled,
                distinct=min(distinct, filled),
                shortest=shortest or 0,
                longest=longest or 0,
                examples_masked=_examples(con, name),
                damage=kinds,
                sampled=sampled,
            )
        )
    con.execute("DROP TABLE profile_sample").fetchall()
    return profiles


def _damage(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> dict[str, tuple[dict[str, int], int]]:
    """Column → kinds of damage with their counts, and the filled rows of the sample; one pass over it."""
    tests = {name: _tests(name) for name in columns}
    counts = ", ".join(
        f"count({name}), " + ", ".join(f"count(*) FILTER ({test})" for test in kinds.values())
        for name, kinds in tests.items()
    )
    row = list(con.execute(f"SELECT {counts} FROM profile_sample").fetchall()[0])
    damage: dict[str, tuple[dict[str, int], int]] = {}
    for name, kinds in tests.items():
        sampled, found = int(row.pop(0)), [int(row.pop(0)) for _ in kinds]
        damage[name] = ({kind: count for kind, count in zip(kinds, found, strict=True) if count}, sampled)
    return damage


def _tests(name: str) -> dict[str, str]:
    """Kind of damage → SQL test of one column; letters only where there are letters beyond ASCII."""
    beyond = f"strlen({name}) > length({name})"
    tests = {
        "mojibake": f"{beyond} AND regexp_matches({name}, '{_MOJIBAKE}')",
        "legacy": f"{beyond} AND regexp_matches({name}, '{_TCVN3}')",
        "replaced": f"contains({name}, '\ufffd')",
        "scientific": f"regexp_matches({name}, '{_SCIENTIFIC}')",
        "dot_zero": f"regexp_matches({name}, '{_DOT_ZERO}')",
    }
    if name in _NUMBER_COLUMNS:
        least, most = _NUMBER_COLUMNS[name]
        tests["lost_zeros"] = f"regexp_matches({name}, '^[1-9]\\d{{{least - 1},{most - 1}}}$')"
    if name in {"plate", "chassis_number", "engine_number"}:
        tests["date"] = f"regexp_matches({name}, '{_PLATE_AS_DATE}')"
    return tests


def _examples(con: duckdb.DuckDBPyConnection, name: str) -> tuple[str, ...]:
    rows = con.execute(
        f"SELECT {name} FROM profile_sample WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {_EXAMPLES}"
    ).fetchall()
    return tuple(dict.fromkeys(masked(str(row[0])[:60]) for row in rows))


def masked(value: str) -> str:
    """A value with most of it hidden, its shape kept.

    >>> masked("NGUYỄN VĂN A, 001099000123")
    'N***** V** A, 001*********'
    """
    hidden = _DIGITS.sub(lambda run: run[0][:3] + "*" * (len(run[0]) - 3), value)
    return _WORDS.sub(lambda word: word[0][0] + "*" * (len(word[0]) - 1), hidden)
