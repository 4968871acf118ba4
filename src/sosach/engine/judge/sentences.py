"""The sentence of each finding, put together in SQL from the constant pieces of its check and at most a few values."""

import re
from collections.abc import Iterable

from sosach.base.checks import Check
from sosach.base.findings import Severity
from sosach.base.registers import Register, column_names
from sosach.engine.workspace import Workspace, quoted
from sosach.vn.catalogue import catalogue

_PLACEHOLDER = re.compile(r"\{(value|proposed|other)\}")
# Placeholders of the longest sentence; each stands between two pieces.
_MOST = max(len(_PLACEHOLDER.findall(check.explanation["vi"])) for check in catalogue().values())

# Closed lists: one or two bytes in a row instead of a text, and in the order of the text.
CODE, FIELD, REGISTER = "finding_code", "finding_field", "finding_register"


def show_sentences(workspace: Workspace) -> None:
    """Make the types `CODE`, `FIELD` and `REGISTER` and the table `sentences`: code, severity, pieces t0, t1 …, values s1, s2 …."""
    con = workspace.con
    con.execute(f"CREATE TYPE {CODE} AS {_enum(catalogue())}")
    con.execute(f"CREATE TYPE {FIELD} AS {_enum(name for register in Register for name in column_names(register))}")
    con.execute(f"CREATE TYPE {REGISTER} AS {_enum(Register)}")
    texts = [f"t{number}" for number in range(_MOST + 1)]
    slots = [f"s{number}" for number in range(1, _MOST + 1)]
    columns = [f"code {CODE}", f"severity {_enum(Severity)}", *(f"{name} VARCHAR" for name in (*texts, *slots))]
    con.execute(f"CREATE TABLE sentences ({', '.join(columns)})")
    rows = zip(*(_pieces(check) for check in catalogue().values()), strict=True)
    con.execute(f"INSERT INTO sentences SELECT {', '.join(['unnest(?)'] * len(columns))}", [list(row) for row in rows])


def sentence_sql(sentence: str, finding: str) -> str:
    """SQL of the sentence of a row of findings (alias `finding`) beside its row of `sentences` (alias `sentence`)."""
    parts = [f"{sentence}.t0"]
    for number in range(1, _MOST + 1):
        chosen = " ".join(f"WHEN '{name}' THEN {finding}.{name}" for name in ("value", "proposed", "other"))
        parts += [f"CASE {sentence}.s{number} {chosen} END", f"{sentence}.t{number}"]
    return f"concat({', '.join(parts)})"  # a value or piece that is not there adds nothing


def _pieces(check: Check) -> tuple[str | None, ...]:
    parts = _PLACEHOLDER.split(check.explanation["vi"])
    texts, slots = parts[::2], parts[1::2]
    missing = [None] * (_MOST - len(slots))
    return (check.code, check.severity.value, *texts, *missing, *slots, *missing)


def _enum(words: Iterable[str]) -> str:
    listed = (f"'{quoted(str(word))}'" for word in sorted(set(words)))
    return f"ENUM ({', '.join(listed)})"
