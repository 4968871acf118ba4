"""What a page gets from the frame: who asks, one act per form, refusals as pages, its language, its rules, its session."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from tests.web.frame import addresses
from tests.web.frame.people import as_citizen, as_officer, browser, events, now, officer
from tests.web.world import SYSTEM

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import suspend, transfer
from sosach.domain.access.operations.sessions import clear_sessions, drop_sessions_of
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import Bucket, Limits
from sosach.domain.access.rules.sessions import IDLE, LONGEST
from sosach.domain.audit.rules import Level
from sosach.web.frame import clock

ONCE = "token-of-a-form-0001"


@pytest.fixture(autouse=True)
def served(db: None) -> Iterator[None]:
    """The pages of the tests beside the real ones."""
    del db
    addresses.DONE.clear()
    with override_settings(ROOT_URLCONF="tests.web.frame.addresses"):
        yield


def test_who_is_not_signed_in_is_led_to_the_door_and_back() -> None:
    client = browser()
    assert client.get("/thu/can-bo?x=1").headers["Location"] == "/dang-nhap/can-bo/?tu=%2Fthu%2Fcan-bo%3Fx%3D1"
    assert client.get("/thu/cong-dan").headers["Location"] == "/dang-nhap/cong-dan/?tu=%2Fthu%2Fcong-dan"
    part = client.get("/thu/can-bo", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/dang-nhap/can-bo/")


def test_pages_are_for_those_they_are_for() -> None:
    clerk, chief = as_officer(Role.CLERK), as_officer(Role.CHIEF)
    citizen, person_id = as_citizen()
    assert clerk.get("/thu/can-bo").content.startswith(b"officer-")
    assert [one.get("/thu/thu-truong").status_code for one in (clerk, chief)] == [403, 200]
    assert citizen.get("/thu/cong-dan").content == f"person-{person_id}".encode()
    assert [citizen.get("/thu/can-bo").status_code, clerk.get("/thu/cong-dan").status_code] == [302, 302]


def test_a_page_says_why_it_looks() -> None:
    client = as_officer(Role.CLERK)
    assert client.get("/thu/hoi").content == b"HS-1 None"


@pytest.mark.parametrize(
    ("how", "status", "said", "unsaid"),
    [
        ("outside", 404, "Không có bản ghi như vậy", "Ngoài phạm vi"),
        ("state", 409, "Chờ", "traceback"),
        ("value", 422, "PIN-01", "script>12"),
        ("log", 503, "Nhật ký", "traceback"),
        ("constraint", 409, "người khác thay đổi", "Key (pin)"),
        ("defect", 500, "Máy chủ gặp lỗi", "ours"),
    ],
)
def test_a_refusal_becomes_a_page(how: str, status: int, said: str, unsaid: str) -> None:
    response = browser(raising=False).get(f"/thu/hong/{how}")
    text = response.content.decode()
    assert response.status_code == status
    assert said in text
    assert unsaid not in text
    assert response.headers["X-Request-Id"] in text


def test_a_refusal_is_told_in_the_language_of_the_reader() -> None:
    client = browser()
    english = client.get("/thu/hong/state", headers={"accept-language": "en-GB,en;q=0.9"}).content.decode()
    assert "Not possible" in english
    assert "Wait" in english
    assert '<html lang="en">' in english


def test_a_form_sent_twice_is_done_once() -> None:
    client = as_officer(Role.CLERK)
    told = {"what": "a", "_once": ONCE}
    first, second = client.post("/thu/lam", told), client.post("/thu/lam", told)
    assert (first.status_code, first.headers["Location"]) == (303, "/da-xong/a")
    assert (second.status_code, second.headers["Location"]) == (303, "/da-xong/a")
    [order] = addresses.DONE
    assert (order.reason, order.evidence) == ("R", {"case": "HS-1"})
    assert client.post("/thu/lam", {"what": "b", "_once": ONCE}).status_code == 409
    assert client.post("/thu/lam", {"what": "b", "_once": f"{ONCE}-2"}).status_code == 303


def test_what_was_refused_may_be_sent_again() -> None:
    client = as_officer(Role.CLERK)
    assert client.post("/thu/lam", {"what": "refused", "_once": ONCE}).status_code == 409
    assert client.post("/thu/lam", {"what": "mended", "_once": ONCE}).status_code == 303


@pytest.mark.parametrize("token", ["", "short", "no spaces are allowed", "x" * 65, "dấu-tiếng-Việt-không"])
def test_a_form_without_a_token_is_refused(token: str) -> None:
    client = as_officer(Role.CLERK)
    assert client.post("/thu/lam", {"what": "a", "_once": token}).status_code == 422
    assert not addresses.DONE


def test_a_form_of_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/dung-thu/", {"officer": "1"})
    assert response.status_code == 403
    assert "Biểu mẫu đã hết hạn" in response.content.decode()


@pytest.mark.parametrize(
    ("told", "language"),
    [("", "vi"), ("en", "en"), ("en-US,en;q=0.9,vi;q=0.5", "en"), ("fr-FR,fr;q=0.9", "vi"), ("vi,en", "vi")],
)
def test_a_page_speaks_as_the_browser_prefers(told: str, language: str) -> None:
    response = browser().get("/", headers={"accept-language": told})
    assert f'<html lang="{language}">' in response.content.decode()
    assert response.headers["Content-Language"] == language


def test_a_chosen_language_is_kept() -> None:
    client = browser()
    back = client.get("/ngon-ngu/en/?tu=/dung-thu/")
    assert back.headers["Location"] == "/dung-thu/"
    assert '<html lang="en">' in client.get("/").content.decode()
    assert client.get("/ngon-ngu/fr/").status_code == 404


@pytest.mark.parametrize("away", ["https://x.example", "//x.example", "javascript:alert(1)", "/\\x.example", "x"])
def test_nobody_is_led_away(away: str) -> None:
    assert browser().get("/ngon-ngu/en/", {"tu": away}).headers["Location"] == "/"


def test_every_page_has_its_own_nonce_and_strict_rules() -> None:
    client = browser()
    first, second = (client.get("/").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second
    assert "unsafe" not in first
    assert "default-src 'none'" in first
    page = client.get("/")
    nonce = page.headers["Content-Security-Policy"].split("script-src 'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_machines_are_answered_as_before() -> None:
    client = browser()
    missing = client.get("/api/v1/nothing")
    assert missing.headers["Content-Type"] == "application/problem+json"
    assert missing.headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors")
    assert missing.headers["Referrer-Policy"] == "no-referrer"
    assert "Content-Language" not in missing.headers
    assert "script-src 'self'" in client.get("/api/v1/docs").headers["Content-Security-Policy"]
    assert client.get("/khong-co").headers["Content-Type"].startswith("text/html")


def test_what_is_too_large_is_refused_with_a_page() -> None:
    response = browser().post("/dung-thu/", b"", content_type="text/plain", headers={"content-length": "90000000"})
    assert response.status_code == 413
    assert "quá lớn" in response.content.decode()


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Set the clock of pages."""
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_session_ends_after_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, client = now(), as_officer(Role.CLERK)
    at(monkeypatch, begun + IDLE - timedelta(minutes=1))
    assert client.get("/thu/can-bo").status_code == 200
    at(monkeypatch, begun + 2 * IDLE - timedelta(minutes=2))  # the click before kept it alive
    assert client.get("/thu/can-bo").status_code == 200
    at(monkeypatch, begun + 3 * IDLE)
    assert client.get("/thu/can-bo").status_code == 302


def test_a_session_ends_after_half_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, client, passed = now(), as_officer(Role.CLERK), timedelta()
    while passed < LONGEST - timedelta(minutes=20):
        passed += timedelta(minutes=20)
        at(monkeypatch, begun + passed)
        assert client.get("/thu/can-bo").status_code == 200
    at(monkeypatch, begun + LONGEST + timedelta(minutes=1))
    assert client.get("/thu/can-bo").status_code == 302


def test_a_session_ends_at_once_when_the_account_is_closed_or_moved() -> None:
    for ended in (
        lambda key: suspend(Order(SYSTEM, now()), officer_id=key),
        lambda key: transfer(Order(SYSTEM, now()), officer_id=key, level=Level.COMMUNE, unit="00008"),
    ):
        client, (officer_id, _) = browser(), officer(Role.CLERK)
        client.post("/dung-thu/", {"officer": officer_id})
        assert client.get("/thu/can-bo").status_code == 200
        ended(officer_id)
        assert client.get("/thu/can-bo").status_code == 302
        assert client.get("/thu/can-bo").status_code == 302
    assert [key for _, _, key in events("access.signed_out")]


def test_leaving_ends_the_session_at_the_server() -> None:
    client, (officer_id, _) = browser(), officer(Role.CLERK)
    client.post("/dung-thu/", {"officer": officer_id})
    stolen = client.cookies["sosach_session"].value
    assert client.get("/dang-xuat/").status_code == 405
    assert client.post("/dang-xuat/").headers["Location"] == "/"
    assert "Bạn đã đăng xuất" in client.get("/").content.decode()
    assert "Bạn đã đăng xuất" not in client.get("/").content.decode()
    thief = browser()
    thief.cookies["sosach_session"] = stolen
    assert thief.get("/thu/can-bo").status_code == 302
    assert events("access.signed_in", "access.signed_out") == [
        ("access.signed_in", "officer", str(officer_id)),
        ("access.signed_out", "officer", str(officer_id)),
    ]


def test_coming_in_gives_another_key() -> None:
    client, (officer_id, _) = browser(), officer(Role.CLERK)
    client.post("/dang-xuat/")
    before = client.cookies["sosach_session"].value
    client.post("/dung-thu/", {"officer": officer_id})
    assert client.cookies["sosach_session"].value != before


def test_the_database_holds_no_key_that_opens() -> None:
    client = as_officer(Role.CLERK)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sosach.roles', 'system', true)")
        cursor.execute("SELECT string_agg(key_hash || kept || holder, '') FROM access_session")
        [[everything]] = cursor.fetchall()
    assert client.cookies["sosach_session"].value not in everything


def test_sessions_of_an_account_can_be_ended_and_old_ones_are_forgotten() -> None:
    first, (officer_id, _) = browser(), officer(Role.CLERK)
    second = browser()
    for one in (first, second):
        one.post("/dung-thu/", {"officer": officer_id})
    assert drop_sessions_of(f"officer-{officer_id}") == 2
    assert {one.get("/thu/can-bo").status_code for one in (first, second)} == {302}
    as_officer(Role.CLERK)
    assert clear_sessions(at=now()) == 0
    assert clear_sessions(at=now() + IDLE + timedelta(minutes=1)) == 1


def test_a_cookie_somebody_made_up_opens_nothing() -> None:
    client = browser()
    for made_up in ("x", "a" * 32, "../../etc", "0" * 5000):
        client.cookies["sosach_session"] = made_up
        assert client.get("/thu/can-bo").status_code == 302


def test_asking_too_fast_is_told_with_the_time_to_wait() -> None:
    client = as_officer(Role.CLERK)
    few = Bucket(size=3, refill=timedelta(hours=1))
    with override_settings(SOSACH_LIMITS=Limits(requests=few, misses=few)):
        answers = [client.get("/thu/can-bo") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 3500 <= int(answers[-1].headers["Retry-After"]) <= 3600
    assert "dùng hết số lượt" in answers[-1].content.decode()
