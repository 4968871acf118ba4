"""Officers come in: name and password, then a one-time code; who has none yet enrols an app that makes them.

A password somebody else gave is changed before anything else opens.
"""

from datetime import datetime, timedelta
from typing import Any

import pyotp
import segno
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.budgets import BudgetSpentError
from sosach.domain.access.operations.officers import change_password, plain_user_name
from sosach.domain.access.operations.second_factor import enrol_second_factor, take_recovery_code, take_step
from sosach.domain.access.queries.entering import AtTheDoor, account_at_the_door, officer_by_password, second_factor
from sosach.domain.access.queries.officers import DOOR, officer_actor
from sosach.domain.access.rules.second_factor import (
    new_recovery_codes,
    open_secret,
    recovery_digest,
    seal_secret,
    step_of_code,
)
from sosach.domain.audit.rules import ActorKind, Subject, account_key
from sosach.web.frame.doors import keep_out, let_in
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import Form
from sosach.web.frame.pages import open_page
from sosach.web.frame.passwords import NewPasswordForm
from sosach.web.frame.sessions import HOLDER
from sosach.web.frame.throttle import digest, try_once

PENDING = "pending"  # between the password and the code
PROVED = "proved"  # how the second factor was proved, where only a password somebody else gave stands in the way
ENROLLING = "enrolling"  # the sealed secret an app is being shown
PATIENCE = timedelta(minutes=10)
ISSUER = "So sach"  # apps show it beside the account; some of them lose accents


class PasswordForm(Form):
    """Who are you?"""

    user_name = forms.CharField(
        label=gettext_lazy("Tên đăng nhập"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Mật khẩu"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(Form):
    """A code of the app, or of the sheet of recovery codes."""

    code = forms.CharField(
        label=gettext_lazy("Mã dùng một lần"),
        help_text=gettext_lazy("6 chữ số trong ứng dụng xác thực, hoặc một mã khôi phục."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": "code", "spellcheck": "false"}),
    )


@open_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. Whether a name exists shows neither in the answer nor in its time."""
    back = request.POST.get("tu", "") or request.GET.get("tu", "")
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, at = plain_user_name(form.cleaned_data["user_name"]), request.sosach_at
        who = Subject("sign_in", digest(name))
        try:
            try_once(request, f"name:{name}", at=at)
        except BudgetSpentError:
            keep_out(who, why="budget")
            raise
        found = officer_by_password(name, form.cleaned_data["password"], at=at)
        if found is not None:
            request.session.flush()
            request.session[PENDING] = {
                "officer": found.officer_id,
                "mark": found.mark,
                "at": at.isoformat(),
                "back": back,
            }
            return HttpResponseRedirect(reverse("frame:sign-in-code"))
        keep_out(who, why="password")
        form.add_error(None, _("Tên đăng nhập hoặc mật khẩu không đúng."))
    return render(request, "frame/sign_in_officer.html", {"form": form, "back": back}, status=_status(form))


@open_page
def code(request: HttpRequest) -> HttpResponse:
    """The second factor; who has none yet is led to enrol one."""
    account = _pending(request)
    if account is None:
        return _from_the_beginning(request)
    factor = second_factor(account.officer_id)
    if factor is None:
        return HttpResponseRedirect(reverse("frame:enrol"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _try_code(request, account)
        way = _proof(form.cleaned_data["code"], account, factor, request.sosach_at)
        if way is not None:
            return _in(request, account, way)
        keep_out(_subject(account), why="code")
        form.add_error("code", _("Mã không đúng hoặc đã dùng. Chờ mã mới trong ứng dụng rồi nhập lại."))
    return render(request, "frame/sign_in_code.html", {"form": form}, status=_status(form))


@open_page
def enrol(request: HttpRequest) -> HttpResponse:
    """Show the secret to an app, as a picture and in letters; the first code it makes confirms it."""
    account = _pending(request)
    if account is None:
        return _from_the_beginning(request)
    if second_factor(account.officer_id) is not None:
        return HttpResponseRedirect(reverse("frame:sign-in-code"))
    key, about = settings.SOSACH_SECOND_FACTOR_KEY, account_key(ActorKind.OFFICER, account.officer_id)
    sealed = request.session.get(ENROLLING, "")
    secret = open_secret(sealed, key=key, about=about) if sealed else None
    if secret is None:
        secret = pyotp.random_base32()
        request.session[ENROLLING] = sealed = seal_secret(secret, key=key, about=about)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _try_code(request, account)
        step = step_of_code(form.cleaned_data["code"], secret=secret, at=request.sosach_at, after=0)
        if step is not None:
            return _enrolled(request, account, sealed, step)
        form.add_error("code", _("Mã không khớp. Kiểm tra giờ của điện thoại rồi nhập mã đang hiện."))
    told = {"form": form, "secret": _in_fours(secret), "picture": _picture(secret, account.user_name)}
    return render(request, "frame/enrol.html", told, status=_status(form))


@open_page
def new_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own in the place of one somebody else gave; the last step of coming in."""
    account = _pending(request)
    way = request.session.get(PROVED, "")
    if account is None or not way:
        return _from_the_beginning(request)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_password(
                Order(DOOR, request.sosach_at), officer_id=account.officer_id, password=form.cleaned_data["password"]
            )
            return _let_in(request, account, way)
        except SosachError as refused:
            form.refuse(refused, "password")
    return render(request, "frame/new_password.html", {"form": form}, status=_status(form))


def _enrolled(request: HttpRequest, account: AtTheDoor, sealed: str, step: int) -> HttpResponse:
    codes = new_recovery_codes()
    enrol_second_factor(
        Order(DOOR, request.sosach_at),
        officer_id=account.officer_id,
        sealed_secret=sealed,
        step=step,
        code_digests=[recovery_digest(one) for one in codes],
    )
    onward = _in(request, account, "password")
    if not (request.session.get(HOLDER) or request.session.get(PROVED)):
        return onward
    told = {"codes": codes, "onward": onward.headers["Location"]}
    if request.session.get(HOLDER):
        request.actor = officer_actor(account.officer_id, at=request.sosach_at)
    return render(request, "frame/recovery_codes.html", told)


def _in(request: HttpRequest, account: AtTheDoor, way: str) -> HttpResponse:
    """Both factors are proved."""
    if not account.given:
        return _let_in(request, account, way)
    request.session[PROVED] = way
    return HttpResponseRedirect(reverse("frame:new-password"))


def _let_in(request: HttpRequest, account: AtTheDoor, way: str) -> HttpResponse:
    back = request.session[PENDING]["back"]
    actor = officer_actor(account.officer_id, at=request.sosach_at)
    if actor is None:
        return _from_the_beginning(request)
    return let_in(request, actor, name=account.display_name, way=way, back=back)


def _proof(typed: str, account: AtTheDoor, factor: Any, at: datetime) -> str | None:
    """How the code proves who it is: made by the app, or one of the sheet; None: not at all."""
    about = account_key(ActorKind.OFFICER, account.officer_id)
    secret = open_secret(factor.sealed_secret, key=settings.SOSACH_SECOND_FACTOR_KEY, about=about)
    step = step_of_code(typed, secret=secret, at=at, after=factor.last_step) if secret else None
    if step is not None:
        return "password" if take_step(account.officer_id, step=step) else None
    try:
        digest_of_code = recovery_digest(typed)
        take_recovery_code(Order(DOOR, at), officer_id=account.officer_id, unit=account.unit, digest=digest_of_code)
    except SosachError:
        return None
    return "recovery_code"


def _pending(request: HttpRequest) -> AtTheDoor | None:
    """The account whose password was told in this browser not long ago, and has not been changed since."""
    told = request.session.get(PENDING)
    if not told or request.sosach_at - datetime.fromisoformat(told["at"]) > PATIENCE:
        return None
    found = account_at_the_door(int(told["officer"]))
    return found if found is not None and found.mark == told["mark"] else None


def _from_the_beginning(request: HttpRequest) -> HttpResponse:
    flash(request, _("Đăng nhập lại từ đầu."), tone="info")
    return HttpResponseRedirect(reverse("frame:sign-in-officer"))


def _try_code(request: HttpRequest, account: AtTheDoor) -> None:
    try:
        try_once(request, f"code:{account.officer_id}", at=request.sosach_at)
    except BudgetSpentError:
        keep_out(_subject(account), why="budget")
        raise


def _subject(account: AtTheDoor) -> Subject:
    return Subject("officer", str(account.officer_id), account.unit)


def _picture(secret: str, user_name: str) -> str:
    """What the app scans."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name=ISSUER)
    return str(segno.make(address, error="m").svg_inline(border=3, omitsize=True, svgclass="qr", lineclass=None))


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _status(form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200
