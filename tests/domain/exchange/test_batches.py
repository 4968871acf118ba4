"""Batches that are not what they should be: replayed, reordered, cut, re-signed, of another link or province."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from tests.domain.exchange.levels import AUDITING, COMMUNE, Key, Levels
from tests.domain.exchange.test_levels import born, id_of, shared

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import Batch, Link
from sosach.domain.exchange.models import Item as Telling
from sosach.domain.exchange.operations.receiving import receive
from sosach.domain.exchange.operations.settling import settle
from sosach.domain.exchange.rules.batches import (
    Answer,
    Envelope,
    Header,
    Item,
    Outcome,
    Receipt,
    body_of,
    canonical,
    enveloped,
    read_envelope,
    read_items,
    read_receipt,
    receipt_text,
)


def item(key: str = "01:population:1", **told: Any) -> Item:
    columns: dict[str, Any] = {"register": "population", "day": date(2026, 11, 22), "commune_code": COMMUNE}
    return Item(key=key, **{**columns, "fields": {"full_name": ("A", "B")}, **told})


def header(body: bytes, *, number: int = 1, **told: Any) -> Header:
    columns: dict[str, Any] = {"sender": "01", "receiver": "vn", "previous": "0" * 64, "count": body.count(b"\n") + 1}
    columns |= {"sent_at": datetime(2026, 11, 22, tzinfo=UTC), "nonce": secrets.token_hex(16)}
    return Header(number=number, body=hashlib.sha256(body).hexdigest(), **{**columns, **told})


def test_an_envelope_reads_as_it_was_written() -> None:
    items = (
        item(),
        item("01:vehicles:2", register="vehicles", by=(("30K12345", "FRAME"),), whole=True, commune_code=""),
    )
    body = body_of(each.line for each in items)
    first = header(body)
    found, rest = read_envelope(enveloped(first, body))
    assert (found, rest, read_items(found, rest)) == (first, body, items)
    sent_later = replace(first, sent_at=first.sent_at + timedelta(days=2), nonce=secrets.token_hex(16))
    assert sent_later.chain == first.chain
    assert replace(first, number=2).chain != first.chain


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"{}"],
        [b"[]"],
        [b"\xff"],
        [item().line, item().line],
        [replace(item(), register="people").line],
        [replace(item(), fields={}).line],
        [replace(item(), commune_code="1").line],
        [item().line.replace(b'"w":false', b'"w":0')],
        [item().line.replace(b'["A","B"]', b'["A"]')],
        [item().line.replace(b"2026-11-22", b"2026-22-11")],
        [item().line + b" "],
        [item().line.replace(b'"d"', b'"x":1,"d"')],
    ],
)
def test_a_body_that_is_none(lines: list[bytes]) -> None:
    body = body_of(lines)
    with pytest.raises(SosachError) as refused:
        read_items(header(body), body)
    assert refused.value.code == ErrorCode.REQUEST_INVALID


@dataclass
class Forge:
    """What somebody between the two, or at a province, could send."""

    levels: Levels
    good: Envelope
    draw: Random

    def signed(self, raw: bytes, key: Key | None = None) -> Envelope:
        return Envelope(self.good.number, raw, (key or self.levels.province.key).sign(raw))

    def with_header(self, **changes: Any) -> Envelope:
        """Signed by the province itself, with another header."""
        before, body = read_envelope(self.good.raw)
        return self.signed(enveloped(replace(before, **changes), body))

    def with_items(self, change: Callable[[Item], Item]) -> Envelope:
        """Signed by the province itself, the next number, with other records."""
        before, body = read_envelope(self.good.raw)
        told = body_of(change(each).line for each in read_items(before, body))
        return self.signed(enveloped(replace(before, body=hashlib.sha256(told).hexdigest()), told))

    def flipped(self) -> Envelope:
        raw = bytearray(self.good.raw)
        raw[self.draw.randrange(len(raw))] ^= 1 << self.draw.randrange(8)
        return replace(self.good, raw=bytes(raw))

    def truncated(self) -> Envelope:
        return replace(self.good, raw=self.good.raw[: self.draw.randrange(len(self.good.raw))])

    def truncated_and_signed(self) -> Envelope:
        return self.signed(self.good.raw[: self.draw.randrange(len(self.good.raw))])

    def lengthened(self) -> Envelope:
        return self.signed(self.good.raw + b"\n" + item(f"01:population:{self.draw.randrange(10**6)}").line)

    def of_another_key(self) -> Envelope:
        return self.signed(self.good.raw, Key())

    def another_signature(self) -> Envelope:
        return replace(self.good, signature=self.draw.randbytes(self.draw.choice([0, 63, 64, 65])))

    def another_link(self) -> Envelope:
        return self.with_header(**self.draw.choice([{"sender": "38"}, {"receiver": "01"}, {"receiver": "79"}]))

    def out_of_order(self) -> Envelope:
        return self.with_header(number=self.good.number + self.draw.randrange(1, 1000))

    def an_old_number(self) -> Envelope:
        return self.with_header(number=self.draw.randrange(1, self.good.number))

    def hung_elsewhere(self) -> Envelope:
        return self.with_header(previous=self.draw.randbytes(32).hex())

    def of_another_day(self) -> Envelope:
        seconds = self.draw.choice([-1, 1]) * self.draw.randrange(400, 10**6)
        return self.with_header(sent_at=self.levels.now + timedelta(seconds=seconds))

    def miscounted(self) -> Envelope:
        return self.with_header(count=self.draw.randrange(2, 100))

    def malformed(self) -> Envelope:
        raw = self.draw.choice([b"", b"\n", b"{}\n", b"[]\n{}", b"null", self.draw.randbytes(50)])
        return self.signed(raw)

    def header_spelt_otherwise(self) -> Envelope:
        first, _, body = self.good.raw.partition(b"\n")
        told = json.loads(first) | {"more": self.draw.randrange(10)}
        return self.signed(canonical(told) + b"\n" + body)


KINDS = tuple(
    name
    for name, value in vars(Forge).items()
    if callable(value) and not name.startswith("_") and name not in {"signed", "with_header", "with_items"}
)


def attacked(levels: Levels, tries: int, seed: int) -> None:
    """None of them is taken, none changes anything, and the good one is taken afterwards."""
    pins = [born(levels, f"NGUYỄN VĂN {letter}") for letter in "AB"]
    levels.exchange(levels.province)
    pin = born(levels, "NGUYỄN VĂN THẬT")
    good = levels.batch(levels.province)
    assert good is not None
    forge = Forge(levels, good, Random(seed))
    before = levels.fingerprint(levels.nation)
    with levels.at(levels.nation):
        for place in range(tries):
            forged = getattr(forge, KINDS[place % len(KINDS)])()
            with pytest.raises(SosachError) as refused:
                receive(
                    levels.order(),
                    link=levels.nation.link,
                    raw=forged.raw,
                    signature=forged.signature,
                    signer=levels.nation.key,
                )
            assert refused.value.code in {
                ErrorCode.ACCESS_UNKNOWN,
                ErrorCode.REQUEST_INVALID,
                ErrorCode.REQUEST_REPEATED,
                ErrorCode.CONFLICT,
            }
            levels.now -= timedelta(seconds=1)
        assert levels.fingerprint(levels.nation) == before
    levels.answer(levels.province, levels.deliver(levels.nation, good))
    assert all(levels.person(levels.nation, each) is not None for each in (*pins, pin))


def test_forged_batches_are_not_taken(levels: Levels) -> None:
    attacked(levels, 300, 1)


@pytest.mark.heavy
def test_ten_thousand_forged_batches_are_not_taken(levels: Levels) -> None:
    attacked(levels, 10_000, 2)


def test_a_number_used_twice_is_not_taken(levels: Levels) -> None:
    born(levels)
    good = levels.batch(levels.province)
    assert good is not None
    levels.answer(levels.province, levels.deliver(levels.nation, good))
    forge = Forge(levels, good, Random(3))
    for forged in (
        forge.with_items(lambda each: replace(each, commune_code="")),
        forge.with_header(number=good.number + 1, previous=read_envelope(good.raw)[0].chain),  # its nonce was used
    ):
        with pytest.raises(SosachError) as refused:
            levels.deliver(levels.nation, forged)
        assert refused.value.code == ErrorCode.REQUEST_REPEATED
    levels.now += timedelta(minutes=10)
    with pytest.raises(SosachError) as late:
        levels.deliver(levels.nation, good)
    assert late.value.code == ErrorCode.REQUEST_INVALID


OUTSIDE = (
    {"province_code": "79", "commune_code": "26740"},
    {"province_code": "79"},
    {"province_code": None, "commune_code": None},
    {"commune_code": "26740"},
    {"commune_code": "99999"},
)


def told_of(levels: Levels, change: Callable[[Item], Item]) -> list[str]:
    """Let the province tell of somebody new, changed on the way by whoever holds its key; what the nation did."""
    born(levels)
    good = levels.batch(levels.province)
    assert good is not None
    forged = Forge(levels, good, Random(4)).with_items(change)
    receipt = levels.deliver(levels.nation, forged)
    answers = [str(answer.outcome) for answer in read_receipt(receipt.raw).answers]
    _follow(levels, forged, receipt)
    return answers


def _follow(levels: Levels, forged: Envelope, receipt: Receipt) -> None:
    """Let the province believe that it sent what was forged in its name."""
    found, body = read_envelope(forged.raw)
    with levels.at(levels.province), acting(AUDITING):
        Batch.objects.filter(number=found.number, direction="out").update(chain=found.chain, body=body)
        Link.objects.filter(name="nation").update(sent_chain=found.chain)
        for place, each in enumerate(read_items(found, body)):  # both tally the same lines afterwards
            told = {"digest": hashlib.sha256(each.line).hexdigest(), "commune_code": each.commune_code or None}
            Telling.objects.filter(batch__number=found.number, batch__direction="out", position=place).update(**told)
    levels.answer(levels.province, receipt)


@pytest.mark.parametrize("place", OUTSIDE)
def test_a_province_writes_nothing_that_lies_elsewhere(levels: Levels, place: dict[str, Any]) -> None:
    def elsewhere(each: Item) -> Item:
        return replace(each, fields={**each.fields, **{name: (None, value) for name, value in place.items()}})

    before = levels.fingerprint(levels.nation)
    assert told_of(levels, elsewhere) == ["refused"]
    after = levels.fingerprint(levels.nation)
    for table in ("population_person", "provenance_journalentry", "exchange_agreedstate"):
        assert after[table] == before[table]


def test_a_province_changes_nobody_of_another_one(levels: Levels) -> None:
    stranger = born(levels, "LÊ VĂN XA", who=levels.nation, commune_code="26740")
    born(levels)
    good = levels.batch(levels.province)
    assert good is not None

    def somebody_else(each: Item) -> Item:
        return replace(each, by=((stranger,),), fields={"full_name": ("LÊ VĂN XA", "LÊ VĂN GẦN")}, whole=False)

    forged = Forge(levels, good, Random(5)).with_items(somebody_else)
    receipt = levels.deliver(levels.nation, forged)
    (answer,) = read_receipt(receipt.raw).answers
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, ErrorCode.ACCESS_OUTSIDE)
    _follow(levels, forged, receipt)
    found = levels.person(levels.nation, stranger)
    assert found is not None
    assert found["full_name"] == "LÊ VĂN XA"


BROKEN: tuple[dict[str, Any], ...] = (
    {"sex": "X"},
    {"birth_date": "hôm qua"},
    {"full_name": None},
    {"full_name": ["A"]},
    {"full_name": "A" * 500},
    {"life_status": "sleeping"},
    {"merged_into_pin": "001234567890"},
    {"merged_into_pin": 1},
    {"no_such_field": "A"},
    {"id": 1},
    {"name_k2": "A"},
    {"residence/permanent": "A"},
    {"residence/permanent": [{"from": "hôm qua"}]},
    {"residence/permanent": [{"from": None, "household": {"act": "A"}}]},
    {"residence/nowhere": [{"from": None, "commune_code": COMMUNE}]},
    {"relation/spouse": [{"from": None, "kind": "friend"}]},
    {"furniture/bed": [{"from": None}]},
    {"other": "text"},
    {"pin": "12"},
    {"pin": "abc"},
)


@pytest.mark.parametrize("values", BROKEN, ids="-".join)
def test_a_value_the_register_does_not_take_is_refused_and_stops_nothing(
    levels: Levels, values: dict[str, Any]
) -> None:
    def broken(each: Item) -> Item:
        return replace(each, fields={**each.fields, **{name: (None, value) for name, value in values.items()}})

    before = levels.fingerprint(levels.nation)["population_person"]
    assert told_of(levels, broken) == ["refused"]
    assert levels.fingerprint(levels.nation)["population_person"] == before


def test_a_receipt_for_something_else_settles_nothing(levels: Levels) -> None:
    born(levels)
    good = levels.batch(levels.province)
    assert good is not None
    receipt = levels.deliver(levels.nation, good)
    found = read_envelope(good.raw)[0]
    right = [Answer(Outcome.APPLIED)]

    def forged(told: Header, answers: list[Answer], key: Key | None = None) -> tuple[bytes, bytes]:
        raw = receipt_text(told, at=levels.now, answers=answers)
        return raw, (key or levels.nation.key).sign(raw)

    wrong = {
        forged(found, right, Key()): ErrorCode.ACCESS_UNKNOWN,
        (receipt.raw, b""): ErrorCode.ACCESS_UNKNOWN,
        forged(replace(found, number=found.number + 1), right): ErrorCode.REQUEST_INVALID,
        forged(replace(found, previous="f" * 64), right): ErrorCode.REQUEST_INVALID,
        forged(replace(found, sender="38"), right): ErrorCode.REQUEST_INVALID,
        forged(found, [*right, *right]): ErrorCode.REQUEST_INVALID,
        forged(found, []): ErrorCode.REQUEST_INVALID,
        (b"{}", levels.nation.key.sign(b"{}")): ErrorCode.REQUEST_INVALID,
    }
    for (raw, signature), code in wrong.items():
        with levels.at(levels.province), pytest.raises(SosachError) as refused:
            settle(levels.order(), link="nation", raw=raw, signature=signature)
        assert refused.value.code == code
    assert levels.answer(levels.province, receipt) == 1


def test_two_records_that_are_one_there_are_told_apart(levels: Levels) -> None:
    pin, here, _ = shared(levels)

    def twin(each: Item) -> Item:
        return replace(each, key=f"01:population:{10**9 + here}", by=((pin,),))

    assert told_of(levels, twin) == ["refused"]
    assert id_of(levels, levels.nation, pin)
