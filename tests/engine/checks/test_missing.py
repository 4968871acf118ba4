"""Empty cells: whatever the readers of values make of a blank, its rule MIS still looks at the cell and finds it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.engine.checks.example_tables import STD, Tables, connect

from sosach.base.registers import COLUMNS, Register
from sosach.engine.checks.missing import MISSING_CODES, MISSING_RULES
from sosach.engine.checks.run import run_rules
from sosach.engine.standardise.fields import fields
from sosach.engine.standardise.kinds import KINDS

MANDATORY = [(register, column.name) for register, columns in COLUMNS.items() for column in columns if column.mandatory]


def _read(register: Register, column: str, cell: str) -> dict[str, Any]:
    """What the standardised record holds of a cell."""
    spec = next(spec for spec in fields(register, {}) if spec.column == column)
    kind = KINDS[spec.kind]
    meaning = dict(zip(kind.columns, kind.read(cell), strict=False))
    read = {name: meaning.get(source) for name, source in spec.gives.items()}
    return {name: value for name, value in read.items() if name in STD[register] and value is not None}


@pytest.mark.parametrize(("register", "column"), MANDATORY)
def test_blank_cell_is_missing_however_it_is_read(register: Register, column: str, tmp_path: Path) -> None:
    tables = Tables()
    for blank in (" ", "\u00a0", "\t \r\n"):
        tables.add(register, {**_read(register, column, blank), "given": {column: blank}})
    con = connect(tables)
    rule = next(one for one in MISSING_RULES if one.code == MISSING_CODES[register, column])
    (run,) = run_rules(con, [rule], registers=[register], as_of=date(2026, 11, 22), out=tmp_path)
    assert run.rows == 3
