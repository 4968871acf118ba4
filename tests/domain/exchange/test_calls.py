"""Calls between the levels: every part is under the signature, answers belong to one call, numbers are heard once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.calls import hear, note_failure, note_reached
from sosach.domain.exchange.queries.calls import contact_of
from sosach.domain.exchange.rules.calls import (
    FIRST_REST,
    LONGEST_REST,
    SENT,
    SIGNATURE,
    WINDOW,
    Call,
    answer_headers,
    answer_is_genuine,
    call_told,
    rest,
    signed_by,
    timely,
)

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
CALL = Call("38", "POST", "/exchange/levels/batches", b"[1]", AT, "0" * 32)
ACTOR = Actor(ActorKind.SYSTEM, "link-38", Level.PROVINCE, "38", frozenset({Role.SYSTEM}))


def test_a_call_comes_through_as_it_was_signed() -> None:
    signature = KEY.sign(CALL.text())
    told = call_told(CALL.headers(signature), method=CALL.method, target=CALL.target, body=CALL.body)
    assert told == (CALL, signature)
    assert signed_by(PUBLIC, signature, told[0].text())


@pytest.mark.parametrize(
    "changed",
    [
        {"province": "40"},
        {"method": "GET"},
        {"target": "/exchange/levels/batches?after=1"},
        {"body": b"[2]"},
        {"sent_at": AT + timedelta(microseconds=1)},
        {"nonce": "1" * 32},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_part_of_a_call_is_under_its_signature(changed: dict[str, object]) -> None:
    signature = KEY.sign(CALL.text())
    assert not signed_by(PUBLIC, signature, replace(CALL, **changed).text())  # type: ignore[arg-type] # each of its type


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Sosach-Link", "3"),
        ("X-Sosach-Link", "38\n"),
        ("X-Sosach-Nonce", "z" * 32),
        ("X-Sosach-Sent", "yesterday"),
        ("X-Sosach-Signature", "00"),
        ("X-Sosach-Signature", ""),
    ],
)
def test_headers_that_say_nothing_true_are_no_call(header: str, value: str) -> None:
    headers = CALL.headers(KEY.sign(CALL.text())) | {header: value}
    assert call_told(headers, method="POST", target=CALL.target, body=CALL.body) is None


def test_an_answer_belongs_to_its_call_its_status_its_body_and_its_time() -> None:
    def genuine(
        call: Call = CALL, status: int = 200, body: bytes = b"{}", at: datetime = AT, key: bytes = PUBLIC
    ) -> bool:
        headers = answer_headers(KEY.sign(CALL.answer_text(200, b"{}", AT)), AT)
        return answer_is_genuine(call, headers, status=status, body=body, key=key, at=at)

    assert genuine()
    assert not genuine(call=replace(CALL, nonce="1" * 32)), "the answer to another call"
    assert not genuine(status=204)
    assert not genuine(body=b"[]")
    assert not genuine(at=AT + WINDOW + timedelta(seconds=1)), "of another day"
    assert not genuine(key=bytes(32))
    assert not answer_is_genuine(CALL, {}, status=200, body=b"{}", key=PUBLIC, at=AT)
    forged = {SENT: "2026-11-22T09:00:00.000000Z", SIGNATURE: "0" * 128}
    assert not answer_is_genuine(CALL, forged, status=200, body=b"{}", key=PUBLIC, at=AT)


def test_five_minutes_apart_is_just_now() -> None:
    assert timely(AT - WINDOW, AT)
    assert timely(AT + WINDOW, AT)
    assert not timely(AT - WINDOW - timedelta(microseconds=1), AT)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_rest_is_bounded_and_grows(failures: int, chance: float) -> None:
    assert timedelta(0) <= rest(failures, chance) <= LONGEST_REST
    assert rest(failures, 1.0) >= FIRST_REST
    assert rest(failures + 1, chance) >= rest(failures, chance)


@pytest.mark.usefixtures("db")
def test_a_number_is_heard_once_for_each_link_while_it_could_be_timely() -> None:
    assert hear(ACTOR, link="38", nonce="a" * 32, at=AT)
    assert not hear(ACTOR, link="38", nonce="a" * 32, at=AT)
    assert not hear(ACTOR, link="38", nonce="a" * 32, at=AT + 2 * WINDOW)
    assert hear(ACTOR, link="40", nonce="a" * 32, at=AT)
    assert hear(ACTOR, link="38", nonce="a" * 32, at=AT + 4 * WINDOW), "forgotten: its signature is too old by now"


@pytest.mark.usefixtures("db")
def test_failures_are_counted_until_somebody_answers() -> None:
    with acting(ACTOR):
        assert contact_of("nation").failures == 0
        assert note_failure(ACTOR, link="nation", fault="cut", at=AT, wait=FIRST_REST) == 1
        assert note_failure(ACTOR, link="nation", fault="busy", at=AT, wait=FIRST_REST) == 2
        told = contact_of("nation")
        assert (told.fault, told.rests_until, told.reached_at) == ("busy", AT + FIRST_REST, None)
        note_reached(ACTOR, link="nation", at=AT)
        told = contact_of("nation")
        assert (told.failures, told.fault, told.rests_until, told.reached_at) == (0, "", None, AT)
