"""The quality station: finished cards are read back as any reader would, let go or spoiled, and jobs are closed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.chip.files.folder import read_zip
from sosach.chip.verifying.wording import fault
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.quality import read_back
from sosach.domain.idcards.queries.production import jobs, one_job
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.jobs import JobState
from sosach.web.desk.cards import house
from sosach.web.desk.cards.steps import Step, Told, status_of, taken
from sosach.web.desk.cards.words import CARDS, CHECKERS, PURPOSE, badge
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame.forms import Form
from sosach.web.frame.language import is_vietnamese
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Key


class ReadForm(Form):
    """What the reader of the station read."""

    serial = forms.RegexField(
        r"^\s*[A-Za-z]{2}[0-9]{14}\s*$",
        label=gettext_lazy("Số phôi in trên thẻ"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "pin", "maxlength": "18"}),
        error_messages={"invalid": gettext_lazy("Số phôi gồm 2 chữ cái và 14 chữ số.")},
    )
    reading = forms.FileField(
        label=gettext_lazy("Tệp đầu đọc đã đọc từ chip (ZIP)"),
        help_text=gettext_lazy("Gồm EF.COM.bin, EF.SOD.bin, DG1.bin …"),
    )
    authentic = forms.BooleanField(
        label=gettext_lazy("Đầu đọc báo: chip đã chứng minh giữ khóa của mình"), required=False
    )

    def clean_reading(self) -> dict[int, bytes]:
        """Files by identifier.

        Raises:
            ValidationError: it is no ZIP of a chip's files.
        """
        sent = self.cleaned_data["reading"]
        try:
            return read_zip(sent, called=sent.name)
        except SosachError as refused:
            raise forms.ValidationError(refused.vi if is_vietnamese() else refused.en) from refused


@officer_page(roles=CHECKERS)
def station(request: HttpRequest) -> HttpResponse:
    """Read a card back; below, what waits to be read."""
    step = Step("read", gettext_lazy("Kiểm tra thẻ"), _read, "a", ReadForm, main=True)
    done, panels = taken(request, [step], back=reverse("desk:card-quality"))
    if done is not None:
        return done
    context = {
        "room": "cards",
        "tab": "quality",
        "title": _("Trạm kiểm tra chất lượng"),
        "lead": _("Thẻ được đọc lại như ở cửa khẩu; đạt thì cho qua, sai một điều thì hỏng và hồ sơ chờ thẻ khác."),
        "count": None,
        "panels": panels,
        "table": _waiting(request),
        "keys": [Key("a", _("kiểm tra thẻ"))],
    }
    return render(request, "desk/cards/list.html", context, status=status_of(panels))


def _read(order: Order, told: Told) -> str:
    verdict = read_back(
        order,
        serial=told["serial"].strip().upper(),
        files=told["reading"],
        chip_authentic=told["authentic"],
        trust=house.trust(order.at),
    )
    if verdict.accepted:
        return _("Đạt: thẻ %(serial)s được cho qua.") % {"serial": told["serial"].strip().upper()}
    lang = "vi" if is_vietnamese() else "en"
    why = "; ".join(fault(each, lang) for each in verdict.faults)
    return _("Không đạt, thẻ %(serial)s hỏng: %(why)s") % {"serial": told["serial"].strip().upper(), "why": why}


def _waiting(request: HttpRequest) -> Table:
    """Cards of open jobs that have to be read."""
    asked = look(request, PURPOSE)
    rows: list[list[Any]] = []
    for line in jobs(asked, state=JobState.REPORTED):
        seen = one_job(asked, job_id=line.id)
        rows += [
            [
                Cell(each.serial, reverse("desk:card", args=[each.card_id])),
                Cell(_("Lệnh %(number)s") % {"number": line.id}, reverse("desk:card-job", args=[line.id])),
                Cell(badge(CARDS, each.state)),
            ]
            for each in seen.all_cards
            if each.to_read and each.state is CardState.PERSONALISED
        ]
        if not any(each.to_read for each in seen.all_cards):
            rows.append(
                [
                    Cell(_("(đã đọc hết)")),
                    Cell(_("Lệnh %(number)s") % {"number": line.id}, reverse("desk:card-job", args=[line.id])),
                    Cell(_("đóng lệnh được")),
                ]
            )
    heads = [_("Số phôi"), _("Lệnh"), _("Trạng thái")]
    return Table("cho-doc", _("Thẻ chờ đọc lại"), heads, rows, note=_("Không có thẻ nào chờ đọc lại."))
