"""GET CHALLENGE and EXTERNAL AUTHENTICATE: Basic Access Control, and the machine's way in before the chip is locked.

Doc 9303 part 11, § 4.3 and appendix D. The machine proves the personalisation key by the same exchange under AES-256:
our own, where a chip of a maker would ask for GlobalPlatform's SCP03.
"""

from sosach.chip.applet.channel import ChipChannel
from sosach.chip.applet.ciphers import AES_256, AUTHENTICATION, ENCRYPTION, MAC_SIZE, TRIPLE_DES, Suite
from sosach.chip.applet.commands import Command
from sosach.chip.applet.memory import MOST_TRIES, Answer, Life, Memory, Opened, Session
from sosach.chip.applet.passwords import BY_MRZ
from sosach.chip.applet.words import RefusedError, Word

CHALLENGE = 8


def get_challenge(memory: Memory, session: Session, command: Command) -> Answer:
    """Eight random bytes, good for the next command only."""
    if command.parameters or command.content or command.expected not in {CHALLENGE, 256, 65_536}:
        raise RefusedError(Word.PARAMETERS if command.parameters else Word.LENGTH)
    session.challenge = memory.draw(CHALLENGE)
    return Answer(session.challenge)


def external_authenticate(memory: Memory, session: Session, command: Command) -> Answer:
    """Both sides prove the same key and agree on those of the session."""
    challenge, session.challenge = session.challenge, b""
    if command.parameters:
        raise RefusedError(Word.PARAMETERS)
    suite, secret = _secret(memory, session)
    seed = suite.key_size
    if len(command.content) != 2 * CHALLENGE + seed + MAC_SIZE:
        raise RefusedError(Word.LENGTH)
    if not challenge:
        raise RefusedError(Word.CONDITIONS)
    hidden, mac = command.content[:-MAC_SIZE], command.content[-MAC_SIZE:]
    encryption, authentication = suite.derive(secret, ENCRYPTION), suite.derive(secret, AUTHENTICATION)
    plain = suite.decrypt(encryption, hidden)
    theirs, ours, their_half = plain[:CHALLENGE], plain[CHALLENGE : 2 * CHALLENGE], plain[2 * CHALLENGE :]
    if suite.mac(authentication, hidden) != mac or ours != challenge:
        raise RefusedError(_missed(memory))
    our_half = memory.draw(seed)
    answer = suite.encrypt(encryption, challenge + theirs + our_half)
    shared = bytes(one ^ other for one, other in zip(their_half, our_half, strict=True))
    counter = int.from_bytes(challenge[-4:] + theirs[-4:])
    session.close()
    session.coming = ChipChannel(suite, shared, counter)
    session.opened = Opened.READER if memory.life is Life.LOCKED else Opened.MACHINE
    memory.tries = MOST_TRIES
    return Answer(answer + suite.mac(authentication, answer))


def _secret(memory: Memory, session: Session) -> tuple[Suite, bytes]:
    """Ciphers and secret asked for in this life.

    Raises:
        RefusedError: 6983, blocked; 6985, the application is not selected, or the card is not opened by its MRZ.
    """
    if memory.life is Life.BLOCKED:
        raise RefusedError(Word.BLOCKED)
    if memory.life is Life.EMPTY:
        return AES_256, memory.personalisation_key
    if not session.application or BY_MRZ not in memory.passwords:
        raise RefusedError(Word.CONDITIONS)
    return TRIPLE_DES, memory.passwords[BY_MRZ][: TRIPLE_DES.key_size]


def _missed(memory: Memory) -> Word:
    """A wrong key; the personalisation key may be missed a few times only."""
    if memory.life is Life.EMPTY:
        memory.tries -= 1
        if not memory.tries:
            memory.life = Life.BLOCKED
            memory.personalisation_key = b""
    return Word.NOT_PROVED
