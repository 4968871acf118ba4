"""Check a plate or a licence: anybody may, with vehicle or card in the hand. Nothing asked for stands in an address."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.access.operations.budgets import BudgetSpentError
from sosach.domain.access.queries import Look
from sosach.domain.exchange.queries.checking import SecondFact, check_licence, check_plate
from sosach.domain.exchange.rules.checking import CHASSIS_END, is_chassis_end
from sosach.vn.identifiers import chassis, licence_number, plate
from sosach.web.frame.forms import DayField, Form
from sosach.web.frame.pages import open_page
from sosach.web.portal.words import PLATE_COLOURS, VEHICLE_KINDS
from sosach.web.public.asking import asked

_OLDEST = 1900
_PAPER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class PlateForm(Form):
    """A plate, and what only who stands before the vehicle can read."""

    plate = forms.CharField(
        label=gettext_lazy("Biển số"),
        help_text=gettext_lazy("Ví dụ 30A-123.45 hoặc 29-B1 123.45."),
        min_length=5,
        max_length=20,
        widget=forms.TextInput(attrs=_PAPER | {"class": "short"}),
    )
    chassis_end = forms.CharField(
        label=gettext_lazy("Bốn ký tự cuối của số khung"),
        help_text=gettext_lazy("Ghi trên chứng nhận đăng ký xe và dập trên khung xe."),
        max_length=12,
        widget=forms.TextInput(attrs=_PAPER | {"class": "short"}),
    )

    def clean_chassis_end(self) -> str:
        """Four letters or digits.

        Raises:
            ValidationError: it is anything else.
        """
        end = chassis.compact(self.cleaned_data["chassis_end"])
        if not is_chassis_end(end):
            raise ValidationError(_("Nhập đúng %(count)d ký tự cuối của số khung.") % {"count": CHASSIS_END})
        return end


class LicenceForm(Form):
    """A licence number, and a second fact from the card."""

    number = forms.CharField(
        label=gettext_lazy("Số giấy phép lái xe"),
        help_text=gettext_lazy("12 chữ số trên thẻ nhựa; giấy phép cũ ghi như trên giấy."),
        min_length=5,
        max_length=20,
        widget=forms.TextInput(attrs=_PAPER | {"class": "pin"}),
    )
    birth_year = forms.IntegerField(
        label=gettext_lazy("Năm sinh của người được cấp"),
        help_text=gettext_lazy("Điền năm sinh hoặc ngày cấp, một trong hai."),
        required=False,
        min_value=_OLDEST,
        max_value=2100,
        widget=forms.TextInput(attrs=_PAPER | {"class": "short", "inputmode": "numeric"}),
    )
    issued_on = DayField(label=gettext_lazy("Ngày cấp"), help_text=gettext_lazy("Ghi trên giấy phép."), required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two facts.

        Raises:
            ValidationError: none, or both.
        """
        told: dict[str, Any] = super().clean() or {}
        facts = {name for name in ("birth_year", "issued_on") if told.get(name)}
        if len(facts) != 1 and not self.errors:
            raise ValidationError(_("Điền năm sinh hoặc ngày cấp, một trong hai."))
        return told

    def fact(self) -> SecondFact:
        """The second fact."""
        return SecondFact(self.cleaned_data["birth_year"], self.cleaned_data["issued_on"])


@open_page
def checks(request: HttpRequest) -> HttpResponse:
    """What may be checked."""
    return render(request, "public/checks.html")


@open_page
def check_a_plate(request: HttpRequest) -> HttpResponse:
    """Whether a plate stands."""
    form = PlateForm(request.POST or None)

    def find(told: Mapping[str, Any]) -> tuple[str, Callable[[Look], Any]]:
        number = plate.compact(told["plate"])
        return number, lambda look: check_plate(look, number=told["plate"], chassis_end=told["chassis_end"])

    return _answered(request, form, find, "public/check_plate.html")


@open_page
def check_a_licence(request: HttpRequest) -> HttpResponse:
    """Whether a licence stands."""
    form = LicenceForm(request.POST or None)

    def find(told: Mapping[str, Any]) -> tuple[str, Callable[[Look], Any]]:
        number = licence_number.compact(told["number"])
        return number, lambda look: check_licence(look, number=number, fact=form.fact())

    return _answered(request, form, find, "public/check_licence.html")


def _answered(
    request: HttpRequest,
    form: PlateForm | LicenceForm,
    find: Callable[[Mapping[str, Any]], tuple[str, Callable[[Look], Any]]],
    template: str,
) -> HttpResponse:
    """The question, and beneath it the answer; asked too often, when to come again."""
    told: dict[str, Any] = {"form": form, "today": request.sosach_at}
    status = 422 if form.is_bound and not form.is_valid() else 200
    wait = 0
    if form.is_bound and form.is_valid():
        number, ask = find(form.cleaned_data)
        try:
            found = asked(request, number, ask, at=request.sosach_at)
            told |= {"answered": True, "found": found, "kind": VEHICLE_KINDS.get(getattr(found, "kind", ""), "")}
            told |= {"colour": _colour(getattr(found, "paint_colour", ""))}
        except BudgetSpentError as spent:
            wait, status = math.ceil(spent.wait.total_seconds()), 429
            told["minutes"] = math.ceil(wait / 60)
    response = render(request, template, told, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _colour(told: str) -> str:
    """A colour as people say it; sources write it in words or as a code."""
    return str(PLATE_COLOURS.get(told, told))
