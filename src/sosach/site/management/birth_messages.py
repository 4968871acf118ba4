"""Messages of births in a file: read line by line, registered in batches, each answered or refused with the reason."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from django.db import DataError
from pydantic import StringConstraints, ValidationError

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.rules.civil import BirthTold, Commune
from sosach.domain.population.operations.births import (
    LARGEST_BATCH,
    LONGEST_ID,
    Birth,
    ParentTold,
    Registered,
    register_births,
)

LONGEST_LINE = 64 * 1024
BATCH = LARGEST_BATCH // 2
# What is wrong with one message; anything else stops the run, since it would stop at every message.
_OF_A_MESSAGE = {
    ErrorCode.INPUT_INCOMPLETE,
    ErrorCode.CONFLICT,
    ErrorCode.ACCESS_OUTSIDE,
    ErrorCode.NOT_FOUND,
    ErrorCode.STATE_FORBIDS,
    ErrorCode.VALUE_INVALID,
}
Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]


class BirthMessage(BirthTold):
    """One line of the file: what a message of civil status says of a birth, beside its id and commune."""

    message_id: Id
    commune_code: Commune

    def birth(self) -> Birth:
        """As the register takes it."""
        parents = tuple(ParentTold(**parent.model_dump()) for parent in self.parents)
        return Birth(**(self.model_dump() | {"parents": parents}))


@dataclass(frozen=True, slots=True)
class Told:
    """A message that could be read.

    Attributes:
        line: of the file, from 1.
        birth: what it says.
    """

    line: int
    birth: Birth


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that was refused.

    Attributes:
        line: of the file, from 1.
        message_id: of the message; "" where it could not be read.
        code: of the error.
        vi: why, Vietnamese.
        en: why, English.
    """

    line: int
    message_id: str
    code: str
    vi: str
    en: str


def messages(lines: Iterable[bytes]) -> Iterator[Told | Rejected]:
    """Read the lines of a file; empty ones are left out."""
    for number, raw in enumerate(lines, 1):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if line:
            yield _read(number, line)


def _read(number: int, line: bytes) -> Told | Rejected:
    if len(line) > LONGEST_LINE:
        return Rejected(number, "", ErrorCode.INPUT_INCOMPLETE, "Dòng quá dài.", "The line is too long.")
    try:
        return Told(number, BirthMessage.model_validate_json(line).birth())
    except ValidationError as wrong:
        # places only: what stands there may be data of a person
        where = ", ".join(sorted({".".join(map(str, error["loc"])) or "JSON" for error in wrong.errors()}))
        return Rejected(
            number,
            _id_of(wrong),
            ErrorCode.INPUT_INCOMPLETE,
            f"Thiếu hoặc sai: {where}.",
            f"Missing or wrong: {where}.",
        )


def _id_of(wrong: ValidationError) -> str:
    """The id of a message of which something else is wrong."""
    for error in wrong.errors():
        told = error["input"]
        if error["type"] == "missing" and isinstance(told, dict) and isinstance(told.get("message_id"), str):
            return str(told["message_id"])[:LONGEST_ID]
    return ""


@dataclass(slots=True)
class Batches:
    """Registers messages, many in one act; where one of them is refused the others go through.

    Attributes:
        actor: who registers.
        evidence: papers and files it rests on.
    """

    actor: Actor
    evidence: dict[str, str]
    _held: dict[str, Told] = field(default_factory=dict)

    def answered(self, told: Iterable[Told | Rejected]) -> Iterator[Registered | Rejected]:
        """Answer all messages; a batch is committed before its answers are given."""
        for each in told:
            if isinstance(each, Rejected):
                yield each
                continue
            # one id twice in a file: the later one is answered as a message that is sent again
            if len(self._held) >= BATCH or each.birth.message_id in self._held:
                yield from self._flush()
            self._held[each.birth.message_id] = each
        yield from self._flush()

    def _flush(self) -> Iterator[Registered | Rejected]:
        held, self._held = list(self._held.values()), {}
        if held:
            yield from self._register(held)

    def _register(self, told: Sequence[Told]) -> Iterator[Registered | Rejected]:
        """Register together, or the two halves of what was refused."""
        order = Order(self.actor, datetime.now(UTC), dict(self.evidence))
        try:
            done = register_births(order, births=[each.birth for each in told])
        except SosachError as refused:
            if refused.code not in _OF_A_MESSAGE:
                raise
            if len(told) == 1:
                yield Rejected(told[0].line, told[0].birth.message_id, refused.code, refused.vi, refused.en)
                return
        except DataError:
            if len(told) == 1:
                yield _unwritable(told[0])
                return
        else:
            yield from done
            return
        middle = len(told) // 2
        yield from self._register(told[:middle])
        yield from self._register(told[middle:])


def _unwritable(told: Told) -> Rejected:
    return Rejected(
        told.line,
        told.birth.message_id,
        ErrorCode.INPUT_INCOMPLETE,
        "Có giá trị cơ sở dữ liệu không nhận: quá dài hoặc có ký tự không hợp lệ.",
        "The database does not take a value: it is too long or holds characters that are none.",
    )
