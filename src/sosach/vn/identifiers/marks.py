"""Numbers of letters and digits stamped on vehicles: the characters that count, look-alikes of other alphabets mapped."""

from sosach.vn.digits import settle

# Cyrillic and Greek capitals that look like Latin ones; Ð (U+00D0) and Ɖ (U+0189) for Đ.
LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧÐƉ", "ABEKMHOPCTYXISJABEZHIKMNOPTYXĐĐ")


def marks_of(text: str) -> str:
    """Letters and digits of a text, upper case, look-alikes mapped.

    >>> marks_of("*JA39Е-1234567*")
    'JA39E1234567'
    """
    return "".join(char for char in settle(text).upper().translate(LOOK_ALIKES) if char.isalnum())


def look_alikes_mapped(text: str) -> bool:
    """Whether a letter of another alphabet stands for one of ours.

    >>> look_alikes_mapped("JA39Е"), look_alikes_mapped("JA39E")
    (True, False)
    """
    if text.isascii():
        return False
    upper = settle(text).upper()
    return upper != upper.translate(LOOK_ALIKES)
