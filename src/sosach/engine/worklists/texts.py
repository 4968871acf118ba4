"""The SQL of the texts in a work list: questions, proposals, candidates, doubles, who a PIN is, the order of localities."""

from collections.abc import Mapping, Sequence
from typing import Final

from sosach.base.decisions import Decision
from sosach.base.findings import Severity
from sosach.base.registers import COLUMNS as REGISTER_COLUMNS
from sosach.base.registers import Register
from sosach.engine.report.figures import NOTHING
from sosach.engine.worklists.questions import WORD

NAMED: Final = 5
"""Records of a group of doubles that are named."""

# Linked records whose name and birth agree with the person's need no look into the population file: theirs say the same.
ASK_REGISTER: Final = f"""(v.decision = '{Decision.LINK}'
    AND NOT (contains(coalesce(v.evidence, ''), 'name=equal') AND contains(v.evidence, 'birth=equal')))"""
"""Which linked records (`v`) take the person's particulars from the population file."""

_CHANCE: Final = """CASE WHEN {p} >= 1 THEN '100 %' WHEN {p} < 0.9 THEN round({p} * 100)::INTEGER || ' %'
    ELSE (floor({p} * 1000)::INTEGER // 10) || CASE WHEN floor({p} * 1000)::INTEGER % 10 = 0 THEN ''
    ELSE ',' || (floor({p} * 1000)::INTEGER % 10) END || ' %' END"""


def chance(column: str) -> str:
    """Give the SQL of a probability as people read it (99,8 %)."""
    return _CHANCE.format(p=column)


def needed_pins(files: Mapping[Register, str], candidates: str) -> str:
    """Select the PINs, as numbers, of everybody whose particulars a list takes from the population file."""
    linked = [
        f"SELECT try_cast(v.pin AS BIGINT) AS pin FROM {file} AS v WHERE v.action <> '{NOTHING}' AND {ASK_REGISTER}"
        for register, file in files.items()
        if register is not Register.POPULATION
    ]
    return " UNION ".join([*linked, f"SELECT try_cast(pin AS BIGINT) AS pin FROM {candidates} WHERE rank <= 3"])


def persons(population: str) -> str:
    """Select everybody a list names once: PIN as a number, and who it is in words."""
    who = "concat_ws(', ', coalesce(full_name_std, full_name), pin_std, 'sinh ' || left(birth_date_std, 4), c.name)"
    return f"""SELECT p.number AS pin, arg_min({who}, p.row_number) AS who
        FROM (SELECT *, try_cast(pin_std AS BIGINT) AS number FROM {population}) AS p
        SEMI JOIN worklist_needed AS n ON n.pin = p.number
        LEFT JOIN worklist_commune AS c ON c.code = p.commune_code
        GROUP BY p.number"""


def asked(findings: str, register: Register, words: int) -> str:
    """Select the questions each row raises, as bits of `words` whole numbers, and what is proposed, a line for each field."""
    bits = [
        f"bit_or(CASE WHEN q.number // {WORD} = {w} THEN 1::BIGINT << (q.number % {WORD}) ELSE 0 END) AS m{w}"
        for w in range(words)
    ]
    # The order in which lines are put together differs from run to run; sorted, the same lines give the same text.
    joined = f"string_agg({_proposed_line(register)}, chr(1))"
    sort = "array_to_string(list_sort(list_distinct(string_split(joined, chr(1)))), chr(10))"
    return f"""SELECT * EXCLUDE (joined), CASE WHEN contains(joined, chr(1)) THEN {sort} ELSE joined END AS proposal FROM (
        SELECT f.row_number, {", ".join(bits)}, {joined} AS joined
        FROM {findings} AS f
        JOIN worklist_question_{register} AS q ON q.code = f.code
        LEFT JOIN worklist_commune AS c ON c.code = CASE WHEN ends_with(f.field, 'address') THEN f.proposed_value END
        WHERE f.register = '{register}' AND f.severity <> '{Severity.INFO}' GROUP BY f.row_number)"""


def _proposed_line(register: Register) -> str:
    """Write a proposal: column, value as given, value proposed; a commune by its name, a day as people write it.

    Where a commune is proposed, the address as given is not repeated: it is long and stands in a column of its own.
    """
    headings = " ".join(
        f"WHEN '{column.name}' THEN {quoted('• ' + column.vi)}" for column in REGISTER_COLUMNS[register]
    )
    heading = f"CASE f.field {headings} ELSE '• ' || f.field END"
    given = "coalesce(nullif(left(f.value, 200), ''), '(trống)')"
    day = "concat(right(f.proposed_value, 2), '/', substr(f.proposed_value, 6, 2), '/', left(f.proposed_value, 4))"
    iso = "f.proposed_value[5] = '-' AND f.proposed_value[8] = '-' AND strlen(f.proposed_value) = 10"
    return f"""CASE WHEN f.proposed_value IS NOT NULL THEN CASE
        WHEN c.name IS NOT NULL THEN concat({heading}, ' → ', c.name, ', ', c.province)
        WHEN {iso} THEN concat({heading}, ': ', {given}, ' → ', {day})
        ELSE concat({heading}, ': ', {given}, ' → ', f.proposed_value) END END"""


def ask_texts(register: Register, texts: Sequence[str], words: int) -> str:
    """Select each combination of questions with its text, a line for each question, and its number, from 0."""
    lists = [texts[start : start + WORD] for start in range(0, len(texts), WORD)]
    chosen = [
        f"list_filter([{', '.join(quoted('• ' + text) for text in part)}]::VARCHAR[], lambda t, i: (m{w} >> (i - 1)) & 1 = 1)"
        for w, part in enumerate(lists)
    ]
    names = ", ".join(f"m{w}" for w in range(words))
    text = f"array_to_string({' || '.join(chosen)}, chr(10))" if chosen else "''"
    return f"""SELECT *, (row_number() OVER () - 1)::INTEGER AS id FROM (
        SELECT {names}, {text} AS ask FROM (SELECT DISTINCT {names} FROM worklist_asked_{register}))"""


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


def doubles(file: str, register: Register) -> str:
    """Select for each row the groups of doubles it stands in: how many records, and the first of them."""
    named = f"array_to_string(list_slice(list(record_id ORDER BY row_number), 1, {NAMED}), ', ')"
    text = (
        f"concat('• Nhóm trùng ', count(*), ' bản ghi: ', {named}, CASE WHEN count(*) > {NAMED} THEN ' …' ELSE '' END)"
    )
    return f"""SELECT m.row_number, array_to_string(list_sort(list_distinct(list(g.text))), chr(10)) AS doubles
        FROM {file} AS m JOIN (SELECT group_id, reason, {text} AS text FROM {file}
            WHERE register = '{register}' GROUP BY group_id, reason) AS g USING (group_id, reason)
        WHERE m.register = '{register}' GROUP BY m.row_number"""


def quoted(text: str) -> str:
    """Write a text as a literal of SQL.

    >>> quoted("l'an")
    "'l''an'"
    """
    return "'" + text.replace("'", "''") + "'"


def _natural(column: str) -> str:
    """Give a key in which numbers sort by value and marks of letters do not count."""
    bare = f"replace(strip_accents(lower({column})), 'đ', 'd')"
    return rf"regexp_replace(regexp_replace({bare}, '(\d+)', '00000000\1', 'g'), '\d*(\d{{9}})', '\1', 'g')"
