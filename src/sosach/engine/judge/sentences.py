"""The sentence of each finding, put together in SQL from the constant pieces of its check and at most a few values."""

import re
from collections.abc import Iterable

from sosach.base.checks import Check
from sosach.base.findings import Severity
from sosach.base.registers import Register, column_names
from sosach.engine.workspace import Workspace, quoted
from sosach.vn.catalogue import catalogue

_PLACEHOLDER = re.compile(r"\{(value|proposed|other)\}")

# Closed lists: one or two bytes in a row instead of a text, and in the order of the text.
CODE, FIELD, REGISTER = "finding_code", "finding_field", "finding_register"
_PIECE, _SHAPE = "finding_piece", "finding_shape"


def show_sentences(workspace: Workspace) -> None:
    """Make the types `CODE`, `FIELD` and `REGISTER` and the table `sentences`.

    It holds of each code the severity, the shape of its sentence (the values in it, joined by commas) and the constant
    pieces around them, t0, t1 …
    """
    con = workspace.con
    checks = [(check, *_taken_apart(check)) for check in catalogue().values()]
    types = {
        CODE: catalogue(),
        FIELD: (name for register in Register for name in column_names(register)),
        REGISTER: Register,
        _PIECE: (piece for _, pieces, _ in checks for piece in pieces),
        _SHAPE: (",".join(values) for _, _, values in checks),
    }
    for name, words in types.items():
        con.execute(f"CREATE TYPE {name} AS {_enum(words)}")
    most = max(len(pieces) for _, pieces, _ in checks)
    columns = [f"code {CODE}", f"severity {_enum(Severity)}", f"shape {_SHAPE}"]
    columns += [f"t{number} {_PIECE}" for number in range(most)]
    con.execute(f"CREATE TABLE sentences ({', '.join(columns)})")
    rows = zip(
        *(
            (check.code, check.severity.value, ",".join(values), *pieces, *[None] * (most - len(pieces)))
            for check, pieces, values in checks
        ),
        strict=True,
    )
    con.execute(f"INSERT INTO sentences SELECT {', '.join(['unnest(?)'] * len(columns))}", [list(row) for row in rows])


def sentence_sql() -> str:
    """SQL of the sentence of a finding: over its columns value, proposed, other and those of its code in `sentences`."""
    shapes = sorted({tuple(_taken_apart(check)[1]) for check in catalogue().values()})
    cases = (f"WHEN '{','.join(shape)}' THEN {_of_shape(shape)}" for shape in shapes)
    return f"CASE shape {' '.join(cases)} END"


def _of_shape(values: tuple[str, ...]) -> str:
    parts = ["t0::VARCHAR"]
    for number, value in enumerate(values, start=1):
        parts += [value, f"t{number}::VARCHAR"]
    return f"concat({', '.join(parts)})"  # a value that is not there adds nothing


def _taken_apart(check: Check) -> tuple[list[str], list[str]]:
    """The constant pieces of a sentence, and the values between them."""
    parts = _PLACEHOLDER.split(check.explanation["vi"])
    return parts[::2], parts[1::2]


def _enum(words: Iterable[str]) -> str:
    listed = (f"'{quoted(str(word))}'" for word in sorted(set(words)))
    return f"ENUM ({', '.join(listed)})"
