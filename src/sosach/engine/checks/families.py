"""Families: which records share a plate, a chassis number, a PIN, a household … Set rules look at them."""

from functools import partial

from sosach.base.registers import Register
from sosach.engine.checks.rule import Family, Stage

MANY = 20
"""From so many records on, one number is a placeholder or one owner a mass owner, not a double entry."""

HOUSEHOLD_MEMBERS = 30
"""A household with more members than this is looked at: a dormitory, or one number typed for a whole hamlet."""

HOUSEHOLD_VEHICLES = 10
"""A household with more vehicles than this is looked at."""

PHONE_OWNERS = 5
"""A phone number of more different owners than this belongs to somebody who filled in forms for others."""

NEVER = 2**31
"""No number of records alone makes a group: they must differ."""


def _differ(column: str) -> str:
    """SQL: the group holds more than one value of a kept column; empty cells do not count."""
    return f"coalesce(min({column}) <> max({column}), FALSE)"


_BORN = (
    "CAST(s.birth_year AS INTEGER) * 10000 + coalesce(CAST(s.birth_month AS INTEGER), 0) * 100 "
    "+ coalesce(CAST(s.birth_day AS INTEGER), 0)"
)
_NUMBERS = {
    "first_number": "min(s.licence_number)",
    "last_number": "max(s.licence_number)",
    "cards": "count(DISTINCT s.licence_number) FILTER (regexp_full_match(s.licence_number, '[0-9]{12}'))",
}
_NUMBER = "CAST(hash(s.licence_number) >> 32 AS UINTEGER)"
_PINS = {"pins_differ": _differ("s.pin"), "first_pin": "min(s.pin)", "last_pin": "max(s.pin)"}


def _needs(register: Register) -> frozenset[str]:
    return frozenset({f"std_{register}"})


_vehicles = partial(
    Family,
    register=Register.VEHICLES,
    stage=Stage.BEFORE,
    scan="std_vehicles s",
    needs=_needs(Register.VEHICLES),
)
_licences = partial(
    Family,
    register=Register.LICENCES,
    stage=Stage.BEFORE,
    scan="std_licences s",
    needs=_needs(Register.LICENCES),
)
_population = partial(
    Family,
    register=Register.POPULATION,
    stage=Stage.BEFORE,
    scan="std_population s",
    needs=_needs(Register.POPULATION),
)

# Vehicles ---------------------------------------------------------------------------------------------------------

SAME_PLATE = _vehicles(
    name="same_plate",
    # One string can be a car's and a motorbike's plate, or a blue and a white one: these are two plates.
    mark="s.plate, s.plate_kind, coalesce(s.plate_colour = 'xanh', FALSE)",
    key="s.plate || ':' || coalesce(s.plate_kind, '') || CASE WHEN s.plate_colour = 'xanh' THEN ':xanh' ELSE '' END",
    where="s.plate IS NOT NULL",
    keeps={
        "plate": "s.plate",
        "chassis": "s.chassis",
        "engine": "s.engine",
        "smaller": "least(s.chassis, s.engine)",
        "both": "s.chassis IS NOT NULL AND s.engine IS NOT NULL",
    },
    counts={
        "chassis_known": "count(s.chassis)",
        "chassis_differ": _differ("s.chassis"),
        "engines_differ": _differ("s.engine"),
        # One vehicle with a mistyped chassis number, or with both numbers in each other's cell.
        "one_vehicle": f"(count(s.engine) = count(*) AND NOT {_differ('s.engine')}) "
        f"OR (bool_and(s.both) AND NOT {_differ('s.smaller')})",
    },
)
SAME_CHASSIS = _vehicles(
    name="same_chassis",
    key="s.chassis",
    where="s.chassis IS NOT NULL",
    keeps={"plate": "s.plate", "engine": "s.engine"},
    counts={"plates_differ": _differ("s.plate"), "engines_differ": _differ("s.engine")},
)
SAME_ENGINE = _vehicles(
    name="same_engine",
    key="s.engine",
    where="s.engine IS NOT NULL",
    keeps={"chassis": "s.chassis"},
    counts={"chassis_differ": _differ("s.chassis")},
)
SAME_VEHICLE_RECORD = _vehicles(name="same_vehicle_record", key="s.record_id", where="s.record_id IS NOT NULL")
SAME_PHONE = _vehicles(
    name="same_phone",
    key="s.phone",
    where="s.phone IS NOT NULL AND s.owner_kind = 'person'",
    keeps={"name": "s.name"},
    counts={"owners": "count(DISTINCT s.name)"},
    least=PHONE_OWNERS + 1,
)
OWNER_NUMBER = _vehicles(
    name="owner_number",
    key="coalesce(s.pin, s.old_id)",
    where="coalesce(s.pin, s.old_id) IS NOT NULL AND s.owner_kind = 'person'",
    keeps={"name": "s.name", "birth_year": "s.birth_year"},
    counts={"persons_differ": f"{_differ('s.name')} AND {_differ('s.birth_year')}"},
    least=MANY,
    differs="TRY_CAST(s.birth_year AS UINTEGER)",
)
OWNER_NAME = _vehicles(
    name="owner_name",
    mark="s.name, s.commune, s.birth_year",
    key="s.name || ':' || s.commune || ':' || coalesce(CAST(s.birth_year AS VARCHAR), '')",
    where="s.pin IS NULL AND s.old_id IS NULL AND s.name IS NOT NULL AND s.commune IS NOT NULL "
    "AND s.owner_kind = 'person'",
    keeps={"name": "s.name"},
    least=MANY,
)

# Licences ---------------------------------------------------------------------------------------------------------

SAME_LICENCE = _licences(
    name="same_licence",
    key="s.licence_number",
    where="s.licence_number IS NOT NULL",
    keeps={
        "name": "s.name",
        "birth_year": "s.birth_year",
        "born": f"CASE WHEN s.birth_day IS NOT NULL THEN {_BORN} END",
        "pin": "s.pin",
        "old_id": "s.old_id",
        "class": "s.class",
    },
    counts={
        # Two spellings of a name, a mistyped digit, an old ID number beside a PIN are still one person.
        "persons_differ": f"{_differ('s.name')} AND ({_differ('s.birth_year')} OR "
        f"(({_differ('s.born')} OR count(s.birth_year) < count(*)) "
        f"AND ({_differ('s.pin')} OR {_differ('s.old_id')})))",
        "classes": "count(DISTINCT s.class)",
    },
)
SAME_LICENCE_CLASS = _licences(
    name="same_licence_class",
    mark="s.licence_number, s.class",
    key="s.licence_number || ':' || coalesce(s.class, '')",
    where="s.licence_number IS NOT NULL",
    keeps=SAME_LICENCE.keeps | {"licence_number": "s.licence_number"},
    counts=SAME_LICENCE.counts,
)
SAME_LICENCE_RECORD = _licences(name="same_licence_record", key="s.record_id", where="s.record_id IS NOT NULL")
SAME_HOLDER = _licences(
    name="same_holder",
    key="coalesce(s.pin, s.old_id)",
    where="coalesce(s.pin, s.old_id) IS NOT NULL AND s.licence_number IS NOT NULL",
    keeps={"licence_number": "s.licence_number", "name": "s.name", "birth_year": "s.birth_year"},
    counts={
        "persons_differ": f"{_differ('s.name')} AND {_differ('s.birth_year')}",
        **_NUMBERS,
    },
    least=NEVER,
    differs=_NUMBER,
)
SAME_HOLDER_CLASS = _licences(
    name="same_holder_class",
    mark="coalesce(s.pin, s.old_id), s.class",
    key="coalesce(s.pin, s.old_id) || ':' || s.class",
    where="coalesce(s.pin, s.old_id) IS NOT NULL AND s.class IS NOT NULL AND s.licence_number IS NOT NULL",
    keeps={
        "class": "s.class",
        "licence_number": "s.licence_number",
        "name": "s.name",
        "birth_year": "s.birth_year",
    },
    counts={"persons_differ": f"{_differ('s.name')} AND {_differ('s.birth_year')}"},
    least=NEVER,
    differs=_NUMBER,
)

# Population -------------------------------------------------------------------------------------------------------

SAME_PIN = _population(
    name="same_pin",
    key="s.pin",
    where="s.pin IS NOT NULL",
    keeps={
        "name": "s.name",
        "born": _BORN,
    },
    counts={"persons_differ": f"{_differ('s.name')} OR {_differ('s.born')}"},
)
SAME_PARENTS = _population(
    name="same_parents",
    mark="s.name, s.birth_year, s.birth_month, s.birth_day, s.father_pin, s.mother_pin",
    key="s.name || ':' || s.birth_year || '-' || s.birth_month || '-' || s.birth_day "
    "|| ':' || coalesce(s.father_pin, '') || ':' || coalesce(s.mother_pin, '')",
    where="s.birth_day IS NOT NULL AND s.name IS NOT NULL AND (s.father_pin IS NOT NULL OR s.mother_pin IS NOT NULL)",
    keeps={"pin": "s.pin"},
    counts=_PINS,
)
SAME_PLACE = _population(
    name="same_place",
    mark="s.name, s.birth_year, s.birth_month, s.birth_day, s.permanent_commune",
    key="s.name || ':' || s.birth_year || '-' || s.birth_month || '-' || s.birth_day || ':' || s.permanent_commune",
    where="s.birth_day IS NOT NULL AND s.name IS NOT NULL AND s.permanent_commune IS NOT NULL",
    keeps={"pin": "s.pin", "father_pin": "s.father_pin", "mother_pin": "s.mother_pin"},
    counts={
        **_PINS,
        "parents_differ": f"{_differ('s.father_pin')} OR {_differ('s.mother_pin')}",
        "parents_known": "count(s.father_pin) + count(s.mother_pin)",
    },
)
SAME_OLD_ID = _population(
    name="same_old_id",
    key="s.old_id",
    where="s.old_id IS NOT NULL",
    keeps={"pin": "s.pin"},
    counts=_PINS,
)
HOUSEHOLD = _population(
    name="household",
    key="s.household_id",
    where="s.household_id IS NOT NULL",
    keeps={"commune": "s.commune", "pin": "s.pin"},
    counts={
        "communes_differ": _differ("s.commune"),
        "first_commune": "min(s.commune)",
        "last_commune": "max(s.commune)",
    },
    least=HOUSEHOLD_MEMBERS + 1,
    differs="TRY_CAST(s.commune AS UINTEGER)",
)
SAME_SPOUSE = _population(
    name="same_spouse",
    key="s.spouse_pin",
    where="s.spouse_pin IS NOT NULL",
    keeps={"pin": "s.pin"},
    counts=_PINS,
)
SAME_FATHER = _population(name="same_father", key="s.father_pin", where="s.father_pin IS NOT NULL", least=MANY)
SAME_MOTHER = _population(name="same_mother", key="s.mother_pin", where="s.mother_pin IS NOT NULL", least=MANY)

# After matching ---------------------------------------------------------------------------------------------------


def _links(register: Register) -> str:
    return f"(SELECT row, p_row FROM links_{register} WHERE decision = 'link') l"


def _linked(register: Register) -> str:
    return f"{_links(register)} JOIN std_{register} s ON s.row = l.row"


def _linked_needs(register: Register) -> frozenset[str]:
    return _needs(register) | {f"links_{register}", "std_population"}


LINKED_OWNER = Family(
    name="linked_owner",
    register=Register.VEHICLES,
    stage=Stage.AFTER,
    scan=_linked(Register.VEHICLES),
    narrow=_links(Register.VEHICLES),
    row="l.row",
    key="l.p_row",
    where="TRUE",
    keeps={"pin": "s.pin"},
    least=MANY,
    needs=_linked_needs(Register.VEHICLES),
)
HOUSEHOLD_FLEET = Family(
    name="household_fleet",
    register=Register.VEHICLES,
    stage=Stage.AFTER,
    scan=f"{_linked(Register.VEHICLES)} JOIN std_population p ON p.row = l.p_row",
    narrow=f"{_links(Register.VEHICLES)} JOIN std_population p ON p.row = l.p_row",
    row="l.row",
    key="p.household_id",
    where="p.household_id IS NOT NULL",
    least=HOUSEHOLD_VEHICLES + 1,
    needs=_linked_needs(Register.VEHICLES),
)
LINKED_HOLDER = Family(
    name="linked_holder",
    register=Register.LICENCES,
    stage=Stage.AFTER,
    scan=_linked(Register.LICENCES),
    key="l.p_row",
    where="s.licence_number IS NOT NULL",
    keeps={"licence_number": "s.licence_number"},
    counts=_NUMBERS,
    least=NEVER,
    differs=_NUMBER,
    needs=_linked_needs(Register.LICENCES),
)
LINKED_HOLDER_CLASS = Family(
    name="linked_holder_class",
    register=Register.LICENCES,
    stage=Stage.AFTER,
    scan=_linked(Register.LICENCES),
    mark="l.p_row, s.class",
    key="l.p_row || ':' || s.class",
    where="s.licence_number IS NOT NULL AND s.class IS NOT NULL",
    keeps={"class": "s.class", "licence_number": "s.licence_number"},
    least=NEVER,
    differs=_NUMBER,
    needs=_linked_needs(Register.LICENCES),
)
