"""Engine number (số máy): 6 to 20 letters and digits; no standard fixes more.

Legal source: none for the form; the certificate of registration shows the number (Law 36/2024/QH15 art. 39). Replacing
an engine is an exchange of the certificate, so the number may change in a vehicle's life.
"""

import re

from sosach.base.findings import Finding, Reading, require
from sosach.vn.digits import settle
from sosach.vn.identifiers.chassis import looks_like_vin
from sosach.vn.identifiers.marks import look_alikes_mapped, marks_of
from sosach.vn.test_values import is_test_value

UNREADABLE = "ENG-01"
LENGTH = "ENG-02"
SCIENTIFIC = "ENG-03"
LOOKS_LIKE_CHASSIS = "ENG-04"
SEPARATORS = "ENG-05"
LOOK_ALIKES = "ENG-06"
PLACEHOLDER = "ENG-07"
NO_DIGITS = "ENG-08"

PLAIN_DROP = "-"
# Up to 16 characters that end with a serial number: shorter than a VIN, and no filler. An E straight after digits at the
# beginning could be scientific notation, so that goes the long way.
PLAIN = re.compile(
    r"[A-Za-z][A-Za-z0-9]{0,7}-?[0-9]{5,8}"
    r"|[0-9]{1,2}[A-DF-Za-df-z][A-Za-z0-9]{0,4}-?[0-9]{5,8}"
)

_KEY = re.compile(r"[A-Z0-9]{6,20}")


def compact(text: str) -> str:
    """Upper case, look-alike letters of other alphabets mapped, everything but letters and digits dropped.

    >>> compact("ja39e-1234567")
    'JA39E1234567'
    """
    return marks_of(text)


def plain_key(text: str) -> str:
    """Key of a text that matches `PLAIN`: drop the characters of `PLAIN_DROP`, upper-case.

    >>> plain_key("ja39e-1234567")
    'JA39E1234567'
    """
    return text.replace("-", "").upper()


def explain(text: str) -> Reading:
    """Read an engine number; total.

    Returns:
        Facts: `looks_like` = "chassis" where the value is a VIN by its shape.

    >>> explain("JA39E-1234567").key, explain("RLHZZ1234ZY123456").facts
    ('JA39E1234567', {'looks_like': 'chassis'})
    """
    if not text or text.isspace():
        return Reading(None, None)
    key = marks_of(text)
    if refused := _refusal(text, key):
        return Reading(None, None, findings=(Finding(refused, text),))
    remarks = _form_remarks(text, key)
    if looks_like_vin(key):
        return Reading(key, key, {"looks_like": "chassis"}, (Finding(LOOKS_LIKE_CHASSIS, text), *remarks))
    return Reading(key, key, {}, remarks)


def validate(text: str) -> str:
    """The key.

    Raises:
        InvalidValueError: no engine number can be read.
    """
    return require(explain(text), text)


def format(key: str) -> str:  # noqa: A001 - every identifier module has the same four verbs
    """Display form: the key, for no standard places the dash."""
    return key


def _refusal(text: str, key: str) -> str | None:
    if is_test_value(text) or is_test_value(key):
        return PLACEHOLDER
    if re.fullmatch(r"[0-9]+[.,]?[0-9]*[Ee]\+[0-9]+", settle(text)):
        return SCIENTIFIC
    if not any(char.isdigit() for char in key):
        return NO_DIGITS
    if _KEY.fullmatch(key):
        return None
    return LENGTH if re.fullmatch(r"[A-Z0-9]+", key) else UNREADABLE


def _form_remarks(text: str, key: str) -> tuple[Finding, ...]:
    remarks = []
    if look_alikes_mapped(text):
        remarks.append(Finding(LOOK_ALIKES, text, key))
    if not text.replace("-", "").isalnum() or not text.isascii():
        remarks.append(Finding(SEPARATORS, text, key))
    return tuple(remarks)
