"""Status words of a chip (ISO/IEC 7816-4), and the refusal that carries one."""

from enum import IntEnum


class Word(IntEnum):
    """The last two bytes of every answer."""

    DONE = 0x9000
    END_OF_FILE = 0x6282  # fewer bytes than asked
    NOT_PROVED = 0x6300  # wrong key or password
    LENGTH = 0x6700
    CHAINING = 0x6883  # the last command of a chain was expected
    SECURITY = 0x6982  # not allowed to this reader
    BLOCKED = 0x6983  # too many wrong keys
    CONDITIONS = 0x6985  # not in this state
    NO_FILE_SELECTED = 0x6986
    PROTECTION_MISSING = 0x6987  # a data object of secure messaging is missing
    PROTECTION_WRONG = 0x6988  # a data object of secure messaging is wrong
    WRONG_VALUE = 0x6A80
    NOT_FOUND = 0x6A82
    NO_SPACE = 0x6A84
    PARAMETERS = 0x6A86
    NO_REFERENCE = 0x6A88  # key or object referred to is not there
    EXISTS = 0x6A89
    OFFSET = 0x6B00
    INSTRUCTION = 0x6D00
    CLASS = 0x6E00


class RefusedError(Exception):
    """The chip answers with a status word and no data."""

    def __init__(self, word: Word) -> None:
        super().__init__(f"{word:04X} {word.name}")
        self.word = word
