"""A synthetic commune with a campaign, officers and a cleaning run, as small as a test needs it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.domain.provenance.runs import STEWARD, vehicle, write_run

from sosach.domain.access.models import Officer
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key
from sosach.domain.campaign.models import Campaign, Case
from sosach.domain.campaign.operations.campaigns import Terms, create_campaign, open_campaign
from sosach.domain.campaign.operations.filling import Filled, fill
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

HERE, NEXT_DOOR, PROVINCE, FAR = "15457", "16549", "38", "00004"
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SYSTEM = Actor(ActorKind.SYSTEM, "calendar", Level.NATION, roles=frozenset({Role.SYSTEM}))
ACCOUNTS = count(1000)  # ids of accounts; whoever acts without one has a small number
TERMS = Terms(begins_on=date(2026, 11, 16), upload_from=date(2026, 12, 14), ends_on=date(2026, 12, 30), mass_limit=5)
REGISTERS = (POPULATION, VEHICLES, LICENCES)


def officer(number: int, *roles: Role, unit: str = HERE, level: Level = Level.COMMUNE) -> Actor:
    """Somebody with an account."""
    return Actor(ActorKind.OFFICER, account_key(ActorKind.OFFICER, number), level, unit, frozenset(roles))


def order(actor: Actor, *, days: float = 0, reason: str = "theo chiến dịch", **evidence: str) -> Order:
    """An order so many days after the first."""
    return Order(actor, AT + timedelta(days=days), evidence, reason)


def look(actor: Actor, *, days: float = 0) -> Look:
    """A look for the campaign."""
    return Look(actor, "data-cleaning", AT + timedelta(days=days))


def account(name: str, *, unit: str = HERE, province: str = PROVINCE) -> int:
    """An account of a commune; its id."""
    with acting(SYSTEM):
        made = Officer.objects.create(
            pk=next(ACCOUNTS),
            user_name=name,
            display_name=name.title(),
            level="commune",
            unit=unit,
            commune_code=unit,
            province_code=province,
        )
    return int(made.pk)


def dirty(number: int, **told: Any) -> dict[str, Any]:
    """A vehicle the run has found no owner for."""
    row = vehicle(
        f"X{number}",
        f"RLHPC{number:012d}",
        f"36B1{number:05d}",
        result_class="no_information",
        correct=False,
        complete=True,
        clean=True,
        live=True,
        locality=f"Thôn {number % 3 + 1}",
        action="identify",
    )
    return row | told


def tidy(number: int, **told: Any) -> dict[str, Any]:
    """A vehicle the run has nothing to say about."""
    good = {"result_class": "match", "correct": True, "action": "none", "locality": None}
    return dirty(number, **good) | told


def finding(number: int, code: str = "VEH-58", severity: str = "error", **told: Any) -> dict[str, Any]:
    """A finding about a vehicle of `dirty`."""
    row = {
        "register": "vehicles",
        "record_id": f"X{number}",
        "code": code,
        "severity": severity,
        "field": "owner_name",
        "value": "TRẦN VĂN TRÍ",
    }
    return row | told


def take_in(folder: Path, vehicles: Sequence[Mapping[str, Any]], *, days: float = 0, **files: Any) -> None:
    """Take a run in."""
    place = {row["record_id"]: at for at, row in enumerate(vehicles)}
    said = {name: [{"row_number": place[row["record_id"]], **row} for row in rows] for name, rows in files.items()}
    write_run(folder, vehicles=vehicles, **said)
    import_run(order(STEWARD, days=days), folder=folder, registers=REGISTERS, synthetic=True, origin="test")


def campaign(*, level: Level = Level.NATION, unit: str = "", terms: Terms = TERMS) -> Campaign:
    """A campaign of vehicles, opened."""
    made = create_campaign(
        order(STEWARD), name="Làm sạch dữ liệu xe", registers=["vehicles"], level=level, unit_code=unit, terms=terms
    )
    return open_campaign(order(STEWARD), campaign_id=made.pk)


def filled(found: Campaign, *, days: float = 0) -> Filled:
    """What came of filling its one register."""
    return fill(order(STEWARD, days=days), campaign_id=found.pk)[0]


def cases(**filters: Any) -> list[Case]:
    """Cases, by id."""
    with acting(SYSTEM):
        return list(Case.objects.filter(**filters).order_by("pk"))


def case_of(number: int) -> Case:
    """The case of a vehicle of `dirty`."""
    with acting(SYSTEM):
        from_run = Case.objects.raw(
            "SELECT c.* FROM campaign_case c JOIN provenance_sourcerow r ON r.register = c.register "
            "AND r.subject_id = c.subject_id WHERE r.record_id = %s LIMIT 1",
            [f"X{number}"],
        )
        return from_run[0]
