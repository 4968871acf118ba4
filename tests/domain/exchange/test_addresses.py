"""Notices leave for addresses of the agreement alone: whatever an address looks like, our own network is never called."""

import itertools
import socket
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.exchange.operations.delivering import Parcel
from sosach.domain.exchange.rules.addresses import may_be_called, target_of
from sosach.jobs.deliveries import Sender

# Numbers of this machine, of networks behind it and of nobody, as they are and as they hide in others.
INSIDE = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254"),  # noqa: S104 - an address to refuse
    *("192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    *("2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::f5ff:fffe"),
)
OUTSIDE = ("8.8.8.8", "113.160.0.1", "2606:4700::1111", "::ffff:8.8.8.8")
NUMERALS = ("2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "127.0.0.1.", "①②⑦.⓪.⓪.①", "localhost")
SHAPES = (
    "http://{}/",
    "http://{}:80/",
    "//{}/",
    "ftp://{}/",
    "file://{}/etc/passwd",
    "gopher://{}:25/",
    "https://user@{}/",
    "https://nhan.example.vn@{}/",
    "https://nhan.example.vn#@{}/",
    "https://{}/?x=1",
    "https://{}\\@nhan.example.vn/",
    "https://{}%00.example.vn/",
    "https://{}:99999/",
    "https://{}:x/",
    "https:{}",
    "javascript:{}",
    "https://{}/\r\nHost: x",
    "https://{}/\t",
)
PAYLOADS = [
    shape.format(name) for shape, name in itertools.product(SHAPES, (*NUMERALS, "10.0.0.1", "[::1]", "169.254.169.254"))
]


@pytest.mark.parametrize("number", INSIDE)
def test_inside_is_never_called(number: str) -> None:
    assert not may_be_called(number)


@pytest.mark.parametrize("number", OUTSIDE)
def test_the_world_is(number: str) -> None:
    assert may_be_called(number)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_no_plain_https_address_leads_nowhere(payload: str) -> None:
    assert target_of(payload) is None


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = target_of(text)
    assert found is None or (found.secure and text.startswith("https://"))


def parcel(address: str) -> Parcel:
    return Parcel(uuid4(), uuid4(), address, "Notification", uuid4(), b"{}")


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every number somebody tried to connect to; nobody is reached."""
    found: list[Any] = []

    def connect(address: Any, timeout: float | None = None) -> socket.socket:
        found.append((address, timeout))
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return found


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """What the directory of names says, question by question; the names asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        numbers = rounds[min(len(asked), len(rounds)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.fixture
def sender(tmp_path: Any) -> Sender:
    """Of an installation that calls no machine of its own."""
    return Sender(FileKey(tmp_path / "key"), "https://so.example.vn")


@pytest.mark.parametrize("number", INSIDE)
def test_a_name_that_leads_inside_is_not_called(
    number: str, sender: Sender, called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, ["8.8.8.8", number])
    assert sender.send(parcel("https://nhan.example.vn/tin")).error == "private-address"
    assert called == []


def test_a_name_is_asked_for_once_and_its_number_is_called(
    sender: Sender, called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])  # the second answer leads inside: nobody asks for it
    outcome = sender.send(parcel("https://nhan.example.vn/tin"))
    assert (outcome.error, outcome.silent) == ("refused", True)
    assert asked == ["nhan.example.vn"]
    assert [address for address, _ in called] == [("8.8.8.8", 443)]
    assert all(timeout for _, timeout in called)


def test_a_name_that_is_none_is_an_outcome(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert sender.send(parcel("https://nhan.example.vn/tin")).error == "unknown-host"
    assert sender.send(parcel("http://127.0.0.1:1/tin")).error == "address"
