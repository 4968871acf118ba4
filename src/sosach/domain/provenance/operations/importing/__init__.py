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
from sosach.domain.provenance.operations.folding import fold_new, refold_many
from sosach.domain.provenance.operations.importing.folder import RunFolder, ahead
from sosach.domain.provenance.operations.importing.loading import Loader, stage_communes
from sosach.domain.provenance.operations.importing.matching import Task, is_empty, plan
from sosach.domain.provenance.operations.importing.raising import raise_all
from sosach.domain.provenance.operations.importing.staging import ask, count, run, temporary
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import Phase
from sosach.vn.working_days import day_of

KIND = "cleaning_run"
POPULATION = "population"
LOCK_KEY = 7309945  # of the advisory locks: one import of a register at a time, so that later sources have later ids
STAGED = (
    *("import_plan", "import_subject", "import_slow", "import_row", "import_given", "import_refused"),
    *("import_refused_said", "import_many", "import_none", "import_merged", "import_unmerged"),
)
Progress = Callable[[str, Phase, int, int], None]


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


@operation("provenance.source_taken_in", roles=frozenset({Role.STEWARD, Role.SYSTEM}), nationwide=True)
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

    A province's desk takes in what lies in the province; all other rows are kept as refused. It works nationwide because a
    number may be another province's, and an owner may live there; what it writes is held to the province by its own checks.

    Args:
        order: who, when.
        folder: of the run.
        registers: all registers there are; those the run holds are taken in, persons first.
        synthetic: whether the people of the run are invented; real ones need a database marked for them.
        origin: system that keeps the records; record numbers of one origin mean the same from run to run.
        progress: told register, phase, rows done, rows to do.

    Raises:
        SosachError: ACCESS-02 from the desk of neither the country nor a province; DB-02 real data, and the database is not for them;
            INPUT-01 or INPUT-02 no run there; ENGINE-01 rows in are not rows out.
    """
    if order.actor.level not in {Level.NATION, Level.PROVINCE}:
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE,
            vi="Chỉ cấp quốc gia và cấp tỉnh được nhập kết quả làm sạch.",
            en="Only desks of the nation and of provinces take in cleaning runs.",
        )
    if not synthetic:
        _require_real_allowed()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET LOCAL work_mem = '128MB'")
    found = RunFolder(folder)
    stage_communes(day_of(order.at))
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
    province = order.actor.unit if order.actor.level is Level.PROVINCE else ""
    digest = folder.digest(register.name, province=province)
    if (known := _known(digest)) is None:
        _wait_for_others(register.name)
        known = _known(digest)
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
    task = Task(folder, register, source, population, is_empty(register), province)
    with temporary(*STAGED):
        return _load(order, task, progress)


def _known(digest: str) -> Source | None:
    return Source.objects.filter(digest=digest).first()


def _wait_for_others(register: str) -> None:
    """One import of a register at a time; persons stay as they are while others are linked to them."""
    if register != POPULATION:
        run("SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s))", [LOCK_KEY, POPULATION])
    run("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_KEY, register])


def _load(order: Order, task: Task, progress: Progress | None) -> Taken:
    name, total = task.register.name, task.folder.rows(task.register.name)

    def told(phase: Phase, done: int, of: int) -> None:
        if progress is not None:
            progress(name, phase, done, of)

    told(Phase.PLANNING, 0, total)
    plan(task)
    told(Phase.PLANNING, total, total)
    loader = Loader(task)
    loader.prepare()
    done = 0
    for portion, rows in ahead(task.folder.counted(name, loader.file_columns, computed=task.columns.computed)):
        loader.load(portion)
        done += rows
        told(Phase.RECORDS, done, total)
    loader.finish()
    run("CREATE TEMP TABLE import_refused_said (row_number integer, file text, said jsonb)")
    run(
        "CREATE TEMP TABLE import_subject AS SELECT DISTINCT subject FROM import_plan WHERE reason IS NULL AND NOT fresh"
    )
    run("CREATE INDEX ON import_subject (subject)")
    raised = task.folder.raised(name)
    said = raise_all(task, lambda so_far: told(Phase.RAISED, so_far, raised))
    _settle(order, task, told)
    _require_all(task, total, loader.written, _keep_refused(task))
    return _counted(task, total, said)


def _settle(order: Order, task: Task, told: Callable[[Phase, int, int], None]) -> None:
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


def _require_all(task: Task, total: int, rows: int, refused: int) -> None:
    """Rows in are rows out, each with its record in the territory, or nothing happened at all."""
    within = f"AND t.province_code = '{task.province}'" if task.province else ""
    without = count(
        f"SELECT count(*) FROM import_plan p LEFT JOIN {task.register.table} t ON t.id = p.subject {within} "
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
