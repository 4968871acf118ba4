"""Damage of whole rows seen in their cells: headings repeated inside the data, totals and signatures, shifted columns.

Two stages in one statement: a cheap test on lengths and missing cells for every row, patterns for the few it leaves.
"""

from collections.abc import Sequence

from sosach.base.registers import Register
from sosach.engine.load import findings as codes
from sosach.engine.load.parts import Part, Reading
from sosach.engine.load.sql import literal, rows_of

_MOST_COMPARED = 4
_MARKED = "damage_marked"

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
    tests = [
        (test, code, value, other)
        for test, code, value, other in (
            _repeated_heading(part),
            _no_record(part, reading.register),
            *_shifted([(match.column, at) for at, match in enumerate(part.matches) if match.column in part.columns]),
        )
        if test
    ]
    if not tests or not part.rows:
        return
    marked = _mark(part, reading)
    if not marked:
        return
    cells = ", ".join(f"{text} AS {_cell(name)}" for name, text in part.columns.items())
    source = rows_of(part.parquet)
    rows = f"SELECT file_row_number, {cells} FROM {source} WHERE file_row_number IN (SELECT place FROM {_MARKED})"
    whens = " ".join(
        f"WHEN {test} THEN {{'code': {literal(code)}, 'value': {value}, 'other': {other}}}"
        for test, code, value, other in tests
    )
    reading.con.execute(
        f"COPY (SELECT (file_row_number + {reading.first_row})::INTEGER AS row, f.code AS code, NULL::VARCHAR AS field,"
        f" left(f.value, {codes.LONGEST_VALUE}) AS value, NULL::VARCHAR AS proposed, f.other AS other"
        f" FROM (SELECT file_row_number, CASE {whens} END AS f FROM ({rows})) WHERE f IS NOT NULL)"
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
    source = rows_of(part.parquet)
    made = reading.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_MARKED} AS SELECT file_row_number AS place"
        f" FROM (SELECT file_row_number{cells} FROM {source}) WHERE {cheap}"
    ).fetchall()
    return int(made[0][0])


_Test = tuple[str, str, str, str]
_NOTHING: _Test = ("", "", "", "")


def _cell(name: str) -> str:
    return f'"cell_{name}"'


def _headed(part: Part) -> list[tuple[str, str]]:
    """Some recognised columns with their headings as they stand in the file."""
    named = [(match.column, match.heading.strip()) for match in part.matches if match.column and match.heading.strip()]
    return [(column, heading) for column, heading in named if column in part.columns][:_MOST_COMPARED]


def _equal_headings(part: Part) -> str:
    return " + ".join(
        f"coalesce({_cell(name)} = {literal(heading)}, false)::INTEGER" for name, heading in _headed(part)
    )


def _cheap_heading(part: Part) -> str:
    headed = _headed(part)
    return f"{_equal_headings(part)} >= {min(2, len(headed))}" if headed else ""


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
        f"coalesce(strlen({_cell(name)}) NOT BETWEEN {_TYPED[name][1]} AND {_TYPED[name][2]}, false)::INTEGER"
        for name in part.columns
        if name in _TYPED
    ]
    return f"{' + '.join(odd)} >= 2" if len(odd) > 1 else ""


def _shifted(positions: Sequence[tuple[str, int]]) -> list[_Test]:
    """For each distance: two cells or more are wrong where they stand and right that many columns away."""
    at = {position: name for name, position in positions}
    tests: list[_Test] = []
    for shift in _SHIFTS:
        pairs = [(name, at[place + shift]) for name, place in positions if name in _TYPED and place + shift in at]
        if len(pairs) < 2:
            continue
        hits = " + ".join(f"({_fails(name)} AND {_follows(beside, name)})::INTEGER" for name, beside in pairs)
        first = " ".join(
            f"WHEN {_fails(name)} AND {_follows(beside, name)} THEN {_cell(name)}" for name, beside in pairs
        )
        tests.append((f"({hits}) >= 2", codes.SHIFTED, f"CASE {first} END", literal(str(abs(shift)))))
    return tests


def _follows(cell: str, kind: str) -> str:
    """Whether a cell holds a good value of a column."""
    return f"coalesce(regexp_full_match(trim({_cell(cell)}), {literal(_TYPED[kind][0])}), false)"


def _fails(name: str) -> str:
    return f"NOT {_follows(name, name)}"
