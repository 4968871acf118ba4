"""Collection forms for a selection of cases, filled with what the registers say; and from a scanned form back to its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.campaign.models import Campaign, Case
from sosach.domain.campaign.queries.filters import ORDERS, selected
from sosach.domain.campaign.queries.forms_keys import key_for
from sosach.domain.campaign.queries.lists import READERS, Line, lines_of, subjects_of
from sosach.domain.campaign.rules.forms import (
    MOST_FORMS,
    FilledForm,
    FormHead,
    Layout,
    draw_forms,
    has_form,
    kind_on_form,
    status_on_form,
    tokens_in,
)
from sosach.domain.campaign.rules.wanted import Order, Wanted
from sosach.domain.licences.models import Licence, LicenceCard, LicenceClass
from sosach.domain.licences.states.holding import CardState, ClassState
from sosach.domain.population.models import Person, Residence
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Spell
from sosach.domain.vehicles.models import Vehicle
from sosach.vn import dates, places
from sosach.vn.catalogue import catalogue

FORMS: Final = "collection forms"
_SEX: Final = {"M": "Nam", "F": "Nữ"}
_TITLES_SHOWN: Final = 3  # of findings, on the line of what is to be checked


@dataclass(frozen=True, slots=True)
class PrintedForms:
    """Forms to print.

    Attributes:
        content: PDF.
        pages: how many.
        forms: how many records have one.
        left_out: selected cases without form: of persons, or of records out of reach.
    """

    content: bytes
    pages: int
    forms: int
    left_out: int


@dataclass(frozen=True, slots=True)
class FoundForm:
    """What a scanned form belongs to.

    Attributes:
        lines: its cases within reach, in the order they stand on the form; those of both halves of an uncut page.
        out_of_reach: how many more stand on it.
    """

    lines: tuple[Line, ...]
    out_of_reach: int


@reading("campaign.forms_printed", roles=READERS)
def printed_forms(
    look: Look,
    *,
    campaign_id: int,
    wanted: Wanted,
    layout: Layout = Layout.TWO_PER_PAGE,
    order: Order = Order.PLACE,
) -> Seen[PrintedForms]:
    """Collection forms (phiếu thu thập) of a selection of one commune, filled with what the registers say.

    Args:
        look: who, what for.
        campaign_id: which campaign.
        wanted: the filter of the work list.
        layout: two per page, or one page per household.
        order: as they are to be carried along.

    Raises:
        SosachError: STATE-01 no such campaign; STATE-04 no case with a form, more than a document takes, or cases of several
            communes: each commune has its own head.
    """
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise _error(ErrorCode.NOT_FOUND, "Không có chiến dịch này.", "No such campaign.")
    rows = selected(look.actor, campaign_id, wanted).order_by(*ORDERS[order])
    cases = list(rows[: MOST_FORMS + 1])
    if len(cases) > MOST_FORMS:
        raise _error(
            ErrorCode.INPUT_INCOMPLETE,
            f"Mỗi lần in tối đa {MOST_FORMS} phiếu; hãy lọc hẹp hơn.",
            f"At most {MOST_FORMS} forms at once; narrow the filter.",
        )
    forms = _filled([case for case in cases if has_form(case.register)])
    communes = {case.commune_code for case in cases}
    if not forms or len(communes) != 1 or None in communes:
        raise _error(
            ErrorCode.INPUT_INCOMPLETE,
            "Chọn vụ việc về xe, giấy phép lái xe của một xã để in phiếu.",
            "Choose cases of vehicles or licences of one commune to print forms.",
        )
    head = _head(campaign, str(communes.pop()), day_of(look.at))
    document = draw_forms(head, forms, layout=layout, key=key_for(FORMS))
    told = {form.case_id for form in forms}
    printed = PrintedForms(document.content, document.pages, len(forms), len(cases) - len(forms))
    return Seen(printed, subjects_of([case for case in cases if case.pk in told]), f"campaign-{campaign_id}")


@reading("campaign.form_recognised", roles=READERS)
def cases_of_form(look: Look, *, codes: Sequence[str]) -> Seen[FoundForm | None]:
    """The cases a scanned form belongs to; None when none of the codes on the scan is a form of ours, or all lie elsewhere.

    Args:
        look: who, what for.
        codes: texts of the QR codes on the scan (`base.images.clean_photo` with `codes`).
    """
    forms = tokens_in(codes, key_for(FORMS))
    wanted = [(form.campaign_id, case_id) for form in forms for case_id in form.case_ids]
    rows = scoped(Case.objects.select_related("campaign"), look.actor)
    found = {(case.campaign_id, case.pk): case for case in rows.filter(pk__in=[case_id for _, case_id in wanted])}
    cases = [found[each] for each in wanted if each in found]
    if not cases:
        return Seen(None, [])
    return Seen(FoundForm(lines_of(cases), len(wanted) - len(cases)), subjects_of(cases))


def _head(campaign: Campaign, commune: str, day: date) -> FormHead:
    unit = places.commune(commune, at=day)
    above = places.province(places.province_code(unit), at=day) if unit is not None else None
    return FormHead(
        campaign_id=campaign.pk,
        campaign=campaign.name,
        above=f"Công an {_lowered(places.full_name(above))}" if above is not None else "",
        office=f"Công an {_lowered(places.full_name(unit))}" if unit is not None else "",
        printed_on=day.strftime("%d/%m/%Y"),
    )


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def _filled(cases: Sequence[Case]) -> list[FilledForm]:
    """Forms of cases, in their order; records out of reach have none."""
    vehicles = _by_id(Vehicle.objects.filter(pk__in=_subjects(cases, Register.VEHICLES)))
    licences = _by_id(Licence.objects.filter(pk__in=_subjects(cases, Register.LICENCES)))
    owners = {vehicle.owner_person_id for vehicle in vehicles.values()}
    people = _People({*owners, *(licence.holder_id for licence in licences.values())} - {None})
    papers = _Papers(licences)
    forms = []
    for case in cases:
        register = Register(case.register)
        if register is Register.VEHICLES and case.subject_id in vehicles:
            vehicle = vehicles[case.subject_id]
            person, values = vehicle.owner_person_id, _vehicle(vehicle)
        elif register is Register.LICENCES and case.subject_id in licences:
            licence = licences[case.subject_id]
            person, values = licence.holder_id, _licence(licence) | papers.of(licence.pk)
        else:
            continue
        told = {"residential_group": case.group or case.locality} | people.of(person)
        told |= {name: value for name, value in values.items() if value}
        household, address = people.household_of(person)
        forms.append(FilledForm(case.pk, register, told, _to_check(case), household, address))
    return forms


class _People:
    """What the population register says of owners and holders."""

    def __init__(self, ids: set[int | None]) -> None:
        self._persons: Mapping[int, Person] = _by_id(Person.objects.filter(pk__in=ids))
        spells = Residence.objects.filter(person__in=ids, holds=True, ends_on=None).select_related("household")
        self._spells = {(spell.person_id, spell.slot): spell for spell in spells}

    def of(self, person_id: int | None) -> dict[str, str]:
        """Fields of the person block; none for a person who is not known or out of reach."""
        person = self._persons.get(person_id) if person_id is not None else None
        if person is None:
            return {}
        return {
            "owner_name": person.full_name,
            "owner_id": person.pin or "",
            "owner_dob": _day(person.birth_date),
            "owner_sex": _SEX.get(person.sex, ""),
            "perm_addr": self._address(person_id, Spell.PERMANENT),
            "temp_addr": self._address(person_id, Spell.TEMPORARY),
        }

    def household_of(self, person_id: int | None) -> tuple[str, str]:
        """Key and address of the household somebody is registered in; empty without one."""
        spell = self._spells.get((person_id, Spell.PERMANENT.value)) if person_id is not None else None
        if spell is None or spell.household is None:
            return "", ""
        return f"household {spell.household_id}", spell.household.address

    def _address(self, person_id: int | None, kind: Spell) -> str:
        spell = self._spells.get((person_id, kind.value))
        if spell is None:
            return ""
        return spell.address or (spell.household.address if spell.household is not None else "")


class _Papers:
    """Classes and cards of licences, as the form asks for them: the first class held, the card in the hand."""

    def __init__(self, licences: Mapping[int, Licence]) -> None:
        classes = LicenceClass.objects.filter(licence__in=licences, state=ClassState.HELD.value).order_by("-pk")
        cards = LicenceCard.objects.filter(licence__in=licences, state=CardState.ACTIVE.value).order_by("pk")
        self._classes = {each.licence_id: each for each in classes}
        self._cards = {each.licence_id: each for each in cards}

    def of(self, licence_id: int) -> dict[str, str]:
        """Class, day and place of issue."""
        held, card = self._classes.get(licence_id), self._cards.get(licence_id)
        issued = (card.issued_on if card is not None else None) or (held.issued_on if held is not None else None)
        return {
            "class": held.name if held is not None else "",
            "issue_date": issued.strftime("%d/%m/%Y") if issued is not None else "",
            "issue_place": card.issued_by if card is not None else "",
        }


def _vehicle(vehicle: Vehicle) -> dict[str, str]:
    return {
        "owner_name": vehicle.owner_name,
        "owner_id": vehicle.owner_id_number,
        "owner_phone": vehicle.owner_phone,
        "perm_addr": vehicle.owner_address,
        "plate": vehicle.plate_display or vehicle.plate_number,
        "kind": kind_on_form(vehicle.kind),
        "brand_model": f"{vehicle.brand} {vehicle.model}".strip(),
        "colour": vehicle.paint_colour,
        "year": str(vehicle.manufactured_year or ""),
        "status": status_on_form(vehicle.declared_status),
    }


def _licence(licence: Licence) -> dict[str, str]:
    return {
        "owner_name": licence.full_name,
        "owner_dob": _day(licence.birth_date),
        "owner_sex": _SEX.get(licence.sex, ""),
        "perm_addr": licence.address,
        "licence_no": licence.licence_number,
    }


def _to_check(case: Case) -> str:
    known = catalogue()
    titles = [known[code].title["vi"] for code in case.codes if code in known]
    return "; ".join(titles[:_TITLES_SHOWN]) + ("; …" if len(titles) > _TITLES_SHOWN else "")


def _day(partial: str) -> str:
    """`yyyy`, `yyyy-mm` or `yyyy-mm-dd` as people write it."""
    parts = partial.split("-") if partial else []
    return dates.show(*map(int, parts)) if parts and all(part.isdigit() for part in parts) else ""


def _subjects(cases: Sequence[Case], register: Register) -> list[int]:
    return [case.subject_id for case in cases if case.register == register]


def _by_id(rows: QuerySet[Any]) -> dict[int, Any]:
    return {row.pk: row for row in rows}


def _error(code: ErrorCode, vi: str, en: str) -> SosachError:
    return SosachError(code, vi=vi, en=en)
