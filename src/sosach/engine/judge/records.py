"""SQL of the record files of a run: every input record once, as given, as meant, and as judged."""

from collections.abc import Iterable

from sosach.base.decisions import Decision, ResultClass
from sosach.base.registers import Register, column_names
from sosach.engine.judge.marks import Mark
from sosach.engine.match.levels import LEVELS_SQL, code
from sosach.engine.standardise.fields import FieldSpec, Made
from sosach.engine.standardise.stage import read_sql
from sosach.vn.addresses import LOCALITY_PATTERN, LOCALITY_TRIM


def _same(column: str) -> Made:
    return Made(f'"{column}"', of=(column,))


# Standardised columns of a record file, by the name they have there.
_MEANT: dict[Register, dict[str, Made]] = {
    Register.VEHICLES: {
        "plate_std": _same("plate"),
        "plate_kind": _same("plate_kind"),
        "vehicle_kind_std": _same("vehicle_kind"),
        "chassis_number_std": _same("chassis"),
        "engine_number_std": _same("engine"),
        "registered_on_std": _same("registered_on"),
        "owner_name_std": _same("name"),
        "owner_kind": _same("owner_kind"),
        "owner_pin_std": _same("pin"),
        "owner_old_id_std": _same("old_id"),
        "owner_birth_date_std": _same("birth_iso"),
        "owner_phone_std": _same("phone"),
        "status_std": _same("status"),
    },
    Register.LICENCES: {
        "licence_number_std": _same("licence_number"),
        "class_std": _same("class"),
        "law": _same("law"),
        "issued_on_std": _same("issued_on"),
        "expires_on_std": _same("expires_on"),
        "full_name_std": _same("name"),
        "owner_kind": _same("owner_kind"),
        "birth_date_std": _same("birth_iso"),
        "pin_std": _same("pin"),
        "old_id_std": _same("old_id"),
        "status_std": _same("status"),
    },
    Register.POPULATION: {
        "pin_std": _same("pin"),
        "full_name_std": _same("name"),
        "sex_std": _same("sex"),
        "birth_date_std": _same("birth_iso"),
        "old_id_std": _same("old_id"),
        "status_std": _same("status"),
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


# What the commune has to do about a record.
ACTIONS = (
    "none",
    "confirm",
    "choose",
    "identify",
    "follow_life",
    "duplicate",
    "complete",
    "organisation",
    "over_age",
)


def _enum(words: Iterable[str]) -> str:
    """SQL type of a closed list of words: one byte in a row instead of sixteen."""
    return f"ENUM({', '.join(repr(str(word)) for word in words)})"


DECISION, RESULT, ACTION = _enum(Decision), _enum(ResultClass), _enum(ACTIONS)


def verdicts_sql(register: Register) -> str:
    """SELECT of the narrow verdict on every record: row, link, levels, mask, result class, work list, action."""
    judged = _population_judged() if register is Register.POPULATION else _subject_judged(register)
    return f"""
    SELECT row, decision::{DECISION} AS decision, l_pin, probability, {LEVELS_SQL} AS levels, rivals, mask, result_class::{RESULT} AS result_class, commune_code,
           province_code, ({_action(register)})::{ACTION} AS action FROM ({judged})"""


def records_sql(register: Register, specs: tuple[FieldSpec, ...]) -> str:
    """SELECT of a record file in the order of the input, from the registers as given and the table `verdicts`."""
    given = [column for column in column_names(register) if column != "record_id"]
    meant = _MEANT[register]
    columns = list(dict.fromkeys(column for how in meant.values() for column in how.of))
    shown = [f'r.given_{column} AS "{_GIVEN_AS.get((register, column), column)}"' for column in given]
    shown += [f"{how.sql} AS {name}" for name, how in meant.items()]
    # written only where a record has work to do: nobody sorts the others
    locality = f"nullif(ltrim(regexp_extract({_ADDRESS[register]}, '{LOCALITY_PATTERN}'), '{LOCALITY_TRIM}'), '')"
    return f"""
    SELECT r.row AS row_number, r.record_id, {", ".join(shown)},
           v.decision, v.l_pin AS pin, v.probability, e.words || v.rivals AS evidence, v.result_class,
           v.decision = 'link' AND NOT ({_has(Mark.NOT_CORRECT)}) AS correct, NOT ({_has(Mark.NOT_COMPLETE)}) AS complete,
           NOT ({_has(Mark.NOT_CLEAN)}) AS clean, NOT ({_has(Mark.NOT_LIVE)}) AS live,
           v.commune_code, v.province_code, CASE WHEN v.action <> 'none' THEN {locality} END AS locality, v.action
    FROM ({read_sql(register, specs, columns, given=given)}) r LEFT JOIN verdicts v ON v.row = r.row
    LEFT JOIN evidence e ON e.levels = v.levels"""


# `pin` in a record file is the linked person's and `commune_code` the work list's; the population's own columns keep
# their text beside them.
_GIVEN_AS = {(Register.POPULATION, "pin"): "pin_given", (Register.POPULATION, "commune_code"): "commune_code_given"}


def _subject_judged(register: Register) -> str:
    """Vehicles and licences: the link, what agrees, and whose work list."""
    return f"""
    SELECT *, CASE WHEN owner_kind = 'organisation' OR {_has(Mark.OVER_AGE)} THEN 'not_eligible'
                   WHEN decision = 'link' AND {_agrees()} THEN 'match'
                   WHEN decision <> 'none' THEN 'discrepancy'
                   WHEN {_nothing_usable()} THEN 'not_eligible' ELSE 'no_information' END AS result_class
    FROM (SELECT w.row, w.owner_kind, w.pin, w.pin_repair, w.old_id, w.old_id_repair, w.birth_year, w.communes, w.name_id,
                 coalesce(l.decision, 'none') AS decision, CASE WHEN l.decision = 'link' THEN l.pin END AS l_pin,
                 l.probability, l.lid, l.lname, l.lbirth, l.lplace, l.rivals, coalesce(m.mask, 0) AS mask,
                 coalesce(CASE WHEN l.decision = 'link' THEN lpad(l.commune::VARCHAR, 5, '0') END, w.commune) AS commune_code,
                 w.province AS province_code
          FROM std_{register} w LEFT JOIN links_{register} l ON l.row = w.row
          LEFT JOIN marks m ON m.row = w.row)"""


def _population_judged() -> str:
    """Persons: their own record is the link; two records with one PIN or one person with two are for review."""
    none = "NULL::TINYINT AS lid, NULL::TINYINT AS lname, NULL::TINYINT AS lbirth, NULL::TINYINT AS lplace"
    return f"""
    SELECT *, CASE WHEN pin IS NULL AND name IS NULL THEN 'not_eligible'
                   WHEN pin IS NULL OR mask & {int(Mark.NOT_CORRECT | Mark.NOT_CLEAN | Mark.NOT_LIVE)} <> 0
                   THEN 'discrepancy' ELSE 'match' END AS result_class
    FROM (SELECT w.row, w.pin, w.name, CASE WHEN w.pin IS NULL THEN 'none'
                           WHEN coalesce(m.mask, 0) & {int(Mark.DUPLICATE)} <> 0 THEN 'review' ELSE 'link' END AS decision,
                 w.pin AS l_pin, CASE WHEN w.pin IS NULL THEN NULL ELSE 1.0::DOUBLE END AS probability, {none},
                 NULL::INTEGER AS rivals, coalesce(m.mask, 0) AS mask, w.commune AS commune_code,
                 w.province AS province_code
          FROM std_population w LEFT JOIN marks m ON m.row = w.row)"""


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
