"""A second connection takes in part of a register beside the first: a server's second core helps by the same register, too.

The first connection plans the whole run and hands rows over, with the records they are planned to become. Only rows that
are alone go: new records that share nothing with any other row (`matching`), so that it makes no difference who writes them,
or when. Each connection's part is a source, a transaction and an act of its own. The first ends after the second: a run whose
own source is there is in as a whole. Where the first fails, the second's part may stay; the run taken in again knows its
source and takes the rest in.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

import pyarrow as pa
from django.db import connection, connections

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.provenance.models import Source
from sosach.domain.provenance.operations.importing.folder import Rows
from sosach.domain.provenance.operations.importing.matching import Task
from sosach.domain.provenance.operations.importing.staging import ask, copy_in, run, temporary
from sosach.domain.provenance.operations.importing.turns import work_beside
from sosach.domain.provenance.operations.importing.writing import Taken, Told, begin, write
from sosach.domain.provenance.rules import Phase

EVENT = "provenance.source_taken_in"
ROLES = frozenset({Role.STEWARD, Role.SYSTEM})
BETWEEN = ":"  # before the number of a part, behind the digest of the run
LEAST = 16_000  # fewer rows to hand over are not worth a connection
LOOK_AFTER = 10  # seconds: a transaction that asks nothing for a minute is ended
STAGED = (
    *("import_plan", "import_taken", "import_subject", "import_slow", "import_row", "import_given", "import_refused"),
    *("import_refused_said", "import_many", "import_none", "import_merged", "import_unmerged"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """What is handed over.

    Attributes:
        task: the register of the run, with these rows alone.
        plan: row and record of each, as CSV.
        rows: how many.
    """

    task: Task
    plan: bytes
    rows: int


class Parts:
    """Progress of both connections, told as one."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._alone = threading.Lock()
        self._heard: dict[Phase, dict[int, tuple[int, int]]] = {}

    def expect(self, part: int, phase: Phase, of: int) -> None:
        """A part will come to this phase, with so many rows."""
        self._heard.setdefault(phase, {})[part] = (0, of)

    def of(self, part: int) -> Told:
        """Where a part tells how it goes."""

        def told(phase: Phase, done: int, of: int) -> None:
            with self._alone:
                heard = self._heard.setdefault(phase, {})
                heard[part] = (done, of)
                self._told(phase, sum(each for each, _ in heard.values()), sum(whole for _, whole in heard.values()))

        return told


def earlier_parts(digest: str) -> tuple[int, ...]:
    """Sources of parts of a run that did not come to its end."""
    found = Source.objects.filter(digest__startswith=digest + BETWEEN).order_by("pk")
    return tuple(found.values_list("pk", flat=True))


def share_of(order: Order, task: Task) -> tuple[Task, Share | None]:
    """Part the plan: what stays here, and what a second connection may take in, if that is worth it.

    The border lies in the middle of the rows that are alone. Those behind it leave `import_plan`.
    """
    ((border, many),) = ask(
        """SELECT border, (SELECT count(*) FROM import_plan WHERE alone AND row_number > border)
           FROM (SELECT (min(row_number) + max(row_number)) / 2 AS border FROM import_plan WHERE alone) b"""
    )
    if many < LEAST or not _all_is_committed(order, task):
        return task, None
    behind = f"FROM import_plan WHERE row_number > {border:d} AND"
    staying = pa.array([row for (row,) in ask(f"SELECT row_number {behind} NOT alone")], pa.int32())
    leaving = f"COPY (SELECT row_number, subject {behind} alone) TO STDOUT (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(leaving) as copy:
        plan = b"".join(copy)  # it comes row by row
    run("DELETE FROM import_plan WHERE alone AND row_number > %s", [border])
    here, there = (
        replace(task, folder=replace(task.folder, only=Rows(border, staying, behind=side))) for side in (False, True)
    )
    return here, Share(there, plan, many)


def _all_is_committed(order: Order, task: Task) -> bool:
    """Whether another connection sees what this one has written so far: the persons records are linked to."""
    before = Source.objects.filter(act=order.act).exclude(pk=task.source.pk)
    return not connection.savepoint_ids and not before.exists()


@contextmanager
def beside(order: Order, share: Share | None, told: Told) -> Iterator[Callable[[], Taken | None]]:
    """Let a second connection take its share in meanwhile; what is given waits for it and says what it took in.

    Whatever fails here stops it there. Without a share nothing happens beside.
    """
    if share is None:
        yield lambda: None
        return
    stopped = threading.Event()

    def heard(phase: Phase, done: int, of: int) -> None:
        if stopped.is_set():
            raise RuntimeError("the other connection failed")
        told(phase, done, of)

    def work() -> Taken:
        try:
            return take_in_share(replace(order, act=uuid4()), share=share, told=heard)
        finally:
            connections.close_all()  # of this thread

    with ThreadPoolExecutor(1) as thread:
        begun = thread.submit(work)
        try:
            yield lambda: _ended(begun)
        finally:
            stopped.set()


def _ended(begun: Future[Taken]) -> Taken:
    while not wait([begun], timeout=LOOK_AFTER).done:
        run("SELECT 1")  # still there
    return begun.result()


@operation(EVENT, roles=ROLES, nationwide=True)
def take_in_share(order: Order, *, share: Share, told: Told) -> Done[Taken]:
    """Take in what was handed over: a source and an act of its own.

    Raises:
        SosachError: ENGINE-01 rows in are not rows out.
    """
    task, whole = share.task, share.task.source
    part = len(task.earlier) + 1
    begin(order)
    work_beside(task.register.name)
    source = Source.objects.create(
        kind=whole.kind,
        register=whole.register,
        origin=whole.origin,
        title=whole.title,
        digest=f"{whole.digest}{BETWEEN}{part}",
        taken_in_at=order.at,
        act=order.act,
        details={**whole.details, "part": part},
    )
    with temporary(*STAGED):
        _stage_plan(share)
        taken = write(order, replace(task, source=source), told)
    counts = {"rows": taken.rows, "new": taken.new, "repeated": False, "part": part}
    return Done(taken, [Subject("source", str(source.pk))], {taken.register: counts})


def _stage_plan(share: Share) -> None:
    """`import_plan` of the rows that were handed over."""
    run("CREATE TEMP TABLE import_plan (row_number integer, subject bigint)")
    copy_in("import_plan", share.plan)
    flags = "".join(f", ADD claimed{place} boolean DEFAULT false" for place in range(len(share.task.columns.claimed)))
    run(
        "ALTER TABLE import_plan ADD fresh boolean DEFAULT true, ADD many boolean DEFAULT false, ADD reason text, "
        f"ADD alone boolean DEFAULT true{flags}"
    )
    run("CREATE INDEX ON import_plan (row_number)")
    run("ANALYZE import_plan")
