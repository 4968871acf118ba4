"""What travels between two levels: numbered batches that hang together, each sending signed, and the receipt for each. Pure.

An envelope is one line of header and the body, one record per line. The body and the link of a batch never change; every sending
has a moment and a nonce of its own, and the signature is over all of it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.domain.exchange.rules.merging import Told

ORIGIN = "sosach/batch/1"
RECEIPT = "sosach/batch-receipt/1"
FIRST = "0" * 64  # what the first batch hangs on
FRESH = timedelta(minutes=5)  # clocks may differ, messages may be on their way
NONCE = 32  # hexadecimal digits
HASH = 64
MOST = 5_000  # records of a batch
MOST_FIELDS = 500
LONGEST = 160  # of a name of a record or of a field

REGISTERS = tuple(str(register) for register in Register)  # whoever is named by others comes first


class Outcome(StrEnum):
    """What the receiver did with one record."""

    APPLIED = "applied"
    PRESENT = "present"
    REFUSED = "refused"
    CONFLICT = "conflict"


# The other side holds the value: it is what both have agreed on.
AGREED = frozenset({Outcome.APPLIED, Outcome.PRESENT})


@dataclass(frozen=True, slots=True)
class Item:
    """What is told of one record.

    Attributes:
        register: which.
        key: name of the record on this link, given by whoever told of it first.
        day: of the latest act it follows from, in Viet Nam.
        commune_code: where the record lies; "" where unknown.
        fields: field → (agreed before, now).
        by: what else leads to the record, each a full natural key (a PIN; a plate and a chassis number).
        whole: the other side may not know the record: all its fields are told.
    """

    register: str
    key: str
    day: date
    commune_code: str
    fields: Told
    by: Sequence[Sequence[str]] = ()
    whole: bool = False

    @property
    def line(self) -> bytes:
        """As it stands in the body."""
        told = {
            "r": self.register,
            "k": self.key,
            "d": self.day.isoformat(),
            "c": self.commune_code,
            "f": {name: list(pair) for name, pair in self.fields.items()},
            "by": [list(key) for key in self.by],
            "w": self.whole,
        }
        return canonical(told)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an envelope.

    Attributes:
        sender: name of the installation that tells (`38`, `vn`).
        receiver: whom.
        number: of the batch, from 1.
        previous: chain of the batch before.
        body: SHA-256 of the body.
        count: records in it.
        sent_at: of this sending.
        nonce: of this sending.
    """

    sender: str
    receiver: str
    number: int
    previous: str
    body: str
    count: int
    sent_at: datetime
    nonce: str

    @property
    def chain(self) -> str:
        """Hash of the batch with all before it; the same however often it is sent."""
        told = [ORIGIN, self.sender, self.receiver, self.number, self.previous, self.body, self.count]
        return hashlib.sha256(canonical(told)).hexdigest()

    @property
    def line(self) -> bytes:
        """As it stands before the body."""
        told = {
            "v": ORIGIN,
            "from": self.sender,
            "to": self.receiver,
            "number": self.number,
            "previous": self.previous,
            "body": self.body,
            "count": self.count,
            "sent_at": self.sent_at.astimezone(UTC).isoformat(),
            "nonce": self.nonce,
        }
        return canonical(told)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A batch as it is sent.

    Attributes:
        number: of the batch.
        raw: header and body.
        signature: Ed25519 over `raw`.
    """

    number: int
    raw: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver says of one record.

    Attributes:
        outcome: what was done.
        code: of the error, for refused ones.
        vi: why, Vietnamese.
        en: why, English.
        theirs: for conflicts: field → what stands with the receiver.
    """

    outcome: Outcome
    code: str = ""
    vi: str = ""
    en: str = ""
    theirs: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the receipt."""
        why = {"code": self.code, "vi": self.vi, "en": self.en} if self.code else {}
        return {"o": str(self.outcome), **why, **({"theirs": dict(self.theirs)} if self.theirs else {})}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a batch: made once, given again for the same batch.

    Attributes:
        number: of the batch.
        raw: what is signed.
        signature: Ed25519 over `raw`.
    """

    number: int
    raw: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """A receipt as it reads.

    Attributes:
        sender: who gave it.
        receiver: to whom.
        number: of the batch.
        chain: of the batch.
        answers: one per record, in order.
    """

    sender: str
    receiver: str
    number: int
    chain: str
    answers: tuple[Answer, ...]


def canonical(value: Any) -> bytes:
    """The one way to write a value.

    >>> canonical({"b": 1, "a": "ơ"}).decode()
    '{"a":"ơ","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def body_of(lines: Iterable[bytes]) -> bytes:
    """Records, one per line."""
    return b"\n".join(lines)


def enveloped(header: Header, body: bytes) -> bytes:
    """What is signed and sent."""
    return header.line + b"\n" + body


def receipt_text(header: Header, *, at: datetime, answers: Sequence[Answer]) -> bytes:
    """What the receiver signs."""
    told = {
        "v": RECEIPT,
        "from": header.receiver,
        "to": header.sender,
        "number": header.number,
        "chain": header.chain,
        "at": at.astimezone(UTC).isoformat(),
        "answers": [answer.as_json() for answer in answers],
    }
    return canonical(told)


def invalid(vi: str, en: str) -> SosachError:
    """REQUEST-01: what came is not what travels between two levels."""
    return SosachError(ErrorCode.REQUEST_INVALID, vi=vi, en=en)


def _malformed(what: str) -> SosachError:
    return invalid(f"Gói dữ liệu sai khuôn dạng: {what}.", f"The batch is malformed: {what}.")


def read_envelope(raw: bytes) -> tuple[Header, bytes]:
    """Header and body, the body being the one the header speaks of.

    Raises:
        SosachError: REQUEST-01.
    """
    first, _, body = raw.partition(b"\n")
    told = _mapping(first)
    try:
        header = Header(
            sender=_text(told["from"]),
            receiver=_text(told["to"]),
            number=_whole_number(told["number"]),
            previous=_hex(told["previous"], HASH),
            body=_hex(told["body"], HASH),
            count=_whole_number(told["count"]),
            sent_at=datetime.fromisoformat(told["sent_at"]),
            nonce=_hex(told["nonce"], NONCE),
        )
    except (KeyError, TypeError, ValueError) as broken:
        raise _malformed("header") from broken
    if told.get("v") != ORIGIN or header.sent_at.tzinfo is None or header.line != first:
        raise _malformed("header")
    if hashlib.sha256(body).hexdigest() != header.body:
        raise _malformed("body")
    return header, body


def require_fresh(header: Header, *, at: datetime) -> None:
    """Refuse a sending of another moment: somebody kept it, or a clock is wrong.

    Raises:
        SosachError: REQUEST-01.
    """
    if abs(at - header.sent_at) > FRESH:
        raise SosachError(
            ErrorCode.REQUEST_INVALID,
            vi="Gói gửi lệch giờ quá 5 phút.",
            en="The batch was sent more than five minutes from now.",
            hint_vi="Kiểm tra đồng hồ máy chủ rồi gửi lại.",
            hint_en="Check the clocks and send it again.",
        )


def read_items(header: Header, body: bytes) -> tuple[Item, ...]:
    """The records of a batch.

    Raises:
        SosachError: REQUEST-01.
    """
    items = items_of(body)
    if len(items) != header.count or not 0 < header.count <= MOST:
        raise _malformed("count")
    if len({(item.register, item.key) for item in items}) != len(items):
        raise _malformed("a record stands twice")
    return items


def items_of(body: bytes) -> tuple[Item, ...]:
    """The records of a body, whatever its header says.

    Raises:
        SosachError: REQUEST-01.
    """
    return tuple(_item(line) for line in body.split(b"\n")) if body else ()


def _item(line: bytes) -> Item:
    told = _mapping(line)
    try:
        fields = {_text(name): _pair(pair) for name, pair in told["f"].items()}
        item = Item(
            register=told["r"],
            key=_text(told["k"]),
            day=date.fromisoformat(told["d"]),
            commune_code=told["c"],
            fields=fields,
            by=tuple(tuple(map(_text, key)) for key in told["by"]),
            whole=told["w"],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as broken:
        raise _malformed("record") from broken
    known = item.register in REGISTERS and isinstance(item.commune_code, str) and isinstance(item.whole, bool)
    if not known or not 0 < len(fields) <= MOST_FIELDS or len(item.commune_code) not in {0, 5} or item.line != line:
        raise _malformed("record")
    return item


def read_receipt(raw: bytes) -> Answered:
    """A receipt as it reads; whether it is signed, the caller asks first.

    Raises:
        SosachError: REQUEST-01.
    """
    told = _mapping(raw)
    try:
        answers = tuple(
            Answer(
                Outcome(each["o"]), each.get("code", ""), each.get("vi", ""), each.get("en", ""), each.get("theirs", {})
            )
            for each in told["answers"]
        )
        found = Answered(
            _text(told["from"]), _text(told["to"]), _whole_number(told["number"]), _hex(told["chain"], HASH), answers
        )
    except (AttributeError, KeyError, TypeError, ValueError) as broken:
        raise invalid("Biên nhận sai khuôn dạng.", "The receipt is malformed.") from broken
    if told.get("v") != RECEIPT:
        raise invalid("Biên nhận sai khuôn dạng.", "The receipt is malformed.")
    return found


def _mapping(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise _malformed("JSON") from broken
    if not isinstance(found, dict):
        raise _malformed("JSON")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise ValueError("no text")
    return value


def _whole_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("no number")
    return value


def _hex(value: Any, digits: int) -> str:
    if not isinstance(value, str) or len(value) != digits or set(value) - set("0123456789abcdef"):
        raise ValueError("no hash")
    return value


def _pair(pair: Any) -> tuple[Any, Any]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError("no pair")
    return pair[0], pair[1]
