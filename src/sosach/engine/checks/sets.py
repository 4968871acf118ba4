"""Rules about sets: the same plate, chassis, engine, licence, PIN or person twice; owners and phones that are too many."""

from sosach.engine.checks.families import (
    HOUSEHOLD,
    HOUSEHOLD_FLEET,
    HOUSEHOLD_MEMBERS,
    LINKED_HOLDER,
    LINKED_HOLDER_CLASS,
    LINKED_OWNER,
    MANY,
    OWNER_NAME,
    OWNER_NUMBER,
    PHONE_OWNERS,
    SAME_CHASSIS,
    SAME_ENGINE,
    SAME_FATHER,
    SAME_HOLDER,
    SAME_HOLDER_CLASS,
    SAME_LICENCE,
    SAME_LICENCE_CLASS,
    SAME_LICENCE_RECORD,
    SAME_MOTHER,
    SAME_OLD_ID,
    SAME_PARENTS,
    SAME_PHONE,
    SAME_PIN,
    SAME_PLACE,
    SAME_PLATE,
    SAME_SPOUSE,
    SAME_VEHICLE_RECORD,
)
from sosach.engine.checks.rule import SetRule

_FEW = f"g.n < {MANY}"
_TOO_MANY = f"g.n >= {MANY}"
_TWO_VEHICLES = "((g.chassis_differ AND NOT g.one_vehicle) OR (g.chassis_known = 0 AND g.engines_differ))"
_OTHER_PIN = "CASE WHEN s.pin = g.first_pin THEN g.last_pin ELSE g.first_pin END"
_OTHER_NUMBER = "CASE WHEN s.licence_number = g.first_number THEN g.last_number ELSE g.first_number END"

VEHICLE_SETS = (
    SetRule(
        code="VEH-60",
        family=SAME_PLATE,
        when=f"{_TWO_VEHICLES} AND {_FEW}",
        column="plate",
        value="s.plate",
        duplicates=True,
    ),
    SetRule(
        code="VEH-61",
        family=SAME_PLATE,
        when=f"g.chassis_known < g.n AND NOT g.one_vehicle AND NOT {_TWO_VEHICLES} AND {_FEW}",
        column="plate",
        value="s.plate",
        duplicates=True,
    ),
    SetRule(
        code="VEH-74",
        family=SAME_PLATE,
        when=f"(g.chassis_differ OR g.chassis_known < g.n) AND g.one_vehicle AND {_FEW}",
        column="plate",
        value="s.plate",
        duplicates=True,
    ),
    SetRule(
        code="VEH-62",
        family=SAME_CHASSIS,
        when=f"g.engines_differ AND {_FEW}",
        column="chassis_number",
        duplicates=True,
    ),
    SetRule(
        code="VEH-63",
        family=SAME_CHASSIS,
        when=f"g.plates_differ AND NOT g.engines_differ AND {_FEW}",
        column="chassis_number",
        duplicates=True,
    ),
    SetRule(
        code="VEH-64",
        family=SAME_CHASSIS,
        when=f"NOT g.plates_differ AND NOT g.engines_differ AND {_FEW}",
        column="chassis_number",
        duplicates=True,
    ),
    SetRule(
        code="VEH-65",
        family=SAME_ENGINE,
        when=f"g.chassis_differ AND {_FEW}",
        column="engine_number",
        duplicates=True,
    ),
    SetRule(code="VEH-66", family=SAME_PLATE, when=_TOO_MANY, column="plate", value="s.plate", other="g.n"),
    SetRule(code="VEH-67", family=SAME_CHASSIS, when=_TOO_MANY, column="chassis_number", other="g.n"),
    SetRule(code="VEH-68", family=SAME_ENGINE, when=_TOO_MANY, column="engine_number", other="g.n"),
    SetRule(code="VEH-69", family=SAME_VEHICLE_RECORD, when="TRUE", column="record_id", other="g.n"),
    SetRule(
        code="VEH-70", family=SAME_PHONE, when=f"g.owners > {PHONE_OWNERS}", column="owner_phone", other="g.owners"
    ),
    SetRule(code="VEH-71", family=OWNER_NUMBER, when=_TOO_MANY, column="owner_id_number", other="g.n"),
    SetRule(code="VEH-72", family=OWNER_NAME, when=_TOO_MANY, column="owner_name", value="s.name", other="g.n"),
    SetRule(code="VEH-73", family=OWNER_NUMBER, when="g.persons_differ", column="owner_id_number"),
)

LICENCE_SETS = (
    SetRule(
        code="LIC-60",
        family=SAME_LICENCE,
        when=f"g.persons_differ AND {_FEW}",
        column="licence_number",
        duplicates=True,
    ),
    SetRule(
        code="LIC-61",
        family=SAME_LICENCE,
        when=f"NOT g.persons_differ AND g.classes > 1 AND {_FEW}",
        column="licence_number",
    ),
    SetRule(
        code="LIC-62",
        family=SAME_LICENCE_CLASS,
        when=f"NOT g.persons_differ AND {_FEW}",
        column="licence_number",
        value="s.licence_number",
        duplicates=True,
    ),
    SetRule(code="LIC-63", family=SAME_LICENCE, when=_TOO_MANY, column="licence_number", other="g.n"),
    SetRule(
        code="LIC-64",
        family=SAME_HOLDER,
        when=f"NOT g.persons_differ AND g.cards > 1 AND {_FEW}",
        column="licence_number",
        value="s.licence_number",
        other=_OTHER_NUMBER,
    ),
    SetRule(
        code="LIC-68",
        family=SAME_HOLDER,
        when=f"NOT g.persons_differ AND g.cards <= 1 AND {_FEW}",
        column="licence_number",
        value="s.licence_number",
        other=_OTHER_NUMBER,
    ),
    SetRule(
        code="LIC-65",
        family=SAME_HOLDER_CLASS,
        when=f"NOT g.persons_differ AND {_FEW}",
        column="class",
        value="s.class",
        duplicates=True,
    ),
    SetRule(code="LIC-66", family=SAME_HOLDER, when="g.persons_differ", column="id_number"),
    SetRule(code="LIC-67", family=SAME_LICENCE_RECORD, when="TRUE", column="record_id", other="g.n"),
)

POPULATION_SETS = (
    SetRule(code="PER-50", family=SAME_PIN, when="g.persons_differ", column="pin", other="g.n", duplicates=True),
    SetRule(code="PER-51", family=SAME_PIN, when="NOT g.persons_differ", column="pin", other="g.n", duplicates=True),
    SetRule(
        code="PER-52",
        family=SAME_PARENTS,
        when=f"g.pins_differ AND {_FEW}",
        column="full_name",
        value="s.pin",
        duplicates=True,
        other=_OTHER_PIN,
    ),
    SetRule(
        code="PER-53",
        family=SAME_PLACE,
        when=f"g.pins_differ AND NOT g.parents_differ AND g.parents_known < 2 * g.n AND {_FEW}",
        column="full_name",
        value="s.pin",
        other=_OTHER_PIN,
    ),
    SetRule(
        code="PER-54",
        family=SAME_OLD_ID,
        when=f"g.pins_differ AND s.key NOT BETWEEN '271450001' AND '271500000' AND {_FEW}",
        column="old_id",
        duplicates=True,
        other=_OTHER_PIN,
    ),
    SetRule(
        code="PER-55",
        family=SAME_OLD_ID,
        when=f"g.pins_differ AND s.key BETWEEN '271450001' AND '271500000' AND {_FEW}",
        column="old_id",
        other=_OTHER_PIN,
    ),
    SetRule(code="PER-56", family=SAME_OLD_ID, when=_TOO_MANY, column="old_id", other="g.n"),
    SetRule(
        code="PER-57",
        family=HOUSEHOLD,
        when="g.communes_differ",
        column="household_id",
        other="CASE WHEN s.commune = g.first_commune THEN g.last_commune ELSE g.first_commune END",
    ),
    SetRule(code="PER-58", family=HOUSEHOLD, when=f"g.n > {HOUSEHOLD_MEMBERS}", column="household_id", other="g.n"),
    SetRule(code="PER-59", family=SAME_SPOUSE, when="g.pins_differ", column="spouse_pin", other="g.n"),
    SetRule(code="PER-60", family=SAME_FATHER, when=_TOO_MANY, column="father_pin", other="g.n"),
    SetRule(code="PER-61", family=SAME_MOTHER, when=_TOO_MANY, column="mother_pin", other="g.n"),
)

LINKED_SETS = (
    SetRule(code="VEH-96", family=LINKED_OWNER, when=_TOO_MANY, column="owner_id_number", value="s.pin", other="g.n"),
    SetRule(code="VEH-97", family=HOUSEHOLD_FLEET, when="TRUE", column="owner_address", other="g.n"),
    SetRule(
        code="LIC-96",
        family=LINKED_HOLDER,
        when="g.cards > 1",
        column="licence_number",
        value="s.licence_number",
        other=_OTHER_NUMBER,
    ),
    SetRule(
        code="LIC-98",
        family=LINKED_HOLDER,
        when="g.cards <= 1",
        column="licence_number",
        value="s.licence_number",
        other=_OTHER_NUMBER,
    ),
    SetRule(code="LIC-97", family=LINKED_HOLDER_CLASS, when="TRUE", column="class", value="s.class"),
)
