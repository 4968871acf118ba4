"""What sources and corrections need to know of the licence register."""

from collections.abc import Mapping
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations.corrections import CORRECTABLE
from sosach.domain.licences.operations.recording import settle
from sosach.domain.licences.operations.refusals import incomplete
from sosach.domain.licences.queries.derived import day_in_viet_nam
from sosach.domain.licences.rules.classes import NumberForm
from sosach.domain.licences.states.happenings import Material, Verb
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import PERSON, Claimed, Computed, ImportColumn, ImportColumns, Listed
from sosach.vn import dates
from sosach.vn.identifiers import licence_number
from sosach.vn.licence_classes import classes_of
from sosach.vn.names import explain as name_of
from sosach.vn.names import keys

_MATERIALS = {"Giấy": Material.PAPER, "PET": Material.PET, "Điện tử": Material.ELECTRONIC}


def _name(text: str) -> str | None:
    return name_of(text).display or None


def _form(number: str) -> str:
    return NumberForm.PET if len(number) == 12 else NumberForm.LEGACY


def _pet(number: str) -> str | None:
    return number if _form(number) == NumberForm.PET else None


def _known(name: str, law: str) -> str | None:
    """The class, where its law knows it."""
    return name if law in {"2008", "2024"} and name in classes_of(law) else None


def _half(name: str, law: str) -> str | None:
    if _known(name, law) is None:
        return None
    return "unlimited" if classes_of(law)[name].unlimited else "limited"


def _end(day: str, name: str, law: str) -> str | None:
    """The last day of validity; a class for life has none."""
    return day if _half(name, law) == "limited" else None


def _material(told: str) -> str | None:
    return _MATERIALS.get(told)


COLUMNS = ImportColumns(
    columns=(
        ImportColumn(
            "licence_number",
            ("licence_number_std", "licence_number"),
            field="licence_number",
            reads=lambda text: licence_number.explain(text).key,
        ),
        ImportColumn("number_form", ("form",)),
        ImportColumn("holder_id", (PERSON,)),
        ImportColumn(
            "full_name", ("full_name_std", "full_name"), field="full_name", reads=_name
        ),
        ImportColumn(
            "birth_date",
            ("birth_date_std",),
            field="birth_date",
            reads=lambda text: dates.explain(text, kind="birth").iso,
        ),
        ImportColumn("sex", ("sex",), {"Nam": "M", "Nữ": "F"}, closed=True, field="sex"),
        ImportColumn("address", ("address",), field="address"),
        ImportColumn("name_key", ("key",), folded=False),
    ),
    key=("licence_number",),
    key_if=("pet",),
    same=("birth_date", "name_key"),
    computed=(
        Computed("form", ("licence_number_std",), _form),
        Computed("pet", ("licence_number_std",), _pet),
        Computed("key", ("full_name_std",), lambda name: keys(name).k2[:160]),
        Computed("known", ("class_std", "law"), _known),
        Computed("half", ("class_std", "law"), _half),
        Computed("end", ("expires_on_std", "class_std", "law"), _end),
        Computed("made_of", ("material",), _material),
    ),
    lists=(
        Listed(
            "happened",
            {
                "verb": Verb.TAKEN_IN,
                "on": "$issued_on_std|expires_on_std",
                "classes": [
                    {
                        "class": "$known",
                        "law": "$law",
                        "issued_on": "$issued_on_std",
                        "expires_on": "$end",
                        "passed_on": None,
                        "restrictions": [],
                    }
                ],
                "cards": [
                    {
                        "material": "$made_of",
                        "serial": "",
                        "groups": ["$half"],
                        "issued_on": "$issued_on_std",
                        "issued_by": "",
                    }
                ],
            },
            needs=("known", "half", "made_of", "issued_on_std"),
            alone=True,
        ),
    ),
    claimed=(Claimed(("pin", "pet"), withhold=("holder_id",)),),
    linking={"holder_id": PERSON},
    settle_new=True,
)


def _settle(order: Order, licence: Licence) -> None:
    settle(licence, day_in_viet_nam(order.at))


def _check(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Classes and cards change by their procedures only.

    Raises:
        SosachError: STATE-04.
    """
    if not changes or set(changes) - CORRECTABLE:
        raise incomplete("Không có mục nào được đính chính.", "Nothing here can be corrected this way.")
    return changes


REGISTER = Register(
    model=Licence,
    columns=COLUMNS,
    settle=_settle,
    check=_check,
    correctors=frozenset({Role.LICENCES}),
)
