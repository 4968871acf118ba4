"""Officers change their passwords; who forgot theirs is given one that has to be changed; whoever had the old one is out."""

import re
from datetime import datetime, timedelta

import pyotp
import pytest
from django.conf import settings
from django.test import Client
from tests.web.frame.people import PASSWORD, browser, events, now, officer
from tests.web.world import SYSTEM

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import Given, change_password, create_officer, give_password, grant_role
from sosach.domain.access.queries.officers import officer_actor
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.passwords import GIVEN_LASTS
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.site.management.administrator import whoever
from sosach.web.frame import clock

DOOR, CODE, ENROL, NEW, OWN = (
    "/dang-nhap/can-bo/",
    "/dang-nhap/can-bo/ma/",
    "/dang-nhap/can-bo/dang-ky-ma/",
    "/dang-nhap/can-bo/mat-khau-moi/",
    "/mat-khau/",
)
DESK, UNITS = "/ban-lam-viec/", "/ban-lam-viec/don-vi/"
SECRET = re.compile(r"<code>([A-Z2-7 ]{30,})</code>")
OTHER = "mat-khau-khac-han"

pytestmark = pytest.mark.usefixtures("db")


def tried(client: Client, name: str, password: str) -> bool:
    """Whether a password opens the first door."""
    return client.post(DOOR, {"user_name": name, "password": password}).status_code == 302


def entered(name: str, password: str = PASSWORD) -> tuple[Client, str]:
    """A browser of an officer who enrols at the first sign-in, and the secret of the codes."""
    client = browser()
    assert tried(client, name, password)
    found = SECRET.search(client.get(ENROL).content.decode())
    assert found
    secret = found[1].replace(" ", "")
    client.post(ENROL, {"code": pyotp.TOTP(secret).at(clock.now())})
    return client, secret


def changed(client: Client, old: str = PASSWORD, new: str = OTHER, again: str = "") -> int:
    return client.post(OWN, {"old": old, "password": new, "again": again or new}).status_code


def given(officer_id: int, *, at: datetime | None = None) -> Given:
    return give_password(Order(SYSTEM, at or now()), officer_id=officer_id)


def test_the_own_password_is_changed_and_every_other_browser_is_out() -> None:
    officer_id, name = officer(Role.CLERK)
    here, _ = entered(name)
    there = browser()
    assert there.post("/dung-thu/", {"officer": officer_id}).status_code == 302
    waiting = browser()  # told the old password, has not typed the code
    assert tried(waiting, name, PASSWORD)
    key = here.cookies[settings.SESSION_COOKIE_NAME].value
    assert changed(here) == 303
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != key
    assert "Đã đổi mật khẩu" in here.get(OWN).content.decode()
    assert there.get(DESK).status_code == 302
    assert waiting.get(CODE).headers["Location"] == DOOR
    assert not tried(browser(), name, PASSWORD)
    assert tried(browser(), name, OTHER)
    assert events("access.password_changed") == [("access.password_changed", "officer", str(officer_id))]


def test_what_does_not_fit_changes_nothing() -> None:
    officer_id, name = officer(Role.CLERK)
    client, _ = entered(name)
    for old, new, again, said in (
        ("sai-mat-khau-cu", OTHER, OTHER, "Mật khẩu đang dùng không đúng."),
        (PASSWORD, "ngan", "ngan", "Mật khẩu cần ít nhất 12 ký tự."),
        (PASSWORD, OTHER, OTHER + "x", "Hai lần nhập mật khẩu mới không giống nhau."),
        (PASSWORD, PASSWORD, PASSWORD, "Mật khẩu mới phải khác mật khẩu cũ."),
        ("", OTHER, OTHER, "Chưa trả lời: Mật khẩu đang dùng"),
    ):
        page = client.post(OWN, {"old": old, "password": new, "again": again})
        assert (page.status_code, said in page.content.decode()) == (422, True), said
        assert OTHER not in page.content.decode(), "what was typed is not sent back"
    assert tried(browser(), name, PASSWORD)
    assert events("access.password_changed") == []
    assert events("access.sign_in_refused") == [("access.sign_in_refused", "officer", str(officer_id))]


def test_a_screen_left_open_is_no_place_to_guess() -> None:
    client, _ = entered(officer(Role.CLERK)[1])
    assert [changed(client, old=f"doan-mo-{n}") for n in range(11)] == [422] * 10 + [429]
    assert changed(client) == 429


def test_nobody_but_officers_has_a_password_here() -> None:
    assert browser().get(OWN).headers["Location"].startswith(DOOR)
    assert browser().get(NEW).headers["Location"] == DOOR


def test_a_password_somebody_gave_opens_its_change_and_nothing_else() -> None:
    officer_id, name = officer(Role.CLERK)
    before, secret = entered(name)
    told = given(officer_id)
    assert before.get(DESK).status_code == 302, "open sessions end"
    assert not tried(browser(), name, PASSWORD)
    client = browser()
    assert tried(client, name, told.password)
    assert client.get(NEW).headers["Location"] == DOOR, "not before the second factor"
    assert tried(client, name, told.password)
    code = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))
    assert client.post(CODE, {"code": code}).headers["Location"] == NEW
    assert client.get(DESK).status_code == 302
    assert "của riêng bạn" in client.get(NEW).content.decode()
    for password in ("ngan", told.password):
        assert client.post(NEW, {"password": password, "again": password}).status_code == 422
    assert client.post(NEW, {"password": OTHER, "again": OTHER}).headers["Location"] == DESK
    assert client.get(DESK).status_code == 200
    assert not tried(browser(), name, told.password)
    assert tried(browser(), name, OTHER)


def test_who_never_came_in_enrols_sees_the_recovery_codes_and_chooses_a_password() -> None:
    officer_id, name = officer(Role.CLERK)
    client = browser()
    assert tried(client, name, given(officer_id).password)
    found = SECRET.search(client.get(ENROL).content.decode())
    assert found
    page = client.post(ENROL, {"code": pyotp.TOTP(found[1].replace(" ", "")).at(clock.now())}).content.decode()
    assert f'href="{NEW}"' in page
    assert client.get(DESK).status_code == 302
    assert client.post(NEW, {"password": OTHER, "again": OTHER}).status_code == 302
    assert client.get(DESK).status_code == 200


def test_a_password_that_was_given_is_not_good_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    officer_id, name = officer(Role.CLERK)
    begun = now()
    told = given(officer_id, at=begun)
    with pytest.raises(SosachError) as refused:
        whoever(name, told.password, at=begun)
    assert refused.value.code is ErrorCode.ACCESS_DENIED, "commands take none that has to be changed first"
    monkeypatch.setattr(clock, "now", lambda: begun + GIVEN_LASTS - timedelta(seconds=1))
    assert tried(browser(), name, told.password)
    monkeypatch.setattr(clock, "now", lambda: begun + GIVEN_LASTS)
    assert not tried(browser(), name, told.password)
    change_password(Order(SYSTEM, begun), officer_id=officer_id, password=OTHER)
    assert whoever(name, OTHER, at=begun + GIVEN_LASTS).kind is ActorKind.OFFICER


def admin(level: Level, unit: str) -> tuple[Client, Actor]:
    """An administrator of a unit, in by the door of the demo."""
    made = create_officer(
        Order(SYSTEM, now()),
        user_name=f"qt.{unit or 'tw'}",
        display_name="Quản Trị",
        password=PASSWORD,
        level=level,
        unit=unit,
    )
    grant_role(Order(SYSTEM, now()), officer_id=made.pk, role=Role.ADMIN)
    client = browser()
    assert client.post("/dung-thu/", {"officer": made.pk}).status_code == 302
    actor = officer_actor(made.pk, at=now())
    assert actor is not None
    return client, actor


def test_an_administrator_resets_on_the_page_and_the_password_is_shown_once() -> None:
    officer_id, name = officer(Role.CLERK, unit="00004")
    client, _ = admin(Level.PROVINCE, "01")
    assert "Cấp lại mật khẩu" in client.get(UNITS).content.decode()
    page = client.post(UNITS, {"lam": "forgotten", "officer": str(officer_id)})
    [told] = re.findall(r"<code>([a-z0-9-]+)</code>", page.content.decode())
    assert page.headers["Cache-Control"] == "no-store"
    assert tried(browser(), name, told)
    assert told not in client.get(UNITS).content.decode()
    assert events("access.password_given") == [("access.password_given", "officer", str(officer_id))]


def test_a_first_password_an_administrator_thought_of_is_changed() -> None:
    client, _ = admin(Level.PROVINCE, "01")
    [token] = re.findall(r'name="_once" value="([^"]+)"', client.get(UNITS).content.decode())[:1]
    told = {"display_name": "Người Mới", "user_name": "nguoi.moi", "password": PASSWORD, "unit": "00004"}
    assert client.post(UNITS, {"lam": "create", "_once": token, **told}).status_code == 303
    fresh = browser()
    assert tried(fresh, "nguoi.moi", PASSWORD)
    with pytest.raises(SosachError):
        whoever("nguoi.moi", PASSWORD, at=now())


@pytest.mark.parametrize(
    ("level", "unit", "role"),
    [
        (Level.PROVINCE, "15", Role.CLERK),  # of another province
        (Level.COMMUNE, "00004", Role.CLERK),  # a colleague, not somebody below
        (Level.PROVINCE, "01", Role.AUDITOR),  # a role the nation alone gives
    ],
)
def test_who_could_not_give_the_roles_cannot_take_the_account_by_its_password(
    level: Level, unit: str, role: Role
) -> None:
    officer_id, name = officer(role, unit="00004")
    client, actor = admin(level, unit)
    page = client.post(UNITS, {"lam": "forgotten", "officer": str(officer_id)})
    assert "<code>" not in page.content.decode()
    assert tried(browser(), name, PASSWORD)
    with pytest.raises(SosachError):
        give_password(Order(actor, now()), officer_id=actor.number or 0)
    assert events("access.password_given") == []
