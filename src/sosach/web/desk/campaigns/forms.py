"""Questions of campaigns: what is cleaned where and by when, who works how long, what is done to which cases."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.operations.campaigns import Terms
from sosach.domain.campaign.rules.changes import Change
from sosach.domain.campaign.rules.splitting import Rule
from sosach.domain.campaign.rules.targets import Target
from sosach.domain.campaign.rules.wanted import Wanted
from sosach.domain.campaign.states.cases import State
from sosach.web.desk.words import REGISTERS
from sosach.web.frame.forms import CardChoice, DayField, Form

WEEK, SATURDAY, SUNDAY = ("0", "1", "2", "3", "4"), ("5",), ("6",)
TARGETS = 3
_HUNDRED = 100


class _Clock(forms.TimeInput):
    """A time of the day, hours and minutes."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "short"}, format="%H:%M")


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=_Clock(), required=False)


class TermsForm(Form):
    """Days, hours and targets of a campaign."""

    begins_on = DayField(label=_("Ngày bắt đầu"))
    upload_from = DayField(
        label=_("Bắt đầu giai đoạn 2"), help_text=_("Từ ngày này cập nhật bản ghi sạch lên hệ thống quốc gia.")
    )
    ends_on = DayField(label=_("Ngày kết thúc"))
    week_from = _time(_("Thứ hai đến thứ sáu, từ"))
    week_to = _time(_("Thứ hai đến thứ sáu, đến"))
    saturday_from = _time(_("Thứ bảy, từ"))
    saturday_to = _time(_("Thứ bảy, đến"))
    sunday_from = _time(_("Chủ nhật, từ"))
    sunday_to = _time(_("Chủ nhật, đến"))
    target_1_day = DayField(label=_("Mốc 1: đến ngày"), required=False)
    target_1_share = forms.IntegerField(label=_("Mốc 1: phải xong (%)"), min_value=1, max_value=100, required=False)
    target_2_day = DayField(label=_("Mốc 2: đến ngày"), required=False)
    target_2_share = forms.IntegerField(label=_("Mốc 2: phải xong (%)"), min_value=1, max_value=100, required=False)
    target_3_day = DayField(label=_("Mốc 3: đến ngày"), required=False)
    target_3_share = forms.IntegerField(label=_("Mốc 3: phải xong (%)"), min_value=1, max_value=100, required=False)
    minutes_per_case = forms.IntegerField(label=_("Số phút cho một vụ việc"), min_value=1, max_value=480, initial=12)
    mass_limit = forms.IntegerField(
        label=_("Giới hạn thay đổi hàng loạt"),
        help_text=_("Nhiều vụ việc hơn số này thì cần người thứ hai đồng ý."),
        min_value=1,
        max_value=1_000_000,
        initial=200,
    )

    def terms(self) -> Terms:
        """As the verbs take them; whether they fit together is theirs to say."""
        told = self.cleaned_data
        windows: dict[str, tuple[str, str]] = {}
        for days, name in ((WEEK, "week"), (SATURDAY, "saturday"), (SUNDAY, "sunday")):
            begin, end = told[f"{name}_from"], told[f"{name}_to"]
            if begin is not None or end is not None:
                # half a window is told to the verb as it is, which says that these are no hours
                windows |= dict.fromkeys(days, (_hour(begin), _hour(end)))
        targets = [
            Target(told[f"target_{place}_day"], (told[f"target_{place}_share"] or 0) / _HUNDRED)
            for place in range(1, TARGETS + 1)
            if told[f"target_{place}_day"]
        ]
        return Terms(
            begins_on=told["begins_on"],
            upload_from=told["upload_from"],
            ends_on=told["ends_on"],
            windows=windows,
            targets=targets,
            minutes_per_case=told["minutes_per_case"],
            mass_limit=told["mass_limit"],
        )


class NewForm(TermsForm):
    """A new campaign: what it is called, what is cleaned and where, and its terms."""

    field_order = ("name", "registers", "place")
    name = forms.CharField(label=_("Tên chiến dịch"), max_length=200)
    registers = forms.MultipleChoiceField(
        label=_("Làm sạch những sổ nào"), choices=list(REGISTERS.items()), widget=forms.CheckboxSelectMultiple
    )
    place = forms.ChoiceField(label=_("Địa bàn"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places)


class ChangedTermsForm(TermsForm):
    """Other terms, with a reason."""

    reason = forms.CharField(label=_("Lý do thay đổi"), max_length=500)


class ReasonForm(Form):
    """Why a campaign is paused or closed."""

    reason = forms.CharField(label=_("Lý do"), max_length=500)


class DutyForm(Form):
    """Who works where, how long a day."""

    officer = forms.TypedChoiceField(label=_("Cán bộ"), coerce=int)
    commune = forms.ChoiceField(label=_("Xã, phường"))
    minutes = forms.IntegerField(
        label=_("Phút mỗi ngày"), min_value=0, max_value=1440, initial=120, help_text=_("0 là thôi phân công.")
    )

    def __init__(
        self, *args: Any, officers: Sequence[tuple[str, str]], communes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = list(officers)
        self.fields["commune"].choices = list(communes)


class SplitForm(Form):
    """Which cases, and what is done to them."""

    register = forms.ChoiceField(label=_("Sổ"), required=False)
    commune = forms.ChoiceField(label=_("Xã, phường"), required=False)
    group = forms.CharField(label=_("Tổ dân phố, thôn"), max_length=120, required=False)
    locality = forms.CharField(label=_("Địa danh, đường"), max_length=200, required=False)
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[
            ("", _("Mọi vụ việc đang mở")),
            (State.IMPORTED.value, _("Chưa ai nhận")),
            (State.ASSIGNED.value, _("Đã giao, chưa gặp")),
            (State.UNREACHABLE.value, _("Chưa gặp được")),
            (State.MOVED.value, _("Từ nơi khác chuyển đến")),
        ],
    )
    holder = forms.ChoiceField(label=_("Đang ở bàn của"), required=False)
    rule = forms.ChoiceField(
        label=_("Chia thế nào"),
        required=False,
        choices=[
            (Rule.GROUPS.value, _("Trọn từng tổ, thôn")),
            (Rule.HOURS.value, _("Theo giờ làm của từng người")),
            (Rule.EVEN.value, _("Đều nhau")),
        ],
        widget=CardChoice(
            hints={
                Rule.GROUPS.value: _("Một tổ, thôn chỉ một cán bộ lo; khối lượng cân theo giờ làm."),
                Rule.HOURS.value: _("Ai có nhiều giờ hơn nhận nhiều hơn; hàng xóm ở cạnh nhau."),
                Rule.EVEN.value: _("Mỗi người số vụ việc như nhau; hàng xóm ở cạnh nhau."),
            }
        ),
        initial=Rule.GROUPS.value,
    )
    officer = forms.TypedChoiceField(label=_("Giao cho"), coerce=int, required=False, empty_value=0)
    to_group = forms.CharField(label=_("Thuộc tổ dân phố, thôn"), max_length=120, required=False)
    day = DayField(label=_("Hạn mới"), required=False)
    to_commune = forms.ChoiceField(label=_("Đưa về xã, phường"), required=False)
    reason = forms.CharField(label=_("Lý do"), max_length=500, required=False)

    def __init__(
        self, *args: Any, change: Change, choices: Mapping[str, Sequence[tuple[Any, Any]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, told in choices.items():
            self.fields[name].choices = list(told)
        self.change = change
        self.asked = ASKED[change]
        for name in {each for asked in ASKED.values() for each in asked} - set(self.asked):
            del self.fields[name]
        for name in self.asked:
            self.fields[name].required = True

    def wanted(self) -> Wanted:
        """The filter of cases."""
        told = self.cleaned_data
        return Wanted(
            registers=(told["register"],) if told["register"] else (),
            commune=told["commune"],
            group=told["group"].strip(),
            locality=told["locality"].strip(),
            states=(told["state"],) if told["state"] else (),
            officer=int(told["holder"]) if told["holder"] else None,
        )

    def change_terms(self) -> dict[str, Any]:
        """What the change needs to be told."""
        told = self.cleaned_data
        return {
            Change.SPLIT: lambda: {"rule": told["rule"]},
            Change.GIVE: lambda: {"officer": told["officer"]},
            Change.TAKE_BACK: dict,
            Change.REGROUP: lambda: {"group": told["to_group"].strip()},
            Change.DUE: lambda: {"day": told["day"].isoformat()},
            Change.PLACE: lambda: {"commune": told["to_commune"]},
        }[self.change]()


# Change → the questions it alone asks.
ASKED: Mapping[Change, tuple[str, ...]] = {
    Change.SPLIT: ("rule",),
    Change.GIVE: ("officer",),
    Change.TAKE_BACK: (),
    Change.REGROUP: ("to_group",),
    Change.DUE: ("day",),
    Change.PLACE: ("to_commune",),
}


def initial_of(campaign: Campaign) -> dict[str, Any]:
    """The terms of a campaign as they stand in the form."""
    told: dict[str, Any] = {
        name: getattr(campaign, name)
        for name in ("begins_on", "upload_from", "ends_on", "minutes_per_case", "mass_limit")
    }
    for days, name in ((WEEK, "week"), (SATURDAY, "saturday"), (SUNDAY, "sunday")):
        begin, end = campaign.windows.get(days[0], ("", ""))
        told |= {f"{name}_from": begin, f"{name}_to": end}
    for place, target in enumerate(campaign.targets[:TARGETS], 1):
        told |= {
            f"target_{place}_day": date.fromisoformat(target["day"]),
            f"target_{place}_share": round(target["share"] * _HUNDRED),
        }
    return told


def _hour(told: time | None) -> str:
    return f"{told:%H:%M}" if told is not None else ""
