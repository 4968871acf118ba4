"""The check anybody may make: a plate with the end of the chassis number, a licence number with a second fact from the card.

Who asks has to hold vehicle or card in the hand. "There is none" and "it does not fit" are one answer, found by the same statements.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.exchange.rules.checking import LicenceStanding, PlateStanding, is_chassis_end, plate_standing
from sosach.domain.licences.models import Licence, LicenceCard, LicenceClass
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, subjects_of
from sosach.domain.licences.states.status import in_force
from sosach.domain.vehicles.models import PlateEvent, Vehicle
from sosach.vn.identifiers import licence_number, plate

ASKERS = frozenset({Role.SYSTEM})
# Whoever asks says no name; the installation looks for them, and the owner sees that somebody asked.
ANYBODY = Actor(ActorKind.PUBLIC, "public-check", Level.NATION, roles=ASKERS)


@dataclass(frozen=True, slots=True)
class SecondFact:
    """What is known of a licence besides its number; one of the two.

    Attributes:
        birth_year: of the holder.
        issued_on: on the card, or of a class.
    """

    birth_year: int | None = None
    issued_on: date | None = None


@reading("exchange.plate_checked", roles=ASKERS)
def check_plate(look: Look, *, number: str, chassis_end: str) -> Seen[PlateStanding | None]:
    """Whether a plate stands; None when there is none, the chassis number ends otherwise, or several would fit.

    Args:
        look: of `ANYBODY`.
        number: the plate, in any form.
        chassis_end: last four characters of the chassis number.
    """
    key = plate.explain(number).key or plate.compact(number)
    vehicles = Vehicle.objects.filter(chassis_number__endswith=chassis_end if is_chassis_end(chassis_end) else "\n")
    found = {row.pk: row for rows in (vehicles.filter(plate_number=key), _once_had(vehicles, key)) for row in rows[:2]}
    if not key or len(found) != 1:
        return Seen(None, [])
    [row] = found.values()
    owner = [] if row.owner_person_id is None else [Subject("person", str(row.owner_person_id), row.commune_code or "")]
    told = _told_of(row, key, day_in_viet_nam(look.at))
    return Seen(told, [Subject("vehicle", str(row.pk), row.commune_code or ""), *owner])


def _once_had(vehicles: QuerySet[Vehicle], key: str) -> QuerySet[Vehicle]:
    """Vehicles a number was ever given to: after a withdrawal their own row forgets it."""
    blue = Q(plate__number=key, plate__colour="xanh")  # numbers are unique by colour, and so is their index
    other = Q(plate__number=key) & ~Q(plate__colour="xanh")
    events = PlateEvent.objects.filter(blue | other, holds=True, vehicle__isnull=False)
    return vehicles.filter(pk__in=events.values("vehicle_id"))


def _told_of(row: Vehicle, key: str, day: date) -> PlateStanding:
    temporary = row.temporary_number == key
    valid, standing = plate_standing(
        on_vehicle=temporary or row.plate_number == key,
        registration=row.registration,
        until=row.temporary_until if temporary else row.certificate_until,
        service_until_year=row.service_until_year,
        day=day,
    )
    return PlateStanding(valid, standing, row.kind, row.paint_colour)


@reading("exchange.licence_checked", roles=ASKERS)
def check_licence(look: Look, *, number: str, fact: SecondFact) -> Seen[LicenceStanding | None]:
    """Whether a licence stands; None when there is none, the second fact differs, or several would fit.

    Args:
        look: of `ANYBODY`.
        number: of the licence, in any form.
        fact: a second fact.
    """
    key = licence_number.compact(number)
    found = list(Licence.objects.filter(_fits(fact), licence_number=key).order_by("pk")[:2])
    if not key or len(found) != 1:
        return Seen(None, [])
    [row] = found
    driving = in_force(holding_of(row), day_in_viet_nam(look.at))
    classes = sorted({(each.name, str(each.law)) for each in driving})
    return Seen(LicenceStanding(bool(classes), tuple(classes)), subjects_of(row))


def _fits(fact: SecondFact) -> Q | Exists:
    if fact.issued_on is None:
        return Q(birth_date__startswith=f"{fact.birth_year or 0:04d}")
    own = {"licence": OuterRef("pk"), "issued_on": fact.issued_on}
    return Exists(LicenceCard.objects.filter(**own)) | Exists(LicenceClass.objects.filter(**own))
