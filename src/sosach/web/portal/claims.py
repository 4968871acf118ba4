"""What others declare about my vehicle or licence: seen with the least that is needed, objected to, or let be."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.base.images import clean_photo
from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations import CleanPhoto, object_to, withdraw_objection
from sosach.domain.declarations.queries import PLAIN, Claimed, notices_to_me
from sosach.domain.declarations.rules import kind_of
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import Form, PhotoField
from sosach.web.frame.language import either, said
from sosach.web.frame.pages import citizen_page, once
from sosach.web.frame.parts import Badge, Pages
from sosach.web.portal.asking import gone, own, whole
from sosach.web.portal.words import TONES

LONGEST = 2_000
PAGE = 50
OBJECTION = "objection"  # place of a photo that comes with an objection


class ObjectionForm(Form):
    """Why one objects."""

    statement = forms.CharField(
        label=gettext_lazy("Vì sao bạn phản đối?"),
        help_text=gettext_lazy("Ví dụ: tôi chưa bán xe này; người khai không phải là người mua."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photo = PhotoField(
        label=gettext_lazy("Ảnh giấy tờ chứng minh"),
        help_text=gettext_lazy("Ví dụ giấy đăng ký xe bạn đang giữ."),
        required=False,
    )


@citizen_page
def claims(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    before = whole(request.GET.get("truoc", ""))
    found = notices_to_me(own(request), before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    context = {
        "room": "home",
        "rows": [
            (each, said(kind_of(each.kind)), Badge(either(PLAIN[each.state]), TONES[each.state])) for each in shown
        ],
        "pages": Pages(
            newer=request.path if before else "",
            older=f"?truoc={shown[-1].declaration_id}" if len(found) > PAGE else "",
        ),
    }
    return render(request, "portal/claims.html", context)


@citizen_page
def claim(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """One of them; the objection is written here."""
    found = _claimed(request, declaration_id)
    sent = (request.POST, request.FILES) if request.method == "POST" and found.may_object else ()
    form = ObjectionForm(*sent)
    if form.is_valid():
        try:
            photos = _photos(form)
            return once(request, lambda told: _objected(request, told, found, form.cleaned_data["statement"], photos))
        except SosachError as refused:
            form.refuse(refused, "photo" if form.cleaned_data.get("photo") else None)
    context = {
        "room": "home",
        "claim": found,
        "kind": said(kind_of(found.kind)),
        "vehicle": kind_of(found.kind).register == "vehicles",
        "state": Badge(either(PLAIN[found.state]), TONES[found.state]),
        "form": form,
    }
    return render(request, "portal/claim.html", context, status=422 if form.is_bound else 200)


@citizen_page
def give_up(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """Take one's objection back."""
    found = _claimed(request, declaration_id)
    if request.method == "POST":
        return once(request, lambda told: _given_up(request, told, found))
    return render(request, "portal/give_up.html", {"room": "home", "claim": found, "kind": said(kind_of(found.kind))})


def _claimed(request: HttpRequest, declaration_id: int) -> Claimed:
    """A declaration about what is one's own.

    Raises:
        SosachError: STATE-01 it does not exist, or is not about anything of one's own.
    """
    found = notices_to_me(own(request), declaration_id=declaration_id)
    if not found:
        raise gone()
    return found[0]


def _photos(form: ObjectionForm) -> list[CleanPhoto]:
    sent = form.cleaned_data.get("photo")
    return [CleanPhoto(OBJECTION, clean_photo(sent.read()).content, "image/jpeg")] if sent else []


def _objected(request: HttpRequest, told: Order, found: Claimed, statement: str, photos: list[CleanPhoto]) -> str:
    object_to(told, declaration_id=found.declaration_id, statement=statement, photos=photos)
    flash(request, _("Đã gửi lời phản đối. Không ai được sang tên trước khi lời phản đối được giải quyết."))
    return reverse("portal:claim", args=[found.declaration_id])


def _given_up(request: HttpRequest, told: Order, found: Claimed) -> str:
    if found.objection_id is not None:
        withdraw_objection(told, objection_id=found.objection_id)
        flash(request, _("Đã rút lời phản đối."))
    return reverse("portal:claim", args=[found.declaration_id])
