"""Citizens come in by a real OpenID Connect provider, a process of its own; who it vouches for is looked up in the register."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests
from django.test import Client, override_settings
from joserfc.jwk import KeySet, OKPKey
from tests.web.frame.people import browser, events, now, person
from tests.web.world import SYSTEM

from sosach.domain.access.operations import Order
from sosach.domain.population.operations.civil import register_death
from sosach.web.frame import clock, provider

pytestmark = pytest.mark.usefixtures("db")
DOOR, OUT, BACK = "/dang-nhap/cong-dan/", "/dang-nhap/cong-dan/di/", "/dang-nhap/cong-dan/ve/"


def begun() -> tuple["subprocess.Popen[bytes]", str]:
    """A provider, and where it answers."""
    environ = os.environ | {"PYTHONWARNINGS": "ignore"}
    for _ in range(3):  # somebody may take a port that was free a moment ago
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        for _ in range(1_200):
            if process.poll() is not None:
                break
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=60)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return process, address
        process.kill()
        process.wait()
    raise AssertionError("the provider does not answer")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Where the provider answers."""
    process, address = begun()
    yield address
    process.terminate()
    process.wait()


@pytest.fixture(autouse=True)
def connected(issuer: str) -> Iterator[None]:
    """Our pages know the provider."""
    provider._fetched.cache_clear()
    provider._KEYS.clear()
    told = {"issuer": issuer, "client_id": "sosach", "client_secret": "s3cret", "pin_claim": "pin"}
    with override_settings(SOSACH_OIDC=told):
        yield
    provider._fetched.cache_clear()
    provider._KEYS.clear()


def vouches(issuer: str, subject: str, **claims: Any) -> None:
    """Tell the provider about somebody."""
    requests.put(f"{issuer}/users/{subject}", json=claims, timeout=60).raise_for_status()


def proved(address: str, subject: str) -> str:
    """Prove to the provider who one is; the address it sends the browser back to."""
    response = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=60)
    assert response.status_code == 302, response.text
    return str(response.headers["Location"])


def path_of(address: str, **changed: str) -> str:
    """Path and query of an address, with other values in the query."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return urlunsplit(("", "", parts.path, urlencode(query), ""))


def come(issuer: str, client: Client, subject: str, back: str = "") -> Any:
    """The whole way to the provider and back."""
    address = client.get(OUT, {"tu": back} if back else {}).headers["Location"]
    assert address.startswith(issuer)
    return client.get(path_of(proved(address, subject)))


def test_who_the_provider_vouches_for_comes_in(issuer: str) -> None:
    person_id, pin = person()
    vouches(issuer, "an", pin=pin)
    client = browser()
    assert OUT in client.get(DOOR).content.decode()
    assert come(issuer, client, "an", back="/cong-dan/?x=1").headers["Location"] == "/cong-dan/?x=1"
    page = client.get("/cong-dan/")
    assert page.status_code == 200
    assert "Nguyễn Văn Thử" in page.content.decode()
    assert events("access.signed_in") == [("access.signed_in", "person", str(person_id))]
    client.post("/dang-xuat/")
    assert client.get("/cong-dan/").status_code == 302


def test_what_is_asked_is_bound_to_this_browser(issuer: str) -> None:
    query = parse_qs(urlsplit(browser().get(OUT).headers["Location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert len(query["nonce"][0]) >= 32
    assert query["state"]
    assert query["redirect_uri"] == [f"http://localhost{BACK}"]
    assert "s3cret" not in str(query)
    assert issuer


@pytest.mark.parametrize("claims", [{"pin": "000000000000"}, {"pin": "x"}])
def test_who_is_not_in_the_register_is_told_kindly(issuer: str, claims: dict[str, Any]) -> None:
    vouches(issuer, "la", **claims)
    client = browser()
    response = come(issuer, client, "la")
    assert response.status_code == 404
    assert "Đây không phải lỗi của bạn" in response.content.decode()
    assert client.get("/cong-dan/").status_code == 302
    assert [event for event, _, _ in events("access.sign_in_refused", "access.signed_in")] == ["access.sign_in_refused"]


def test_who_died_does_not_come_in(issuer: str) -> None:
    person_id, pin = person()
    vouches(issuer, "mat", pin=pin)
    register_death(Order(SYSTEM, now()), person_id=person_id, died_on="2026-11-21")
    assert come(issuer, browser(), "mat").status_code == 404


@pytest.mark.parametrize("claims", [{}, {"pin": 38085001234}, {"pin": ["038085001234"]}])
def test_a_provider_that_names_no_pin_proves_nothing(issuer: str, claims: dict[str, Any]) -> None:
    vouches(issuer, "khong-so", **claims)
    assert come(issuer, browser(), "khong-so").status_code == 502


def test_an_answer_for_another_browser_is_worth_nothing(issuer: str) -> None:
    _, pin = person()
    vouches(issuer, "an", pin=pin)
    mine, thief = browser(), browser()
    address = mine.get(OUT).headers["Location"]
    back = path_of(proved(address, "an"))
    assert thief.get(back).headers["Location"] == DOOR  # nothing was asked in that browser
    thief.get(OUT)
    assert thief.get(back).status_code == 502  # something else was asked: state and verifier are others
    assert thief.get("/cong-dan/").status_code == 302


def test_an_answer_is_good_once(issuer: str) -> None:
    _, pin = person()
    vouches(issuer, "an", pin=pin)
    client = browser()
    back = path_of(proved(client.get(OUT).headers["Location"], "an"))
    assert client.get(back).headers["Location"] == "/cong-dan/"
    assert client.get(back).headers["Location"] == DOOR


@pytest.mark.parametrize("changed", [{"state": "other"}, {"code": "other"}])
def test_a_changed_answer_is_worth_nothing(issuer: str, changed: dict[str, str]) -> None:
    vouches(issuer, "an", pin="000000000000")
    client = browser()
    back = path_of(proved(client.get(OUT).headers["Location"], "an"), **changed)
    assert client.get(back).status_code == 502
    assert [key for _, _, key in events("access.sign_in_refused")] == ["provider"]


@pytest.mark.parametrize("changed", [{"nonce": "n" * 32}, {"client_id": "somebody-else"}])
def test_a_token_for_something_else_is_worth_nothing(issuer: str, changed: dict[str, str]) -> None:
    _, pin = person()
    vouches(issuer, "an", pin=pin)
    client = browser()
    address = client.get(OUT).headers["Location"]
    other = address.split("?")[0] + "?" + path_of(address, **changed).partition("?")[2]
    assert client.get(path_of(proved(other, "an"))).status_code == 502
    assert client.get("/cong-dan/").status_code == 302


def public_keys() -> dict[str, Any]:
    """Keys of last year."""
    return dict(
        KeySet([OKPKey.generate_key("Ed25519", {"kid": "of-last-year", "alg": "EdDSA"})]).as_dict(private=False)
    )


@pytest.mark.parametrize(("age", "status"), [(59, 502), (60, 302)])
def test_keys_the_provider_changed_are_asked_for_anew_once_a_minute(
    issuer: str, age: int, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, pin = person()
    vouches(issuer, "an", pin=pin)
    at = now()
    monkeypatch.setattr(clock, "now", lambda: at)
    address = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=60).json()["jwks_uri"]
    before = public_keys()
    provider._KEYS[address] = before, at - timedelta(seconds=age)
    assert come(issuer, browser(), "an").status_code == status
    kept, asked_at = provider._KEYS[address]
    assert (kept == before, asked_at == at) == ((True, False) if status == 502 else (False, True))
    if status == 302:
        assert come(issuer, browser(), "an").status_code == 302


def test_a_provider_whose_keys_are_gone_is_left_in_peace_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuses(address: str) -> dict[str, Any]:
        asked.append(address)
        raise provider.ProviderError("HTTPError")

    monkeypatch.setattr(provider, "_document", refuses)
    at = now()
    provider._KEYS["https://p.example/keys"] = public_keys(), at - timedelta(hours=1)
    with pytest.raises(provider.ProviderError):
        provider._keys("https://p.example/keys", at=at, anew=True)
    provider._keys("https://p.example/keys", at=at + timedelta(seconds=59), anew=True)
    assert len(asked) == 1
    with pytest.raises(provider.ProviderError):
        provider._keys("https://p.example/keys", at=at + timedelta(seconds=60), anew=True)


def test_a_provider_that_does_not_answer_is_told_kindly() -> None:
    provider._fetched.cache_clear()
    told = {"issuer": "http://127.0.0.1:9", "client_id": "sosach", "client_secret": "x", "pin_claim": "pin"}
    with override_settings(SOSACH_OIDC=told):
        response = browser().get(OUT)
    assert response.status_code == 502
    assert "không trả lời" in response.content.decode()


@pytest.mark.parametrize("issuer_told", ["http://provider.example", "ftp://127.0.0.1", "http://127.0.0.1.example"])
def test_a_provider_is_asked_over_tls_only(issuer_told: str) -> None:
    provider._fetched.cache_clear()
    told = {"issuer": issuer_told, "client_id": "sosach", "client_secret": "x", "pin_claim": "pin"}
    with override_settings(SOSACH_OIDC=told), pytest.raises(provider.ProviderError, match="TLS"):
        provider.ask("http://localhost/")


def test_a_provider_under_another_name_is_not_believed(issuer: str) -> None:
    told = {
        "issuer": issuer.replace("127.0.0.1", "localhost"),
        "client_id": "a",
        "client_secret": "x",
        "pin_claim": "p",
    }
    provider._fetched.cache_clear()
    with override_settings(SOSACH_OIDC=told | {"issuer": f"{issuer}/."}), pytest.raises(provider.ProviderError):
        provider.ask("http://localhost/")


def test_without_a_provider_nobody_is_sent_anywhere() -> None:
    with override_settings(SOSACH_OIDC={"issuer": ""}, SOSACH_DEMO=False):
        client = browser()
        assert client.get(OUT).headers["Location"] == DOOR
        assert "chưa kết nối" in client.get(DOOR).content.decode()
