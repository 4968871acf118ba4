"""Every component of the frame on one page, for those who build pages and for the tests that look at them."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.web.frame.forms import CardChoice, DayField, Form, PhotoField
from sosach.web.frame.pages import open_page
from sosach.web.frame.parts import Answer, Badge, Bar, Crumb, Key, Line, Lines, Moment, Pages, Side, Sorting, Tab

STATES = (("sold", gettext_lazy("Đã bán, chưa sang tên")), ("using", gettext_lazy("Tôi đang dùng")))
EXPLAINED = {
    "sold": gettext_lazy("Người mua đang giữ xe nhưng đăng ký vẫn đứng tên bạn."),
    "using": gettext_lazy("Xe đứng tên bạn và bạn đang sử dụng."),
}


class Example(Form):
    """One field of each kind."""

    state = forms.ChoiceField(
        label=gettext_lazy("Xe hiện nay thế nào?"), choices=STATES, widget=CardChoice(hints=EXPLAINED)
    )
    plate = forms.CharField(label=gettext_lazy("Biển số"), help_text=gettext_lazy("Ví dụ 36-B1 123.45"))
    sold_on = DayField(label=gettext_lazy("Ngày bán"), help_text=gettext_lazy("Ngày/tháng/năm, ví dụ 27/03/2024"))
    buyer = forms.CharField(label=gettext_lazy("Người mua"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại xe"), choices=(("car", gettext_lazy("Ô tô")), ("motorbike", gettext_lazy("Xe máy")))
    )
    photo = PhotoField(label=gettext_lazy("Ảnh hợp đồng"), help_text=gettext_lazy("Chụp rõ bốn góc giấy."))
    remark = forms.CharField(label=gettext_lazy("Ghi chú"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sure = forms.BooleanField(label=gettext_lazy("Tôi cam đoan lời khai là đúng"))


@open_page
def catalogue(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(
        request, "frame/catalogue.html", {"form": Example({"plate": "36-B1", "sold_on": "31/02"}, {})} | _shown(request)
    )


def _shown(request: HttpRequest) -> dict[str, Any]:
    at = timezone.make_aware(datetime(2026, 11, 20, 9, 30))  # noqa: DTZ001 - an example, made aware here
    return {
        "crumbs": [Crumb(_("Việc của tôi"), "/ban-lam-viec/"), Crumb(_("Các thành phần của trang"))],
        "tabs": [
            Tab(_("Hồ sơ"), "?phan=ho-so", current=True),
            Tab(_("Đối chiếu"), "?phan=doi-chieu", count=3),
            Tab(_("Lịch sử"), "?phan=lich-su", count=12),
        ],
        "answers": [
            Answer(_("Biển số"), "36-B1 123.45", "?sua=bien-so", Badge(_("Sai lệch"), "warn")),
            Answer(_("Ngày bán"), date(2024, 3, 27).strftime("%d/%m/%Y"), "?sua=ngay-ban"),
            Answer(_("Người mua"), None, "?sua=nguoi-mua", note=_("Có thể bổ sung sau.")),
        ],
        "sides": [
            Side(_("Họ và tên"), ("NGUYỄN VĂN ẤN", "NGUYỄN VĂN ÂN", "NGUYỄN VĂN ẤN"), proposal=0),
            Side(_("Ngày sinh"), ("27/03/1985", "27/03/1985", "")),
            Side(_("Số định danh"), ("038085001234", "038085001243", "038085001234"), proposal=0),
        ],
        "heads": [_("Dân cư"), _("Đăng ký xe"), _("Lời khai")],
        "moments": [
            Moment(at, _("Gửi tờ khai"), by=_("Công dân")),
            Moment(at, _("Đề nghị bổ sung ảnh"), _("Ảnh hợp đồng bị mờ."), badge=Badge(_("Chờ bạn"), "warn")),
            Moment(date(2026, 11, 21), _("Đã cập nhật đăng ký xe"), badge=Badge(_("Xong"), "good"), address="?the=1"),
        ],
        "bars": [
            Bar(_("Trùng khớp"), 2_235_887, "?lop=match", "good"),
            Bar(_("Sai lệch"), 411_306, "?lop=discrepancy", "warn"),
            Bar(_("Không có thông tin"), 167_646, "?lop=no_information", "bad"),
        ],
        "lines": Lines(
            _("Hồ sơ làm sạch theo ngày"),
            [f"{day}/11" for day in range(1, 21)],
            [
                Line(_("Đã làm sạch"), [*(day * day * 40 for day in range(14)), *[None] * 6]),
                Line(_("Dự kiến"), [day * 700 for day in range(20)], dashed=True),
            ],
            _("hồ sơ"),
        ),
        "rows": [("36B112345", "motorbike", "match", 12), ("30A12345", "car", "discrepancy", 1_234)],
        "sorting": Sorting.of(request.GET, allowed=("plate", "count"), usual="plate"),
        "pages": Pages("?trang=1", "?trang=3", 51, 100, 2_814_839),
        "keys": [Key("j", _("hàng sau")), Key("k", _("hàng trước")), Key("a", _("chấp nhận đề xuất"))],
        "moment": at,
    }
