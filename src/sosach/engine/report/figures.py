"""The figures of a finished run: counted by SQL over its files, each figure once, so that sums add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from sosach.base.decisions import Criterion, Decision, ResultClass
from sosach.base.findings import Severity
from sosach.base.registers import Register
from sosach.engine.report.units import UNKNOWN, communes
from sosach.vn.wording import ACTIONS

NOTHING: Final = "none"
"""The action of a record that leaves nothing to do."""

UNSTATED: Final = ""
"""Key of records that say nothing in a closed column."""

PROBABILITY_EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
"""Lower edges of the classes of probability; the last class reaches to 1, the certain ones included."""

OWNER_EDGES: Final = (1, 2, 3, 6, 11, 21, 101, 1001)
"""Lower edges of the classes of vehicles held by one person."""

AGE_EDGES: Final = (0, 5, 10, 15, 20, 25)
"""Lower edges of the classes of a vehicle's age in years."""

ORDER: Final = (Register.VEHICLES, Register.LICENCES, Register.POPULATION)
EXAMPLES: Final = 3
TOP_OWNERS: Final = 10
_FOUND: Final = (Decision.LINK, Decision.REVIEW)


@dataclass(frozen=True, slots=True)
class RegisterFigures:
    """One register in numbers of records.

    Attributes:
        register: which one.
        rows: all records.
        decisions, results, actions: records by decision, by result class, by action; each adds up to `rows`.
        criteria: records that meet each criterion.
        all_four: records that meet all four.
        kinds: vehicles by kind of plate (empty for the others): all of them, and those with nothing left to do.
        probabilities: records with a probability, by class (`PROBABILITY_EDGES`) and decision.
    """

    register: Register
    rows: int
    decisions: dict[str, int]
    results: dict[str, int]
    actions: dict[str, int]
    criteria: dict[str, int]
    all_four: int
    kinds: dict[str, tuple[int, int]]
    probabilities: tuple[dict[str, int], ...]

    @property
    def done(self) -> int:
        """Records that leave nothing to do."""
        return self.actions.get(NOTHING, 0)

    @property
    def open(self) -> int:
        """Records that stand in a work list."""
        return self.rows - self.done


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """One commune: records and open records by register, in all and by result class `match`."""

    code: str
    rows: dict[str, int]
    open: dict[str, int]
    matches: dict[str, int]

    @property
    def total(self) -> int:
        """All records of the commune."""
        return sum(self.rows.values())

    @property
    def total_open(self) -> int:
        """Rows of its work list."""
        return sum(self.open.values())


@dataclass(frozen=True, slots=True)
class Example:
    """One value a check spoke about, unmasked: column, value, proposal."""

    field: str | None
    value: str | None
    proposed: str | None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """Findings of one check in one register."""

    register: Register
    code: str
    severity: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class DuplicateFigures:
    """Groups of records that are the same thing, by register and reason."""

    register: Register
    reason: str
    groups: int
    records: int
    largest: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A person many vehicles are registered to, unmasked."""

    pin: str
    name: str | None
    vehicles: int


@dataclass(frozen=True, slots=True)
class OwnerFigures:
    """Linked vehicles by how many their owner holds: (owners, vehicles) for each class, and the largest owners."""

    classes: tuple[tuple[int, int], ...]
    largest: tuple[Owner, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the report shows about the records of a run."""

    registers: dict[Register, RegisterFigures]
    units: tuple[UnitFigures, ...]
    rules: tuple[RuleFigures, ...]
    duplicates: tuple[DuplicateFigures, ...]
    owners: OwnerFigures
    ages: tuple[int, ...]
    ages_unknown: int


def collect(con: duckdb.DuckDBPyConnection, run: Path, *, year: int) -> Figures:
    """Count everything the report shows.

    Args:
        con: any connection; nothing is left behind in it.
        run: folder of a finished run.
        year: the year ages are counted in.
    """
    present = [register for register in ORDER if (run / f"{register}.parquet").exists()]
    vehicles = Register.VEHICLES in present
    ages, unknown = _ages(con, run, year) if vehicles else ((0,) * len(AGE_EDGES), 0)
    return Figures(
        registers={register: _register(con, run, register) for register in present},
        units=_units(con, run, present),
        rules=_rules(con, run),
        duplicates=_duplicates(con, run),
        owners=_owners(con, run) if vehicles else OwnerFigures(((0, 0),) * len(OWNER_EDGES), ()),
        ages=ages,
        ages_unknown=unknown,
    )


def parquet(run: Path, name: str, *, places: bool = False) -> str:
    """Name a file of the run as a table function of DuckDB; with `places` its rows have a `file_row_number`."""
    numbered = ", file_row_number = true" if places else ""
    return f"read_parquet('{str(run / name).replace(chr(39), chr(39) * 2)}.parquet'{numbered})"


def _class_sql(value: str, edges: Sequence[float]) -> str:
    """Number the class a value falls in, from 0; values below the first edge fall in it too."""
    return " + ".join(f"({value} >= {edge})::INTEGER" for edge in edges[1:])


class _Cell(NamedTuple):
    """Records that agree in every closed column."""

    decision: str | None
    result: str | None
    action: str
    kind: str | None
    correct: bool | None
    complete: bool | None
    clean: bool | None
    live: bool | None
    chance: int | None
    size: int


def _register(con: duckdb.DuckDBPyConnection, run: Path, register: Register) -> RegisterFigures:
    kind = "plate_kind" if register is Register.VEHICLES else "NULL::VARCHAR"
    found = con.execute(f"""
        SELECT decision, result_class, action, {kind} AS kind, {", ".join(Criterion)},
               CASE WHEN probability IS NOT NULL THEN {_class_sql("probability", PROBABILITY_EDGES)} END AS chance,
               count(*)::BIGINT
        FROM {parquet(run, register)} GROUP BY ALL""").fetchall()
    cube = [_Cell(*row) for row in found]
    done = _sums((cell.kind, cell.size) for cell in cube if cell.action == NOTHING)
    kinds = _sums((cell.kind, cell.size) for cell in cube)
    return RegisterFigures(
        register=register,
        rows=sum(cell.size for cell in cube),
        decisions=_listed(_sums((cell.decision, cell.size) for cell in cube), Decision),
        results=_listed(_sums((cell.result, cell.size) for cell in cube), ResultClass),
        actions=_listed(_sums((cell.action, cell.size) for cell in cube), ACTIONS),
        criteria={name: sum(cell.size for cell in cube if getattr(cell, name)) for name in Criterion},
        all_four=sum(cell.size for cell in cube if cell.correct and cell.complete and cell.clean and cell.live),
        kinds={name: (count, done[name]) for name, count in kinds.most_common() if name is not None},
        probabilities=tuple(
            _listed(_sums((cell.decision, cell.size) for cell in cube if cell.chance == number), _FOUND)
            for number in range(len(PROBABILITY_EDGES))
        ),
    )


def _sums(pairs: Iterable[tuple[str | None, int]]) -> Counter[str | None]:
    sums: Counter[str | None] = Counter()
    for key, count in pairs:
        sums[key] += count
    return sums


def _listed(counts: Counter[str | None], order: Iterable[str]) -> dict[str, int]:
    """Put counts in the order of their closed list; what is not stated, or not in the list, follows as `UNSTATED`."""
    known = {str(key): counts[key] for key in order}
    rest = counts.total() - sum(known.values())
    return known | ({UNSTATED: rest} if rest else {})


def _units(con: duckdb.DuckDBPyConnection, run: Path, present: list[Register]) -> tuple[UnitFigures, ...]:
    """Count by commune; a code that is no commune of today counts as unknown."""
    units: dict[str, UnitFigures] = {}
    for register in present:
        found = con.execute(f"""
            SELECT commune_code, count(*)::BIGINT, count(*) FILTER (action <> '{NOTHING}')::BIGINT,
                   count(*) FILTER (result_class = '{ResultClass.MATCH}')::BIGINT
            FROM {parquet(run, register)} GROUP BY ALL""").fetchall()
        for code, rows, todo, matches in found:
            known = code if code in communes() else UNKNOWN
            unit = units.setdefault(known, UnitFigures(known, {}, {}, {}))
            for counts, count in ((unit.rows, rows), (unit.open, todo), (unit.matches, matches)):
                counts[register] = counts.get(register, 0) + count
    return tuple(units[code] for code in sorted(units))


def _rules(con: duckdb.DuckDBPyConnection, run: Path) -> tuple[RuleFigures, ...]:
    found = con.execute(f"""
        SELECT register, code, severity, count(*)::BIGINT, min(file_row_number, {EXAMPLES})
        FROM {parquet(run, "findings", places=True)} GROUP BY register, code, severity""").fetchall()
    examples = _examples(con, run, [place for *_, places in found for place in places])
    rules = [
        RuleFigures(Register(register), code, severity, count, tuple(examples[place] for place in sorted(places)))
        for register, code, severity, count, places in found
    ]
    severities = list(Severity)
    return tuple(sorted(rules, key=lambda rule: (severities.index(Severity(rule.severity)), -rule.count, rule.code)))


def _examples(con: duckdb.DuckDBPyConnection, run: Path, places: Sequence[int]) -> dict[int, Example]:
    """Read what stands in some places of the file of findings, by place; only there values are read at all."""
    found = con.execute(f"""
        SELECT file_row_number, field, value, proposed_value FROM {parquet(run, "findings", places=True)}
        WHERE file_row_number IN ({_listed_places(places)})""").fetchall()
    return {place: Example(*example) for place, *example in found}


def _listed_places(places: Iterable[int]) -> str:
    # Written into the query: row groups are left out only by numbers known beforehand.
    return ", ".join(map(str, places)) or "-1"


def _duplicates(con: duckdb.DuckDBPyConnection, run: Path) -> tuple[DuplicateFigures, ...]:
    found = con.execute(f"""
        SELECT register, reason, count(*)::BIGINT, sum(size)::BIGINT, max(size)::BIGINT
        FROM (SELECT register, reason, group_id, count(*) AS size FROM {parquet(run, "duplicates")} GROUP BY ALL)
        GROUP BY register, reason ORDER BY 4 DESC, 1, 2""").fetchall()
    return tuple(DuplicateFigures(Register(row[0]), *row[1:]) for row in found)


def _owners(con: duckdb.DuckDBPyConnection, run: Path) -> OwnerFigures:
    # One pass over the vehicles for both answers: the classes are rows without a PIN. Numbers are grouped faster than texts.
    found = con.execute(f"""
        WITH held AS MATERIALIZED (SELECT pin::BIGINT AS pin, count(*) AS size FROM {parquet(run, Register.VEHICLES)}
            WHERE decision = '{Decision.LINK}' AND pin IS NOT NULL GROUP BY 1)
        SELECT NULL AS pin, {_class_sql("size", OWNER_EDGES)} AS c, count(*)::BIGINT, sum(size)::BIGINT FROM held GROUP BY c
        UNION ALL (SELECT pin, 0, 1, size FROM held WHERE size > 1 ORDER BY size DESC, pin LIMIT {TOP_OWNERS})""").fetchall()
    classes = {number: (owners, vehicles) for pin, number, owners, vehicles in found if pin is None}
    largest = sorted(
        ((f"{pin:012}", size) for pin, _, _, size in found if pin is not None), key=lambda each: (-each[1], each[0])
    )
    names = names_of(con, run, [pin for pin, _ in largest])
    return OwnerFigures(
        tuple(classes.get(number, (0, 0)) for number in range(len(OWNER_EDGES))),
        tuple(Owner(pin, names.get(pin), size) for pin, size in largest),
    )


def names_of(con: duckdb.DuckDBPyConnection, run: Path, pins: list[str]) -> dict[str, str]:
    """Names of some persons of the population file, by PIN; persons it does not hold are left out."""
    if not pins or not (run / f"{Register.POPULATION}.parquet").exists():
        return {}
    people = parquet(run, Register.POPULATION, places=True)
    marks = ", ".join("?" * len(pins))
    places = con.execute(f"SELECT file_row_number FROM {people} WHERE pin_std IN ({marks})", pins).fetchall()
    found = con.execute(
        f"""SELECT pin_std, arg_min(coalesce(full_name_std, full_name), row_number)
            FROM {people} WHERE file_row_number IN ({_listed_places(place for (place,) in places)}) GROUP BY pin_std"""
    ).fetchall()
    return {pin: name for pin, name in found if name}


def _ages(con: duckdb.DuckDBPyConnection, run: Path, year: int) -> tuple[tuple[int, ...], int]:
    """Vehicles by age; a year of manufacture that is none, or lies ahead, counts as unknown."""
    con.execute(f"""
        WITH made AS (SELECT try_cast(trim(manufactured_year) AS INTEGER) AS y FROM {parquet(run, Register.VEHICLES)}),
             aged AS (SELECT CASE WHEN y BETWEEN 1900 AND {year} THEN {year} - y END AS age FROM made)
        SELECT CASE WHEN age IS NOT NULL THEN {_class_sql("age", AGE_EDGES)} END AS c, count(*)::BIGINT FROM aged GROUP BY c""")
    found = dict(con.fetchall())
    return tuple(found.get(number, 0) for number in range(len(AGE_EDGES))), found.get(None, 0)
