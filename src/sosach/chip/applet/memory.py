"""What a chip remembers: for life, and until its power goes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from sosach.chip.applet.channel import ChipChannel
from sosach.chip.applet.ciphers import Suite
from sosach.chip.applet.points import Affine, Curve
from sosach.chip.applet.words import Word
from sosach.chip.files.card import GROUP

APPLICATION = bytes.fromhex("a0000002471001")
DG1, DG3, DG4, DG14 = GROUP + 1, GROUP + 3, GROUP + 4, GROUP + 14
MOST_TRIES = 10


class Life(StrEnum):
    """The life of a chip."""

    EMPTY = "empty"  # as the maker delivers it: it takes data under the personalisation key, and tells nothing
    LOCKED = "locked"  # personalised: it tells, and takes nothing more
    BLOCKED = "blocked"  # too many wrong personalisation keys: it never becomes a card


class Opened(StrEnum):
    """Who proved to be at the other end."""

    NOBODY = "nobody"
    MACHINE = "machine"
    READER = "reader"


class Answer(NamedTuple):
    """What a command gives."""

    content: bytes = b""
    word: Word = Word.DONE


@dataclass(slots=True)
class ElementaryFile:
    """A file: how large it was created, and what was written so far, from the start without a gap."""

    size: int
    content: bytearray = field(default_factory=bytearray)


@dataclass(slots=True, repr=False)
class Memory:
    """What stays.

    Attributes:
        chip_id: eight bytes, the chip's own number.
        draw: fresh random bytes.
        personalisation_key: 32 bytes; forgotten when the chip is locked.
        life: where it is in its life.
        tries: wrong personalisation keys it still bears.
        files: by identifier; EF.CardAccess belongs to the card, the others to the application.
        passwords: by PACE's reference (1 MRZ, 2 CAN): the secret keys are derived from.
        active: key of active authentication.
        agreement: key of chip authentication.
    """

    chip_id: bytes
    draw: Callable[[int], bytes]
    personalisation_key: bytes
    life: Life = Life.EMPTY
    tries: int = MOST_TRIES
    files: dict[int, ElementaryFile] = field(default_factory=dict)
    passwords: dict[int, bytes] = field(default_factory=dict)
    active: EllipticCurvePrivateKey | None = None
    agreement: EllipticCurvePrivateKey | None = None


@dataclass(slots=True, repr=False)
class PaceRun:
    """PACE under way.

    Attributes:
        oid: the protocol asked for, content bytes of its identifier.
        suite: its ciphers.
        curve: its curve.
        password: secret behind the password asked for.
        awaits: tag of the next message of the reader; 0 for the first, which is empty.
        nonce: the number hidden under the password.
        generator: the base point both mapped it to.
        private: our ephemeral private key.
        public: our ephemeral public key.
        theirs: the reader's.
    """

    oid: bytes
    suite: Suite
    curve: Curve
    password: bytes
    awaits: int = 0
    nonce: bytes = b""
    generator: Affine = (0, 0)
    private: int = 0
    public: bytes = b""
    theirs: bytes = b""


@dataclass(slots=True, repr=False)
class Session:
    """What is lost with the power.

    Attributes:
        channel: secure messaging in force.
        coming: secure messaging that takes over after this answer.
        application: the application is selected.
        selected: identifier of the selected file.
        opened: who proved to be at the other end.
        challenge: the last challenge given, good for one answer.
        pace: PACE under way.
        agreeing: chip authentication asked for, with these ciphers.
    """

    channel: ChipChannel | None = None
    coming: ChipChannel | None = None
    application: bool = False
    selected: int | None = None
    opened: Opened = Opened.NOBODY
    challenge: bytes = b""
    pace: PaceRun | None = None
    agreeing: Suite | None = None

    def close(self) -> None:
        """The reader lost its standing; what is selected stays."""
        self.channel = self.coming = self.pace = self.agreeing = None
        self.opened = Opened.NOBODY
        self.challenge = b""
