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
SEVERITY, SLOT = "finding_severity", "finding_slot"


def show_sentences(workspace: Workspace) -> None:
    """Make the types `CODE`, `FIELD` and `REGISTER`, and the variables that `severity_sql` and `sentence_sql` look into."""
    con = workspace.con
    con.execute(f"CREATE TYPE {CODE} AS {_enum(catalogue())}")
    con.execute(f"CREATE TYPE {FIELD} AS {_enum(name for register in Register for name in column_names(register))}")
    con.execute(f"CREATE TYPE {REGISTER} AS {_enum(Register)}")
    con.execute(f"CREATE TYPE {SEVERITY} AS {_enum(Severity)}")
    con.execute(f"CREATE TYPE {SLOT} AS ENUM ('value', 'proposed', 'other')")
    columns = zip(*(_pieces(catalogue()[code]) for code in sorted(catalogue())), strict=True)
    for (name, kind), words in zip(_variables().items(), columns, strict=True):
        con.execute(f"SET VARIABLE finding_{name} = ?::{kind}[]", [list(words)])


def severity_sql(code: str) -> str:
    """SQL of the severity of a code."""
    return _of("severity", code)


def sentence_sql(code: str) -> str:
    """SQL of the sentence of a finding from its code and its columns value, proposed, other."""
    parts = [_of("t0", code)]
    for number in range(1, _MOST + 1):
        chosen = " ".join(f"WHEN '{name}' THEN {name}" for name in ("value", "proposed", "other"))
        parts += [f"CASE {_of(f's{number}', code)} {chosen} END", _of(f"t{number}", code)]
    return f"concat({', '.join(parts)})"  # a value or piece that is not there adds nothing


def _of(variable: str, code: str) -> str:
    return f"getvariable('finding_{variable}')[enum_code({code}) + 1]"


def _variables() -> dict[str, str]:
    """The variables that hold a word for each code, in the order of codes, and their types."""
    texts = {f"t{number}": "VARCHAR" for number in range(_MOST + 1)}
    return {"severity": SEVERITY} | texts | {f"s{number}": SLOT for number in range(1, _MOST + 1)}


def _pieces(check: Check) -> tuple[str | None, ...]:
    parts = _PLACEHOLDER.split(check.explanation["vi"])
    texts, slots = parts[::2], parts[1::2]
    missing = [None] * (_MOST - len(slots))
    return (check.severity.value, *texts, *missing, *slots, *missing)


def _enum(words: Iterable[str]) -> str:
    listed = (f"'{quoted(str(word))}'" for word in sorted(set(words)))
    return f"ENUM ({', '.join(listed)})"
