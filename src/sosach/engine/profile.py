"""Profile of a loaded register: how full its columns are; of a sample: how values look, what a spreadsheet did to them."""

import re
from dataclasses import dataclass

import duckdb

from sosach.base.registers import column_names
from sosach.engine.load import LoadedRegister
from sosach.engine.load.sampling import sampled

_SAMPLE = 40_000
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
        filled: rows with a value, of all rows.
        sampled: the same in the sample, of which the rest tells.
        distinct: different values.
        shortest: length of the shortest value, in characters; 0 in an empty column.
        longest: length of the longest value.
        examples_masked: frequent values with most characters hidden.
        damage: kind of damage → rows that show it: scientific, dot_zero, lost_zeros, date, mojibake, legacy, replaced
            (U+FFFD); kinds that do not occur are absent.
    """

    column: str
    filled: int
    sampled: int
    distinct: int
    shortest: int
    longest: int
    examples_masked: tuple[str, ...]
    damage: dict[str, int]


def profile_register(con: duckdb.DuckDBPyConnection, loaded: LoadedRegister) -> list[ColumnProfile]:
    """Profile every column a register has, in canonical order, from a sample of its rows.

    Args:
        con: connection on which `loaded.sql` can be read.
        loaded: the register.
    """
    columns = [name for name in column_names(loaded.register) if name not in loaded.missing]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE profile_sample AS SELECT {', '.join(columns)} FROM ({loaded.sql})"
        f" WHERE {sampled(loaded.rows, _SAMPLE)}"
    ).fetchall()
    profiles = [_profile(con, name, sum(file.filled.get(name, 0) for file in loaded.files)) for name in columns]
    con.execute("DROP TABLE profile_sample").fetchall()
    return profiles


def _profile(con: duckdb.DuckDBPyConnection, name: str, filled: int) -> ColumnProfile:
    """Judge each different value of the sample once."""
    tests = _tests(name)
    kinds = "".join(f", sum(times) FILTER ({test})" for test in tests.values())
    row = con.execute(
        f"WITH few AS (SELECT {name}, count(*) AS times FROM profile_sample WHERE {name} IS NOT NULL GROUP BY 1)"
        f" SELECT sum(times), count(*), min(length({name})), max(length({name})),"
        f" arg_max({name}, {{'times': times, 'value': {name}}}, {_EXAMPLES}){kinds} FROM few"
    ).fetchall()[0]
    rows, distinct, shortest, longest, examples, *damaged = row
    return ColumnProfile(
        column=name,
        filled=filled,
        sampled=int(rows or 0),
        distinct=distinct,
        shortest=shortest or 0,
        longest=longest or 0,
        examples_masked=tuple(dict.fromkeys(masked(value[:60]) for value in examples or ())),
        damage={kind: int(count) for kind, count in zip(tests, damaged, strict=True) if count},
    )


def _tests(name: str) -> dict[str, str]:
    """Kind of damage → SQL test of one column; letters only where there are letters beyond ASCII."""
    beyond = f"strlen({name}) > length({name})"
    tests = {
        "mojibake": f"{beyond} AND regexp_matches({name}, '{_MOJIBAKE}')",
        "legacy": f"{beyond} AND regexp_matches({name}, '{_TCVN3}')",
        "replaced": f"contains({name}, '\ufffd')",
        "scientific": f"contains(upper({name}), 'E') AND regexp_matches({name}, '{_SCIENTIFIC}')",
        "dot_zero": f"suffix({name}, '0') AND regexp_matches({name}, '{_DOT_ZERO}')",
    }
    if name in _NUMBER_COLUMNS:
        least, most = _NUMBER_COLUMNS[name]
        tests["lost_zeros"] = f"regexp_matches({name}, '^[1-9]\\d{{{least - 1},{most - 1}}}$')"
    if name in {"plate", "chassis_number", "engine_number"}:
        tests["date"] = f"regexp_matches({name}, '{_PLATE_AS_DATE}')"
    return tests


def masked(value: str) -> str:
    """A value with most of it hidden, its shape kept.

    >>> masked("NGUYỄN VĂN A, 001099000123")
    'N***** V** A, 001*********'
    """
    hidden = _DIGITS.sub(lambda run: run[0][:3] + "*" * (len(run[0]) - 3), value)
    return _WORDS.sub(lambda word: word[0][0] + "*" * (len(word[0]) - 1), hidden)
