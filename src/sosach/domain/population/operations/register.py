"""What sources and corrections need to know of the population register."""

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person
from sosach.domain.population.models.parts import OPEN
from sosach.domain.population.operations.corrections import check_columns
from sosach.domain.population.operations.journal import settle, told_of
from sosach.domain.population.rules.numbers import CORRECTION_WORKING_DAYS
from sosach.domain.population.rules.words import Life, Part, Spell
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import (
    POSITION,
    RECORD,
    SOURCE,
    SOURCE_ROW,
    Computed,
    Dependent,
    ImportColumn,
    ImportColumns,
    Listed,
    Spread,
)
from sosach.vn import dates
from sosach.vn.identifiers import pin
from sosach.vn.names import explain as name_of
from sosach.vn.names import keys

_PIECE = {
    "person_id": (RECORD,),
    "key": (SOURCE_ROW,),
    "position": (POSITION,),
    "slot": ("slot",),
    "begins_on": ("on",),
}
_HOLDS = {"origin": "source", "holds": True}
_KIN = ("father", "mother", "spouse")


def _k1(name: str) -> str:
    return keys(name).k1[:160]


def _k2(name: str) -> str:
    return keys(name).k2[:160]


def _name(text: str) -> str | None:
    return name_of(text).display or None


def _pin(text: str) -> str | None:
    return pin.explain(text).key


def _birth_date(text: str) -> str | None:
    return dates.explain(text, kind="birth").iso


def _slot(number: str) -> str:
    return f"cmnd9:{number}"


def _alive(status: str) -> str | None:
    return status if status == Life.ALIVE else None


def _begin(part: Part, slot: str, needs: tuple[str, ...], **data: str) -> Listed:
    return Listed("parts", {"part": part, "do": "begin", "slot": slot, "on": None, "data": data}, needs)


def _residence(slot: str, column: str) -> Listed:
    place = {"address": f"${column}", "commune_code": "$commune_code", "province_code": "$province_code"}
    return _begin(Part.RESIDENCE, slot, (column, "commune_code", "province_code", "alive"), **place)


COLUMNS = ImportColumns(
    columns=(
        ImportColumn("pin", ("pin_std",), field="pin", reads=_pin),
        ImportColumn("full_name", ("full_name_std", "full_name"), field="full_name", reads=_name),
        ImportColumn("sex", ("sex_std",), {"M": "M", "F": "F"}, closed=True, field="sex"),
        ImportColumn("birth_date", ("birth_date_std",), field="birth_date", reads=_birth_date),
        ImportColumn("life_status", ("status_std",), {life: life for life in Life}, closed=True, field="status"),
        ImportColumn("name_k1", ("k1",), folded=False),
        ImportColumn("name_k2", ("k2",), folded=False),
    ),
    key=("pin",),
    same=("birth_date", "name_k2"),
    required=("full_name",),
    computed=(
        Computed("k1", ("full_name_std",), _k1),
        Computed("k2", ("full_name_std",), _k2),
        Computed("old_slot", ("old_id_std",), _slot),
        Computed("alive", ("status_std",), _alive),
        *(Computed(f"{kin}_number", (f"{kin}_pin",), _pin) for kin in _KIN),
    ),
    lists=(
        _begin(Part.OLD_NUMBER, "$old_slot", ("old_id_std",), kind="cmnd9", number="$old_id_std"),
        *(_begin(Part.RELATION, kin, (f"{kin}_number",), kind=kin, pin=f"${kin}_number") for kin in _KIN),
        _residence("permanent", "permanent_address"),
        _residence("current", "current_address"),
    ),
    dependents=(
        Dependent("population_issuednumber", {"number": ("pin_std",), "person_id": (RECORD,)}, needs=("number",)),
    ),
    spreads=(
        Spread(
            "population_oldnumber",
            "parts",
            {"part": Part.OLD_NUMBER},
            {**_PIECE, "kind": ("data", "kind"), "number": ("data", "number")},
            {**_HOLDS, "issued_place": ""},
        ),
        Spread(
            "population_relation",
            "parts",
            {"part": Part.RELATION},
            {**_PIECE, "kind": ("data", "kind"), "pin": ("data", "pin")},
            {**_HOLDS, "full_name": "", "old_number": "", "nationality": ""},
        ),
        Spread(
            "population_residence",
            "parts",
            {"part": Part.RESIDENCE},
            {
                **_PIECE,
                "address": ("data", "address"),
                "commune_code": ("data", "commune_code"),
                "province_code": ("data", "province_code"),
            },
            {**_HOLDS, "relation": "", "address": ""},
        ),
    ),
)


def _settle(order: Order, person: Person) -> None:
    del order
    settle(person, told_of(person), list(Part))


_CANONICAL = {"pin": "pin", "full_name": "full_name", "sex": "sex", "birth_date": "birth_date", "status": "life_status"}


def _decided(person: Person, columns: frozenset[str]) -> list[dict[str, str]]:
    """What was decided about a person: own columns, where the person lives, and relatives somebody named."""
    told = {name: str(getattr(person, column) or "") for name, column in _CANONICAL.items() if column in columns}
    if "commune_code" in columns:
        spells = dict(person.residence_rows.filter(OPEN).values_list("slot", "address"))
        told["commune_code"] = person.commune_code or ""
        told["permanent_address"] = spells.get(Spell.PERMANENT, "")
        told["current_address"] = spells.get(Spell.CURRENT) or spells.get(Spell.TEMPORARY) or told["permanent_address"]
    named = person.relation_rows.filter(OPEN, slot__in=_KIN).exclude(origin=SOURCE).select_related("other")
    told |= {f"{each.slot}_pin": (each.other.pin if each.other else each.pin) or "" for each in named}
    return [told]


REGISTER = Register(
    model=Person,
    columns=COLUMNS,
    settle=_settle,
    check=check_columns,
    correctors=frozenset({Role.CHIEF}),
    commune_only=True,
    correction_days=CORRECTION_WORKING_DAYS,
    decided=_decided,
)
