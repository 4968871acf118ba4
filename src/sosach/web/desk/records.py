"""The page of a record: every value with where it comes from, what happened to it, and what may be taken back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.sensitivity import Withheld
from sosach.domain.access.operations import Order
from sosach.domain.access.queries.colleagues import READERS as WHO_READS
from sosach.domain.access.queries.colleagues import names
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.queries.lists import READERS as CASE_READERS
from sosach.domain.campaign.queries.lists import cases_of_record
from sosach.domain.campaign.queries.records import KEPT
from sosach.domain.campaign.queries.solving.matters import REGISTERS
from sosach.domain.licences.queries.records import licences_by_number
from sosach.domain.population.queries import person_by_pin
from sosach.domain.population.queries.identities import CHECKERS
from sosach.domain.provenance.operations.judging import take_back
from sosach.domain.provenance.queries import Origin, Step, full_history, origins, raised_about
from sosach.domain.provenance.rules.rights import JUDGES
from sosach.domain.provenance.rules.rights import READERS as RECORD_READERS
from sosach.domain.vehicles.queries import by_chassis, by_plate
from sosach.web.desk import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import of_error, said
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.words import source

NOBODY = frozenset({Role.ADMIN, Role.AUDITOR})
MOST = 20
_TAKEN_BACK = frozenset({"correction", "judgement", "retraction"})


@officer_page()
def records(request: HttpRequest) -> HttpResponse:
    """Look a record up by a number; the purpose is said first, and numbers travel in the body, never in an address."""
    found: list[dict[str, Any]] | None = None
    refused: SosachError | None = None
    if request.method == "POST":
        try:
            found = _found(request, request.POST.get("number", "").strip()[:40])
        except SosachError as error:
            refused = error
    told = {
        "room": "records",
        "purposes": _purposes(),
        "found": found,
        "refused": refused,
        "typed": request.POST,
        "told": urlencode({"muc-dich": request.POST.get("purpose", ""), "so": request.POST.get("reference", "")}),
    }
    return render(request, "desk/records.html", told, status=422 if refused is not None else 200)


@officer_page()
def record(request: HttpRequest, register: str, record_id: int) -> HttpResponse:
    """One record; what was decided about it may be taken back, in any order."""
    if register not in REGISTERS:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có sổ này.", en="There is no such register.")
    purpose, reference = request.GET.get("muc-dich", ""), request.GET.get("so", "")[:64]
    refused = _refusal(purpose, reference)
    if refused:
        told = {
            "room": "records",
            "purposes": _purposes(),
            "register": register,
            "record_id": record_id,
            "asked": refused,
        }
        return render(request, "desk/purpose.html", told)
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "").strip()[:500]
            return once(request, lambda order: _taken_back(request, order, register, record_id), reason=reason)
        except SosachError as error:
            flash(request, " ".join(filter(None, of_error(error))), tone="bad")
    return _shown(request, register, record_id, purpose, reference)


def _shown(request: HttpRequest, register: str, record_id: int, purpose: str, reference: str) -> HttpResponse:
    asked, model = look(request, purpose, reference=reference), KEPT[register].model
    values = origins(asked, model=model, record_id=record_id)
    steps = full_history(asked, model=model, record_id=record_id)
    raised = raised_about(asked, model=model, record_id=record_id)
    cases: tuple[Case, ...] = ()
    if not request.actor.roles.isdisjoint(CASE_READERS):
        cases = cases_of_record(asked, register=register, subject_id=record_id)
    who = _names(request, purpose, reference, values, steps)
    title = next((words.value(name, values[name].value) for name in _TITLES[register] if values[name].value), "")
    return render(
        request,
        "desk/record.html",
        {
            "room": "records",
            "register": register,
            "register_name": words.REGISTERS[register],
            "record_id": record_id,
            "title": title,
            "purpose": said(purposes()[purpose]),
            "reference": reference,
            "values": _values(register, values, who),
            "steps": [_step(register, each, who) for each in reversed(steps)],
            "findings": [
                (each, words.finding(each.code, str(each.value), _proposed(each.proposed)))
                for each in raised.findings
                if not each.gone
            ],
            "cases": cases,
            "may_take_back": not request.actor.roles.isdisjoint(JUDGES[register]),
        },
    )


_TITLES: Mapping[str, tuple[str, ...]] = {
    "vehicles": ("plate_display", "plate_number", "chassis_number"),
    "licences": ("licence_number", "full_name"),
    "population": ("full_name",),
}


def _proposed(told: object) -> str | None:
    """What a finding proposes, where it is shown."""
    return None if told is None or isinstance(told, Withheld) else str(told)


def _values(register: str, values: Mapping[str, Origin], who: Mapping[str, str]) -> list[dict[str, Any]]:
    """Columns that hold something, in their order, each with its story in a sentence."""
    rows = []
    for name in words.COLUMNS[register]:
        told = values.get(name)
        if told is None or told.value in (None, "", False):
            continue
        rows.append(
            {
                "label": words.column(register, name),
                "value": words.value(name, told.value),
                "origin": words.ORIGINS.get(told.origin, told.origin),
                "told_by": source(told.told_by),
                "since": told.since,
                "who": who.get(told.actor[1], "") if told.actor[1] else "",
                "reason": told.reason,
                "evidence": ", ".join(f"{kind}: {paper}" for kind, paper in (told.evidence or {}).items()),
                "given": _given(told),
                "entry": told.entry if told.origin in _TAKEN_BACK else None,
            }
        )
    return rows


def _given(told: Origin) -> str:
    """How the source wrote it, where that says something else."""
    given = told.given.get(told.column) if told.given is not None else None
    return "" if given is None or isinstance(given, Withheld) or str(given) == str(told.value) else str(given)


def _step(register: str, step: Step, who: Mapping[str, str]) -> dict[str, Any]:
    return {
        "at": step.at,
        "kind": words.ORIGINS.get(step.kind, step.kind),
        "told_by": source(step.told_by),
        "changes": [
            (words.column(register, name), words.value(name, value))
            for name, value in step.changes.items()
            if name in words.COLUMNS[register]
        ],
        "who": who.get(step.actor[1], ""),
        "reason": step.reason,
        "entry": step.entry,
        "retracts": step.retracts,
        "holds": step.holds,
        "may": step.holds and step.entry is not None and step.kind in _TAKEN_BACK,
    }


def _names(
    request: HttpRequest, purpose: str, reference: str, values: Mapping[str, Origin], steps: tuple[Step, ...]
) -> dict[str, str]:
    """Who decided: officers by name, where they are of the own territory."""
    keys = {each.actor[1] for each in values.values()} | {each.actor[1] for each in steps}
    keys.discard("")
    if not keys or request.actor.roles.isdisjoint(WHO_READS):
        return dict.fromkeys(keys, _("cán bộ"))
    known = names(look(request, purpose, reference=reference), keys=keys)
    return {key: known.get(key, _("cán bộ đơn vị khác")) for key in keys}


def _taken_back(request: HttpRequest, order: Order, register: str, record_id: int) -> str:
    entry = request.POST.get("entry", "")
    number = int(entry) if entry.isdecimal() and len(entry) < 19 else 0
    take_back(order, register=REGISTERS[register], record_id=record_id, entry_id=number)
    flash(request, _("Đã thu hồi: bản ghi như thể chưa từng có quyết định ấy."))
    return request.get_full_path()


def _purposes() -> list[tuple[str, str]]:
    return [(code, said(each)) for code, each in purposes().items()]


def _refusal(purpose: str, reference: str) -> str:
    """What is missing before anybody looks; "" for nothing."""
    known = purposes().get(purpose)
    if known is None:
        return _("Chọn mục đích xem trước khi mở hồ sơ.") if not purpose else _("Không có mục đích này.")
    if known.case and not reference.strip():
        return _("Mục đích này phải kèm số vụ việc.")
    return ""


def _found(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Records a number may mean: plate, chassis number, PIN, licence number.

    Raises:
        SosachError: STATE-04 no purpose, or no number; VALUE-01 not a number of its kind.
    """
    purpose, reference = request.POST.get("purpose", ""), request.POST.get("reference", "").strip()[:64]
    if refusal := _refusal(purpose, reference):
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi=refusal, en=refusal)
    if not number:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Chưa nhập số cần tìm.", en="No number to look for.")
    asked, kind, roles = look(request, purpose, reference=reference), request.POST.get("kind", ""), request.actor.roles
    if kind == "pin" and not roles.isdisjoint(CHECKERS):
        who = person_by_pin(asked, pin=number)
        return [_hit("population", who.person_id, who.full_name, who.birth_date)] if who is not None else []
    if kind == "licence" and not roles.isdisjoint(RECORD_READERS["licences"]):
        views = licences_by_number(asked, number=number)
        return [
            _hit("licences", each.licence.pk, each.licence.licence_number, each.licence.full_name)
            for each in views[:MOST]
        ]
    if roles.isdisjoint(RECORD_READERS["vehicles"]):
        raise SosachError(
            ErrorCode.ACCESS_DENIED, vi="Vai trò của bạn không xem sổ này.", en="Your role does not see this register."
        )
    rows = (
        by_chassis(asked, chassis_number=number)
        if kind == "chassis"
        else [each.vehicle for each in by_plate(asked, plate=number)]
    )
    return [_hit("vehicles", each.pk, each.plate_display or each.plate_number, each.owner_name) for each in rows[:MOST]]


def _hit(register: str, key: int, title: str, more: str) -> dict[str, Any]:
    return {
        "register": register,
        "name": words.REGISTERS[register],
        "key": key,
        "title": title,
        "more": more,
        "address": reverse("desk:record", args=[register, key]),
    }
