"""Messages of civil status: what register offices and courts send of births, deaths and marriages, and which others one waits for.

A message is an envelope (id, commune of the register office, what came before it) around its content. Nothing in it is cleaned
or guessed: a message that is not as described is refused whole.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sosach.domain.population.rules.words import Kin

LARGEST_BATCH = 500
MOST_WAITING = 1000  # of one sender: more of them say that its line is broken, not that they came in another order
LONGEST_WAIT = timedelta(days=30)
MOST_EARLIER = 5

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Commune = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]
Text = Annotated[str, StringConstraints(max_length=250, pattern=r"^[^\x00-\x1f]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]*$")]
Nationality = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Kind(StrEnum):
    """What a message is about."""

    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE = "marriage"
    DIVORCE = "divorce"
    ANNULMENT = "annulment"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class _Told(BaseModel):
    """Exactly the fields described, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ParentTold(_Told):
    """A parent or representative as a message names them; a PIN where there is one."""

    kind: Literal[Kin.FATHER, Kin.MOTHER, Kin.REPRESENTATIVE]
    full_name: Name
    nationality: Nationality = "VNM"
    pin: Annotated[str, StringConstraints(pattern=r"^([0-9]{12})?$")] = ""


class BirthTold(_Told):
    """A newborn, or the right data of one (Decree 70/2024 art. 11(2))."""

    full_name: Name
    birth_date: Day
    sex: Literal["M", "F"]
    birth_place: Text = ""
    hometown: Text = ""
    ethnicity: Annotated[Text, StringConstraints(max_length=40)] = ""
    nationality: Nationality = "VNM"
    parents: tuple[ParentTold, ...] = ()


class Who(_Told):
    """Somebody on record: by PIN, or by the message of the birth while its answer has not arrived."""

    pin: Pin | None = None
    birth: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> "Who":
        if (self.pin is None) == (self.birth is None):
            raise ValueError("pin or birth, one of them")
        return self


class Birth(BirthTold):
    """A birth was registered."""

    kind: Literal[Kind.BIRTH]


class Death(_Told):
    """A death was registered."""

    kind: Literal[Kind.DEATH]
    person: Who
    died_on: Day


class Couple(_Told):
    """A marriage was registered, or ended by a court: divorced, or annulled."""

    kind: Literal[Kind.MARRIAGE, Kind.DIVORCE, Kind.ANNULMENT]
    person: Who
    spouse: Who
    on: date


Fact = Annotated[Birth | Death | Couple, Field(discriminator="kind")]


class Correction(_Told):
    """What an earlier message should have said, whole."""

    kind: Literal[Kind.CORRECTION]
    corrects: Id
    content: Fact


class Withdrawal(_Told):
    """An earlier message should not have been sent."""

    kind: Literal[Kind.WITHDRAWAL]
    withdraws: Id
    reason: Annotated[Text, StringConstraints(min_length=1)]


Content = Annotated[Birth | Death | Couple | Correction | Withdrawal, Field(discriminator="kind")]


class Message(_Told):
    """A message.

    Attributes:
        message_id: of the sender; the same id is the same message for ever.
        commune_code: commune whose register office it comes from, of today's division.
        after: messages of the sender that come before this one, where the order matters and nothing else in it says so.
        content: what it says.
    """

    message_id: Id
    commune_code: Commune
    after: Annotated[tuple[Id, ...], Field(max_length=MOST_EARLIER)] = ()
    content: Content

    @property
    def target(self) -> str:
        """The message it corrects or withdraws; "" where it does neither."""
        if isinstance(self.content, Correction):
            return self.content.corrects
        return self.content.withdraws if isinstance(self.content, Withdrawal) else ""

    @property
    def fact(self) -> Birth | Death | Couple | None:
        """What it says of people: its own content, or that of a correction; None for a withdrawal."""
        if isinstance(self.content, Correction):
            return self.content.content
        return None if isinstance(self.content, Withdrawal) else self.content

    @property
    def earlier(self) -> tuple[str, ...]:
        """Messages it cannot be carried out without, each once.

        >>> told = {"message_id": "t1", "commune_code": "00004", "after": ["m1"]}
        >>> death = {"kind": "death", "person": {"birth": "b1"}, "died_on": "2026-11-20"}
        >>> Message.model_validate(told | {"content": death}).earlier
        ('m1', 'b1')
        """
        named = [*self.after, *(who.birth for who in people(self.fact) if who.birth), self.target]
        return tuple(dict.fromkeys(name for name in named if name))

    def digest(self) -> str:
        """Hash of all it says; order of fields and white space of the transport do not matter."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def people(fact: Birth | Death | Couple | None) -> Iterator[Who]:
    """Those on record a message is about."""
    if isinstance(fact, Death | Couple):
        yield fact.person
    if isinstance(fact, Couple):
        yield fact.spouse


def answer_text(partner: str, asked: str, content: bytes) -> bytes:
    """What an answer is signed as.

    Args:
        partner: whom it is for.
        asked: SHA-256 of the request: method, blank, address, line feed, body.
        content: the answer.
    """
    return f"sosach/civil-answer/1\n{partner}\n{asked}\n{hashlib.sha256(content).hexdigest()}\n".encode()
