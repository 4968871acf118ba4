"""Questions of the application desk and of the other stations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sosach.chip.profiles import DEFAULT, PROFILES
from sosach.domain.idcards.states.blanks import BlankStep
from sosach.web.desk.cards.serials import SerialsField
from sosach.web.frame.forms import Form


class DeliveryForm(Form):
    """Blanks that came in together."""

    number = forms.CharField(label=_("Số phiếu giao"), max_length=40)
    supplier = forms.CharField(label=_("Nhà cung cấp"), max_length=120)
    profile = forms.ChoiceField(label=_("Mẫu thẻ"), choices=[(name, name) for name in PROFILES], initial=DEFAULT)
    first_serial = forms.CharField(
        label=_("Số phôi đầu"), max_length=16, help_text=_("2 chữ cái và 14 chữ số, ví dụ VN00000000000001.")
    )
    last_serial = forms.CharField(label=_("Số phôi cuối"), max_length=16)

    def clean(self) -> dict[str, Any]:
        """Capital letters, as on the blanks."""
        told = super().clean() or self.cleaned_data
        return {**told, **{name: told[name].upper() for name in ("first_serial", "last_serial") if name in told}}


class MovedForm(Form):
    """What became of blanks in stock."""

    step = forms.ChoiceField(
        label=_("Điều đã xảy ra"),
        choices=[
            (BlankStep.SPOIL.value, _("Hỏng trong kho")),
            (BlankStep.RETURN.value, _("Trả nhà cung cấp")),
            (BlankStep.LOSE.value, _("Mất")),
            (BlankStep.FIND.value, _("Tìm thấy lại")),
        ],
    )
    serials = SerialsField(label=_("Số phôi"), help_text=_("Từng số, hoặc số đầu - số cuối."))
    reason = forms.CharField(label=_("Lý do"), max_length=200)


class SerialsForm(Form):
    """Serials alone."""

    serials = SerialsField(label=_("Số phôi"), help_text=_("Từng số, hoặc số đầu - số cuối."))
