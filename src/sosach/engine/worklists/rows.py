"""The SQL of the work lists: texts derived from findings, owners and candidates; rows by batch on disk; rows as XML in order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sosach.base.decisions import Decision
from sosach.base.findings import Severity
from sosach.base.registers import COLUMNS as REGISTER_COLUMNS
from sosach.base.registers import Register
from sosach.base.workbook import ROW_END, ROW_START, SheetTemplate
from sosach.engine.report.figures import NOTHING
from sosach.engine.report.words import ACTIONS, RESULTS, todo
from sosach.engine.worklists.questions import WORD
from sosach.engine.worklists.sheets import COLUMNS, NAMES, officer_columns
from sosach.engine.worklists.units import place_hint

# What needs escaping in XML, or is no character of it; the sheet's own `row_sql` mends it.
_SPECIAL: Final = r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9A-Fa-f]{4}_|[ \t\n]\||\|[ \t\n]"

_PRESERVE: Final = ' xml:space="preserve"'

# Linked records whose name and birth agree with the person's need no look into the population file: theirs say the same.
_ASK_REGISTER: Final = f"""(v.decision = '{Decision.LINK}'
    AND NOT (contains(coalesce(v.evidence, ''), 'name=equal') AND contains(v.evidence, 'birth=equal')))"""

_CHANCE: Final = """CASE WHEN {p} >= 1 THEN '100 %' WHEN {p} < 0.9 THEN round({p} * 100)::INTEGER || ' %'
    ELSE replace(replace(format('{{:.1f}} %', floor({p} * 1000) / 10), '.', ','), ',0 %', ' %') END"""


def chance(column: str) -> str:
    """Give the SQL of a probability as people read it (99,8 %)."""
    return _CHANCE.format(p=column)


def needed_pins(files: Mapping[Register, str], candidates: str) -> str:
    """Select the PINs, as numbers, of everybody whose particulars a list takes from the population file."""
    linked = [
        f"SELECT try_cast(v.pin AS BIGINT) AS pin FROM {file} AS v WHERE v.action <> '{NOTHING}' AND {_ASK_REGISTER}"
        for register, file in files.items()
        if register is not Register.POPULATION
    ]
    return " UNION ".join([*linked, f"SELECT try_cast(pin AS BIGINT) FROM {candidates} WHERE rank <= 3"])


def persons(population: str) -> str:
    """Select everybody a list names once: PIN as a number, and who it is in words."""
    who = "concat_ws(', ', coalesce(full_name_std, full_name), pin_std, 'sinh ' || left(birth_date_std, 4), c.name)"
    return f"""SELECT p.number AS pin, arg_min({who}, p.row_number) AS who
        FROM (SELECT *, try_cast(pin_std AS BIGINT) AS number FROM {population}) AS p
        SEMI JOIN worklist_needed AS n ON n.pin = p.number
        LEFT JOIN worklist_commune AS c ON c.code = p.commune_code
        GROUP BY p.number"""


def asked(file: str, findings: str, register: Register, words: int) -> str:
    """Select the questions each open row raises, as bits of `words` whole numbers, and what is proposed, a line for each field."""
    bits = [
        f"bit_or(CASE WHEN q.number // {WORD} = {w} THEN 1::BIGINT << (q.number % {WORD}) ELSE 0 END) AS m{w}"
        for w in range(words)
    ]
    headings = " ".join(f"WHEN '{column.name}' THEN {_quoted(column.vi)}" for column in REGISTER_COLUMNS[register])
    given = "coalesce(nullif(f.value, ''), '(trống)')"
    line = f"concat('• ', CASE f.field {headings} ELSE f.field END, ': ', {given}, ' → ', f.proposed_value)"
    # The order in which lines are put together differs from run to run; sorted, the same lines give the same text.
    lines = f"string_agg({line}, chr(1)) FILTER (f.proposed_value IS NOT NULL)"
    sort = "array_to_string(list_sort(list_distinct(string_split(lines, chr(1)))), chr(10))"
    return f"""SELECT * EXCLUDE (lines), CASE WHEN contains(lines, chr(1)) THEN {sort} ELSE lines END AS proposal FROM (
        SELECT f.row_number, {", ".join(bits)}, {lines} AS lines
        FROM {findings} AS f
        JOIN worklist_question_{register} AS q ON q.code = f.code
        SEMI JOIN (SELECT row_number FROM {file} WHERE action <> '{NOTHING}') AS v ON v.row_number = f.row_number
        WHERE f.register = '{register}' AND f.severity <> '{Severity.INFO}' GROUP BY f.row_number)"""


def ask_texts(register: Register, texts: Sequence[str], words: int) -> str:
    """Select each combination of questions with its text, a line for each question."""
    lists = [texts[start : start + WORD] for start in range(0, len(texts), WORD)]
    chosen = [
        f"list_filter([{', '.join(_quoted('• ' + text) for text in part)}]::VARCHAR[], lambda t, i: (m{w} >> (i - 1)) & 1 = 1)"
        for w, part in enumerate(lists)
    ]
    names = ", ".join(f"m{w}" for w in range(words))
    text = f"array_to_string({' || '.join(chosen)}, chr(10))" if chosen else "''"
    return f"SELECT {names}, {text} AS ask, row_number() OVER () AS id FROM (SELECT DISTINCT {names} FROM worklist_asked_{register})"


def candidates(file: str, register: Register) -> str:
    """Select the candidates of each row, a line for each, the best first; three at most."""
    line = f"concat(f.rank, ') ', coalesce(p.who, f.pin), coalesce(' (' || {chance('f.probability')} || ')', ''))"
    return f"""SELECT f.row_number, array_to_string(list_sort(list({line})), chr(10)) AS candidates
        FROM {file} AS f LEFT JOIN worklist_person AS p ON p.pin = try_cast(f.pin AS BIGINT)
        WHERE f.register = '{register}' AND f.rank <= 3 GROUP BY f.row_number"""


def localities(file: str) -> str:
    """Select the localities in their order: Thôn 2 before Thôn 10, no locality last."""
    return f"""SELECT name, row_number() OVER (ORDER BY name = '', {_natural("name")}, name) AS place
        FROM (SELECT DISTINCT coalesce(locality, '') AS name FROM {file} WHERE action <> '{NOTHING}')"""


def xml_rows(file: str, register: Register, words: int, *, sheet: SheetTemplate, group: int) -> str:
    """Select unit and XML of every row of a register in a group of units, in the order of writing.

    Sorted are short things: texts of closed lists and questions are put in afterwards, while the rows stream by.
    """
    late = {
        "result": _case("o.result", dict(enumerate(text["vi"] for text in RESULTS.values()))),
        "todo": _case("o.todo", dict(enumerate(todo(key, register, "vi") for key in ACTIONS))),
        "ask": "a.ask",
    }
    texts = [
        f"coalesce({late[column.sql]}, '')" if column.sql in late else f"o.c{index}"
        for index, column in enumerate(COLUMNS[register])
    ]
    names = [f"c{index}" for index in range(len(texts))]
    chosen = ", ".join(f"{text} AS {name}" for text, name in zip(texts, names, strict=True))
    rows = f"SELECT * FROM ({_open_rows(file, register, words, group)}) ORDER BY unit, place, sorted_by, row_number"
    numbered = f"SELECT *, (row_number() OVER () - first)::VARCHAR AS number FROM ({rows})"
    ready = f"""SELECT o.unit, o.number, {chosen} FROM ({numbered}) AS o
        LEFT JOIN worklist_ask_{register} AS a ON a.id = o.ask"""
    return f"SELECT unit, {_row(sheet, ['number', *names], len(officer_columns(register)))} AS xml FROM ({ready})"


def _row(sheet: SheetTemplate, texts: Sequence[str], empty: int) -> str:
    """Write the XML of a row: in one piece when no text needs escaping or has a blank at an end, cell by cell otherwise."""
    # A separator stands between the texts, so that a blank at either end of one is seen.
    special = f"regexp_matches(concat_ws('|', '', {', '.join(texts)}, ''), '{_SPECIAL}')"
    filled = zip(sheet.cells, texts, strict=False)
    pieces = [f"'{cell.start.replace(_PRESERVE, '')}', {text}, '{cell.end}'" for cell, text in filled]
    rest = "".join(cell.empty for cell in sheet.cells[len(texts) :])
    plain = f"concat('{ROW_START}', {', '.join(pieces)}, '{rest}{ROW_END}')".replace("', '", "")
    return f"CASE WHEN {special} THEN {sheet.row_sql([*texts, *['NULL'] * empty])} ELSE {plain} END"


def _open_rows(file: str, register: Register, words: int, group: int) -> str:
    """Select the rows of the lists with everything that stands in them, and what they are sorted by.

    Texts are `c0`, `c1` …; `result`, `todo` and `ask` are numbers of a text.
    """
    given = {
        index: column.sql
        for index, column in enumerate(COLUMNS[register])
        if column.sql not in {"result", "todo", "ask"}
    }
    given = {index: _proposal(register) if text == "proposal" else text for index, text in given.items()}
    chosen = ", ".join(f"coalesce({text}, '') AS c{index}" for index, text in given.items())
    masks = " AND ".join(f"a.m{w} = d.m{w}" for w in range(words))
    person = f"LEFT JOIN worklist_person AS p ON {_ASK_REGISTER} AND p.pin = try_cast(v.pin AS BIGINT)"
    return f"""SELECT u.number AS unit, u.{register} AS first, l.place, v.row_number, coalesce({NAMES[register][2]}, '') AS sorted_by,
            {_place_in("v.result_class", RESULTS)} AS result, {_place_in("v.action", ACTIONS)} AS todo, a.id AS ask, {chosen}
        FROM {file} AS v
        LEFT JOIN worklist_place AS pc ON pc.kind = 'commune' AND pc.code = v.commune_code
        LEFT JOIN worklist_place AS ph ON ph.kind = '{register}' AND ph.code = {place_hint(register)}
        LEFT JOIN worklist_place AS pu ON pu.kind = 'unknown'
        JOIN worklist_unit AS u ON u.number = coalesce(pc.number, ph.number, pu.number)
        JOIN worklist_locality_{register} AS l ON l.name = coalesce(v.locality, '')
        LEFT JOIN worklist_asked_{register} AS d ON d.row_number = v.row_number
        LEFT JOIN worklist_ask_{register} AS a ON {masks}
        LEFT JOIN worklist_candidates_{register} AS k ON k.row_number = v.row_number
        {"" if register is Register.POPULATION else person}
        WHERE v.action <> '{NOTHING}' AND u.part = {group}"""


def _proposal(register: Register) -> str:
    """Join who the record belongs to, what is proposed, and the candidates."""
    if register is Register.POPULATION:
        return "d.proposal"
    kind = "Chủ xe" if register is Register.VEHICLES else "Người có giấy phép"
    born = "owner_birth_date_std" if register is Register.VEHICLES else "birth_date_std"
    own = f"concat_ws(', ', {NAMES[register][2]}, v.pin, 'sinh ' || left(v.{born}, 4))"
    who = f"CASE WHEN {_ASK_REGISTER} THEN coalesce(p.who, v.pin) ELSE {own} END"
    linked = f"""CASE WHEN v.decision = '{Decision.LINK}'
        THEN concat('• {kind}: ', {who}, coalesce(' (độ tin cậy ' || {chance("v.probability")} || ')', '')) END"""
    return f"concat_ws(chr(10), {linked}, nullif(d.proposal, ''), k.candidates)"


def _natural(column: str) -> str:
    """Give a key in which numbers sort by value and marks of letters do not count."""
    bare = f"replace(strip_accents(lower({column})), 'đ', 'd')"
    return rf"regexp_replace(regexp_replace({bare}, '(\d+)', '00000000\1', 'g'), '\d*(\d{{9}})', '\1', 'g')"


def _case(column: str, texts: Mapping[int, str]) -> str:
    return f"CASE {column} {' '.join(f'WHEN {key} THEN {_quoted(text)}' for key, text in texts.items())} END"


def _place_in(column: str, words: Iterable[str]) -> str:
    """Give the place of a word in its closed list."""
    return f"CASE {column} {' '.join(f'WHEN {_quoted(word)} THEN {place}::TINYINT' for place, word in enumerate(words))} END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
