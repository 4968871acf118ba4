"""What a declaration is about, and which situation it is; beginning one."""

from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations import start_draft
from sosach.domain.declarations.rules import Kind, kinds
from sosach.domain.declarations.rules.kinds import Declarant
from sosach.domain.licences.queries.records import licence_record
from sosach.domain.vehicles.queries import vehicle_record
from sosach.web.frame.forms import CardChoice, Form
from sosach.web.frame.language import said
from sosach.web.frame.pages import citizen_page, once
from sosach.web.portal.asking import gone, own, whole
from sosach.web.portal.words import GROUPS, help_text

# Questions a page elsewhere may have answered already: field of the form → question.
_TOLD = {"muc_xe": "vehicle_item", "muc_gplx": "licence_item", "muc": "person_item", "noi_dung": "statement"}


class KindForm(Form):
    """Which situation."""

    kind = forms.ChoiceField(label="", widget=CardChoice())

    def __init__(self, offered: list[Kind], data: object = None) -> None:
        super().__init__(data)
        field = self.fields["kind"]
        field.choices = [(kind.code, said(kind)) for kind in offered]
        field.label = _("Trường hợp của bạn là gì?")
        field.widget.hints = {kind.code: help_text(kind) for kind in offered}
        field.error_messages["required"] = field.error_messages["invalid_choice"] = _("Chọn một trường hợp.")


@citizen_page
def about(request: HttpRequest) -> HttpResponse:
    """What is it about?"""
    return render(request, "portal/about.html", {"room": "declare", "groups": GROUPS})


@citizen_page
def choose(request: HttpRequest, group: str) -> HttpResponse:
    """Situations of a group in plain words; choosing one begins a draft."""
    offered = [kind for kind in kinds().values() if group_of(kind, group)]
    if not offered:
        raise gone()
    form = KindForm(offered, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return once(request, lambda told: _begun(request, told, form.cleaned_data["kind"]))
    context = {
        "room": "declare",
        "group": GROUPS[group],
        "form": form,
        "vehicle": request.POST.get("xe", "") or request.GET.get("xe", ""),
        "licence": request.POST.get("gplx", "") or request.GET.get("gplx", ""),
    }
    return render(request, "portal/choose.html", context, status=422 if form.is_bound else 200)


@citizen_page
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a declaration of a kind a page elsewhere proposes."""
    code = request.POST.get("kind", "")
    if request.method != "POST" or code not in kinds():
        return HttpResponseRedirect(reverse("portal:about"))
    return once(request, lambda told: _begun(request, told, code))


def group_of(kind: Kind, group: str) -> bool:
    """Whether a situation is offered in a group."""
    declares = set(kind.declares)
    return {
        "xe-cua-toi": kind.register == "vehicles" and Declarant.OWNER in declares,
        "xe-nguoi-khac": kind.register == "vehicles" and bool(declares - {Declarant.OWNER}),
        "giay-phep": kind.register == "licences",
        "thong-tin": kind.register == "population",
    }.get(group, False)


def _begun(request: HttpRequest, told: Order, code: str) -> str:
    answers = {question: request.POST[field] for field, question in _TOLD.items() if request.POST.get(field)}
    begun = start_draft(told, kind=code, key=uuid4(), answers=_known(request) | answers)
    return reverse("portal:resume", args=[begun.declaration_id])


def _known(request: HttpRequest) -> dict[str, str]:
    """Numbers of the own vehicle or licence it is about; nothing is taken over from records of others."""
    vehicle, licence = whole(request.POST.get("xe", "")), whole(request.POST.get("gplx", ""))
    try:
        if vehicle is not None and (found := vehicle_record(own(request), vehicle_id=vehicle)) is not None:
            row = found.vehicle
            return {"plate": row.plate_display or row.plate_number, "chassis_number": row.chassis_number}
        if licence is not None and (view := licence_record(own(request), licence_id=licence)) is not None:
            classes = sorted({each.fact.name for each in view.classes if each.may_drive})
            return {"licence_number": view.licence.licence_number, "licence_class": ", ".join(classes)}
    except SosachError:
        return {}
    return {}
