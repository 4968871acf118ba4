"""The bridge from cleaning runs: the files of `sosach clean` become sources, records, findings and candidates.

A run is taken in set by set, one register after the other, a large one by two connections (`sharing`). Nothing is lost: every
row of the run is a source row of a record or a refused row with its reason, and a transaction ends only when the counts say so.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.provenance.models import Source
from sosach.domain.provenance.operations.importing.folder import RunFolder
from sosach.domain.provenance.operations.importing.matching import Task, is_empty, plan
from sosach.domain.provenance.operations.importing.sharing import (
    EVENT,
    ROLES,
    STAGED,
    Parts,
    beside,
    earlier_parts,
    share_of,
)
from sosach.domain.provenance.operations.importing.staging import ask, count, temporary
from sosach.domain.provenance.operations.importing.turns import POPULATION, wait_for_others
from sosach.domain.provenance.operations.importing.writing import Taken, Told, begin, require_all, write
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import Phase

KIND = "cleaning_run"
Progress = Callable[[str, Phase, int, int], None]


@operation(EVENT, roles=ROLES, nationwide=True)
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
    found = RunFolder(folder)
    begin(order)
    by_name = {register.name: register for register in registers}
    present = sorted((name for name in by_name if found.rows(name)), key=lambda name: (name != POPULATION, name))
    taken = [_take_in(order, found, by_name, name=name, origin=origin, progress=progress) for name in present]
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
    registers: Mapping[str, Register],
    *,
    name: str,
    origin: str,
    progress: Progress | None,
) -> Taken:
    province = order.actor.unit if order.actor.level is Level.PROVINCE else ""
    digest = folder.digest(name, province=province)
    if (known := _known(digest)) is None:
        wait_for_others(name, registers)
        known = _known(digest)
    if known is not None:
        return Taken(name, known.pk, repeated=True, rows=folder.rows(name))
    earlier = earlier_parts(digest)
    source = Source.objects.create(
        kind=KIND,
        register=name,
        origin=origin,
        title=f"{name} {folder.manifest['as_of']}",
        digest=digest,
        taken_in_at=order.at,
        act=order.act,
        details={"as_of": folder.manifest["as_of"], "settings": folder.manifest["settings"]},
    )
    register = registers[name]
    task = Task(folder, register, source, registers.get(POPULATION), is_empty(register), province, earlier)

    def told(phase: Phase, done: int, of: int) -> None:
        if progress is not None:
            progress(name, phase, done, of)

    with temporary(*STAGED):
        return _load(order, task, told)


def _known(digest: str) -> Source | None:
    return Source.objects.filter(digest=digest).first()


def _load(order: Order, task: Task, told: Told) -> Taken:
    """Plan one register, and write it: alone, or with a second connection beside."""
    name, total = task.register.name, task.folder.rows(task.register.name)
    told(Phase.PLANNING, 0, total)
    plan(task)
    told(Phase.PLANNING, total, total)
    earlier = count("SELECT count(*) FROM import_taken")
    parts = Parts(told)
    task, share = share_of(order, task)
    if share is not None:
        parts.expect(1, Phase.RECORDS, share.rows)
        parts.expect(1, Phase.RAISED, share.task.folder.raised(name))
    with beside(order, share, parts.of(1)) as other:
        taken = write(order, task, parts.of(0))
        if (more := other()) is not None:
            taken.add(more)
    require_all(name, total, (taken.rows, earlier))
    taken.rows, taken.earlier = total, earlier
    return taken


__all__ = ["KIND", "POPULATION", "Progress", "Taken", "import_run"]
