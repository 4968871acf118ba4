"""A server found to lose acknowledged writes takes no more: programs get a problem, people a page; what is read goes on."""

import importlib
from typing import Any

import pyotp
import pytest
from django.core.management import call_command
from tests.web.frame.people import PASSWORD, browser, events, now, officer

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries.entering import second_factor
from sosach.domain.access.rules import Role

pytestmark = pytest.mark.usefixtures("db")


def asked(guard: Any, method: str, path: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and content of an answer."""
    told: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.extend([status, dict(headers)])

    content = b"".join(guard({"REQUEST_METHOD": method, "PATH_INFO": path}, start))
    return told[0], told[1], content


def test_writes_are_refused_and_reads_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("sosach.site.wsgi")

    def inner(_: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b"done"]

    guard = module.Guarded(inner, every=-1)
    assert asked(guard, "POST", "/cong-dan/")[0] == "200 OK"

    def unfit(_: object) -> None:
        raise SosachError(ErrorCode.DATABASE_UNFIT, vi="x", en="x")

    monkeypatch.setattr(module, "require_durable", unfit)
    status, headers, page = asked(guard, "POST", "/cong-dan/")
    assert (status, headers["Content-Type"]) == ("503 Service Unavailable", "text/html; charset=utf-8")
    assert "Chưa có gì được ghi" in page.decode()
    status, headers, problem = asked(guard, "POST", "/api/v1/births")
    assert (headers["Content-Type"], headers["Retry-After"]) == ("application/problem+json", "60")
    assert b"DB-02" in problem
    assert asked(guard, "GET", "/cong-dan/")[0] == "200 OK"


def test_a_lost_phone_is_a_matter_for_the_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    officer_id, name = officer(Role.CLERK)
    client = browser()
    client.post("/dang-nhap/can-bo/", {"user_name": name, "password": PASSWORD})
    page = client.get("/dang-nhap/can-bo/dang-ky-ma/").content.decode()
    secret = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
    client.post("/dang-nhap/can-bo/dang-ky-ma/", {"code": pyotp.TOTP(secret).at(now())})
    assert client.get("/ban-lam-viec/").status_code == 200
    call_command("officer_reset_code", lang="en", user_name=name)
    assert "enrols anew" in capsys.readouterr().out
    assert second_factor(officer_id) is None
    assert client.get("/ban-lam-viec/").status_code == 302
    assert events("access.second_factor_reset") == [("access.second_factor_reset", "officer", str(officer_id))]
