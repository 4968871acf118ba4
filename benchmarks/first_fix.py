"""In how many cases of a synthetic commune the first answer that is offered is the right one, by the truth.

    python benchmarks/first_fix.py [--persons 11200] [--seed 1] [--world DIR] [--state DIR]

About 10,000 vehicles and their owners are made, cleaned and taken in as cases; for each case the answers are asked for as the
desk asks for them and judged by what was planted. A case is fixable where one of its answers is right; where nobody can know
but the owner, it is not, and does not count; that a strange value is right, only the owner can say. `--world` keeps what was made (`made/` with its truth, `cleaned/`).
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

sys.path.insert(0, str(Path(__file__).parent / "registers"))
import bench_server

from sosach.domain.campaign.rules.fixes import Fix, FixKind, Matters, offers, table
from sosach.domain.campaign.rules.safety import safe_fix, same_form
from sosach.vn import dates

if TYPE_CHECKING:
    from sosach.domain.campaign.models import Case

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
PROVINCE = "38"
TABLES = ("population", "vehicles", "licences")
AIM = 0.60
# What happened in life, and which declarations are the right thing to ask for then.
_ANY_VEHICLE = frozenset(
    f"vehicle_{name}"
    for name in ("sold", "bought_without_papers", "inherited", "stolen", "broken", "papers_lost", "moved_away")
)
LIFE = {
    "DEAD_OWNER": {"vehicles": frozenset({"vehicle_inherited"}), "licences": frozenset({"licence_data_wrong"})},
    "SOLD": {"vehicles": _ANY_VEHICLE},
    "OVER_AGE": {"vehicles": frozenset({"vehicle_over_age"})},
    "LIC_EXPIRED": {"licences": frozenset({"licence_expired"})},
    "MASS_OWNER": {"vehicles": frozenset({"vehicle_sold"})},
}
# Owner and vehicle part by these: mending the data of the owner of today does not help.
PARTING = frozenset({"DEAD_OWNER", "OVER_AGE", "MASS_OWNER"})
# One number, one class, and by the truth one person each time: the synthetic registers plant only some of them.
SAME_NUMBER = frozenset({"LIC-62"})
PARTING_STATUS = frozenset({"VEH-50", "VEH-51", "VEH-52", "VEH-54"})


@dataclass(slots=True)
class Known:
    """The truth about one record.

    Attributes:
        persons: whom it means: ids in the population register; empty where that person is not in it.
        planted: (pattern, field, right value or None) of what was planted.
        groups: records that show the same thing.
    """

    persons: set[int] = field(default_factory=set)
    planted: list[tuple[str, str, str | None]] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)

    def original(self, column: str) -> str | None:
        """The right value of a field that was spoiled; None where it was not, or nobody knows it."""
        return next((value for _, name, value in self.planted if name == column and value is not None), None)

    def life(self, register: str) -> dict[str, frozenset[str]]:
        """What happened in life → declarations that are right."""
        return {name: LIFE[name][register] for name, _, _ in self.planted if register in LIFE.get(name, {})}


@dataclass(slots=True)
class Judged:
    """One case: what was offered, and whether it is right; `aside` where nothing was planted: all is right as it stands."""

    register: str
    codes: tuple[str, ...]
    fixes: tuple[Fix, ...]
    right: tuple[bool, ...]
    aside: bool
    safe: bool | None

    @property
    def fixable(self) -> bool:
        """Whether one of the answers is right."""
        return any(self.right)


def made(world: Path, persons: int, seed: int) -> None:
    """Make and clean the registers, unless they are there."""
    program = [sys.executable, "-c", "from sosach.cli.main import run; run()"]
    folder = world / "made"
    if not (world / "cleaned").exists():
        told = ["--persons", str(persons), "--seed", str(seed), "--province", PROVINCE, "--formats", "parquet"]
        inputs = [f"--{name}={folder / name}.parquet" for name in TABLES]
        for command in (["synth", "--out", str(folder), *told], ["clean", *inputs, "--out", str(world / "cleaned")]):
            subprocess.run([*program, *command], check=True, capture_output=True)


def take_in(world: Path) -> int:
    """Take the run in and fill a campaign; its id."""
    from sosach.domain.access.operations import Order  # noqa: PLC0415 - after the settings
    from sosach.domain.audit.rules import Level  # noqa: PLC0415
    from sosach.domain.campaign.operations import campaigns, filling  # noqa: PLC0415
    from sosach.domain.provenance.operations.importing import import_run  # noqa: PLC0415
    from sosach.jobs.registers import REGISTERS  # noqa: PLC0415

    order = Order(_steward(), NOW, reason="bench")
    import_run(order, folder=world / "cleaned", registers=list(REGISTERS), synthetic=True)
    terms = campaigns.Terms(date(2026, 11, 16), date(2026, 12, 14), date(2026, 12, 30))
    told: dict[str, Any] = {"name": "Bench", "registers": ["vehicles", "licences"], "unit_code": "", "terms": terms}
    found = campaigns.create_campaign(order, level=Level.NATION, **told)
    campaigns.open_campaign(order, campaign_id=found.pk)
    filling.fill(order, campaign_id=found.pk)
    return int(found.pk)


def truth_of(world: Path) -> dict[tuple[str, int], Known]:
    """The truth about every record: register and id → what is known."""
    from sosach.domain.provenance.models import SourceRow  # noqa: PLC0415 - after the settings

    rows = SourceRow.objects.values_list("register", "row_number", "record_id", "subject_id")
    persons = {row: key for register, row, _, key in rows if register == "population"}
    records = {(register, row): key for register, row, _, key in rows}
    found: dict[tuple[str, int], Known] = defaultdict(Known)
    for name, columns in (
        ("links", "population_row, NULL, NULL"),
        ("planted", "pattern, field, original"),
        ("duplicates", "group_id, NULL, NULL"),
    ):
        for register, row, *told in _rows(world / "made" / "truth" / f"{name}.parquet", columns):
            if (register, row) not in records:
                continue
            known = found[register, records[register, row]]
            if name == "links" and told[0] in persons:
                known.persons.add(persons[told[0]])
            elif name == "planted":
                known.planted.append((told[0], told[1], told[2]))
            elif name == "duplicates":
                known.groups.add(told[0])
    return found


def _rows(path: Path, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        return con.execute(f"SELECT register, row, {columns} FROM read_parquet('{path}')").fetchall()


def judged(campaign_id: int, truth: dict[tuple[str, int], Known]) -> Iterator[Judged]:
    """Every open case with its answers, each right or wrong."""
    from sosach.domain.campaign.models import Case  # noqa: PLC0415 - after the settings
    from sosach.domain.campaign.queries.solving.matters import (  # noqa: PLC0415
        REGISTERS,
        linked_person,
        matters_of_all,
    )

    for register in ("vehicles", "licences"):
        cases = list(Case.objects.filter(campaign_id=campaign_id, register=register).order_by("pk"))
        known = REGISTERS[register]
        records = known.model.objects.in_bulk([case.subject_id for case in cases])
        told = matters_of_all(register, [(case, records[case.subject_id]) for case in cases])
        for case in cases:
            about, fact = told[case.pk], truth[register, case.subject_id]
            if about.is_empty:
                continue
            judge = Judge(case, about, fact, linked_person(known, records[case.subject_id]))
            fixes = offers(about)
            safe = safe_fix(about)
            yield Judged(
                register,
                tuple(sorted({each.code for each in about.blocking})),
                fixes,
                tuple(judge.is_right(fix) for fix in fixes),
                judge.is_right_as_it_stands(),
                judge.is_right(safe, alone=True) if safe is not None else None,
            )


@dataclass(slots=True)
class Judge:
    """Says of an answer to one case whether it is right."""

    case: "Case"
    told: Matters
    fact: Known
    person: int | None

    def is_right(self, fix: Fix, *, alone: bool = False) -> bool:
        """Whether an answer is right by the truth.

        Args:
            fix: the answer.
            alone: judge the values only: whether something more important is left does not count.
        """
        life = self.fact.life(self.told.register)
        codes = {each.code for each in self.told.blocking}
        if fix.kind is FixKind.ASK:
            return any(fix.declare in declares for declares in life.values()) or self._asks_what_is_said(fix)
        parting = PARTING & set(life) or PARTING_STATUS & codes
        if not alone and parting and fix.kind is not FixKind.SAME:
            return False
        return self._by_kind(fix)

    def is_right_as_it_stands(self) -> bool:
        """Whether the findings are about values that were never spoiled."""
        fields = {each.field for each in self.told.blocking}
        right = self.person is None or self.person in self.fact.persons
        return right and not any(name in fields for _, name, _ in self.fact.planted)

    def _asks_what_is_said(self, fix: Fix) -> bool:
        """Whether it is about a status the record holds rightly."""
        lines = [each for each in table().asks if each.declare == fix.declare]
        said = {each.code for each in self.told.blocking if each.field == "status"}
        return self.fact.original("status") is None and any(each.codes & said for each in lines)

    def _by_kind(self, fix: Fix) -> bool:
        candidate = next((each for each in self.told.candidates if each.key == fix.target), None)
        group = next((each for each in self.told.duplicates if each.key == fix.target), None)
        if fix.kind in {FixKind.SAME, FixKind.DIFFERENT} and candidate is not None:
            return (candidate.person_id in self.fact.persons) == (fix.kind is FixKind.SAME)
        if fix.kind in {FixKind.TWIN, FixKind.APART} and group is not None:
            same = bool(self.fact.groups) or group.reason in SAME_NUMBER
            return same == (fix.kind is FixKind.TWIN)
        return fix.kind in {FixKind.TAKE, FixKind.PERSON, FixKind.ACCEPT} and self._values_are_right(fix)

    def _values_are_right(self, fix: Fix) -> bool:
        """Data of the person are right where the person is; all else where it was so before it was spoiled."""
        for effect in fix.effects:
            if str(self.told.says.get(effect.column, "")) == effect.new:
                if self.person not in self.fact.persons:
                    return False
            elif not self._is_original(effect.column, effect.new):
                return False
        return fix.kind is FixKind.ACCEPT or self.person in self.fact.persons

    def _is_original(self, column: str, value: str) -> bool:
        from sosach.domain.campaign.queries.solving.matters import REGISTERS  # noqa: PLC0415 - after the settings

        columns = REGISTERS[self.told.register].columns
        name = next((each.field for each in columns.columns if each.column == column), column) if columns else column
        was = self.fact.original(name)
        if was is None:
            return False
        day = dates.explain(was)
        return same_form(was, value) or (day.day is not None and day.iso == value)


def report(cases: list[Judged]) -> float:
    """Print the table; the share of the fixable cases whose first answer is right."""
    fixable = [each for each in cases if each.fixable]
    right = sum(each.right[0] for each in fixable)
    print(
        f"{len(cases):,} cases, {len(fixable):,} fixable; first answer right in {right:,}: {right / len(fixable):.1%}"
    )
    aside = sum(each.aside and not each.fixable for each in cases)
    print(f"with {aside:,} more that only want to be put aside, as not right: {right / (len(fixable) + aside):.1%}")
    for register in ("vehicles", "licences"):
        part = [each for each in fixable if each.register == register]
        print(f"  {register:9} {len(part):6,} fixable {sum(each.right[0] for each in part) / len(part):8.1%}")
    print(f"\n{'first answer':14} {'offered':>8} {'fixable':>8} {'right':>7}")
    for kind in FixKind:
        rows = [each for each in cases if each.fixes[0].kind is kind]
        able = [each for each in rows if each.fixable]
        if rows:
            share = f"{sum(each.right[0] for each in able) / len(able):7.1%}" if able else ""
            print(f"{kind:14} {len(rows):8,} {len(able):8,} {share}")
    _print_codes(fixable)
    safe = [each for each in cases if each.safe is not None]
    wrong = sum(not each.safe for each in safe)
    print(f"\nsafe to answer at once: {len(safe):,} cases, {wrong} of them wrong by the truth")
    return right / len(fixable)


def _print_codes(fixable: list[Judged]) -> None:
    print(f"\n{'finding':10} {'fixable':>8} {'right':>7}  what was first where it was wrong → what is right")
    codes = Counter(code for each in fixable for code in each.codes)
    for code, count in codes.most_common():
        rows = [each for each in fixable if code in each.codes]
        misses: Counter[str] = Counter()
        for each in rows:
            if not each.right[0]:
                better = next(fix for fix, is_right in zip(each.fixes, each.right, strict=True) if is_right)
                misses[f"{_named(each.fixes[0])} → {_named(better)}"] += 1
        told = ", ".join(f"{name} {times}" for name, times in misses.most_common(3))
        print(f"{code:10} {count:8,} {sum(each.right[0] for each in rows) / count:7.1%}  {told}")


def _named(fix: Fix) -> str:
    return f"ask {fix.declare}" if fix.kind is FixKind.ASK else fix.kind.value


def _steward() -> Any:
    from sosach.domain.access.rules import Role  # noqa: PLC0415 - after the settings
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415

    return Actor(ActorKind.OFFICER, "officer-1", Level.NATION, roles=frozenset({Role.STEWARD, Role.SYSTEM}))


def main() -> None:
    """Make a commune on a server of its own, judge, and fail below the aim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=11_200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", type=Path)
    parser.add_argument("--state", type=Path, default=bench_server.STATE.parent / "first_fix")
    told = parser.parse_args()
    if told.state.exists():
        parser.error(f"{told.state} is there already: the figures need a server of their own")
    with tempfile.TemporaryDirectory() as folder:
        world = told.world or Path(folder)
        made(world, told.persons, told.seed)
        bench_server.prepare(told.state)
        bench_server.owner_address(told.state)
        from sosach.domain.access.queries import acting  # noqa: PLC0415 - after the settings
        from sosach.site.embedded import EmbeddedServer  # noqa: PLC0415

        try:
            campaign_id = take_in(world)
            with acting(_steward()):
                share = report(list(judged(campaign_id, truth_of(world))))
        finally:
            EmbeddedServer(told.state).stop()
            shutil.rmtree(told.state)
    if share < AIM:
        sys.exit(f"below {AIM:.0%}")


if __name__ == "__main__":
    main()
