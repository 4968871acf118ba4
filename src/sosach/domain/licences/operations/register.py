"""What sources and corrections need to know of the licence register."""

from collections.abc import Mapping, Sequence
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations.corrections import CORRECTABLE
from sosach.domain.licences.operations.recording import settle, settle_new
from sosach.domain.licences.operations.refusals import conflict, incomplete
from sosach.domain.licences.queries.derived import day_in_viet_nam
from sosach.domain.licences.rules.classes import NumberForm, number_form
from sosach.domain.licences.states.happenings import Medium, Verb
from sosach.domain.licences.states.holding import CardState, ClassState
from sosach.domain.licences.states.sources import TELLING, classes_told
from sosach.domain.licences.states.status import Status
from sosach.domain.population.models import Person
from sosach.domain.population.queries.homes import home_of
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import PERSON, Claimed, Computed, ImportColumn, ImportColumns, Listed, SourceFact
from sosach.vn import dates, person_terms
from sosach.vn.identifiers import licence_number
from sosach.vn.licence_classes import classes_of
from sosach.vn.names import explain as name_of
from sosach.vn.names import keys


def _form(number: str) -> str:
    return NumberForm.PET if len(number) == 12 and number.isdecimal() else NumberForm.LEGACY


def _pet(number: str) -> str | None:
    return number if _form(number) == NumberForm.PET else None


def _linked(pin: str, number: str) -> str | None:
    """Only numbers of 12 digits are claimed: papers stand beside them."""
    return pin if _pet(number) else None


_FOR_LIFE = ", ".join(
    f"('{name}', '{law}')" for law in ("2008", "2024") for name, kind in classes_of(law).items() if kind.unlimited
)
_DAY = "({at} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
_SAYS_MORE = "coalesce(r.happened ->> 'status', '') IN ({})".format(", ".join(f"'{word}'" for word in sorted(TELLING)))
_PLAIN = f"r.r_fresh AND NOT r.r_many AND NOT {_SAYS_MORE}"
_CLASSES = """CROSS JOIN LATERAL jsonb_to_recordset((r.happened ->> 'classes')::jsonb)
             AS c("class" text, law text, issued_on date, expires_on date)"""
_UNLIMITED = f'(c."class", c.law) IN ({_FOR_LIFE})'
_GROUP = f"CASE WHEN {_UNLIMITED} THEN 'unlimited' ELSE 'limited' END"
_STATUS = f"CASE WHEN bool_or(c.expires_on IS NULL OR c.expires_on >= {_DAY}) THEN 'valid' ELSE 'expired' END"
# The same columns and rows that `recording.settle` makes of a record with one source row and no journal; all others are
# settled by it.
_BEFORE = (
    f"""UPDATE import_row t SET status = f.status, next_expiry_on = f.ends, next_change_on = f.ends + 1
        FROM (SELECT r.r_row, min(c.expires_on) FILTER (WHERE c.expires_on >= {_DAY}) AS ends, {_STATUS} AS status
              FROM import_row r {_CLASSES} WHERE {_PLAIN} GROUP BY r.r_row) f
        WHERE t.r_row = f.r_row""",
)
_AFTER = (
    f"INSERT INTO import_slow SELECT r.r_subject FROM import_row r WHERE r.r_fresh AND {_SAYS_MORE}",
    f"""INSERT INTO licences_licenceclass (licence_id, origin, name, law, "group", issued_on, expires_on, restrictions, state)
        SELECT r.r_subject, 's' || r.r_source_row || '.' || (e.place - 1), c."class", c.law, {_GROUP}, c.issued_on,
               c.expires_on, '[]', 'held'
        FROM import_row r CROSS JOIN LATERAL jsonb_array_elements((r.happened ->> 'classes')::jsonb)
             WITH ORDINALITY AS e(item, place) CROSS JOIN LATERAL jsonb_to_record(e.item)
             AS c("class" text, law text, issued_on date, expires_on date) WHERE {_PLAIN}""",
    f"""INSERT INTO licences_licencecard (licence_id, origin, material, medium, serial, for_unlimited, for_limited, issued_on,
                                          issued_by, state)
        SELECT r.r_subject, 's' || r.r_source_row || '.0', r.happened ->> 'material',
               CASE r.happened ->> 'material' WHEN 'electronic' THEN 'electronic' ELSE 'card' END, '',
               f.for_unlimited, f.for_limited, f.issued_on, left(coalesce(r.happened ->> 'issued_by', ''), 120), 'active'
        FROM import_row r CROSS JOIN LATERAL (
             SELECT bool_or({_UNLIMITED}) AS for_unlimited, bool_or(NOT {_UNLIMITED}) AS for_limited, max(c.issued_on) AS issued_on
             FROM jsonb_to_recordset((r.happened ->> 'classes')::jsonb) AS c("class" text, law text, issued_on date)) f
        WHERE {_PLAIN} AND r.happened ->> 'material' IS NOT NULL AND f.for_limited IS NOT NULL""",
    f"""INSERT INTO licences_licencehalf (licence_id, "group", status, points)
        SELECT r.r_subject, {_GROUP}, {_STATUS}, 12 FROM import_row r {_CLASSES} WHERE {_PLAIN} GROUP BY 1, 2""",
)

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
            "full_name",
            ("full_name_std", "full_name"),
            field="full_name",
            reads=lambda text: name_of(text).display or None,
        ),
        ImportColumn(
            "birth_date",
            ("birth_date_std",),
            field="birth_date",
            reads=lambda text: dates.explain(text, kind="birth").iso,
        ),
        ImportColumn("sex", ("sex_key",), {"M": "M", "F": "F"}, closed=True, field="sex"),
        ImportColumn("address", ("address",), field="address"),
        ImportColumn("name_key", ("key",), folded=False),
    ),
    key=("licence_number",),
    key_if=("pet",),
    same=("birth_date", "name_key"),
    computed=(
        Computed("form", ("licence_number_std",), _form),
        Computed("pet", ("licence_number_std",), _pet, matching=True),
        Computed("linked", ("pin", "licence_number_std"), _linked, matching=True),
        Computed("key", ("full_name_std",), lambda name: keys(name).k2[:160]),
        Computed("sex_key", ("sex",), lambda text: person_terms.sex(text).key),
        Computed("made_of", ("material",), lambda text: person_terms.licence_material(text).key),
        Computed("classes", ("class_std", "law", "issued_on_std", "expires_on_std"), classes_told),
    ),
    lists=(
        Listed(
            "happened",
            {
                "verb": Verb.TAKEN_IN,
                "classes": "$classes",
                "material": "$made_of",
                "issued_by": "$issued_by",
                "status": "$status_std",
            },
            needs=("classes",),
            alone=True,
        ),
    ),
    claimed=(Claimed(("linked",), withhold=("holder_id",)),),
    linking={"holder_id": PERSON},
    before=_BEFORE,
    after=_AFTER,
)


def _settle(order: Order, licence: Licence) -> None:
    settle(licence, day_in_viet_nam(order.at))


def _settle_new(order: Order, told: Sequence[tuple[Licence, Sequence[SourceFact]]]) -> None:
    settle_new(told, day_in_viet_nam(order.at))


def _check(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Classes and cards change by their procedures only; with a number goes its form.

    Raises:
        SosachError: STATE-04.
        InvalidValueError: it can be no licence number.
    """
    if not changes or set(changes) - CORRECTABLE:
        raise incomplete("Không có mục nào được đính chính.", "Nothing here can be corrected this way.")
    number = changes.get("licence_number")
    return {**changes, "number_form": str(number_form(number))} if number else changes


def _refuse_taken(licence: Licence, changes: Mapping[str, Any]) -> None:
    number = changes.get("licence_number")
    if not number or _pet(str(number)) is None:
        return
    others = Licence.objects.filter(licence_number=number, number_form=NumberForm.PET, joined_into__isnull=True)
    if others.exclude(pk=licence.pk).exists():
        raise conflict("Số này là của giấy phép khác.", "Another licence has this number.")


_CANONICAL = ("licence_number", "full_name", "birth_date", "sex", "address")


def _decided(licence: Licence, columns: frozenset[str]) -> list[dict[str, str]]:
    """What was decided about a licence; one row for each class it holds as soon as a procedure touched them."""
    told = {name: str(getattr(licence, name) or "") for name in _CANONICAL if name in columns}
    if {"holder_id", "full_name"} & columns and licence.holder is not None:
        told["id_number"] = licence.holder.pin or ""
    if "happened" not in columns:
        return [told]
    cards = {card.medium: card for card in licence.cards.filter(state=CardState.ACTIVE).order_by("issued_on")}
    card = cards.get(Medium.CARD) or cards.get(Medium.ELECTRONIC)
    shared = {**told, "material": card.material if card else "", "issued_by": card.issued_by if card else ""}
    held = [
        {
            **shared,
            "class": each.name,
            "issued_on": each.issued_on.isoformat() if each.issued_on else "",
            "expires_on": each.expires_on.isoformat() if each.expires_on else "",
            "status": licence.status,
        }
        for each in licence.classes.filter(state=ClassState.HELD).order_by("name")
    ]
    return held or [{**shared, "status": "" if licence.status == Status.NONE else licence.status}]


def _person_says(licence: Licence) -> dict[str, Any]:
    # whoever looks may reach the licence and not its holder, who lives elsewhere
    holder = Person.objects.filter(pk=licence.holder_id).first()
    if holder is None:
        return {}
    told = {
        "full_name": holder.full_name,
        "birth_date": holder.birth_date,
        "sex": holder.sex,
        "address": home_of(holder),
    }
    told |= {"commune_code": holder.commune_code, "province_code": holder.province_code} if holder.commune_code else {}
    return {column: value for column, value in told.items() if value}


REGISTER = Register(
    model=Licence,
    columns=COLUMNS,
    settle=_settle,
    settle_new=_settle_new,
    check=_check,
    refuse_taken=_refuse_taken,
    correctors=frozenset({Role.LICENCES, Role.CHIEF, Role.VERIFIER}),
    decided=_decided,
    person_says=_person_says,
)
