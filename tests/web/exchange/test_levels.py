"""Calls of the other level at the nation's door: heard once, from an open link only, answered with a signature of ours."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from tests.domain.population.people import born

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.collecting import collect
from sosach.domain.exchange.operations.links import open_link, renew_key, suspend_link
from sosach.domain.exchange.operations.reopening import reopen_link
from sosach.domain.exchange.rules.batches import (
    FIRST,
    Answer,
    Header,
    Item,
    canonical,
    enveloped,
    read_receipt,
    receipt_text,
)
from sosach.domain.exchange.rules.calls import Call, answer_is_genuine, signed_by
from sosach.domain.exchange.rules.lines import Standing, signed, standing_told, unsigned
from sosach.domain.exchange.rules.reopening import Head, Reopening
from sosach.domain.exchange.states.items import Outcome
from sosach.web.frame import clock

SYSTEM = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.SYSTEM}))
ROOM = "/exchange/levels/"
COMMUNE, PROVINCE = "00004", "01"
STATE, BATCHES, RECEIPTS = f"{ROOM}state", f"{ROOM}batches", f"{ROOM}receipts"


class Caller:
    """A province that calls, and can do it wrong."""

    def __init__(self, folder: Path) -> None:
        self.key, self.stranger = FileKey(folder / "province.key"), FileKey(folder / "stranger.key")
        self.nation = FileKey(folder / "nation.key")
        self.calls = 0
        self.number, self.chain = 0, FIRST

    def call(self, method: str, target: str, body: bytes = b"", **told: Any) -> tuple[Call, dict[str, str]]:
        """A call and its headers."""
        self.calls += 1
        terms = {"sent_at": clock.now(), "nonce": f"{self.calls:032x}", "province": PROVINCE} | told
        call = Call(terms["province"], method, target, body, terms["sent_at"], terms["nonce"])
        return call, call.headers(self.key.sign(call.text()))

    def ask(self, method: str, target: str, body: bytes = b"", **told: Any) -> tuple[int, bytes, bool]:
        """Status, content, and whether the answer is the nation's, to this call."""
        call, headers = self.call(method, target, body, **told)
        return sent(call, headers, key=self.nation.public_key)

    def batch(self, *items: Item) -> bytes:
        """The next batch, signed."""
        body = b"\n".join(item.line for item in items)
        self.number += 1
        digest = sha256(body).hexdigest()
        nonce = f"{self.calls:032x}"
        header = Header(PROVINCE, "vn", self.number, self.chain, digest, len(items), clock.now(), nonce)
        self.chain = header.chain
        raw = enveloped(header, body)
        return signed(raw, self.key.sign(raw))


def sent(call: Call, headers: dict[str, str], *, key: bytes) -> tuple[int, bytes, bool]:
    response = Client().generic(call.method, call.target, call.body, content_type="application/json", headers=headers)
    answer = response.content
    genuine = answer_is_genuine(
        call, response.headers, status=response.status_code, body=answer, key=key, at=clock.now()
    )
    return response.status_code, answer, genuine


@contextmanager
def linked(folder: Path) -> Iterator[Caller]:
    """An installation of the nation with one link."""
    made = Caller(folder)
    with override_settings(SOSACH_LEVEL=Level.NATION, SOSACH_LINK_KEY=folder / "nation.key"):
        key = made.key.public_key.hex()
        open_link(Order(SYSTEM, clock.now()), province=PROVINCE, upward=False, peer_key=key)
        yield made


@pytest.fixture
def caller(db: None, tmp_path: Path) -> Iterator[Caller]:
    """A province that calls; what it does is gone afterwards."""
    del db
    with linked(tmp_path) as made:
        yield made


@pytest.fixture
def lasting(committed: str, tmp_path: Path) -> Iterator[Caller]:
    """A province that calls an installation in which commits are commits: what waits for it is read from the log."""
    del committed
    with linked(tmp_path) as made:
        yield made


def person(number: int) -> Item:
    fields = {"full_name": (None, "NGUYỄN VĂN AN"), "commune_code": (None, COMMUNE), "province_code": (None, PROVINCE)}
    return Item("population", f"{PROVINCE}:population:{number}", date(2026, 11, 22), COMMUNE, fields, whole=True)


def test_a_batch_gets_its_receipt_and_the_same_one_again(caller: Caller) -> None:
    status, answer, genuine = caller.ask("GET", STATE)
    assert (status, genuine) == (200, True)
    assert standing_told(answer) == Standing(0, FIRST, 0, FIRST, standing_told(answer).most)
    batch = caller.batch(person(1), person(2))
    status, receipt, genuine = caller.ask("POST", BATCHES, batch)
    assert (status, genuine) == (200, True)
    raw, signature = unsigned(receipt)
    assert signed_by(caller.nation.public_key, signature, raw)
    assert (read_receipt(raw).chain, len(read_receipt(raw).answers)) == (caller.chain, 2)
    assert caller.ask("POST", BATCHES, batch) == (200, receipt, True), "taken in once, answered again"
    assert standing_told(caller.ask("GET", STATE)[1]).received == 1
    status, told, genuine = caller.ask("GET", f"{ROOM}reconciliation?day=2026-11-22")
    assert (status, genuine) == (200, True)
    assert [(tally["commune_code"], tally["sent"]) for tally in json.loads(told)] == [(COMMUNE, 2)]
    assert caller.ask("GET", f"{ROOM}reconciliation?day=yesterday")[0] == 422


def test_a_call_is_heard_once(caller: Caller) -> None:
    call, headers = caller.call("GET", STATE)
    assert sent(call, headers, key=caller.nation.public_key)[::2] == (200, True)
    assert sent(call, headers, key=caller.nation.public_key)[::2] == (409, True)


def test_nobody_else_is_heard_and_nobody_learns_why(caller: Caller) -> None:
    """Unknown link, foreign key, another time, another address, another body, no headers: one answer, unsigned."""
    now = clock.now()
    good = caller.call("GET", STATE)
    other = Call(PROVINCE, "GET", BATCHES, b"", good[0].sent_at, good[0].nonce)
    forged = caller.call("GET", STATE)[0]
    longer = caller.call("POST", BATCHES, b"{}")
    wrong = [
        caller.call("GET", STATE, province="38"),
        caller.call("GET", STATE, sent_at=now - timedelta(minutes=6)),
        caller.call("GET", STATE, sent_at=now + timedelta(minutes=6)),
        (other, good[1]),
        (forged, forged.headers(caller.stranger.sign(forged.text()))),
        (Call(PROVINCE, "POST", BATCHES, b"[]", longer[0].sent_at, longer[0].nonce), longer[1]),
        (good[0], {}),
    ]
    answers = {
        (status, json.loads(body)["code"], genuine)
        for call, headers in wrong
        for status, body, genuine in [told(caller, call, headers)]
    }
    assert answers == {(401, "ACCESS-03", False)}
    assert sent(*good, key=caller.nation.public_key)[::2] == (200, True), "and the good one still counts"


def told(caller: Caller, call: Call, headers: dict[str, str]) -> tuple[int, bytes, bool]:
    return sent(call, headers, key=caller.nation.public_key)


def test_suspension_and_a_new_key_bite_with_the_next_call(caller: Caller) -> None:
    assert caller.ask("GET", STATE)[0] == 200
    renew_key(Order(SYSTEM, clock.now()), link=PROVINCE, peer_key=caller.stranger.public_key.hex())
    assert caller.ask("GET", STATE)[0] == 401
    caller.key, caller.stranger = caller.stranger, caller.key
    assert caller.ask("GET", STATE)[0] == 200
    suspend_link(Order(SYSTEM, clock.now(), reason="test"), link=PROVINCE)
    assert caller.ask("GET", STATE)[0] == 401


def test_what_is_no_batch_changes_nothing(caller: Caller) -> None:
    batch = caller.batch(person(1))
    raw, _ = unsigned(batch)
    bodies = [
        b"",
        b"[]",
        raw,
        signed(raw, bytes(64)),
        signed(raw, caller.stranger.sign(raw)),
        signed(raw[:-5], caller.key.sign(raw[:-5])),
        signed(raw.replace(b'"to":"vn"', b'"to":"38"'), caller.key.sign(raw.replace(b'"to":"vn"', b'"to":"38"'))),
    ]
    for body in bodies:
        status, answer, genuine = caller.ask("POST", BATCHES, body)
        assert status in {401, 409, 422}, body[:40]
        assert genuine, "a refusal is signed as well"
        assert json.loads(answer)["code"]
    assert caller.ask("POST", RECEIPTS, b"no receipt")[0] == 422
    assert standing_told(caller.ask("GET", STATE)[1]).received == 0
    assert caller.ask("POST", BATCHES, batch)[0] == 200


def test_what_waits_for_the_province_is_given_until_its_receipt_comes(lasting: Caller) -> None:
    assert lasting.ask("GET", BATCHES) == (204, b"", True)
    born()
    collect(Order(SYSTEM, clock.now()), link=PROVINCE)
    status, batch, genuine = lasting.ask("GET", BATCHES)
    assert (status, genuine) == (200, True)
    again = lasting.ask("GET", BATCHES)[1]
    raw, _ = unsigned(batch)
    assert unsigned(again)[0].partition(b"\n")[2] == raw.partition(b"\n")[2], "the same records, sent anew"
    header = json.loads(raw.partition(b"\n")[0])
    chain = Header(
        "vn",
        PROVINCE,
        header["number"],
        header["previous"],
        header["body"],
        header["count"],
        clock.now(),
        "0" * 32,
    )
    text = receipt_text(chain, at=clock.now(), answers=[Answer(Outcome.APPLIED)] * header["count"])
    receipt = signed(text, lasting.key.sign(text))
    status, answer, _ = lasting.ask("POST", RECEIPTS, receipt)
    assert (status, json.loads(answer)) == (200, {"settled": header["count"]})
    assert json.loads(lasting.ask("POST", RECEIPTS, receipt)[1]) == {"settled": 0}
    assert lasting.ask("GET", BATCHES)[0] == 204


def test_a_province_is_called_by_nobody(caller: Caller) -> None:
    with override_settings(SOSACH_LEVEL=Level.PROVINCE):
        assert caller.ask("GET", STATE)[0] == 404
    assert caller.ask("DELETE", STATE)[0] == 405


def test_a_province_may_ask_for_new_chains_from_where_both_stand_and_no_more(caller: Caller) -> None:
    seen = Reopening(PROVINCE, "vn", (Head(7, "a" * 64), Head(0, FIRST)), (Head(0, FIRST), Head(0, FIRST)))
    told = canonical({**seen.as_json(), "reason": "Khôi phục bản sao lưu"})
    status, answer, genuine = caller.ask("POST", f"{ROOM}reopening", told)
    assert (status, genuine, json.loads(answer)) == (200, True, {"mark": seen.mark})
    standing = standing_told(caller.ask("GET", STATE)[1])
    assert (standing.received, standing.received_chain) == (0, FIRST), "nothing begins before people agree"
    for wrong, code in (
        (b"[]", 422),
        (b"{", 422),
        (canonical(seen.as_json()), 422),  # no reason
        (canonical({**seen.as_json(), "reason": "\x00"}), 422),
        (canonical({**seen.as_json(), "reason": "a", "province": "38"}), 409),
        (canonical({**seen.as_json(), "reason": "a", "up": [[7, "a" * 64], [1, "b" * 64]]}), 409),
        (canonical({**seen.as_json(), "reason": "a", "up": [[7, "a"], [0, FIRST]]}), 422),
    ):
        assert caller.ask("POST", f"{ROOM}reopening", wrong)[0] == code
    reopen_link(Order(SYSTEM, clock.now(), reason="Hai bên đã so mã"), link=PROVINCE, mark=seen.mark)
    standing, (up, down) = standing_told(caller.ask("GET", STATE)[1]), seen.beginnings
    assert (standing.received, standing.received_chain) == (up.number, up.chain)
    assert (standing.sent, standing.sent_chain) == (down.number, down.chain)
    caller.number, caller.chain = up.number, up.chain
    status, receipt, _ = caller.ask("POST", BATCHES, caller.batch(person(8)))
    assert (status, read_receipt(unsigned(receipt)[0]).number) == (200, 8)
