"""The record files of a run: every input record once, as given, as meant, and as judged.

What was given and what it means stands in `rows_<register>` already, row for row. So only the verdicts are worked out
and written here; the record file is then put together from columns of both.
"""

from collections.abc import Iterable
from pathlib import Path

from sosach.base.decisions import Decision, ResultClass
from sosach.base.registers import Register, column_names
from sosach.engine.judge.marks import Mark
from sosach.engine.match.levels import LEVELS_SQL, SAME_COMMUNE, code, codes
from sosach.engine.parquet_splice import Taken
from sosach.engine.standardise.rows import GIVEN
from sosach.vn.addresses import LOCALITY_PATTERN, LOCALITY_TRIM

# Standardised columns of a record file, by the name they have there.
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
        "owner_birth_date_std": "birth_iso",
        "owner_phone_std": "phone",
        "status_std": "status",
    },
    Register.LICENCES: {
        "licence_number_std": "licence_number",
        "class_std": "class",
        "law": "law",
        "issued_on_std": "issued_on",
        "expires_on_std": "expires_on",
        "full_name_std": "name",
        "owner_kind": "owner_kind",
        "birth_date_std": "birth_iso",
        "pin_std": "pin",
        "old_id_std": "old_id",
        "status_std": "status",
    },
    Register.POPULATION: {
        "pin_std": "pin",
        "full_name_std": "name",
        "sex_std": "sex",
        "birth_date_std": "birth_iso",
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
    name, birth, places = (code("name", "equal"), code("birth", "equal"), codes("place", *SAME_COMMUNE, "none"))
    births = f"{birth}, {code('birth', 'year')}, {code('birth', 'none')}"
    return f"lid = {code('id', 'pin')} AND lname = {name} AND lbirth IN ({births}) AND lplace IN ({places})"


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


# Columns of the verdict in a record file, in order; those of `rows_<register>` by their name there.
_JUDGED = (
    "decision",
    "pin",
    "probability",
    "evidence",
    "result_class",
    "correct",
    "complete",
    "clean",
    "live",
    "commune_code",
    "province_code",
    "locality",
    "action",
)
_AS_MEANT = {
    Register.POPULATION: {"pin": "pin", "commune_code": "commune", "province_code": "province"},
    Register.VEHICLES: {"province_code": "province"},
    Register.LICENCES: {"province_code": "province"},
}
# `pin` in a record file is the linked person's and `commune_code` the work list's; the population's own columns keep
# their text beside them.
_GIVEN_AS = {(Register.POPULATION, "pin"): "pin_given", (Register.POPULATION, "commune_code"): "commune_code_given"}


def verdicts_sql(register: Register) -> str:
    """SELECT of the verdict on every record in the order of the input, from `rows`, `links`, `marks` and `evidence`."""
    judged = _population_judged() if register is Register.POPULATION else _subject_judged(register)
    subject = "" if register is Register.POPULATION else "l_pin AS pin, commune_code, "
    # worked out only where a record has work to do: nobody sorts the others
    locality = f"nullif(ltrim(regexp_extract({_ADDRESS[register]}, '{LOCALITY_PATTERN}'), '{LOCALITY_TRIM}'), '')"
    return f"""
    SELECT row, decision::{DECISION} AS decision, {subject}probability, words || rivals AS evidence,
           result_class::{RESULT} AS result_class, decision = 'link' AND NOT ({_has(Mark.NOT_CORRECT)}) AS correct,
           NOT ({_has(Mark.NOT_COMPLETE)}) AS complete, NOT ({_has(Mark.NOT_CLEAN)}) AS clean,
           NOT ({_has(Mark.NOT_LIVE)}) AS live, CASE WHEN action <> 'none' THEN {locality} END AS locality, action
    FROM (SELECT *, ({_action(register)})::{ACTION} AS action FROM ({judged}))"""


def record_columns(register: Register, *, rows: Path, verdicts: Path) -> list[Taken]:
    """Columns of the record file, from the table `rows_<register>` and the file of the verdicts."""
    given = (column for column in column_names(register) if column != "record_id")
    meant = _AS_MEANT[register]
    return [
        Taken(rows, "row", "row_number"),
        Taken(rows, "record_id", "record_id"),
        *(Taken(rows, GIVEN + column, _GIVEN_AS.get((register, column), column)) for column in given),
        *(Taken(rows, column, name) for name, column in _MEANT[register].items()),
        *(Taken(rows, meant[name], name) if name in meant else Taken(verdicts, name, name) for name in _JUDGED),
    ]


def _subject_judged(register: Register) -> str:
    """Vehicles and licences: the link, what agrees, and whose work list."""
    return f"""
    SELECT *, CASE WHEN owner_kind = 'organisation' OR {_has(Mark.OVER_AGE)} THEN 'not_eligible'
                   WHEN decision = 'link' AND {_agrees()} THEN 'match'
                   WHEN decision <> 'none' THEN 'discrepancy'
                   WHEN {_nothing_usable()} THEN 'not_eligible' ELSE 'no_information' END AS result_class
    FROM (SELECT w.row, w.owner_kind, w.pin, w.pin_repair, w.old_id, w.old_id_repair, w.birth_year, w.communes, w.name_id,
                 w.{_ADDRESS[register]}, coalesce(l.decision, 'none') AS decision,
                 CASE WHEN l.decision = 'link' THEN l.pin END AS l_pin, l.probability, l.lid, l.lname, l.lbirth, l.lplace,
                 e.words, l.rivals, coalesce(m.mask, 0) AS mask,
                 coalesce(CASE WHEN l.decision = 'link' THEN lpad(l.commune::VARCHAR, 5, '0') END, w.commune) AS commune_code
          FROM rows_{register} w LEFT JOIN links_{register} l ON l.row = w.row LEFT JOIN marks m ON m.row = w.row
          LEFT JOIN evidence e ON e.levels = {LEVELS_SQL})"""


def _population_judged() -> str:
    """Persons: their own record is the link; two records with one PIN or one person with two are for review."""
    return f"""
    SELECT *, CASE WHEN pin IS NULL AND name IS NULL THEN 'not_eligible'
                   WHEN pin IS NULL OR mask & {int(Mark.NOT_CORRECT | Mark.NOT_CLEAN | Mark.NOT_LIVE)} <> 0
                   THEN 'discrepancy' ELSE 'match' END AS result_class
    FROM (SELECT w.row, w.pin, w.name, w.given_current_address, w.given_permanent_address,
                 CASE WHEN w.pin IS NULL THEN 'none' WHEN coalesce(m.mask, 0) & {int(Mark.DUPLICATE)} <> 0 THEN 'review'
                      ELSE 'link' END AS decision, CASE WHEN w.pin IS NULL THEN NULL ELSE 1.0::DOUBLE END AS probability,
                 NULL::VARCHAR AS words, NULL::INTEGER AS rivals, coalesce(m.mask, 0) AS mask
          FROM rows_population w LEFT JOIN marks m ON m.row = w.row)"""


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
