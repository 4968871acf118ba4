"""The SQL of the rows of a work list: what stands in each cell, in the order of writing."""

from collections.abc import Iterable, Mapping
from typing import Final

from sosach.base.decisions import Decision
from sosach.base.registers import Register
from sosach.engine.report.figures import NOTHING
from sosach.engine.worklists.sheets import COLUMNS, NAMES
from sosach.engine.worklists.texts import ASK_REGISTER, candidates, doubles, quoted
from sosach.engine.worklists.units import unit_of
from sosach.vn.wording import ACTIONS, RESULTS

PROPOSED: Final = """CASE WHEN k.candidates IS NULL AND w.doubles IS NULL THEN d.proposal
    ELSE concat_ws(chr(10), d.proposal, k.candidates, w.doubles) END"""
"""What is proposed for a record, its candidates and its doubles, a line for each."""

_LATE: Final = ("result", "todo", "ask")  # columns whose text is looked up when the rows are drawn


def open_rows(files: Mapping[str, str], register: Register, words: int) -> str:
    """Select the rows of the lists with everything that stands in them: unit, numbers of the closed texts, other texts.

    Texts are `c0`, `c1` … by their place in `COLUMNS`; `result`, `todo` and `ask` are numbers of a text. Who a linked record
    belongs to is `known`, when the population file was asked, else `name`, `pin` and `born`; `chance` is how sure that is.

    Args:
        files: the run's files by name, as table functions.
        register: whose rows.
        words: whole numbers that hold the questions of a row.
    """
    columns = {f"c{index}": column for index, column in enumerate(COLUMNS[register]) if column.sql not in _LATE}
    chosen = [f"{PROPOSED if column.sql == 'proposal' else column.sql} AS {name}" for name, column in columns.items()]
    masks = " AND ".join(f"a.m{w} = d.m{w}" for w in range(words))
    joins, unit = unit_of(register)
    return f"""SELECT * EXCLUDE (place, row_number) FROM (
        SELECT {unit} AS unit, l.place, v.row_number, coalesce({NAMES[register][2]}, '') AS name, {_holder(register)},
            {_place_in("v.result_class", RESULTS)} AS result, {_place_in("v.action", ACTIONS)} AS todo, a.id AS ask,
            {", ".join(chosen)}
        FROM {files[register]} AS v {joins}
        JOIN worklist_locality_{register} AS l ON l.name = coalesce(v.locality, '')
        LEFT JOIN worklist_asked_{register} AS d ON d.row_number = v.row_number
        LEFT JOIN worklist_ask_{register} AS a ON {masks}
        LEFT JOIN ({candidates(files["candidates"], register)}) AS k ON k.row_number = v.row_number
        LEFT JOIN ({doubles(files["duplicates"], register)}) AS w ON w.row_number = v.row_number
        {_owner(register)}
        WHERE v.action <> '{NOTHING}') ORDER BY unit, place, name, row_number"""


def _owner(register: Register) -> str:
    """Join who a linked record belongs to, where the population file has to be asked."""
    if register is Register.POPULATION:
        return ""
    return f"LEFT JOIN worklist_person AS p ON p.pin = CASE WHEN {ASK_REGISTER} THEN try_cast(v.pin AS BIGINT) END"


def _holder(register: Register) -> str:
    """Select what says who a linked record belongs to, and how sure that is, in thousandths."""
    if register is Register.POPULATION:
        return "NULL::VARCHAR AS known, NULL::VARCHAR AS pin, NULL::VARCHAR AS born, NULL::SMALLINT AS chance"
    born = "owner_birth_date_std" if register is Register.VEHICLES else "birth_date_std"
    linked = f"v.decision = '{Decision.LINK}'"
    return f"""CASE WHEN {ASK_REGISTER} THEN coalesce(p.who, v.pin) END AS known, CASE WHEN {linked} THEN v.pin END AS pin,
        left(v.{born}, 4) AS born, CASE WHEN {linked} THEN
        (CASE WHEN v.probability < 0.9 THEN round(v.probability * 100) * 10 ELSE floor(v.probability * 1000) END)::SMALLINT END AS chance"""


def _place_in(column: str, words: Iterable[str]) -> str:
    """Give the place of a word in its closed list."""
    return f"CASE {column} {' '.join(f'WHEN {quoted(word)} THEN {place}::TINYINT' for place, word in enumerate(words))} END"
