"""Damage of whole rows seen in their cells: headings repeated inside the data, totals and signatures, shifted columns.

A cheap test on lengths and missing cells for every row, patterns for the few it leaves, whole rows for the fewest.
"""

from collections.abc import Sequence
from itertools import combinations

from sosach.base.registers import Register
from sosach.engine.load import findings as codes
from sosach.engine.load.parts import Part, Reading
from sosach.engine.load.sql import literal, rows_of

_MOST_COMPARED = 4
_MARKED = "damage_marked"
_MOST_LISTED = 8  # rows fetched by their numbers; more are cheaper to fetch by a join

_Test = tuple[str, str, str, str]
_NOTHING: _Test = ("", "", "", "")

# Cells that are missing together in rows that are no records.
_IDENTITY: dict[Register, tuple[str, ...]] = {
    Register.POPULATION: ("pin", "birth_date", "sex"),
    Register.VEHICLES: ("chassis_number", "engine_number", "owner_id_number"),
    Register.LICENCES: ("licence_number", "class", "id_number"),
}

_DAY = r"(?:\d{1,2}[/.\-]){0,2}\d{4}|\d{4}-\d{2}-\d{2}.*"
_ID = r"\d{9}|\d{12}"
_YEAR = r"(?:19|20)\d{2}"
# Column → (pattern a good value follows whole, shortest and longest good value in bytes).
_TYPED: dict[str, tuple[str, int, int]] = {
    "pin": (r"\d{12}", 12, 12),
    "birth_date": (_DAY, 4, 10),
    "sex": (r"(?i)nam|nữ|nu|m|f|male|female", 1, 6),
    "old_id": (_ID, 9, 12),
    "commune_code": (r"\d{5}", 5, 5),
    "plate": (r"\d{2}[\-. ]?[A-Z][A-ZĐ0-9]?[\-. ]?\d{3}[.\- ]?\d{1,2}|\d{2}[A-ZĐ]{1,2}\d?[\-. ]\d{4,5}", 6, 14),
    "manufactured_year": (_YEAR, 4, 4),
    "registered_on": (r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|\d{4}-\d{2}-\d{2}.*", 8, 10),
    "owner_id_number": (_ID, 9, 12),
    "owner_birth_date": (_DAY, 4, 10),
    "owner_phone": (r"(?:0|\+?84)\d{9,10}", 10, 13),
    "licence_number": (r"\d{12}", 12, 12),
    "class": (r"[A-F][0-9]?E?", 1, 3),
    "issued_on": (r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|\d{4}-\d{2}-\d{2}.*", 8, 10),
    "expires_on": (r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|\d{4}-\d{2}-\d{2}.*", 8, 10),
    "id_number": (_ID, 9, 12),
}
_SHIFTS = (1, -1, 2, -2)

_NO_RECORD = (
    r"(?i)^[\s\-*._:()]*(?:tổng\s*(?:cộng|số|hợp)|tong\s*(?:cong|so)|cộng\b|cong\b[\s:]|người\s+lập|nguoi\s+lap|lập\s+biểu|lập\s+bảng"
    r"|thủ\s+trưởng|trưởng\s+công\s+an|ký\s+tên|\(?ký|ghi\s+chú\s*:|ghi\s+chu\s*:|danh\s+sách\s+(?:này|gồm|có)"
    r"|ngày\s+\.*\d*\s*tháng|total\b|sum\b|prepared\s+by|signature|trang\s+\d|page\s+\d)"
)


def remark_damage(part: Part, reading: Reading) -> None:
    """Add findings about damaged rows of one part.

    Args:
        part: the rows.
        reading: register, connection, sink; `first_row` is the number of the part's first row.
    """
    if not part.rows or not _mark(part, reading):
        return
    placed = [
        (match.column, at)
        for at, match in enumerate(part.matches)
        if match.column in part.columns and match.how != "fallback"
    ]
    found = _found((_repeated_heading(part), _no_record(part, reading.register), *_shifted(placed)))
    reading.con.execute(
        f"COPY (SELECT (place + {reading.first_row})::INTEGER AS row, f.code AS code, NULL::VARCHAR AS field,"
        f" left(f.value, {codes.LONGEST_VALUE}) AS value, NULL::VARCHAR AS proposed, f.other AS other"
        f" FROM (SELECT place, {found} AS f FROM ({_marked_rows(part, reading, found)})) WHERE f IS NOT NULL)"
        f" TO {literal(reading.sink.piece())} (FORMAT parquet)"
    ).fetchall()
    reading.con.execute(f"DROP TABLE {_MARKED}").fetchall()


def _mark(part: Part, reading: Reading) -> int:
    """Put the places of rows worth a second look into a table, reading only the columns the cheap tests need."""
    tests = (_cheap_heading(part), _cheap_empty(part, reading.register), _cheap_shift(part))
    cheap = " OR ".join(f"({test})" for test in tests if test)
    if not cheap:
        return 0
    cells = "".join(f", {text} AS {_cell(name)}" for name, text in part.columns.items() if _cell(name) in cheap)
    made = reading.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_MARKED} AS SELECT file_row_number AS place"
        f" FROM (SELECT file_row_number{cells} FROM {rows_of(part.parquet)}) WHERE {cheap}"
    ).fetchall()
    return int(made[0][0])


def _marked_rows(part: Part, reading: Reading, found: str) -> str:
    """SELECT of the marked rows: `place`, every cell, and for each typed cell whether it is wrong where it stands."""
    few = reading.con.execute(f"SELECT place FROM {_MARKED} ORDER BY place LIMIT {_MOST_LISTED + 1}").fetchall()
    listed = ", ".join(str(place) for (place,) in few) if len(few) <= _MOST_LISTED else f"SELECT place FROM {_MARKED}"
    cells = ", ".join(f"{text} AS {_cell(name)}" for name, text in part.columns.items())
    fails = "".join(f", NOT {_follows(name, name)} AS {_fails(name)}" for name in part.columns if _fails(name) in found)
    return (
        f"SELECT *{fails} FROM (SELECT file_row_number AS place, {cells} FROM {rows_of(part.parquet)}"
        f" WHERE file_row_number IN ({listed}))"
    )


def _found(tests: Sequence[_Test]) -> str:
    """The first test that holds, as a value with `code`, `value` and `other`; NULL when none does."""
    whens = " ".join(
        f"WHEN {test} THEN {{'code': {literal(code)}, 'value': {value}, 'other': {other}}}"
        for test, code, value, other in tests
        if test
    )
    return f"CASE {whens} END" if whens else "NULL::STRUCT(code VARCHAR, value VARCHAR, other VARCHAR)"


def _cell(name: str) -> str:
    return f'"cell_{name}"'


def _headed(part: Part) -> list[tuple[str, str]]:
    """Some recognised columns with their headings as they stand in the file."""
    named = [
        (match.column, match.heading.strip())
        for match in part.matches
        if match.column in part.columns and match.heading.strip() and match.how != "fallback"
    ]
    return named[:_MOST_COMPARED]


def _cheap_heading(part: Part) -> str:
    """Two cells hold their own headings, or the only one there is to compare."""
    equal = [f"{_cell(name)} = {literal(heading)}" for name, heading in _headed(part)]
    if len(equal) < 2:
        return f"coalesce({equal[0]}, false)" if equal else ""
    pairs = " OR ".join(f"({one} AND {other})" for one, other in combinations(equal, 2))
    return f"coalesce({pairs}, false)"


def _repeated_heading(part: Part) -> _Test:
    test = _cheap_heading(part)
    return (test, codes.REPEATED_HEADING, _whole_row(part), "NULL::VARCHAR") if test else _NOTHING


def _whole_row(part: Part) -> str:
    return f"concat_ws(' | ', {', '.join(_cell(name) for name in part.columns)})"


def _cheap_empty(part: Part, register: Register) -> str:
    """All identifying cells are missing; of a file that has none of them, nothing can be said."""
    there = [name for name in _IDENTITY[register] if name in part.columns]
    return " AND ".join(f"{_cell(name)} IS NULL" for name in there)


def _no_record(part: Part, register: Register) -> _Test:
    empty = _cheap_empty(part, register)
    if not empty:
        return _NOTHING
    text = _whole_row(part)
    return f"{empty} AND regexp_matches({text}, {literal(_NO_RECORD)})", codes.TOTALS, text, "NULL::VARCHAR"


def _cheap_shift(part: Part) -> str:
    """At least two cells have a length no good value of their column has."""
    odd = [
        f"strlen({_cell(name)}) NOT BETWEEN {_TYPED[name][1]} AND {_TYPED[name][2]}"
        for name in part.columns
        if name in _TYPED
    ]
    many = " + ".join(f"coalesce({test}, false)::INTEGER" for test in odd)
    return f"({' OR '.join(odd)}) AND {many} >= 2" if len(odd) > 1 else ""  # the first half decides nearly all rows


def _shifted(positions: Sequence[tuple[str, int]]) -> list[_Test]:
    """For each distance: two cells or more are wrong where they stand and right that many columns away."""
    at = {position: name for name, position in positions}
    tests: list[_Test] = []
    for shift in _SHIFTS:
        pairs = [(name, at[place + shift]) for name, place in positions if name in _TYPED and place + shift in at]
        if len(pairs) < 2:
            continue
        strays = [f"CASE WHEN {_fails(name)} THEN {_follows(beside, name)} ELSE false END" for name, beside in pairs]
        hits = " + ".join(f"({stray})::INTEGER" for stray in strays)
        first = " ".join(f"WHEN {stray} THEN {_cell(name)}" for stray, (name, _) in zip(strays, pairs, strict=True))
        tests.append((f"({hits}) >= 2", codes.SHIFTED, f"CASE {first} END", literal(str(abs(shift)))))
    return tests


def _follows(cell: str, kind: str) -> str:
    """Whether a cell holds a good value of a column."""
    return f"coalesce(regexp_full_match(trim({_cell(cell)}), {literal(_TYPED[kind][0])}), false)"


def _fails(name: str) -> str:
    """The flag of the marked rows that says whether a cell is wrong where it stands."""
    return f'"fails_{name}"'
