"""A campaign of a province at full size: cases made from what a run left, figures, work lists, a split among officers, the figures of a day.

    python benchmarks/registers/campaign.py [--vehicles 1000000] [--dirty 0.2] [--state DIR]

The vehicles, what a run said of them and its findings are written by the database itself, as an import leaves them; what is
measured is done by the verbs and looks that the screens use, as the role that serves requests.
"""

import argparse
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import bench_server
import psycopg

PROVINCE = "38"
DAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
_STOCK = """
INSERT INTO vehicles_vehicle ({columns}) SELECT {values} FROM vehicles_vehicle v
CROSS JOIN generate_series(2, %(count)s::bigint) AS serial JOIN bench_communes c ON c.place = serial %% {communes}
WHERE v.id = %(first)s
"""
_SAID = """
INSERT INTO provenance_sourcerow (source_id, register, subject_id, row_number, record_id, given, values, verdict)
SELECT %(source)s, 'vehicles', id, id, '', '{}', '{}', CASE WHEN id %% 1000 < %(dirty)s
  THEN jsonb_build_object('action', CASE WHEN id %% 3 = 0 THEN 'identify' ELSE 'confirm' END, 'locality', 'Thôn ' || id %% 9,
       'result_class', CASE WHEN id %% 3 = 0 THEN 'no_information' ELSE 'discrepancy' END, 'correct', false, 'complete', true,
       'clean', true, 'live', true)
  ELSE '{"action": "none", "result_class": "match", "correct": true, "complete": true, "clean": true, "live": true}' END
FROM vehicles_vehicle
"""
_FOUND = """
INSERT INTO provenance_finding (register, subject_id, source_id, gone, state, code, severity, field, value)
SELECT 'vehicles', id, %(source)s, false, 'open', code, 'error', 'owner_name', 'TRẦN VĂN TRÍ'
FROM vehicles_vehicle CROSS JOIN (VALUES ('VEH-58'), ('NAM-02')) AS told(code) WHERE id %% 1000 < %(dirty)s
"""


def stock(state: Path, vehicles: int, dirty: float) -> None:
    """Vehicles of one province, and what a run said of them."""
    from sosach.domain.access.queries import acting  # noqa: PLC0415 - after the settings
    from sosach.domain.places.queries import units  # noqa: PLC0415
    from sosach.domain.vehicles.models import Vehicle  # noqa: PLC0415

    with acting(_system()):
        codes = list(units(level="commune", at=DAY.date(), province_code=PROVINCE).values_list("code", flat=True))
    columns = [field.column for field in Vehicle._meta.concrete_fields if field.column != "id"]  # noqa: SLF001 - Django's way
    with psycopg.connect(**bench_server.owner_address(state)) as owner:
        owner.execute("SET work_mem = '256MB'")
        owner.execute("CREATE TEMP TABLE bench_communes (place bigint PRIMARY KEY, code text)")
        with owner.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_communes VALUES (%s, %s)", list(enumerate(codes)))
        values = ", ".join({"commune_code": "c.code"}.get(column, f'v."{column}"') for column in columns)
        named = ", ".join(f'"{column}"' for column in columns)
        first = _first()
        owner.execute(
            _STOCK.format(columns=named, values=values, communes=len(codes)), {"count": vehicles, "first": first}
        )
        told = {"source": _source(), "dirty": round(1000 * dirty)}
        owner.execute(_SAID, told)
        owner.execute(_FOUND, told)
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE vehicles_vehicle, provenance_sourcerow, provenance_finding")


def _first() -> int:
    from sosach.domain.access.queries import acting  # noqa: PLC0415 - after the settings
    from sosach.domain.vehicles.models import Vehicle  # noqa: PLC0415

    with acting(_system()):
        return int(Vehicle.objects.create(kind="mo_to", commune_code="15457", province_code=PROVINCE).pk)


def _source() -> int:
    from sosach.domain.access.queries import acting  # noqa: PLC0415 - after the settings
    from sosach.domain.provenance.models import Source  # noqa: PLC0415

    with acting(_system()):
        made = Source.objects.create(
            kind="cleaning_run", register="vehicles", title="xe", digest=uuid4().hex, taken_in_at=DAY, act=uuid4()
        )
    return int(made.pk)


def _system() -> Any:
    from sosach.domain.access.rules import Role  # noqa: PLC0415 - after the settings
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415

    return Actor(ActorKind.SYSTEM, "bench", Level.NATION, roles=frozenset({Role.SYSTEM}))


def leader() -> Any:
    """A leader of the province."""
    from sosach.domain.access.rules import Role  # noqa: PLC0415 - after the settings
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415

    roles = frozenset({Role.STEWARD, Role.CHIEF})
    return Actor(ActorKind.OFFICER, "officer-1", Level.PROVINCE, PROVINCE, roles)


def timed(name: str, work: Callable[[], Any], *, cases: int = 0) -> Any:
    """Do something, print how long it took."""
    begun = time.perf_counter()
    found = work()
    spent = time.perf_counter() - begun
    rate = f"{cases / spent:12,.0f} a second" if cases else ""
    print(f"{name:58} {spent:9.3f} s {rate}", flush=True)
    return found


def measure(state: Path) -> None:
    """Every step, in the order a campaign takes them."""
    from sosach.domain.access.operations import Order  # noqa: PLC0415 - after the settings
    from sosach.domain.access.queries import Look  # noqa: PLC0415
    from sosach.domain.audit.rules import Level  # noqa: PLC0415
    from sosach.domain.campaign.operations import campaigns, filling, noting, planning  # noqa: PLC0415
    from sosach.domain.campaign.queries import lists, progress  # noqa: PLC0415
    from sosach.domain.campaign.rules.changes import Change  # noqa: PLC0415
    from sosach.domain.campaign.rules.wanted import Order as ListOrder  # noqa: PLC0415
    from sosach.domain.campaign.rules.wanted import Wanted  # noqa: PLC0415

    order, look = Order(leader(), DAY, reason="bench"), Look(leader(), "data-cleaning", DAY)
    terms = campaigns.Terms(date(2026, 11, 16), date(2026, 12, 14), date(2026, 12, 30), mass_limit=100_000)
    told = {"name": "Xe", "registers": ["vehicles"], "level": Level.PROVINCE, "unit_code": PROVINCE, "terms": terms}
    found = campaigns.open_campaign(order, campaign_id=campaigns.create_campaign(order, **told).pk)
    steward = Order(_system(), DAY)
    begun = time.perf_counter()
    cases = filling.fill(steward, campaign_id=found.pk)[0].new
    spent = time.perf_counter() - begun
    print(f"{f'{cases:,} cases made':58} {spent:9.3f} s {cases / spent:12,.0f} a second", flush=True)
    timed("filled again, nothing new", lambda: filling.fill(steward, campaign_id=found.pk))
    with psycopg.connect(**bench_server.owner_address(state), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE campaign_case")
    part = progress.Part(found.pk, "vehicles")
    here = progress.Part(found.pk, "vehicles", province=PROVINCE, commune="15457")
    timed("all figures of the province", lambda: progress.progress(look, part=part))
    timed("all figures of its communes", lambda: progress.progress_by(look, part=part, by="commune"))
    timed("all figures of one commune", lambda: progress.progress(look, part=here))
    for name, wanted in (("province", Wanted()), ("commune", Wanted(commune="15457"))):
        for by in ListOrder:
            terms_of = {"campaign_id": found.pk, "wanted": wanted, "order": by}
            page = timed(f"first page of the {name}, by {by}", lambda t=terms_of: lists.work_list(look, **t))
        timed("… the next one", lambda t=terms_of, p=page: lists.work_list(look, **t, after=p.following))
    due = {"campaign_id": found.pk, "change": Change.DUE, "terms": {"day": "2026-12-20"}}
    plan = timed(
        "preview of another last day for a third of all cases",
        lambda: planning.preview(order, wanted=Wanted(actions=("identify",)), **due),
    )
    timed("… carried out", lambda: planning.carry_out(order, token=plan.token), cases=plan.cases)
    tomorrow = Order(_system(), DAY + timedelta(days=1))
    timed("figures of the day noted", lambda: noting.note_day(tomorrow, day=DAY.date()))


def main() -> None:
    """Fill a server of its own and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vehicles", type=int, default=1_000_000)
    parser.add_argument("--dirty", type=float, default=0.2, help="share of vehicles that need work")
    parser.add_argument("--state", type=Path, default=bench_server.STATE.parent / "campaign")
    told = parser.parse_args()
    if told.state.exists():
        parser.error(f"{told.state} is there already: the figures need a server of their own")
    bench_server.prepare(told.state)
    bench_server.owner_address(told.state)
    from sosach.site.embedded import EmbeddedServer  # noqa: PLC0415 - after the settings

    try:
        begun = time.perf_counter()
        stock(told.state, told.vehicles, told.dirty)
        print(f"{told.vehicles:,} vehicles put there in {time.perf_counter() - begun:.0f} s")
        measure(told.state)
    finally:
        EmbeddedServer(told.state).stop()
        shutil.rmtree(told.state)


if __name__ == "__main__":
    main()
