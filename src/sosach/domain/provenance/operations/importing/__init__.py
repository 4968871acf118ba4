"""The bridge from cleaning runs: the files of `sosach clean` become sources, records, findings and candidates.

A run is taken in set by set in one transaction, one register after the other. Nothing is lost: every row of the run is a
source row of a record or a refused row with its reason, and the transaction ends only when the counts say so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.provenance.models import Source
from sosach.domain.provenance.operations.folding import refold_many
from sosach.domain.provenance.operations.importing.folder import RunFolder, ahead
from sosach.domain.provenance.operations.importing.loading import Loader, stage_communes
from sosach.domain.provenance.operations.importing.matching import Task, is_empty, plan
from sosach.domain.provenance.operations.importing.raising import raise_all
from sosach.domain.provenance.operations.importing.staging import ask, count, run, temporary
from sosach.domain.provenance.operations.registers import Register

KIND = "cleaning_run"
POPULATION = "population"
LOCK_KEY = 7309945  # of the advisory lock: one import at a time, so that later sources have later ids
STAGED = (
    *("import_plan", "import_subject", "import_slow", "import_row", "import_given", "import_refused"),
    *("import_refused_said", "import_many", "import_none", "import_merged", "import_unmerged"),
)
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Taken:
    """What became of one register of a run.

    Attributes:
        register: its name.
        source: id of the source.
        repeated: whether this run of this register had been taken in before; then nothing changed.
        rows: rows of the run.
        new: records made.
        known: records that were there and took in what is told now.
        refused: reason → rows that are no record.
        said: file → findings, candidates, duplicates taken in.
    """

    register: str
    source: int
    repeated: bool = False
    rows: int = 0
    new: int = 0
    known: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)


@operation("provenance.source_taken_in", roles=frozenset({Role.STEWARD, Role.SYSTEM}))
def import_run(
    order: Order,
    *,
    folder: Path,
    registers: Sequence[Register],
    synthetic: bool,
    origin: str = "",
    progress: Progress | None = None,
) -> Done[list[Taken]]:
    """Take the outputs of `sosach clean` into the registers. The same run taken in twice changes nothing.

    Args:
        order: who, when.
        folder: of the run.
        registers: all registers there are; those the run holds are taken in, persons first.
        synthetic: whether the people of the run are invented; real ones need a database marked for them.
        origin: system that keeps the records; record numbers of one origin mean the same from run to run.
        progress: told register, rows done, rows to do.

    Raises:
        SosachError: ACCESS-02 not from the whole country's desk; DB-02 real data, and the database is not for them;
            INPUT-01 or INPUT-02 no run there; ENGINE-01 rows in are not rows out.
    """
    if order.actor.level is not Level.NATION:
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE,
            vi="Chỉ cấp quốc gia được nhập kết quả làm sạch.",
            en="Only the nation's desk takes in cleaning runs.",
        )
    if not synthetic:
        _require_real_allowed()
    run("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET LOCAL work_mem = '128MB'")
    found = RunFolder(folder)
    stage_communes(order.at.date())
    by_name = {register.name: register for register in registers}
    present = sorted((name for name in by_name if found.rows(name)), key=lambda name: (name != POPULATION, name))
    taken = [
        _take_in(order, found, by_name[name], population=by_name.get(POPULATION), origin=origin, progress=progress)
        for name in present
    ]
    subjects = [Subject("source", str(each.source)) for each in taken] or [Subject("source", "")]
    details = {each.register: {"rows": each.rows, "new": each.new, "repeated": each.repeated} for each in taken}
    return Done(taken, subjects, details)


def _require_real_allowed() -> None:
    if not ask("SELECT 1 FROM pg_namespace WHERE nspname = 'installation'") or not count(
        "SELECT count(*) FROM installation.data_kind WHERE kind = 'real'"
    ):
        raise SosachError(
            ErrorCode.DATABASE_UNFIT,
            vi="Cơ sở dữ liệu này chỉ được giữ dữ liệu giả định.",
            en="This database may hold invented people only.",
            hint_vi="Dùng máy chủ chính thức và đánh dấu cơ sở dữ liệu cho dữ liệu thật.",
            hint_en="Use a production server and mark its database for real data.",
        )


def _take_in(
    order: Order,
    folder: RunFolder,
    register: Register,
    *,
    population: Register | None,
    origin: str,
    progress: Progress | None,
) -> Taken:
    digest = folder.digest(register.name)
    known = Source.objects.filter(digest=digest).first()
    if known is not None:
        return Taken(register.name, known.pk, repeated=True, rows=folder.rows(register.name))
    source = Source.objects.create(
        kind=KIND,
        register=register.name,
        origin=origin,
        title=f"{register.name} {folder.manifest['as_of']}",
        digest=digest,
        taken_in_at=order.at,
        act=order.act,
        details={"as_of": folder.manifest["as_of"], "settings": folder.manifest["settings"]},
    )
    task = Task(folder, register, source, population, is_empty(register))
    with temporary(*STAGED):
        return _load(order, task, progress)


def _load(order: Order, task: Task, progress: Progress | None) -> Taken:
    name, total = task.register.name, task.folder.rows(task.register.name)
    plan(task)
    loader = Loader(task)
    loader.prepare()
    done = 0
    computed = task.columns.computed
    for portion, rows in ahead(task.folder.counted(name, loader.file_columns, computed=computed)):
        loader.load(portion)
        done += rows
        if progress is not None:
            progress(name, done, total)
    loader.finish()
    run("CREATE TEMP TABLE import_refused_said (row_number integer, file text, said jsonb)")
    run(
        "CREATE TEMP TABLE import_subject AS SELECT DISTINCT subject FROM import_plan WHERE reason IS NULL AND NOT fresh"
    )
    run("CREATE INDEX ON import_subject (subject)")
    said = raise_all(task)
    slow = [key for (key,) in ask("SELECT DISTINCT subject FROM import_slow ORDER BY subject")]
    refold_many(order, task.register, slow)
    _require_all(task, total, loader.written, _keep_refused(task))
    return _counted(task, total, said)


def _keep_refused(task: Task) -> int:
    return run(
        """INSERT INTO provenance_refusedrow (source_id, register, row_number, record_id, reason, given, values, verdict,
                                              commune_code, province_code)
           SELECT %s, %s, r.row_number, r.record_id, r.reason, r.given, r.told, r.verdict || jsonb_build_object('said',
                  (SELECT coalesce(jsonb_agg(s.said), '[]') FROM import_refused_said s WHERE s.row_number = r.row_number)),
                  r.commune_code, r.province_code FROM import_refused r ORDER BY r.row_number""",
        [task.source.pk, task.register.name],
    )


def _require_all(task: Task, total: int, rows: int, refused: int) -> None:
    """Rows in are rows out, each with its record, or nothing happened at all."""
    without = count(
        f"SELECT count(*) FROM import_plan p LEFT JOIN {task.register.table} t ON t.id = p.subject "
        "WHERE p.reason IS NULL AND t.id IS NULL"
    )
    if rows + refused != total or without:
        raise SosachError(
            ErrorCode.ROWS_LOST,
            vi=f"{task.register.name}: {total} dòng vào, {rows} + {refused} dòng ra, {without} dòng không có bản ghi.",
            en=f"{task.register.name}: {total} rows in, {rows} + {refused} out, {without} without a record.",
        )


def _counted(task: Task, total: int, said: dict[str, int]) -> Taken:
    ((new, known),) = ask(
        "SELECT count(DISTINCT subject) FILTER (WHERE fresh), count(DISTINCT subject) FILTER (WHERE NOT fresh) "
        "FROM import_plan WHERE reason IS NULL"
    )
    refused = dict(ask("SELECT reason, count(*) FROM import_refused GROUP BY reason"))
    return Taken(task.register.name, task.source.pk, rows=total, new=new, known=known, refused=refused, said=said)


__all__ = ["Progress", "Taken", "import_run"]
