"""Officers come in by password and one-time code; nobody learns which names exist; nothing opens twice."""

import re
import time
from datetime import datetime, timedelta

import pyotp
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.web.frame.people import PASSWORD, browser, events, now, officer
from tests.web.world import SYSTEM

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import suspend
from sosach.domain.access.operations.second_factor import reset_second_factor, take_step
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.second_factor import STEP, open_secret, recovery_digest, seal_secret
from sosach.web.frame import clock
from sosach.web.frame.throttle import digest

DOOR, CODE, ENROL, DESK = (
    "/dang-nhap/can-bo/",
    "/dang-nhap/can-bo/ma/",
    "/dang-nhap/can-bo/dang-ky-ma/",
    "/ban-lam-viec/",
)
SECRET = re.compile(r"<code>([A-Z2-7 ]{30,})</code>")
RECOVERY = re.compile(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>")

pytestmark = pytest.mark.usefixtures("db")


def told(client: Client, user_name: str, password: str = PASSWORD, **more: str) -> str:
    """Where the password leads; "" when it is refused."""
    response = client.post(DOOR, {"user_name": user_name, "password": password, **more})
    return response.headers.get("Location", "")


def enrolled(client: Client, at: datetime) -> tuple[str, list[str]]:
    """Enrol an app after the password; its secret and the recovery codes."""
    found = SECRET.search(client.get(ENROL).content.decode())
    assert found
    secret = found[1].replace(" ", "")
    page = client.post(ENROL, {"code": pyotp.TOTP(secret).at(at)}).content.decode()
    return secret, RECOVERY.findall(page)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Set the clock of pages."""
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_the_first_sign_in_enrols_an_app_and_the_next_asks_for_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    (officer_id, name), noon = officer(Role.CLERK), now()
    at(monkeypatch, noon)
    first = browser()
    assert told(first, name) == CODE
    assert first.get(CODE).headers["Location"] == ENROL
    assert first.get(DESK).status_code == 302
    secret, codes = enrolled(first, noon)
    assert len(set(codes)) == 10
    assert first.get(DESK).status_code == 200
    later = noon + timedelta(minutes=5)
    at(monkeypatch, later)
    second = browser()
    assert told(second, name.upper(), tu="/ban-lam-viec/?x=1") == CODE
    assert second.get(ENROL).headers["Location"] == CODE
    assert second.post(CODE, {"code": pyotp.TOTP(secret).at(later)}).headers["Location"] == "/ban-lam-viec/?x=1"
    assert second.get(DESK).status_code == 200
    assert events("access.second_factor_enrolled", "access.signed_in") == [
        ("access.second_factor_enrolled", "officer", str(officer_id)),
        ("access.signed_in", "officer", str(officer_id)),
        ("access.signed_in", "officer", str(officer_id)),
    ]


def test_a_code_opens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    (officer_id, name), noon = officer(Role.CLERK), now()
    at(monkeypatch, noon)
    client = browser()
    told(client, name)
    secret, _ = enrolled(client, noon)
    for moment, code, opens in (
        (noon + timedelta(seconds=1), noon, False),  # the one that enrolled
        (noon + timedelta(seconds=2 * STEP), noon + timedelta(seconds=2 * STEP), True),
        (noon + timedelta(seconds=2 * STEP + 1), noon + timedelta(seconds=2 * STEP), False),  # seen over a shoulder
        (noon + timedelta(seconds=9 * STEP), noon + timedelta(seconds=7 * STEP), False),  # too old
        (noon + timedelta(seconds=9 * STEP), noon + timedelta(seconds=8 * STEP), True),  # a clock that is a little slow
    ):
        at(monkeypatch, moment)
        fresh = browser()
        assert told(fresh, name) == CODE
        response = fresh.post(CODE, {"code": pyotp.TOTP(secret).at(code)})
        assert (response.status_code == 302) is opens
        assert (fresh.get(DESK).status_code == 200) is opens
    refused = [key for event, _, key in events("access.sign_in_refused")]
    assert refused == [str(officer_id)] * 3


def test_of_two_at_once_one_gets_in() -> None:
    (officer_id, name), client = officer(Role.CLERK), browser()
    told(client, name)
    enrolled(client, now())
    step = int(now().timestamp()) // STEP + 2
    assert [take_step(officer_id, step=step) for _ in range(2)] == [True, False]


def test_a_recovery_code_opens_once() -> None:
    (officer_id, name), client = officer(Role.CLERK), browser()
    told(client, name)
    _, codes = enrolled(client, now())
    for typed, opens in ((codes[0].upper().replace("-", " "), True), (codes[0], False), ("aaaaa-aaaaa", False)):
        fresh = browser()
        told(fresh, name)
        assert (fresh.post(CODE, {"code": typed}).status_code == 302) is opens
    assert events("access.recovery_code_used") == [("access.recovery_code_used", "officer", str(officer_id))]


def test_a_lost_device_is_taken_away_by_the_installation() -> None:
    (officer_id, name), client = officer(Role.CLERK), browser()
    told(client, name)
    secret, codes = enrolled(client, now())
    reset_second_factor(Order(SYSTEM, now()), officer_id=officer_id)
    fresh = browser()
    told(fresh, name)
    assert fresh.get(CODE).headers["Location"] == ENROL
    other, _ = enrolled(fresh, now())
    assert other != secret
    third = browser()
    told(third, name)
    assert third.post(CODE, {"code": codes[1]}).status_code == 422
    with pytest.raises(SosachError, match="STATE-01"):
        reset_second_factor(Order(SYSTEM, now()), officer_id=officer_id + 1000)


def test_a_name_nobody_has_gets_the_same_answer() -> None:
    _, name = officer(Role.CLERK)
    closed_id, closed = officer(Role.CLERK)
    suspend(Order(SYSTEM, now()), officer_id=closed_id)
    pages = []
    for user_name, password in ((name, "sai"), ("khong.co", "sai"), ("khong.co", PASSWORD), (closed, PASSWORD)):
        response = browser().post(DOOR, {"user_name": user_name, "password": password})
        text = re.sub(r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
        pages.append((response.status_code, text.replace(user_name, "NAME")))
    assert len(set(pages)) == 1
    assert pages[0][0] == 422
    assert "sai" not in pages[0][1]
    kinds = {(kind, key) for _, kind, key in events("access.sign_in_refused")}
    assert kinds == {("sign_in", digest(one)) for one in (name, "khong.co", closed)}


@pytest.mark.usefixtures("whole_hashes")
def test_a_name_nobody_has_takes_the_same_time() -> None:
    _, name = officer(Role.CLERK)
    client = browser()
    spent: dict[str, list[float]] = {name: [], "khong.co": []}
    for _ in range(7):
        for user_name, times in spent.items():
            begun = time.process_time()  # of all threads of the hash, whatever else the machine does
            client.post(DOOR, {"user_name": user_name, "password": "sai"})
            times.append(time.process_time() - begun)
    ratio = min(spent["khong.co"]) / min(spent[name])
    assert 0.6 < ratio < 1.6


def test_guessing_is_slowed_down_for_names_that_exist_and_names_that_do_not() -> None:
    _, name = officer(Role.CLERK)
    for user_name in (name, "khong.co"):
        client = browser()
        statuses = [client.post(DOOR, {"user_name": user_name, "password": "sai"}).status_code for _ in range(11)]
        assert statuses == [422] * 10 + [429]
        right = client.post(DOOR, {"user_name": user_name, "password": PASSWORD})
        assert right.status_code == 429  # the right password, too: the answer tells nothing
        assert int(right.headers["Retry-After"]) <= 31


def test_guessing_codes_is_slowed_down_in_whatever_browser() -> None:
    (_, name), client = officer(Role.CLERK), browser()
    told(client, name)
    enrolled(client, now())
    statuses = []
    for _ in range(12):
        fresh = browser()
        if told(fresh, name) != CODE:
            break
        statuses.append(fresh.post(CODE, {"code": "000000"}).status_code)
    assert set(statuses) <= {422, 429}
    assert len(statuses) < 10 or 429 in statuses


def test_the_password_alone_opens_nothing_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    (officer_id, name), client, noon = officer(Role.CLERK), browser(), now()
    assert client.get(CODE).headers["Location"] == client.get(ENROL).headers["Location"] == DOOR
    told(client, name)
    assert client.get(DESK).status_code == 302
    at(monkeypatch, noon + timedelta(minutes=11))
    assert client.get(ENROL).headers["Location"] == DOOR
    at(monkeypatch, noon)
    suspend(Order(SYSTEM, now()), officer_id=officer_id)
    assert client.get(ENROL).headers["Location"] == DOOR


@pytest.mark.parametrize("away", ["https://x.example/", "//x.example/"])
def test_the_door_leads_nowhere_else(away: str) -> None:
    (_, name), client = officer(Role.CLERK), browser()
    told(client, name, tu=away)
    secret, codes = enrolled(client, now())
    fresh = browser()
    told(fresh, name, tu=away)
    assert secret
    assert fresh.post(CODE, {"code": codes[0]}).headers["Location"] == DESK


def test_secrets_are_sealed_at_rest_and_for_one_account() -> None:
    (officer_id, name), client = officer(Role.CLERK), browser()
    told(client, name)
    secret, codes = enrolled(client, now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sosach.roles', 'system', true)")
        cursor.execute("SELECT sealed_secret FROM access_secondfactor WHERE officer_id = %s", [officer_id])
        [[sealed]] = cursor.fetchall()
        cursor.execute("SELECT string_agg(code_hash, ' ') FROM access_recoverycode")
        [[hashes]] = cursor.fetchall()
    key = settings.SOSACH_SECOND_FACTOR_KEY
    assert secret not in sealed
    assert open_secret(sealed, key=key, about=f"officer-{officer_id}") == secret
    assert open_secret(sealed, key=key, about="officer-999999") is None
    assert open_secret(sealed, key="another", about=f"officer-{officer_id}") is None
    assert open_secret("no base64!", key=key, about="x") is None
    assert seal_secret("A", key=key, about="x") != seal_secret("A", key=key, about="x")
    assert all(recovery_digest(code) in hashes and code not in hashes for code in codes)
