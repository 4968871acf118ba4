"""The SQL of the rows of a work list: what stands in each cell, in the order of writing."""

from collections.abc import Iterable, Mapping
from typing import Final

from sosach.base.decisions import Decision
from sosach.base.registers import Register
from sosach.engine.report.figures import NOTHING
from sosach.engine.report.words import ACTIONS, RESULTS
from sosach.engine.worklists.sheets import COLUMNS, NAMES
from sosach.engine.worklists.texts import ASK_REGISTER, candidates, chance, doubles, quoted
from sosach.engine.worklists.units import unit_of

_LATE: Final = ("result", "todo", "ask")  # columns whose text is looked up when the rows are drawn


def open_rows(files: Mapping[str, str], register: Register, words: int) -> str:
    """Select the rows of the lists with everything that stands in them: unit, numbers of the closed texts, other texts.

    Texts are `c0`, `c1` … by their place in `COLUMNS`; `result`, `todo` and `ask` are numbers of a text.

    Args:
        files: the run's files by name, as table functions.
        register: whose rows.
        words: whole numbers that hold the questions of a row.
    """
    columns = {f"c{index}": column for index, column in enumerate(COLUMNS[register]) if column.sql not in _LATE}
    chosen = [
        f"{_proposal(register) if column.sql == 'proposal' else column.sql} AS {name}"
        for name, column in columns.items()
    ]
    masks = " AND ".join(f"a.m{w} = d.m{w}" for w in range(words))
    joins, unit = unit_of(register)
    return f"""SELECT * EXCLUDE (place, sorted_by, row_number) FROM (
        SELECT {unit} AS unit, l.place, v.row_number, coalesce({NAMES[register][2]}, '') AS sorted_by,
            {_place_in("v.result_class", RESULTS)} AS result, {_place_in("v.action", ACTIONS)} AS todo, a.id AS ask,
            {", ".join(chosen)}
        FROM {files[register]} AS v {joins}
        JOIN worklist_locality_{register} AS l ON l.name = coalesce(v.locality, '')
        LEFT JOIN worklist_asked_{register} AS d ON d.row_number = v.row_number
        LEFT JOIN worklist_ask_{register} AS a ON {masks}
        LEFT JOIN ({candidates(files["candidates"], register)}) AS k ON k.row_number = v.row_number
        LEFT JOIN ({doubles(files["duplicates"], register)}) AS w ON w.row_number = v.row_number
        {_owner(register)}
        WHERE v.action <> '{NOTHING}') ORDER BY unit, place, sorted_by, row_number"""


def _owner(register: Register) -> str:
    """Join who a linked record belongs to, where the population file has to be asked."""
    if register is Register.POPULATION:
        return ""
    return f"LEFT JOIN worklist_person AS p ON p.pin = CASE WHEN {ASK_REGISTER} THEN try_cast(v.pin AS BIGINT) END"


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


def _place_in(column: str, words: Iterable[str]) -> str:
    """Give the place of a word in its closed list."""
    return f"CASE {column} {' '.join(f'WHEN {quoted(word)} THEN {place}::TINYINT' for place, word in enumerate(words))} END"
