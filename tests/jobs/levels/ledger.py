"""The nation's books as the stub keeps them: plain mappings, every rule of what travels, no database."""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sosach.domain.audit.rules.sealing import Signer
from sosach.domain.exchange.rules.batches import (
    FIRST,
    Answer,
    Header,
    Item,
    body_of,
    canonical,
    enveloped,
    read_envelope,
    read_items,
    read_receipt,
    receipt_text,
    require_fresh,
)
from sosach.domain.exchange.rules.calls import signed_by
from sosach.domain.exchange.rules.lines import Standing, signed, unsigned
from sosach.domain.exchange.rules.reopening import Reopening
from sosach.domain.exchange.states.items import Outcome

HERE = "vn"
NAME = "full_name"


def decided(key: str) -> Outcome:
    """What the stub does with a record: drawn from its name, so that it is the same whenever it is asked."""
    draw = hashlib.sha256(key.encode()).digest()[0]
    return (
        Outcome.REFUSED
        if draw < 8
        else Outcome.CONFLICT
        if draw < 16
        else Outcome.PRESENT
        if draw < 32
        else Outcome.APPLIED
    )


@dataclass
class Ledger:
    """What was taken in, what is to be told.

    Attributes:
        province: code of the only province there is.
        signer: key of the nation.
        peer: public key of the province, hexadecimal.
        most: records it wants in one batch.
        names: name of a record on the link → full name, of the persons taken.
        taken: (name, hash of what was told) → how often it was done.
        outcomes: what was answered, by kind.
        digests: place of a record in a batch → hash of what was told of it.
    """

    province: str
    signer: Signer
    peer: str
    most: int = 200
    names: dict[str, str] = field(default_factory=dict)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    digests: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    number: int = 0
    chain: str = FIRST
    given: int = 0
    given_chain: str = FIRST
    told: dict[str, str] = field(default_factory=dict)  # name → outcome of what we told of it

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.asked: Reopening | None = None
        self._receipts: dict[int, tuple[str, bytes]] = {}
        self._waiting: list[Item] = []
        self._under_way: tuple[Header, bytes, tuple[Item, ...]] | None = None

    def tell(self, *items: Item) -> None:
        """Have records told to the province, in one batch."""
        self._waiting.extend(items)

    @property
    def is_quiet(self) -> bool:
        """Whether the province has answered everything."""
        return not self._waiting and self._under_way is None

    def answer(self, method: str, room: str, query: Mapping[str, str], body: bytes, at: datetime) -> tuple[int, bytes]:
        """What a genuine call gets."""
        del query
        if room == "state":
            return 200, Standing(self.number, self.chain, self.given, self.given_chain, self.most).text
        if room == "batches" and method == "POST":
            return self._take(*unsigned(body), at=at)
        if room == "batches":
            return self._give(at)
        if room == "reopening":
            self.asked = Reopening.from_json(json.loads(body))
            return 200, canonical({"mark": self.asked.mark})
        return self._settle(*unsigned(body)) if room == "receipts" else (404, b"{}")

    def lose(self) -> None:
        """Forget the last batch we made, as after restoring a backup."""
        self.given, self.given_chain = self.given - 1, FIRST

    def begin_anew(self) -> None:
        """What the nation's people do once the province's have asked."""
        assert self.asked is not None
        up, down = self.asked.beginnings
        (self.number, self.chain), (self.given, self.given_chain) = (up.number, up.chain), (down.number, down.chain)

    def _take(self, raw: bytes, signature: bytes, *, at: datetime) -> tuple[int, bytes]:
        if not signed_by(bytes.fromhex(self.peer), signature, raw):
            return 401, b"{}"
        header, body = read_envelope(raw)
        require_fresh(header, at=at)
        if (header.sender, header.receiver) != (self.province, HERE):
            return 409, b"{}"
        known = self._receipts.get(header.number)
        if known is not None and known[0] == header.chain:
            return 200, known[1]
        if (header.number, header.previous) != (self.number + 1, self.chain):
            return 409, b"{}"
        answers = [self._done(header.number, place, item) for place, item in enumerate(read_items(header, body))]
        text = receipt_text(header, at=at, answers=answers)
        receipt = signed(text, self.signer.sign(text))
        self.number, self.chain = header.number, header.chain
        self._receipts[header.number] = header.chain, receipt
        return 200, receipt

    def _done(self, number: int, place: int, item: Item) -> Answer:
        digest = hashlib.sha256(item.line).hexdigest()
        self.taken[item.key, digest] += 1
        self.digests[number, place] = item.key, digest
        outcome = decided(item.key)
        self.outcomes[outcome] += 1
        if outcome in {Outcome.APPLIED, Outcome.PRESENT}:
            if NAME in item.fields:
                self.names[item.key] = item.fields[NAME][1]
            return Answer(outcome)
        if outcome is Outcome.REFUSED:
            return Answer(outcome, "STATE-02", "Cấp quốc gia không nhận.", "The nation does not take it.")
        return Answer(outcome, theirs={next(iter(item.fields)): "khác"})

    def _give(self, at: datetime) -> tuple[int, bytes]:
        if self._under_way is None and self._waiting:
            items, self._waiting = tuple(self._waiting), []
            body = body_of(item.line for item in items)
            self._under_way = self._header(self.given + 1, self.given_chain, body, len(items), at), body, items
            self.given, self.given_chain = self.given + 1, self._under_way[0].chain
        if self._under_way is None:
            return 204, b""
        header, body, items = self._under_way
        raw = enveloped(self._header(header.number, header.previous, body, len(items), at), body)
        return 200, signed(raw, self.signer.sign(raw))

    def _header(self, number: int, previous: str, body: bytes, count: int, at: datetime) -> Header:
        digest = hashlib.sha256(body).hexdigest()
        return Header(HERE, self.province, number, previous, digest, count, at, secrets.token_hex(16))

    def _settle(self, raw: bytes, signature: bytes) -> tuple[int, bytes]:
        if not signed_by(bytes.fromhex(self.peer), signature, raw):
            return 401, b"{}"
        found = read_receipt(raw)
        if self._under_way is not None and found.chain == self._under_way[0].chain:
            self.told |= {
                item.key: answer.outcome for item, answer in zip(self._under_way[2], found.answers, strict=True)
            }
            self._under_way = None
        return 200, b"{}"
