"""The form of an application for an ID card: what the card will say, where, how it comes, what it costs, until when; and sending it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.applying import open_application, turn_away
from sosach.domain.idcards.operations.life import report
from sosach.domain.idcards.operations.moving import ApplicantRefusedError
from sosach.domain.idcards.queries.wishes import Applying, Chance, may_apply_for
from sosach.domain.idcards.rules.applications import CORRECTED_FIRST, Channel, Delivery, Ground, Kind, Wanted
from sosach.domain.idcards.rules.clock import due_on
from sosach.domain.idcards.rules.endings import Complaint
from sosach.domain.idcards.rules.wishes import Hand
from sosach.domain.population.rules.days import day_of
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import CardChoice, Form
from sosach.web.frame.offices import offices
from sosach.web.frame.pages import citizen_page, once, order
from sosach.web.frame.parts import Answer
from sosach.web.portal.asking import gone, own
from sosach.web.portal.card_words import GROUNDS, LACKS, SLUGS, WISHES
from sosach.web.portal.cards import ROOM

_BY_SLUG = {slug: ground for ground, slug in SLUGS.items()}
_COMPLAINTS = {Ground.LOST: Complaint.LOST, Ground.UNUSABLE: Complaint.DAMAGED}


class WishForm(Form):
    """That the data are right, where one applies, and how the card comes."""

    right = forms.BooleanField(
        label=gettext_lazy("Tôi đã đọc, thông tin trên đúng"),
        error_messages={"required": gettext_lazy("Hãy xác nhận thông tin đúng, hoặc đề nghị sửa trước.")},
    )
    office = forms.ChoiceField(label=gettext_lazy("Công an xã, phường nào?"), required=False)
    delivery = forms.ChoiceField(
        label=gettext_lazy("Nhận thẻ ở đâu?"),
        widget=CardChoice(),
        choices=[
            (Delivery.COUNTER.value, gettext_lazy("Tại công an xã nơi nộp hồ sơ")),
            (Delivery.POST.value, gettext_lazy("Qua bưu chính, đến địa chỉ của tôi")),
        ],
    )
    address = forms.CharField(
        label=gettext_lazy("Địa chỉ nhận thẻ"),
        help_text=gettext_lazy("Chỉ cần khi nhận qua bưu chính."),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(self, communes: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        if communes:
            self.fields["office"].choices = [("", _("Chọn xã, phường")), *communes]
            self.fields["office"].required = True
            self.fields["office"].error_messages["required"] = _("Chọn xã, phường nơi bạn muốn làm thẻ.")
        else:
            del self.fields["office"]

    def clean(self) -> dict[str, Any]:
        """An address where one is needed."""
        told = super().clean() or {}
        if told.get("delivery") == Delivery.POST.value and not told.get("address", "").strip():
            self.add_error("address", _("Nhập địa chỉ để bưu chính mang thẻ đến."))
        return told


@citizen_page
def wish(request: HttpRequest, person_id: int, slug: str) -> HttpResponse:
    """Apply: what the card will say, where, how it comes, what it costs, until when."""
    applying, chance = _chosen(request, person_id, slug)
    today = day_of(request.sosach_at)
    elsewhere = offices(request)
    form = WishForm(elsewhere.communes, request.POST if request.method == "POST" else None)
    if form.is_valid():
        wanted = _wanted(form.cleaned_data, applying, chance)
        try:
            return once(request, lambda told: _applied(request, told, applying, wanted))
        except ApplicantRefusedError as refused:
            turn_away(order(request), pin=applying.holder.pin, wanted=wanted, problems=refused.problems)
            form.refuse(refused)
        except SosachError as refused:
            form.refuse(refused)
    context = {
        "room": ROOM,
        "form": form,
        "title": str(WISHES[chance.kind]),
        "ground": str(GROUNDS[chance.ground][0]),
        "applying": applying,
        "chance": chance,
        "says": _says(applying),
        "lacks": [str(LACKS[each]) for each in chance.problems],
        "terms": _terms(applying, chance, today),
        "place": words.place_with_province(applying.commune_code),
        "offices": elsewhere,
    }
    return render(request, "portal/card_wish.html", context, status=422 if form.is_bound else 200)


def _chosen(request: HttpRequest, person_id: int, slug: str) -> tuple[Applying, Chance]:
    """Whom it is for and what, as long as it may be applied for.

    Raises:
        SosachError: STATE-01.
    """
    ground = _BY_SLUG.get(slug)
    for each in may_apply_for(own(request, "card-wishes")):
        if each.person_id != person_id or each.under_way is not None:
            continue
        for chance in each.chances:
            if chance.ground is ground and CORRECTED_FIRST.issuperset(chance.problems):
                return each, chance
    raise gone()


def _says(each: Applying) -> list[Answer]:
    """What the card will say, as the population register has it."""
    holder = each.holder
    return [
        Answer(_("Họ, chữ đệm và tên"), holder.full_name),
        Answer(_("Số định danh cá nhân"), words.spaced(holder.pin)),
        Answer(_("Ngày sinh"), words.day(holder.birth_date)),
        Answer(_("Giới tính"), {"M": _("Nam"), "F": _("Nữ")}.get(holder.sex, "")),
        Answer(_("Quê quán"), each.hometown),
        Answer(_("Dân tộc"), each.ethnicity),
        Answer(_("Tôn giáo"), each.religion),
        Answer(_("Nơi cư trú"), holder.residence),
    ]


def _terms(each: Applying, chance: Chance, today: date) -> list[Answer]:
    """What to bring, whether to come, until when, what it costs."""
    due = words.day(due_on(today, []))
    half = chance.fee != chance.full_fee
    full = words.grouped(chance.full_fee)
    return [
        Answer(_("Bạn có phải đến không?"), _coming(each, chance)),
        Answer(_("Giấy tờ"), _papers(each, chance)),
        Answer(
            _("Thời hạn trả thẻ"),
            _("7 ngày làm việc, tính từ ngày đến thu nhận") if chance.comes else _("7 ngày làm việc"),
            note=(_("Nếu đến ngay hôm nay: chậm nhất ngày %(day)s.") if chance.comes else _("Chậm nhất ngày %(day)s."))
            % {"day": due},
        ),
        Answer(
            _("Lệ phí"),
            _("%(fee)s đồng") % {"fee": words.grouped(chance.fee)} if chance.fee else _("Không thu"),
            note=_("Nộp trực tuyến được giảm; tại cơ quan là %(full)s đồng.") % {"full": full} if half else "",
        ),
    ]


def _coming(each: Applying, chance: Chance) -> str:
    if chance.comes and not each.own:
        return _("Có. Đưa người được cấp thẻ đến công an xã để chụp ảnh, lấy vân tay, mống mắt.")
    if chance.comes:
        return _("Có. Đến công an xã để chụp ảnh, lấy vân tay, mống mắt; không ai đến thay được.")
    if not each.pictures:
        return _("Không. Dưới 6 tuổi không chụp ảnh, không lấy vân tay, mống mắt.")
    return _("Không. Thẻ mới dùng ảnh, vân tay của lần thu nhận trước.")


def _papers(each: Applying, chance: Chance) -> str:
    if chance.kind is Kind.EXCHANGE:
        return _("Mang thẻ cũ đến nộp lại. Không cần giấy tờ khác: thông tin lấy từ dữ liệu dân cư.")
    if chance.ground is Ground.UNUSABLE:
        return _("Giữ thẻ hỏng để nộp lại khi nhận thẻ mới.")
    if not each.own:
        return _("Không cần: dữ liệu dân cư đã ghi bạn là cha, mẹ hoặc người đại diện.")
    return _("Không cần: thông tin lấy từ dữ liệu dân cư.")


def _wanted(answers: dict[str, Any], each: Applying, chance: Chance) -> Wanted:
    delivery = Delivery(answers["delivery"])
    return Wanted(
        kind=chance.kind,
        ground=chance.ground,
        channel=Channel.ONLINE,
        office=answers.get("office", ""),
        representative_pin=each.by_pin,
        old_card=each.old_card,
        delivery=delivery,
        address=answers["address"].strip() if delivery is Delivery.POST else "",
    )


def _applied(request: HttpRequest, told: Order, each: Applying, wanted: Wanted) -> str:
    """Report the card lost or useless where that was not done, then apply; both or neither."""
    complaint = _COMPLAINTS.get(wanted.ground)
    if complaint is not None and each.hand is Hand.IN_FORCE and each.card_id is not None:
        report(replace(told, act=_another(told)), card_id=each.card_id, what=complaint)
    made = open_application(told, pin=each.holder.pin, wanted=wanted, key=told.act)
    flash(request, _("Đã nhận hồ sơ %(number)s.") % {"number": made.number})
    return reverse("portal:card-application", args=[made.pk])


def _another(told: Order) -> UUID:
    """An act of its own for the report, always the same for the same form."""
    return UUID(int=told.act.int ^ 1)
