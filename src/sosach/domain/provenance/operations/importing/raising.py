"""Takes in what a run raised about its records: findings, candidates, duplicates. What it says no more is gone, not deleted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sosach.domain.provenance.operations.importing.expressions import name
from sosach.domain.provenance.operations.importing.folder import ahead
from sosach.domain.provenance.operations.importing.matching import Task
from sosach.domain.provenance.operations.importing.staging import (
    copy_in,
    make_staging,
    planned,
    run,
    temporary,
)
from sosach.domain.provenance.rules import GONE, OPEN


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what is raised.

    Attributes:
        file: of the run.
        table: where it goes.
        values: column of the table → SQL over the staged row `s`.
        identity: columns that say whether a later run says the same again.
        needs: columns of the file.
    """

    file: str
    table: str
    values: Mapping[str, str]
    identity: tuple[str, ...]
    needs: tuple[str, ...]


FINDINGS = Kind(
    "findings",
    "provenance_finding",
    {
        "code": "s.code",
        "severity": "s.severity",
        "field": "coalesce(s.field, '')",
        "value": "coalesce(s.value, '')",
        "proposed": "s.proposed_value",
    },
    ("code", "field", "value"),
    ("code", "severity", "field", "value", "proposed_value"),
)
DUPLICATES = Kind(
    "duplicates",
    "provenance_duplicate",
    {"group": "s.group_id", "reason": "left(s.reason, 64)"},
    ("group", "reason"),
    ("group_id", "reason"),
)


def _candidates(task: Task) -> Kind:
    person = (
        "NULL::bigint"
        if task.population is None
        else f"(SELECT q.id FROM {task.population.table} q WHERE q.pin = s.pin)"
    )
    return Kind(
        "candidates",
        "provenance_candidate",
        {
            "pin": "s.pin",
            "person_id": person,
            "rank": "s.rank::smallint",
            "probability": "s.probability::float8",
            "evidence": "coalesce(s.evidence, '')",
        },
        ("pin",),
        ("pin", "rank", "probability", "evidence"),
    )


def raise_all(task: Task, told: Callable[[int], None] | None = None) -> dict[str, int]:
    """Take in everything the run raised about this register; how many of each file.

    Args:
        task: whose.
        told: hears how many were taken in so far.
    """
    taken: dict[str, int] = {}
    for kind in (FINDINGS, _candidates(task), DUPLICATES):
        before = sum(taken.values())
        taken[kind.file] = 0
        for rows in _raise(task, kind):
            taken[kind.file] += rows
            if told is not None:
                told(before + taken[kind.file])
    return taken


def _raise(task: Task, kind: Kind) -> Iterator[int]:
    """Take in one file; how many, portion by portion."""
    with temporary("import_said"):
        make_staging("import_said", ["row_number", *kind.needs])
        portions = task.folder.portions(kind.file, ["row_number", *kind.needs], register=task.register.name)
        for portion in ahead(portions):
            run("TRUNCATE import_said")
            copy_in("import_said", portion)
            rows = _keep_of_refused(kind)
            again = 0 if task.was_empty else _renew(task, kind)
            yield rows + again + _add(task, kind)
    if not task.was_empty:
        _close(task, kind)


def _keep_of_refused(kind: Kind) -> int:
    """What was said about refused rows stays with them."""
    told = ", ".join(f"'{column}', s.{name(column)}" for column in kind.needs)
    return run(
        f"INSERT INTO import_refused_said SELECT s.row_number, '{kind.file}', jsonb_strip_nulls(jsonb_build_object({told})) "
        f"FROM import_said s JOIN {planned('import_said')} p ON p.row_number = s.row_number WHERE p.reason IS NOT NULL"
    )


def _renew(task: Task, kind: Kind) -> int:
    """What is known already and said again: it comes from this source now; judgements stay."""
    same = " AND ".join(f"t.{name(column)} = {kind.values[column]}" for column in kind.identity)
    rest = ", ".join(f"{name(c)} = {value}" for c, value in kind.values.items() if c not in kind.identity)
    run(
        f"""UPDATE {kind.table} t SET source_id = %s, gone = false,
                   state = CASE WHEN t.state = '{GONE}' THEN '{OPEN}' ELSE t.state END{", " + rest if rest else ""}
            FROM import_said s JOIN {planned("import_said")} p ON p.row_number = s.row_number AND p.reason IS NULL
            WHERE t.register = %s AND t.subject_id = p.subject AND {same}""",
        [task.source.pk, task.register.name],
    )
    return run(
        f"""DELETE FROM import_said s USING {planned("import_said")} p, {kind.table} t
            WHERE p.row_number = s.row_number AND p.reason IS NULL AND t.register = %s AND t.subject_id = p.subject AND {same}""",
        [task.register.name],
    )


def _add(task: Task, kind: Kind) -> int:
    columns = ", ".join(map(name, kind.values))
    return run(
        f"""INSERT INTO {kind.table} (register, subject_id, source_id, gone, state, {columns})
            SELECT %s, p.subject, %s, false, '{OPEN}', {", ".join(kind.values.values())}
            FROM import_said s JOIN {planned("import_said")} p ON p.row_number = s.row_number WHERE p.reason IS NULL""",
        [task.register.name, task.source.pk],
    )


def _close(task: Task, kind: Kind) -> None:
    """What an earlier run said about records of this run and this one says no more."""
    run(
        f"""UPDATE {kind.table} t SET gone = true, state = CASE WHEN state = '{OPEN}' THEN '{GONE}' ELSE state END
            WHERE t.register = %s AND t.source_id <> %s AND NOT t.gone
            AND EXISTS (SELECT 1 FROM import_subject p WHERE p.subject = t.subject_id)""",
        [task.register.name, task.source.pk],
    )
