"""The SQL of the rows of a work list: what stands in each cell, sorted, written as XML."""

from collections.abc import Iterable, Sequence
from typing import Final

from sosach.base.decisions import Decision
from sosach.base.registers import Register
from sosach.base.sheets import LINE_HEIGHT
from sosach.base.workbook import ROW_END, SheetTemplate
from sosach.engine.report.figures import NOTHING
from sosach.engine.report.words import ACTIONS, RESULTS, todo
from sosach.engine.worklists.sheets import COLUMNS, NAMES, width_of
from sosach.engine.worklists.texts import ASK_REGISTER, chance, lines, lines_of_one, per_line, quoted

# What needs escaping in XML, is no character of it, or is a blank at an end; the sheet's own `row_sql` knows what to do.
_SPECIAL: Final = r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9A-Fa-f]{4}_|[ \t\n]\||\|[ \t\n]"
_LONG: Final = 8_000  # characters of one text that are shown; Excel refuses a cell of more than 32,767
_TALLEST: Final = 15  # lines
_PRESERVE: Final = ' xml:space="preserve"'
_LATE: Final = ("result", "todo", "ask")  # columns whose text is put in when the rows are sorted


def xml_rows(file: str, register: Register, words: int, *, sheet: SheetTemplate, group: int) -> str:
    """Select unit and XML of every row of a register in a group of units, in the order of writing.

    Sorted are short things: texts of closed lists and questions are put in afterwards, while the rows stream by.
    """
    todos = [todo(key, register, "vi") for key in ACTIONS]
    late = {
        "result": _case("o.result", [quoted(text["vi"]) for text in RESULTS.values()]),
        "todo": _case("o.todo", [quoted(text) for text in todos]),
        "ask": "getvariable('worklist_ask')[o.ask]",
    }
    names = [f"c{index}" for index in range(len(COLUMNS[register]))]
    texts = [
        f"coalesce({late.get(column.sql, 'o.' + name)}, '') AS {name}"
        for column, name in zip(COLUMNS[register], names, strict=True)
    ]
    tall = _case("o.todo", [str(1 + len(text) // per_line(width_of("todo"))) for text in todos])
    height = f"(least(greatest(o.lines, {tall}, coalesce(getvariable('worklist_lines')[o.ask], 1)), {_TALLEST}) * {LINE_HEIGHT})::INTEGER AS height"
    rows = f"SELECT * FROM ({_open_rows(file, register, words, group)}) ORDER BY unit, place, sorted_by, row_number"
    # No join may follow the sort: it would be free to bring the rows in another order.
    ready = f"""SELECT o.unit, (o.at - o.first)::VARCHAR AS number, {height}, {", ".join(texts)}
        FROM (SELECT *, row_number() OVER () AS at FROM ({rows})) AS o"""
    strange = [name for name, column in zip(names, COLUMNS[register], strict=True) if column.sql not in _LATE]
    return f"SELECT unit, {_row(sheet, ['number', *names], strange)} AS xml FROM ({ready})"


def _row(sheet: SheetTemplate, texts: Sequence[str], strange: Sequence[str]) -> str:
    """Write the XML of a row: in one piece when every text is plain, cell by cell otherwise.

    Plain is what needs no escaping, has no blank at an end, and is not too long. Only `strange` texts, which are not our own,
    can be anything else.
    """
    # A separator stands between the texts, so that a blank at either end of one is seen.
    whole = f"concat_ws('|', '', {', '.join(strange)}, '')"
    special = f"(regexp_matches({whole}, '{_SPECIAL}') OR strlen({whole}) > {_LONG})"
    filled = zip(sheet.cells, texts, strict=False)
    pieces = [f"'{cell.start.replace(_PRESERVE, '')}', {text}, '{cell.end}'" for cell, text in filled]
    rest = "".join(cell.empty for cell in sheet.cells[len(texts) :])
    plain = f"""concat('<row ht="', height, '">', {", ".join(pieces)}, '{rest}{ROW_END}')""".replace("', '", "")
    cut = [
        f"(CASE WHEN length({text}) > {_LONG} THEN left({text}, {_LONG - 1}) || '…' ELSE {text} END)" for text in texts
    ]
    careful = sheet.row_sql([*cut, *["NULL"] * (len(sheet.cells) - len(texts))], height="height")
    return f"CASE WHEN {special} THEN {careful} ELSE {plain} END"


def _open_rows(file: str, register: Register, words: int, group: int) -> str:
    """Select the rows of the lists with everything that stands in them, and what they are sorted by.

    Texts are `c0`, `c1` …; `result`, `todo` and `ask` are numbers of a text; `lines` is the height they need.
    """
    columns = {f"c{index}": column for index, column in enumerate(COLUMNS[register]) if column.sql not in _LATE}
    chosen = [
        f"{_proposal(register) if column.sql == 'proposal' else column.sql} AS {name}"
        for name, column in columns.items()
    ]
    tall = [
        f"coalesce({(lines if column.sql == 'proposal' else lines_of_one)(name, column.look.width)}, 1)"
        for name, column in columns.items()
        if column.look.wrap
    ]
    masks = " AND ".join(f"a.m{w} = d.m{w}" for w in range(words))

    def of(table: str) -> str:
        return f"(SELECT * EXCLUDE (part) FROM worklist_{table}_{register} WHERE part = {group})"

    return f"""SELECT o.unit, o.first, l.place, v.row_number, coalesce({NAMES[register][2]}, '') AS sorted_by,
            {_place_in("v.result_class", RESULTS)} AS result, {_place_in("v.action", ACTIONS)} AS todo, a.id AS ask,
            {", ".join(chosen)}, greatest({", ".join(tall)})::SMALLINT AS lines
        FROM {file} AS v
        JOIN {of("row")} AS o ON o.row_number = v.row_number
        JOIN worklist_locality_{register} AS l ON l.name = coalesce(v.locality, '')
        LEFT JOIN {of("asked")} AS d ON d.row_number = v.row_number
        LEFT JOIN worklist_ask_{register} AS a ON {masks}
        LEFT JOIN {of("candidates")} AS k ON k.row_number = v.row_number
        LEFT JOIN {of("doubles")} AS w ON w.row_number = v.row_number
        LEFT JOIN {of("owner")} AS p ON p.row_number = v.row_number
        WHERE v.action <> '{NOTHING}'"""


def _proposal(register: Register) -> str:
    """Join who the record belongs to, what is proposed, the candidates and the doubles."""
    linked = "NULL"
    if register is not Register.POPULATION:
        kind = "Chủ xe" if register is Register.VEHICLES else "Người có giấy phép"
        born = "owner_birth_date_std" if register is Register.VEHICLES else "birth_date_std"
        own = f"concat_ws(', ', {NAMES[register][2]}, v.pin, 'sinh ' || left(v.{born}, 4))"
        who = f"coalesce(p.who, CASE WHEN {ASK_REGISTER} THEN v.pin ELSE {own} END)"
        sure = f"coalesce(' (độ tin cậy ' || {chance('v.probability')} || ')', '')"
        linked = f"CASE WHEN v.decision = '{Decision.LINK}' THEN concat('• {kind}: ', {who}, {sure}) END"
    return f"concat_ws(chr(10), {linked}, d.proposal, k.candidates, w.doubles)"


def _case(column: str, values: Sequence[str]) -> str:
    return f"CASE {column} {' '.join(f'WHEN {place} THEN {value}' for place, value in enumerate(values))} END"


def _place_in(column: str, words: Iterable[str]) -> str:
    """Give the place of a word in its closed list."""
    return f"CASE {column} {' '.join(f'WHEN {quoted(word)} THEN {place}::TINYINT' for place, word in enumerate(words))} END"
