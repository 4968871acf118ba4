"""Somebody comes for a card: found by PIN, compared with the population register, taken in or told what comes first."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.chip.profiles import DEFAULT, PROFILES
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.applying import open_application, turn_away
from sosach.domain.idcards.operations.moving import ApplicantRefusedError
from sosach.domain.idcards.queries.applicants import Applicant, applicant
from sosach.domain.idcards.rules.applications import (
    CORRECTED_FIRST,
    GROUNDS,
    WORDS,
    Channel,
    Delivery,
    Ground,
    Kind,
    Problem,
    Wanted,
    fee_of,
)
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.cards.words import CLERKS, DELIVERIES, KINDS, PURPOSE, money
from sosach.web.desk.cards.words import GROUNDS as GROUND_WORDS
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import DayField, Form
from sosach.web.frame.language import either
from sosach.web.frame.pages import look, officer_page, once, order
from sosach.web.frame.parts import Answer, Key, Side

_SEXES: Final = {"M": gettext_lazy("Nam"), "F": gettext_lazy("Nữ")}
_STATED: Final = ("full_name", "sex", "birth_place", "hometown", "ethnicity", "religion")
_KIND_OF: Final = {ground: kind for kind, grounds in GROUNDS.items() for ground in grounds}
_NUMBER: Final = {"inputmode": "numeric", "autocomplete": "off", "class": "pin", "maxlength": "12"}


def _text(label: Any, most: int = 200, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, help_text=hint)


class ApplicantForm(Form):
    """Whose card, why, and what they say otherwise than the register."""

    pin = forms.RegexField(
        r"^\s*[0-9]{12}\s*$",
        label=gettext_lazy("Số định danh cá nhân"),
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages={"invalid": gettext_lazy("Số định danh cá nhân gồm 12 chữ số.")},
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("Thủ tục và lý do"),
        choices=[
            (KINDS[kind], [(ground.value, GROUND_WORDS[ground]) for ground in Ground if ground in GROUNDS[kind]])
            for kind in Kind
        ],
    )
    full_name = _text(gettext_lazy("Họ, chữ đệm và tên"))
    birth_date = DayField(label=gettext_lazy("Ngày sinh"), required=False)
    sex = forms.ChoiceField(label=gettext_lazy("Giới tính"), choices=[("", "–"), *_SEXES.items()], required=False)
    birth_place = _text(gettext_lazy("Nơi sinh"))
    hometown = _text(gettext_lazy("Quê quán"))
    ethnicity = _text(gettext_lazy("Dân tộc"), 60)
    religion = _text(gettext_lazy("Tôn giáo"), 60)
    representative_pin = _text(
        gettext_lazy("Số định danh của người đại diện"), 12, gettext_lazy("Chỉ khi người được cấp dưới 14 tuổi.")
    )
    guardianship = _text(
        gettext_lazy("Giấy tờ chứng minh đại diện"), 120, gettext_lazy("Chỉ khi dữ liệu dân cư chưa ghi quan hệ.")
    )
    old_card = _text(gettext_lazy("Số thẻ cũ đã xuất trình"), 20, gettext_lazy("Chỉ khi sổ chưa ghi thẻ nào."))
    delivery = forms.ChoiceField(label=gettext_lazy("Cách trả thẻ"), choices=list(DELIVERIES.items()))
    address = _text(gettext_lazy("Địa chỉ nhận thẻ"), 250, gettext_lazy("Chỉ khi nhận qua bưu chính."))
    profile = forms.ChoiceField(
        label=gettext_lazy("Mẫu thẻ"), choices=[(name, name) for name in PROFILES], initial=DEFAULT
    )

    def wanted(self) -> Wanted:
        """What is applied for."""
        told = self.cleaned_data
        ground = Ground(told["ground"])
        return Wanted(
            kind=_KIND_OF[ground],
            ground=ground,
            profile=told["profile"],
            channel=Channel.OFFICE,
            representative_pin=told["representative_pin"].strip(),
            old_card=told["old_card"].strip(),
            delivery=Delivery(told["delivery"]),
            address=told["address"].strip(),
        )

    def stated(self) -> dict[str, str]:
        """What they say; what was not asked is left out."""
        told = self.cleaned_data
        said_so = {name: told[name].strip() for name in _STATED}
        born = told["birth_date"]
        return {
            name: text for name, text in {**said_so, "birth_date": born.isoformat() if born else ""}.items() if text
        }


@officer_page(roles=CLERKS)
def applicant_page(request: HttpRequest) -> HttpResponse:
    """Look somebody up, compare, and take the application in."""
    form, found = ApplicantForm(request.POST or None), None
    problems: tuple[Problem, ...] = ()
    asked = request.method == "POST" and form.is_valid()
    if asked:
        if request.POST.get("lam") == "open":
            try:
                return once(
                    request,
                    lambda told: _opened(request, told, form),
                    evidence={"guardianship": form.cleaned_data["guardianship"]},
                )
            except ApplicantRefusedError as refused:
                problems = refused.problems
                _kept(request, form, refused)
            except SosachError as refused:
                form.refuse(refused)
        found = _checked(request, form)
        problems = problems or (found.problems if found else (Problem.NOT_IN_REGISTER,))
    return render(
        request,
        "desk/cards/applicant.html",
        _context(request, form, found, problems, asked=asked),
        status=422 if form.errors else 200,
    )


def _context(
    request: HttpRequest, form: ApplicantForm, found: Applicant | None, problems: tuple[Problem, ...], *, asked: bool
) -> dict[str, Any]:
    first = [each for each in problems if each not in CORRECTED_FIRST]
    kind = form.wanted().kind if asked else Kind.FIRST
    day = day_of(request.sosach_at)
    return {
        "room": "cards",
        "tab": "applications",
        "form": form,
        "asked": asked,
        "found": found,
        "stops": [either(WORDS[each]) for each in first],
        "corrected": [either(WORDS[each]) for each in problems if each in CORRECTED_FIRST],
        "sides": _sides(form, found) if found and asked else [],
        "heads": [_("Dữ liệu dân cư"), _("Công dân khai")],
        "facts": _facts(found, money(fee_of(kind, channel=Channel.OFFICE, on=day))) if found else [],
        "main": ("pin", "ground"),
        "keys": [Key("c", _("kiểm tra")), Key("a", _("tiếp nhận hồ sơ"))],
    }


def _opened(request: HttpRequest, told: Order, form: ApplicantForm) -> str:
    made = open_application(told, pin=form.cleaned_data["pin"], wanted=form.wanted(), stated=form.stated())
    flash(request, _("Đã tiếp nhận hồ sơ %(number)s.") % {"number": made.number})
    return reverse("desk:card-application", args=[made.pk])


def _kept(request: HttpRequest, form: ApplicantForm, refused: ApplicantRefusedError) -> None:
    """What was refused is undone with its transaction; that somebody came is kept on its own."""
    turn_away(order(request), pin=form.cleaned_data["pin"], wanted=form.wanted(), problems=refused.problems)
    form.refuse(refused)


def _checked(request: HttpRequest, form: ApplicantForm) -> Applicant | None:
    told = form.cleaned_data
    return applicant(
        look(request, PURPOSE),
        pin=told["pin"],
        wanted=form.wanted(),
        stated=form.stated(),
        guardianship=bool(told["guardianship"]),
    )


def _sides(form: ApplicantForm, found: Applicant) -> list[Side]:
    """The register beside what was stated; only what was stated is compared."""
    holder, stated = found.holder, form.stated()
    sexes = {code: str(text) for code, text in _SEXES.items()}
    record = {
        "full_name": holder.full_name,
        "birth_date": words.day(holder.birth_date),
        "sex": sexes.get(holder.sex, ""),
        "birth_place": found.birth_place,
        "hometown": found.hometown,
        "ethnicity": found.ethnicity,
        "religion": found.religion,
    }
    shown = stated | {"birth_date": words.day(stated.get("birth_date")), "sex": sexes.get(stated.get("sex", ""), "")}
    rows = []
    for name, text in record.items():
        other = shown.get(name, "")
        # what counts as the same (case, spaces) is the register's to say: then it is shown as the record has it
        rows.append(Side(str(form.fields[name].label), (text, other if name in found.differing else other and text)))
    return rows


def _facts(found: Applicant, fee: str) -> list[Answer]:
    holder = found.holder
    card = words.day(holder.card_expires) if holder.card_expires else _("không thời hạn hoặc không rõ hạn")
    return [
        Answer(_("Nơi cư trú"), holder.residence),
        Answer(_("Thẻ đang có"), card if holder.has_card else _("chưa có")),
        Answer(_("Phải thu nhận"), _("Có: ảnh, vân tay, mống mắt") if found.needs_capture else _("Không")),
        Answer(_("Lệ phí"), fee),
    ]
