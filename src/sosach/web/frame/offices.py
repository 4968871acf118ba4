"""Choosing the commune whose police makes a card: first the province, by an address, then the commune, in the form. No scripts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.population.rules.days import day_of
from sosach.vn import places
from sosach.web.frame import words
from sosach.web.frame.forms import Form


@dataclass(frozen=True, slots=True)
class Offices:
    """What there is to choose from.

    Attributes:
        provinces: (name, code), by name.
        province: code of the chosen one; "" for none.
        communes: (code, name) of that one, by name.
    """

    provinces: Sequence[tuple[str, str]]
    province: str
    communes: Sequence[tuple[str, str]]


def offices(request: HttpRequest, *, usual: str = "", without: str = "") -> Offices:
    """Provinces, and the communes of the one the address names.

    Args:
        request: of the page.
        usual: code of the province while the address names none.
        without: code of a commune that is not to choose.
    """
    today = day_of(request.sosach_at)
    province = places.province(request.GET.get("tinh", usual), at=today)
    found = places.communes(at=today, province=province.code) if province else ()
    named = sorted((places.full_name(each), each.code) for each in found if each.code != without)
    return Offices(
        provinces=sorted((places.full_name(each), each.code) for each in places.provinces(at=today)),
        province=province.code if province else "",
        communes=[(code, name) for name, code in named],
    )


def went(before: str, after: str) -> str:
    """That an application went from one office to another, in words."""
    told = {"before": words.place_with_province(before), "after": words.place_with_province(after)}
    return _("Từ %(before)s sang %(after)s.") % told


class OfficeForm(Form):
    """To which office an application goes; whether there is one the verb says, which lets a form sent twice be answered again."""

    office = forms.CharField(
        label=gettext_lazy("Công an xã, phường nào?"),
        max_length=5,
        widget=forms.Select(),
        error_messages={"required": gettext_lazy("Chọn xã, phường.")},
    )

    def offer(self, found: Offices) -> None:
        """Offer these to choose from."""
        self.fields["office"].widget.choices = [("", _("Chọn xã, phường")), *found.communes]
