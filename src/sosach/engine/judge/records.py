"""SQL of the record files of a run: every input record once, as given, as meant, and as judged."""

from sosach.base.registers import Register, column_names
from sosach.engine.judge.marks import Mark
from sosach.engine.match.levels import code, evidence_sql
from sosach.vn.addresses import LOCALITY_PATTERN, LOCALITY_TRIM


def _partial_date(prefix: str) -> str:
    """SQL of a date as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD."""
    year, month, day = (f"{prefix}_{part}" for part in ("year", "month", "day"))
    return (
        f"CASE WHEN {day} IS NOT NULL THEN printf('%04d-%02d-%02d', {year}, {month}, {day}) "
        f"WHEN {month} IS NOT NULL THEN printf('%04d-%02d', {year}, {month}) "
        f"WHEN {year} IS NOT NULL THEN printf('%04d', {year}) END"
    )


_MEANT: dict[Register, dict[str, str]] = {
    Register.VEHICLES: {
        "plate_std": "plate",
        "plate_kind": "plate_kind",
        "vehicle_kind_std": "vehicle_kind",
        "chassis_number_std": "chassis",
        "engine_number_std": "engine",
        "registered_on_std": "registered_on",
        "owner_name_std": "name",
        "owner_kind": "owner_kind",
        "owner_pin_std": "pin",
        "owner_old_id_std": "old_id",
        "owner_birth_date_std": _partial_date("birth"),
        "owner_phone_std": "phone",
        "status_std": "status",
    },
    Register.LICENCES: {
        "licence_number_std": "licence_number",
        "class_std": '"class"',
        "law": "law",
        "issued_on_std": "issued_on",
        "expires_on_std": "expires_on",
        "full_name_std": "name",
        "owner_kind": "owner_kind",
        "birth_date_std": _partial_date("birth"),
        "pin_std": "pin",
        "old_id_std": "old_id",
        "status_std": "status",
    },
    Register.POPULATION: {
        "pin_std": "pin",
        "full_name_std": "name",
        "sex_std": "sex",
        "birth_date_std": _partial_date("birth"),
        "old_id_std": "old_id",
        "status_std": "status",
    },
}
_ADDRESS = {
    Register.VEHICLES: "given_owner_address",
    Register.LICENCES: "given_address",
    Register.POPULATION: "coalesce(given_current_address, given_permanent_address)",
}


def _has(mark: Mark) -> str:
    return f"mask & {int(mark)} <> 0"


def _agrees() -> str:
    """SQL: number, name, birth date and place agree with the person as far as the record gives them."""
    name, birth, place = (code("name", "equal"), code("birth", "equal"), code("place", "commune"))
    births = f"{birth}, {code('birth', 'year')}, {code('birth', 'none')}"
    return (
        f"lid = {code('id', 'pin')} AND lname = {name} AND lbirth IN ({births}) "
        f"AND lplace IN ({place}, {code('place', 'none')})"
    )


def records_sql(register: Register) -> str:
    """SELECT of a record file, in the order of the input."""
    kept = [column for column in column_names(register) if column != "record_id"]
    given = [f'given_{column} AS "{_GIVEN_AS.get((register, column), column)}"' for column in kept]
    meant = [f"{sql} AS {name}" for name, sql in _MEANT[register].items()]
    judged = _population_judged() if register is Register.POPULATION else _subject_judged(register)
    # written only where a record has work to do: nobody sorts the others
    locality = f"nullif(ltrim(regexp_extract({_ADDRESS[register]}, '{LOCALITY_PATTERN}'), '{LOCALITY_TRIM}'), '')"
    return f"""
    SELECT row AS row_number, record_id, {", ".join(given + meant)},
           decision, l_pin AS pin, probability, evidence, result_class,
           decision = 'link' AND NOT ({_has(Mark.NOT_CORRECT)}) AS correct, NOT ({_has(Mark.NOT_COMPLETE)}) AS complete,
           NOT ({_has(Mark.NOT_CLEAN)}) AS clean, NOT ({_has(Mark.NOT_LIVE)}) AS live,
           commune_code, province_code, CASE WHEN action <> 'none' THEN {locality} END AS locality, action
    FROM (SELECT *, {_action(register)} AS action FROM ({judged}))"""


# `pin` in a record file is the linked person's; the population's own column keeps its text beside it.
_GIVEN_AS = {(Register.POPULATION, "pin"): "pin_given"}


def _subject_judged(register: Register) -> str:
    """Vehicles and licences: the link, what agrees, and whose work list."""
    return f"""
    SELECT *, CASE WHEN owner_kind = 'organisation' OR {_has(Mark.OVER_AGE)} THEN 'not_eligible'
                   WHEN decision = 'link' AND {_agrees()} THEN 'match'
                   WHEN decision <> 'none' THEN 'discrepancy'
                   WHEN {_nothing_usable()} THEN 'not_eligible' ELSE 'no_information' END AS result_class
    FROM (SELECT w.*, coalesce(l.decision, 'none') AS decision, CASE WHEN l.decision = 'link' THEN l.pin END AS l_pin,
                 l.probability, CASE WHEN l.row IS NOT NULL THEN {evidence_sql("l")} END AS evidence,
                 l.lid, l.lname, l.lbirth, l.lplace, coalesce(m.mask, 0) AS mask,
                 coalesce(CASE WHEN l.decision = 'link' THEN lpad(l.commune::VARCHAR, 5, '0') END, w.commune) AS commune_code,
                 w.province AS province_code
          FROM wide_{register} w LEFT JOIN links_{register} l ON l.row = w.row
          LEFT JOIN marks_{register} m ON m.row = w.row)"""


def _population_judged() -> str:
    """Persons: their own record is the link; two records with one PIN or one person with two are for review."""
    return f"""
    SELECT *, CASE WHEN pin IS NULL AND name IS NULL THEN 'not_eligible'
                   WHEN pin IS NULL OR mask & {int(Mark.NOT_CORRECT | Mark.NOT_CLEAN | Mark.NOT_LIVE)} <> 0
                   THEN 'discrepancy' ELSE 'match' END AS result_class
    FROM (SELECT w.*, CASE WHEN w.pin IS NULL THEN 'none' WHEN coalesce(m.mask, 0) & {int(Mark.DUPLICATE)} <> 0
                           THEN 'review' ELSE 'link' END AS decision,
                 w.pin AS l_pin, CASE WHEN w.pin IS NULL THEN NULL ELSE 1.0::DOUBLE END AS probability,
                 NULL::VARCHAR AS evidence, coalesce(m.mask, 0) AS mask, w.commune AS commune_code,
                 w.province AS province_code
          FROM wide_population w LEFT JOIN marks_population m ON m.row = w.row)"""


def _nothing_usable() -> str:
    """SQL: a name at most; no number, birth date or place that could find or confirm anybody."""
    return (
        "coalesce(pin, pin_repair, old_id, old_id_repair) IS NULL AND birth_year IS NULL AND communes IS NULL "
        "OR name_id IS NULL"
    )


def _action(register: Register) -> str:
    """SQL of what the commune has to do, the most urgent first."""
    life = f"WHEN {_has(Mark.NOT_LIVE)} THEN 'follow_life'"
    rest = (
        f"{life} WHEN {_has(Mark.DUPLICATE)} THEN 'duplicate' WHEN {_has(Mark.NOT_COMPLETE)} THEN 'complete' "
        f"WHEN result_class = 'discrepancy' OR {_has(Mark.PROPOSES | Mark.NOT_CORRECT | Mark.NOT_CLEAN)} "
        "THEN 'confirm' ELSE 'none' END"
    )
    if register is Register.POPULATION:
        return f"CASE WHEN decision = 'none' THEN 'identify' {rest}"
    over_age = f"WHEN {_has(Mark.OVER_AGE)} THEN 'over_age' " if register is Register.VEHICLES else ""
    return (
        f"CASE WHEN owner_kind = 'organisation' THEN 'organisation' {over_age}"
        f"WHEN decision = 'review' THEN 'choose' WHEN decision = 'none' THEN 'identify' {rest}"
    )
