"""Checks records anew as they stand: a cleaning run over them and what stands beside them, so that a check has one meaning.

The run works outside any transaction; what it says is taken in only of records that did not change meanwhile.
"""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register as Canonical
from sosach.base.registers import column_names
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.operations.solving import prove, records_to_prove
from sosach.domain.campaign.queries.neighbourhood import UNSEEN, around
from sosach.domain.provenance.operations.rechecking import Checked, Told, take_in_recheck
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.queries.standing import Row, standing
from sosach.engine.clean import clean
from sosach.engine.settings import Settings
from sosach.jobs.registers import REGISTERS
from sosach.vn.working_days import day_of

BY_NAME: Mapping[str, Register] = {each.name: each for each in REGISTERS}
MEMORY_MB = 512
_NUMBER = {Canonical.POPULATION: "pin"}  # the population has no record number of its own


@dataclass(slots=True)
class _Gathered:
    rows: dict[Canonical, list[Row]]
    asked: dict[int, int]  # row → record
    journal: dict[int, int]  # record → last entry


def recheck(order: Order, *, register: str, record_ids: Collection[int]) -> dict[int, Checked]:
    """Check records as they stand now; findings they no longer deserve are gone, new ones are raised.

    Takes about two seconds however few they are: call it for many at once, outside a transaction.

    Returns:
        What is said of each; records that changed meanwhile are left out.

    Raises:
        SosachError: ACCESS-01; STATE-03 all of them changed meanwhile.
    """
    with acting(order.actor, level=Level.NATION):
        gathered = _gather(Canonical(register), record_ids)
    if not gathered.asked:
        return {}
    with tempfile.TemporaryDirectory(prefix="sosach-recheck-") as folder:
        out = _run(Path(folder), gathered, order)
        told = Told(out, gathered.asked, gathered.journal, UNSEEN)
        return take_in_recheck(order, register=BY_NAME[register], told=told, population=BY_NAME["population"])


def recheck_waiting(order: Order) -> dict[str, int]:
    """Check every record anew that an answer has changed; how many cases were closed, sent back, opened again.

    The work of a job that comes every few seconds: one run of the engine per register, whatever the number.

    Raises:
        SosachError: ACCESS-01.
    """
    counted: dict[str, int] = defaultdict(int)
    for register, records in records_to_prove(order).items():
        try:
            checked = recheck(replace(order, act=uuid4()), register=register, record_ids=records)
        except SosachError as refused:
            if refused.code is not ErrorCode.CONFLICT:
                raise
            continue  # all of them changed meanwhile: the next turn takes them
        for name, count in prove(replace(order, act=uuid4()), register=register, checked=checked).items():
            counted[name] += count
    return dict(counted)


def _gather(register: Canonical, record_ids: Collection[int]) -> _Gathered:
    """Rows of every register the run is given: the records asked about first."""
    wanted, beside = set(record_ids), around(register, record_ids)
    found = _Gathered({}, {}, {})
    for each, ids in beside.records.items():
        known = BY_NAME[each.value]
        if known.decided is None:
            raise ValueError(f"{known.name} does not say what was decided")
        stands = standing(known.model.objects.filter(pk__in=ids).order_by("pk"), known.decided)
        own = each is register
        for key in sorted(stands, key=lambda key: (not (own and key in wanted), key)):
            rows, last = stands[key]
            if own and key in wanted:
                start = len(found.rows.get(each, ()))
                found.asked |= dict.fromkeys(range(start, start + len(rows)), key)
                found.journal[key] = last
            found.rows.setdefault(each, []).extend(rows)
    return found


def _run(folder: Path, gathered: _Gathered, order: Order) -> Path:
    inputs = {}
    for register, rows in gathered.rows.items():
        inputs[register] = folder / f"{register}.csv"
        with inputs[register].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(column_names(register)), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    out = folder / "out"
    clean(Settings(inputs, out, day_of(order.at), memory_mb=MEMORY_MB, threads=1))
    return out
