"""One click makes one any synthetic person, where the data are synthetic for sure; elsewhere there is no such door."""

import os
import subprocess
import sys

import pytest
from django.test import override_settings
from tests.web.frame.people import browser, events, officer, person

from sosach.domain.access.rules import Role
from sosach.site.fitness import DataKind

pytestmark = pytest.mark.usefixtures("db")
PAGE = "/dung-thu/"


def test_one_can_be_an_officer_or_a_citizen() -> None:
    officer_id, _ = officer(Role.CLERK, Role.VERIFIER, name="Đỗ Thị Ước")
    _, pin = person()
    client = browser()
    page = client.get(PAGE).content.decode()
    assert "Đỗ Thị Ước" in page
    assert "Cán bộ thụ lý, Cán bộ xác minh" in page
    assert client.post(PAGE, {"officer": officer_id}).headers["Location"] == "/ban-lam-viec/"
    assert "Đỗ Thị Ước" in client.get("/ban-lam-viec/").content.decode()
    assert client.post(PAGE, {"pin": f"{pin[:3]} {pin[3:]}"}).headers["Location"] == "/cong-dan/"
    assert client.get("/ban-lam-viec/").status_code == 302
    assert [kind for _, kind, _ in events("access.signed_in")] == ["officer", "person"]


@pytest.mark.parametrize("told", [{"pin": "x"}, {"pin": "000000000000"}, {"officer": "999999"}, {"officer": "x"}, {}])
def test_nobody_is_nobody(told: dict[str, str]) -> None:
    response = browser().post(PAGE, told)
    assert response.status_code == 422
    assert "Không có ai như vậy" in response.content.decode()


def test_where_data_may_be_real_there_is_no_such_door(monkeypatch: pytest.MonkeyPatch) -> None:
    officer_id, _ = officer(Role.CLERK)
    client = browser()
    with override_settings(SOSACH_DEMO=False):
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"officer": officer_id}).status_code == 404
        assert PAGE not in client.get("/").content.decode()
    monkeypatch.setattr("sosach.site.banner._kind", lambda: str(DataKind.REAL))
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"officer": officer_id}).status_code == 404
    assert "Dữ liệu giả định" not in client.get("/").content.decode()


def test_on_a_server_named_by_url_the_address_does_not_exist() -> None:
    told = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "SOSACH_WEB_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.urls import Resolver404, resolve\n"
        "for path in ('/dung-thu/', '/frame/'):\n"
        "    try:\n        print(resolve(path))\n"
        "    except Resolver404:\n        print('none')\n"
        "print(settings.SOSACH_DEMO, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_NAME)\n"
    )
    environ = os.environ | told | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:3] == ["none", "none", "False True __Host-sosach_session"]
