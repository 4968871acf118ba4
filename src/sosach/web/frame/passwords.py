"""An officer changes the own password: the old one is asked, everybody else who came in with it is out."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import change_password
from sosach.domain.access.queries.entering import is_password_of
from sosach.domain.access.queries.officers import DOOR
from sosach.domain.access.rules.passwords import SHORTEST_PASSWORD
from sosach.web.frame.doors import keep_out, subject_of
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import Form
from sosach.web.frame.pages import officer_page
from sosach.web.frame.throttle import try_once

LONGEST = 200


def _field(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    """A password: hidden as it is typed, taken as it was typed."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=LONGEST, strip=False, widget=widget, **more)


class NewPasswordForm(Form):
    """A new password, twice."""

    password = _field(gettext_lazy("Mật khẩu mới"), "new-password")
    again = _field(gettext_lazy("Nhập lại mật khẩu mới"), "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("Ít nhất %(count)s ký tự; nên ghép vài từ không liên quan đến nhau.") % {
            "count": SHORTEST_PASSWORD
        }

    def clean_again(self) -> str:
        """Both are the same.

        Raises:
            ValidationError: they are not.
        """
        again = str(self.cleaned_data["again"])
        if self.cleaned_data.get("password", again) != again:
            raise forms.ValidationError(_("Hai lần nhập mật khẩu mới không giống nhau."))
        return again


class OwnPasswordForm(NewPasswordForm):
    """The old one first."""

    old = _field(gettext_lazy("Mật khẩu đang dùng"), "current-password")
    field_order = ("old", "password", "again")


@officer_page()
def password(request: HttpRequest) -> HttpResponse:
    """Change the own one; this session goes on under another key, all others end."""
    form = OwnPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_changed(request, form):
        flash(request, _("Đã đổi mật khẩu; mọi phiên đăng nhập khác của bạn đã kết thúc."))
        return HttpResponseRedirect(reverse("frame:password"), status=303)
    return render(request, "frame/password.html", {"form": form}, status=422 if form.is_bound else 200)


def _is_changed(request: HttpRequest, form: OwnPasswordForm) -> bool:
    number, told = request.actor.number, form.cleaned_data
    try_once(request, f"password:{number}", at=request.sosach_at)  # a screen left open is no place to guess
    if not is_password_of(number, told["old"]):
        keep_out(subject_of(request.actor), why="password")
        form.add_error("old", _("Mật khẩu đang dùng không đúng."))
        return False
    try:
        change_password(Order(DOOR, request.sosach_at), officer_id=number, password=told["password"])
    except SosachError as refused:
        form.refuse(refused, "password")
        return False
    request.session.cycle_key()
    return True
