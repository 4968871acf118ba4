"""Which column of which register is read as which kind, and what standardised columns that gives."""

from collections.abc import Mapping
from dataclasses import dataclass

from sosach.base.registers import Register
from sosach.engine.standardise.kinds import VALUE, date_kind
from sosach.vn import addresses

# SQL of the last parts of an address, those that name its units. Millions of rows pay for it: the ordinary case takes
# two or three parts between commas, as their level words tell; what begins or ends oddly pays for the whole pattern.
_PARTS = f"string_split({VALUE}, ',')"
_LAST, _SECOND, _THIRD = (f"{_PARTS}[{at}]" for at in (-1, -2, -3))
_BEFORE_SECOND = (
    f"CASE WHEN regexp_matches({_SECOND}, '{addresses.WARD_PATTERN}') THEN '' "
    f"WHEN regexp_matches({_THIRD}, '{addresses.TOWN_PATTERN}') THEN {_THIRD} || ',' "
    f"WHEN NOT (regexp_matches({_THIRD}, '{addresses.HEAD_PATTERN}') OR "
    f"regexp_matches({_LAST}, '{addresses.ODD_END_PATTERN}')) THEN {_THIRD} || ',' END"
)
_ENDED = f"replace(rtrim({VALUE}, ' ,.;'), ',,', ',')"
LAST_PARTS_SQL = (
    f"coalesce(({_BEFORE_SECOND}) || {_SECOND} || ',' || {_LAST}, regexp_extract({_ENDED}, '{addresses.TAIL_PATTERN}'))"
)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One column on its way into the standardised table.

    Attributes:
        column: canonical column.
        kind: name of the kind that reads it.
        gives: standardised column → column of the dictionary.
        through: SQL over `VALUE` of what is looked up; the value itself, or a part of it.
        same_as: another column read the same way; where both hold the same text, its reading is taken over.
    """

    column: str
    kind: str
    gives: dict[str, str]
    through: str = VALUE
    same_as: str | None = None


def _date_parts(prefix: str) -> dict[str, str]:
    return {f"{prefix}_year": "y", f"{prefix}_month": "m", f"{prefix}_day": "d"}


_BIRTH = _date_parts("birth") | {"birth_iso": "iso"}


def _population(order: Mapping[str, str]) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("pin", "pin", {"pin": "key", "pin_repair": "repair"}),
        FieldSpec("full_name", "name", _NAME),
        FieldSpec("sex", "sex", {"sex": "key"}),
        FieldSpec("birth_date", date_kind("birth", order.get("birth_date", "dmy")), _BIRTH),
        FieldSpec("old_id", "old_id", {"old_id": "key"}),
        FieldSpec(
            "permanent_address",
            "place",
            {"permanent_status": "status", "permanent_place": "commune", "permanent_province": "province"},
            LAST_PARTS_SQL,
        ),
        FieldSpec(
            "current_address",
            "place",
            {"current_status": "status", "current_place": "commune", "current_province": "province"},
            LAST_PARTS_SQL,
            same_as="permanent_address",
        ),
        FieldSpec("commune_code", "commune_code", {"commune_given": "key"}),
        FieldSpec("status", "person_status", {"status": "key"}),
        FieldSpec("father_pin", "pin", {"father_pin": "key"}),
        FieldSpec("mother_pin", "pin", {"mother_pin": "key"}),
        FieldSpec("spouse_pin", "pin", {"spouse_pin": "key"}),
    )


_NAME = {"name_id": "id", "name": "display", "owner_kind": "kind"}
_ID = {
    "pin": "pin",
    "pin_repair": "pin_repair",
    "old_id": "old_id",
    "old_id_repair": "old_id_repair",
}
_PLACE = {"address_status": "status", "commune": "commune", "communes": "communes", "province": "province"}


def _vehicles(order: Mapping[str, str]) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("plate", "plate", {"plate": "key", "plate_kind": "kind"}),
        FieldSpec("plate_colour", "plate_colour", {"plate_colour": "key"}),
        FieldSpec("vehicle_kind", "vehicle_kind", {"vehicle_kind": "key"}),
        FieldSpec("brand", "brand", {"brand": "key"}),
        FieldSpec("colour", "colour", {"colour": "key"}),
        FieldSpec("chassis_number", "chassis", {"chassis": "key"}),
        FieldSpec("engine_number", "engine", {"engine": "key"}),
        FieldSpec("manufactured_year", "year", {"manufactured_year": "key"}),
        FieldSpec("registered_on", date_kind("event", order.get("registered_on", "dmy")), _date_parts("registered")),
        FieldSpec("owner_name", "name", _NAME),
        FieldSpec("owner_id_number", "id_number", _ID),
        FieldSpec("owner_birth_date", date_kind("birth", order.get("owner_birth_date", "dmy")), _BIRTH),
        FieldSpec("owner_phone", "phone", {"phone": "key"}),
        FieldSpec("owner_address", "place", _PLACE, LAST_PARTS_SQL),
        FieldSpec("status", "vehicle_status", {"status": "key"}),
    )


def _licences(order: Mapping[str, str]) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("licence_number", "licence_number", {"licence_number": "key"}),
        FieldSpec("class", "licence_class", {"class": "classes", "class_law": "law"}),
        FieldSpec("issued_on", date_kind("event", order.get("issued_on", "dmy")), _date_parts("issued")),
        FieldSpec(
            "expires_on",
            date_kind("expiry", order.get("expires_on", "dmy")),
            _date_parts("expires") | {"unlimited": "unlimited"},
        ),
        FieldSpec("material", "material", {"material": "key"}),
        FieldSpec("full_name", "name", _NAME),
        FieldSpec("birth_date", date_kind("birth", order.get("birth_date", "dmy")), _BIRTH),
        FieldSpec("sex", "sex", {"sex": "key"}),
        FieldSpec("id_number", "id_number", _ID),
        FieldSpec("address", "place", _PLACE, LAST_PARTS_SQL),
        FieldSpec("status", "licence_status", {"status": "key"}),
    )


def _day(prefix: str) -> str:
    parts = f"{prefix}_year, {prefix}_month, {prefix}_day"
    return f"CASE WHEN {prefix}_day IS NOT NULL THEN make_date({parts}) END"


def fields(register: Register, order: Mapping[str, str]) -> tuple[FieldSpec, ...]:
    """The fields of a register; `order` says in which order each date column is written (dmy, mdy, ymd)."""
    if register is Register.POPULATION:
        return _population(order)
    return _vehicles(order) if register is Register.VEHICLES else _licences(order)


@dataclass(frozen=True, slots=True)
class Made:
    """A standardised column made of others.

    Attributes:
        sql: over the columns in `of` and over `given_<column>` for those in `given`.
        of: standardised columns it is made of.
        given: canonical columns it takes as they were given.
    """

    sql: str
    of: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


def _made_day(prefix: str) -> Made:
    return Made(_day(prefix), of=(f"{prefix}_year", f"{prefix}_month", f"{prefix}_day"))


def _made_first(*columns: str) -> Made:
    return Made(f"coalesce({', '.join(columns)})", of=columns)


_MADE: dict[Register, dict[str, Made]] = {
    Register.POPULATION: {
        "household_id": Made("nullif(trim(given_household_id), '')", given=("household_id",)),
        "address_status": _made_first("current_status", "permanent_status"),
        "commune": _made_first("commune_given", "current_place", "permanent_place"),
        "current_commune": _made_first("current_place", "commune_given"),
        "permanent_commune": _made_first("permanent_place", "commune_given"),
        "province": _made_first("current_province", "permanent_province"),
    },
    Register.VEHICLES: {"registered_on": _made_day("registered")},
    Register.LICENCES: {
        "issued_on": _made_day("issued"),
        "expires_on": _made_day("expires"),
        "law": Made(
            "CASE WHEN issued_year >= 2025 THEN '2024' WHEN issued_year IS NOT NULL THEN '2008' ELSE class_law END",
            of=("issued_year", "class_law"),
        ),
        "issued_by": Made("nullif(trim(given_issued_by), '')", given=("issued_by",)),
    },
}


# Columns that only serve to make others; nobody reads them, so they are not written.
_SERVING: dict[Register, frozenset[str]] = {
    Register.POPULATION: frozenset(
        {
            "permanent_status",
            "permanent_place",
            "permanent_province",
            "current_status",
            "current_place",
            "current_province",
            "commune_given",
        }
    ),
    Register.VEHICLES: frozenset({"registered_month", "registered_day"}),
    Register.LICENCES: frozenset(
        {"issued_month", "issued_day", "expires_year", "expires_month", "expires_day", "class_law"}
    ),
}


def made(register: Register) -> dict[str, Made]:
    """Standardised columns of a register that are made of others."""
    return _MADE[register]


def standard_columns(register: Register, specs: tuple[FieldSpec, ...]) -> list[str]:
    """Every standardised column of a register that is written."""
    serving = _SERVING[register]
    return [column for spec in specs for column in spec.gives if column not in serving] + list(made(register))
