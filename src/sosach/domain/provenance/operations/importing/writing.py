"""Writes what was planned for one register by one connection: records, what was raised about them, what is settled one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.provenance.operations.folding import fold_new, refold_many
from sosach.domain.provenance.operations.importing.folder import ahead
from sosach.domain.provenance.operations.importing.loading import Loader, stage_communes
from sosach.domain.provenance.operations.importing.matching import Task
from sosach.domain.provenance.operations.importing.raising import raise_all
from sosach.domain.provenance.operations.importing.staging import ask, count, run
from sosach.domain.provenance.rules import Phase
from sosach.vn.working_days import day_of

Told = Callable[[Phase, int, int], None]


@dataclass(slots=True)
class Taken:
    """What became of one register of a run.

    Attributes:
        register: its name.
        source: id of the source.
        repeated: whether this run of this register had been taken in before; then nothing changed.
        rows: rows of the run.
        earlier: of them, those that an import which did not come to its end had taken in.
        new: records made.
        known: records that were there and took in what is told now.
        refused: reason → rows that are no record.
        said: file → findings, candidates, duplicates taken in.
    """

    register: str
    source: int
    repeated: bool = False
    rows: int = 0
    earlier: int = 0
    new: int = 0
    known: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Taken") -> None:
        """Count what another connection took in of the same register."""
        self.rows += other.rows
        self.new += other.new
        self.known += other.known
        for mine, others in ((self.refused, other.refused), (self.said, other.said)):
            for name, many in others.items():
                mine[name] = mine.get(name, 0) + many


def begin(order: Order) -> None:
    """What every connection that takes in does first."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET LOCAL work_mem = '128MB'")
    stage_communes(day_of(order.at))


def write(order: Order, task: Task, told: Told) -> Taken:
    """Take in the rows of `import_plan`.

    Raises:
        SosachError: ENGINE-01, rows in are not rows out.
    """
    name, planned = task.register.name, count("SELECT count(*) FROM import_plan")
    loader = Loader(task)
    loader.prepare()
    done = 0
    told(Phase.RECORDS, 0, planned)
    for portion, _ in ahead(task.folder.counted(name, loader.file_columns, computed=loader.computed)):
        done += loader.load(portion)
        told(Phase.RECORDS, done, planned)
    loader.finish()
    run("CREATE TEMP TABLE import_refused_said (row_number integer, file text, said jsonb)")
    run(
        "CREATE TEMP TABLE import_subject AS SELECT DISTINCT subject FROM import_plan WHERE reason IS NULL AND NOT fresh"
    )
    run("CREATE INDEX ON import_subject (subject)")
    raised = task.folder.raised(name)
    told(Phase.RAISED, 0, raised)
    said = raise_all(task, lambda so_far: told(Phase.RAISED, so_far, raised))
    _settle(order, task, told)
    require_all(name, planned, (loader.written, _keep_refused(task)), without=_without_record(task))
    return _counted(task, planned, said)


def _settle(order: Order, task: Task, told: Told) -> None:
    """Fold what cannot be settled set by set: records of several rows, records with decisions."""
    keys: dict[bool, list[int]] = {True: [], False: []}
    for key, fresh in ask(
        "SELECT s.subject, bool_and(p.fresh) FROM (SELECT DISTINCT subject FROM import_slow) s "
        "JOIN import_plan p ON p.subject = s.subject AND p.reason IS NULL GROUP BY s.subject ORDER BY s.subject"
    ):
        keys[fresh].append(key)
    many = len(keys[True]) + len(keys[False])
    if many:
        told(Phase.SETTLING, 0, many)
        fold_new(order, task.register, keys[True])
        if keys[False]:
            told(Phase.SETTLING, len(keys[True]), many)
            refold_many(order, task.register, keys[False])
        told(Phase.SETTLING, many, many)


def _keep_refused(task: Task) -> int:
    return run(
        """INSERT INTO provenance_refusedrow (source_id, register, row_number, record_id, reason, given, values, verdict,
                                              commune_code, province_code)
           SELECT %s, %s, r.row_number, r.record_id, r.reason, r.given, r.told, r.verdict || jsonb_build_object('said',
                  (SELECT coalesce(jsonb_agg(s.said), '[]') FROM import_refused_said s WHERE s.row_number = r.row_number)),
                  r.commune_code, r.province_code FROM import_refused r ORDER BY r.row_number""",
        [task.source.pk, task.register.name],
    )


def _without_record(task: Task) -> int:
    """How many planned rows have no record in the territory."""
    within = f"AND t.province_code = '{task.province}'" if task.province else ""
    return count(
        f"SELECT count(*) FROM import_plan p LEFT JOIN {task.register.table} t ON t.id = p.subject {within} "
        "WHERE p.reason IS NULL AND t.id IS NULL"
    )


def require_all(register: str, rows: int, out: Sequence[int], *, without: int = 0) -> None:
    """Rows in are rows out, each with its record, or nothing happened at all.

    Raises:
        SosachError: ENGINE-01.
    """
    if sum(out) != rows or without:
        told = " + ".join(map(str, out))
        raise SosachError(
            ErrorCode.ROWS_LOST,
            vi=f"{register}: {rows} dòng vào, {told} dòng ra, {without} dòng không có bản ghi.",
            en=f"{register}: {rows} rows in, {told} out, {without} without a record.",
        )


def _counted(task: Task, planned: int, said: dict[str, int]) -> Taken:
    ((new, known),) = ask(
        "SELECT count(DISTINCT subject) FILTER (WHERE fresh), count(DISTINCT subject) FILTER (WHERE NOT fresh) "
        "FROM import_plan WHERE reason IS NULL"
    )
    refused = dict(ask("SELECT reason, count(*) FROM import_refused GROUP BY reason"))
    return Taken(task.register.name, task.source.pk, rows=planned, new=new, known=known, refused=refused, said=said)
