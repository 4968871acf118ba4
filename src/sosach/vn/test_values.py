"""Values typed to fill a mandatory field or to try a system: AAAA, 111111, 123456789, 01/01/1970 (pattern TEST_DATA)."""

import re

_RUN = re.compile(r"(.)\1+")
_ASCENDING = "01234567890123456789012345"
_DESCENDING = "98765432109876543210"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Said instead of a value, compared without separators.
_ENGLISH = ("TEST", "TESTING", "ABC", "ABCD", "XYZ", "ASDF", "QWERTY", "NULL", "NONE", "NAN", "NA", "UNKNOWN")
_ACCENTED = ("KHÔNG", "KHÔNGCÓ", "KHÔNGRÕ", "KHÔNGBIẾT", "KHÔNGXÁCĐỊNH", "CHƯACÓ", "CHƯARÕ", "CHƯAXÁCĐỊNH")
_UNACCENTED = ("KHONG", "KHONGCO", "KHONGRO", "KHONGBIET", "KHONGXACDINH", "CHUACO", "CHUARO", "CHUAXACDINH")
_SHORT = ("KO", "K", "KC", "KOCO", "ĐANGCẬPNHẬT", "DANGCAPNHAT", "CHƯACẬPNHẬT", "CHUACAPNHAT")
_WORDS = frozenset((*_ENGLISH, *_ACCENTED, *_UNACCENTED, *_SHORT))
_BEGINNINGS = frozenset(said[:end] for said in _WORDS for end in range(1, len(said) + 1))
_NOT_A_MARK = re.compile(r"[^0-9A-Za-zÀ-ỹĐđ]+")


def is_test_number(digits: str) -> bool:
    """Whether a string of digits was typed to fill a field: one digit repeated, or counting up or down.

    Shorter than five digits nothing is certain, so False.

    >>> is_test_number("111111"), is_test_number("123456789"), is_test_number("9876543210"), is_test_number("012345678")
    (True, True, True, False)
    """
    if len(digits) < 5:
        return False
    if _RUN.fullmatch(digits):
        return True
    # 012345678 can be an old ID number of Hà Nội: counting from 0 is suspicious only when it reaches 9.
    counts_up = _ASCENDING.startswith(digits) and len(digits) >= 10
    return counts_up or _ASCENDING[1:].startswith(digits) or _DESCENDING.startswith(digits) or digits == "654321"


def is_test_value(text: str) -> bool:
    """Whether a text stands for nothing: a filler, one character repeated, a run of the keyboard, "không có".

    >>> [is_test_value(text) for text in ("AAAA", "không rõ", "TEST", "xxx", "---", "1M8GDM9A", "")]
    [True, True, True, True, True, False, False]
    """
    if not text or text.isspace():
        return False
    bare = _NOT_A_MARK.sub("", text).upper()
    if not bare:
        return True
    if bare in _WORDS or is_test_number(bare):
        return True
    return len(bare) >= 3 and (bool(_RUN.fullmatch(bare)) or (len(bare) >= 4 and bare in _ALPHABET))


def may_begin_test_value(word: str) -> bool:
    """Whether letters can follow the word so that the whole is a test value; the longest test value counts as well.

    >>> [may_begin_test_value(word) for word in ("không", "chu", "AA", "DE", "Nguyễn", "12")]
    [True, True, True, True, False, True]
    """
    bare = _NOT_A_MARK.sub("", word).upper()
    if not bare or bare.isdigit() or len(set(bare)) == 1:
        return True
    return bare in _BEGINNINGS or bare in _ALPHABET
