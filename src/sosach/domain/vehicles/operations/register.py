"""What sources and corrections need to know of the vehicle register."""

from collections.abc import Mapping
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person
from sosach.domain.population.queries.homes import home_of
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.operations.telling import as_json, read_columns
from sosach.domain.provenance.rules import LINKED, PERSON, Claimed, Computed, ImportColumn, ImportColumns
from sosach.domain.vehicles.models import Plate, Vehicle
from sosach.domain.vehicles.operations.corrections import CORRECTABLE, refuse_second_frame, respelt
from sosach.domain.vehicles.operations.refusals import incomplete
from sosach.domain.vehicles.operations.settling import settle
from sosach.domain.vehicles.rules import KINDS, STATUSES, OwnerKind, Registration, is_identification
from sosach.vn import dates
from sosach.vn.identifiers import chassis, engine, phone
from sosach.vn.identifiers import pin as pins

_COLOURS = {"Trắng": "trang", "Vàng": "vang", "Xanh": "xanh", "Đỏ": "do"}
_PLATE_KINDS = {"ambiguous": "any"}
_PLATE = ("plate_number", "plate_display", "plate_kind", "plate_colour")
_OWNER_CODE = f"CASE owner_kind WHEN '{OwnerKind.ORGANISATION}' THEN owner_id_number ELSE '' END"
_KIND, _COLOUR = "coalesce(nullif(plate_kind, ''), 'any')", "coalesce(nullif(plate_colour, ''), 'trang')"
# The same rows that `settling.settle` makes of a record that has a source and no journal. A new vehicle stands in one row
# (`merges`), so that only its number can be somebody's already.
_AFTER = (
    f"""INSERT INTO vehicles_ownership (vehicle_id, entry, owner_kind, owner_person_id, owner_code, since, holds, is_present)
        SELECT id, 0, owner_kind, owner_person_id, {_OWNER_CODE}, coalesce(owner_since, first_registered_on), true, true
        FROM import_row WHERE r_fresh""",
    # whose number was known already, because it lies in the pool or somebody has it, is settled afterwards
    f"""WITH plate AS (
          INSERT INTO vehicles_plate (number, kind, colour, state, vehicle_id, owner_kind, owner_person_id, owner_code,
                                      is_identification, is_auctioned, commune_code, province_code, lot)
          SELECT plate_number, {_KIND}, {_COLOUR}, 'issued', id, owner_kind, owner_person_id, {_OWNER_CODE},
                 plate_is_identification, false, commune_code, province_code, 0
          FROM import_row WHERE r_fresh AND plate_number <> '' ON CONFLICT DO NOTHING
          RETURNING id, vehicle_id, colour, owner_kind, owner_person_id, owner_code),
        event AS (
          INSERT INTO vehicles_plateevent (plate_id, vehicle_id, entry, at, what, colour, owner_kind, owner_person_id, owner_code,
                                           holds)
          SELECT id, vehicle_id, 0, {{at}}, 'issued', colour, owner_kind, owner_person_id, owner_code, true FROM plate)
        INSERT INTO import_slow SELECT r.id FROM import_row r
        WHERE r.r_fresh AND r.plate_number <> '' AND NOT EXISTS (SELECT 1 FROM plate WHERE plate.vehicle_id = r.id)""",
)
# A number as claims name it: blue plates are a series of their own.
_HELD_NUMBERS = """SELECT number || '|' || kind || '|' || (colour = 'xanh')::text AS value, vehicle_id AS holder
    FROM vehicles_plate WHERE state <> 'pool'"""
_HELD_FRAMES = "SELECT chassis_number AS value, id AS holder FROM vehicles_vehicle WHERE chassis_number <> ''"


def _identification(number: str, kind: str) -> str:
    return str(is_identification(number, _PLATE_KINDS.get(kind, kind))).lower()


def _number(number: str, kind: str, colour: str) -> str:
    blue = str(_COLOURS.get(colour) == "xanh").lower()
    return f"{number}|{_PLATE_KINDS.get(kind, kind) or 'any'}|{blue}"


def _day(text: str) -> str | None:
    found = dates.explain(text)
    return found.iso if found.day is not None else None


COLUMNS = ImportColumns(
    columns=(
        ImportColumn("kind", ("vehicle_kind_std",), {kind: kind for kind in KINDS}, closed=True, field="vehicle_kind"),
        ImportColumn("brand", ("brand",), field="brand"),
        ImportColumn("model", ("model",), field="model"),
        ImportColumn(
            "chassis_number",
            ("chassis_number_std",),
            field="chassis_number",
            reads=lambda text: chassis.explain(text).key,
        ),
        ImportColumn(
            "engine_number", ("engine_number_std",), field="engine_number", reads=lambda text: engine.explain(text).key
        ),
        ImportColumn("paint_colour", ("colour",), field="colour"),
        ImportColumn("manufactured_year", ("manufactured_year",), field="manufactured_year"),
        ImportColumn(
            "owner_kind",
            (LINKED, "owner_kind"),
            {"linked": OwnerKind.PERSON, "organisation": OwnerKind.ORGANISATION},
            closed=True,
        ),
        ImportColumn("owner_person_id", (PERSON,)),
        ImportColumn("owner_since", ("registered_on_std",)),
        ImportColumn("owner_name", ("owner_name_std", "owner_name"), field="owner_name"),
        ImportColumn(
            "owner_id_number",
            ("owner_pin_std", "owner_old_id_std", "owner_id_number"),
            field="owner_id_number",
            reads=lambda text: pins.explain(text).key,
        ),
        ImportColumn("owner_address", ("owner_address",), field="owner_address"),
        ImportColumn(
            "owner_phone",
            ("owner_phone_std", "owner_phone"),
            field="owner_phone",
            reads=lambda text: phone.explain(text).key,
        ),
        ImportColumn("plate_number", ("plate_std",)),
        ImportColumn("plate_display", ("plate",)),
        ImportColumn("plate_kind", ("plate_kind",), _PLATE_KINDS),
        ImportColumn("plate_colour", ("plate_colour",), _COLOURS, closed=True),
        ImportColumn("plate_is_identification", ("plate_ident",), folded=False),
        ImportColumn("registration", constant=Registration.REGISTERED),
        ImportColumn("first_registered_on", ("registered_on_std",), field="registered_on", reads=_day),
        ImportColumn("known_status", ("status_std",), {status: status for status in STATUSES}, closed=True),
    ),
    key=("chassis_number", "plate_number"),
    computed=(
        Computed("plate_ident", ("plate_std", "plate_kind"), _identification),
        Computed("number", ("plate_std", "plate_kind", "plate_colour"), _number, matching=True),
    ),
    claimed=(
        Claimed(("number",), withhold=_PLATE, against=_HELD_NUMBERS),
        Claimed(("chassis_number_std",), flag="chassis_disputed", against=_HELD_FRAMES),
    ),
    linking={"owner_kind": OwnerKind.PERSON, "owner_person_id": PERSON},
    together=("plate_number", "plate_kind", "plate_colour"),
    merges=True,
    after=_AFTER,
)


def _settle(order: Order, vehicle: Vehicle) -> None:
    del order
    settle(vehicle)
    # numbers lie where their vehicle lies, so whoever may work on the one reaches the other
    place = {"commune_code": vehicle.commune_code, "province_code": vehicle.province_code}
    Plate.objects.filter(vehicle=vehicle).exclude(**place).update(**place)


def _check(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Owner, plate and registration change by their procedures only.

    Raises:
        SosachError: STATE-04.
    """
    if not changes or set(changes) - CORRECTABLE:
        raise incomplete("Chỉ sửa được thông tin về xe và liên hệ.", "Only columns that may be corrected.")
    return {column: as_json(value) for column, value in read_columns(Vehicle, CORRECTABLE, changes).items()}


def _refuse_taken(vehicle: Vehicle, changes: Mapping[str, Any]) -> None:
    if "chassis_number" in changes:
        refuse_second_frame(vehicle, changes)


_CANONICAL = {
    "plate": "plate_display",
    "plate_colour": "plate_colour",
    "vehicle_kind": "kind",
    "brand": "brand",
    "model": "model",
    "colour": "paint_colour",
    "chassis_number": "chassis_number",
    "engine_number": "engine_number",
    "manufactured_year": "manufactured_year",
    "registered_on": "first_registered_on",
    "owner_name": "owner_name",
    "owner_id_number": "owner_id_number",
    "owner_phone": "owner_phone",
    "owner_address": "owner_address",
    "status": "known_status",
}


def _decided(vehicle: Vehicle, columns: frozenset[str]) -> list[dict[str, str]]:
    """What was decided about a vehicle; an owner who was decided brings the own number and day of birth."""
    told = {name: str(getattr(vehicle, column) or "") for name, column in _CANONICAL.items() if column in columns}
    if "plate_number" in columns:
        told["plate"] = vehicle.plate_display or vehicle.plate_number
    if {"owner_person_id", "owner_id_number"} & columns and vehicle.owner_person is not None:
        told["owner_id_number"] = vehicle.owner_person.pin or told.get("owner_id_number", "")
        told["owner_birth_date"] = vehicle.owner_person.birth_date
    return [told]


def _person_says(vehicle: Vehicle) -> dict[str, Any]:
    # whoever looks may reach the vehicle and not its owner, who lives elsewhere
    owner = Person.objects.filter(pk=vehicle.owner_person_id).first()
    if owner is None:
        return {}
    told = {"owner_name": owner.full_name, "owner_id_number": owner.pin, "owner_address": home_of(owner)}
    told |= {"commune_code": owner.commune_code, "province_code": owner.province_code} if owner.commune_code else {}
    return {column: value for column, value in told.items() if value}


REGISTER = Register(
    model=Vehicle,
    columns=COLUMNS,
    settle=_settle,
    check=_check,
    refuse_taken=_refuse_taken,
    correctors=frozenset({Role.VEHICLES, Role.CHIEF, Role.VERIFIER}),
    owning=True,
    decided=_decided,
    person_says=_person_says,
    respelt=respelt,
)
