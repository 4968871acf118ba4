"""Errors a person can act on: each has a stable code and says what to do next, in Vietnamese and English."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """The closed list of errors. A code is never reused for another meaning."""

    INPUT_MISSING = "INPUT-01"  # the file or folder does not exist
    INPUT_UNREADABLE = "INPUT-02"  # it exists, but is not a CSV, XLSX or Parquet we can read
    INPUT_EMPTY = "INPUT-03"  # no header, or a header without rows
    INPUT_COLUMNS = "INPUT-04"  # headings not recognised and no mapping given
    INPUT_MAPPING = "INPUT-05"  # the mapping file is wrong
    INPUT_NOTHING = "INPUT-06"  # no register given at all
    PICTURE_REFUSED = "INPUT-07"  # a photo somebody sent is not one we take
    OUTPUT_UNWRITABLE = "OUTPUT-01"  # the output folder cannot be written
    OUTPUT_IN_USE = "OUTPUT-02"  # another run works in the same folder
    OUTPUT_FOREIGN = "OUTPUT-03"  # the folder holds something that is not a run of ours
    RECORD_UNKNOWN = "RECORD-01"  # `sosach explain` of a record that is not in the run
    VALUE_INVALID = "VALUE-01"  # one value does not stand for what it should
    ROWS_LOST = "ENGINE-01"  # rows in ≠ rows out: a defect of ours, the run stops
    ACCESS_DENIED = "ACCESS-01"  # the actor has no role that allows it
    ACCESS_OUTSIDE = "ACCESS-02"  # the record belongs to a territory the actor does not reach
    ACCESS_UNKNOWN = "ACCESS-03"  # no account is known by the key or session given
    ACCESS_TOO_FAST = "ACCESS-04"  # the account asked more, or missed more often, than its budget allows
    REQUEST_INVALID = "REQUEST-01"  # a request is not what the description of the API asks for
    REQUEST_REPEATED = "REQUEST-02"  # an idempotency key was used for another request, or its answer is kept no longer
    SERVER_FAULT = "SERVER-01"  # a defect of ours while answering a request; the log knows its number
    SERVER_BUSY = "SERVER-02"  # more work of one kind at once than the server takes; nothing was done
    AUDIT_UNAVAILABLE = "AUDIT-01"  # the evidence log cannot be written: nothing is done or shown
    NOT_FOUND = "STATE-01"  # no such record within reach
    STATE_FORBIDS = "STATE-02"  # the procedure is not possible in the record's present state
    CONFLICT = "STATE-03"  # somebody else changed or claimed it meanwhile
    INPUT_INCOMPLETE = "STATE-04"  # what the procedure needs is missing or contradicts itself
    DATABASE_DOWN = "DB-01"  # the database does not start or does not answer
    DATABASE_UNFIT = "DB-02"  # its version or settings are not safe for what it is to hold
    DATABASE_RIGHTS = "DB-03"  # an account, folder or role lacks a right that somebody else has to give
    LINK_DOWN = "LINK-01"  # the other level of Sosach does not answer, or not as itself; what waits is kept
    KEY_UNUSABLE = "KEY-01"  # a key file or token is missing, locked, damaged or refuses
    SEAL_REFUSED = "KEY-02"  # what is sealed does not open: another key, another person's record, or altered
    SIGNER_SPENT = "KEY-03"  # a document signer may not sign so much, or not on that day
    CARD_UNREADABLE = "CARD-01"  # a chip does not open, or does not answer as a card does
    BACKUP_UNUSABLE = "DB-04"  # a backup cannot be made, is damaged, or does not give the state it was made of


class SosachError(Exception):
    """An error with a code, a sentence in both languages and a hint what to do.

    Attributes:
        code: stable code from `ErrorCode`.
        vi: what is wrong, Vietnamese.
        en: what is wrong, English.
        hint_vi: what to do about it, Vietnamese; may be empty.
        hint_en: what to do about it, English; may be empty.
    """

    def __init__(self, code: ErrorCode, *, vi: str, en: str, hint_vi: str = "", hint_en: str = "") -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.vi = vi
        self.en = en
        self.hint_vi = hint_vi
        self.hint_en = hint_en

    def text(self, lang: str = "vi") -> str:
        """The whole message in one language: sentence, then hint."""
        sentence, hint = (self.vi, self.hint_vi) if lang == "vi" else (self.en, self.hint_en)
        return f"{self.code}: {sentence}\n{hint}".rstrip()


class InvalidValueError(SosachError):
    """A single value that cannot stand for what it should; `check` is the code of the check it fails (`PIN-01`)."""

    def __init__(self, check: str, value: str) -> None:
        super().__init__(
            ErrorCode.VALUE_INVALID, vi=f"Giá trị “{value}” không đạt {check}", en=f"Value “{value}” fails {check}"
        )
        self.check = check
        self.value = value
