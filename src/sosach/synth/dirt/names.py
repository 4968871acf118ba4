"""Dirt in names of people and organisations."""

import unicodedata
from collections.abc import Callable
from random import Random
from typing import Final

from sosach.synth.dirt.planting import NAMES, OWNERS, Loss, Planting
from sosach.synth.lettering import legacy_table, move_tone, toneless
from sosach.synth.words import firms, given, listed, surnames

_TONES: Final = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_TELEX_TONES: Final = dict(zip(_TONES[1:], "sfrxj", strict=True))
_TELEX_MARKS: Final = {"\u0302": "", "\u0306": "w", "\u031b": "w"}
_IY: Final = dict(zip("yýỳỷỹỵiíìỉĩị", "iíìỉĩịyýỳỷỹỵ", strict=True))
_IY_SYLLABLES: Final = frozenset(listed("vy vi ly li my mi ky ki quy qui sy si thy hy ty"))
_NICKNAMES: Final = ("Tư", "Hai", "Út", "Cu", "Tèo", "Bé", "Sáu Lùn")
_VOWEL_TWINS: Final = ("aăâ", "eê", "oôơ", "uư", "dđ")
_KEYS: Final = "abcdeghiklmnopqrstuvxy"


def person(value: str) -> bool:
    """Not the name of an organisation."""
    return not value.startswith((*firms.FORMS, *firms.LENDERS))


def mixed_case(value: str, _aux: str, rng: Random) -> str | None:
    """Lower case, or each word in another case."""
    if rng.random() < 0.5:
        return value.lower()
    words = value.split(" ")
    return (
        " ".join(rng.choice((str.lower, str.upper, str.title))(word) for word in words[:-1]) + " " + words[-1].lower()
    )


def decomposed(value: str, _aux: str, _rng: Random) -> str | None:
    """Letters and marks as separate characters."""
    return unicodedata.normalize("NFD", value)


def other_tone_place(value: str, _aux: str, _rng: Random) -> str | None:
    """Hoà for Hòa, Thúy for Thuý."""
    return move_tone(value)


def i_for_y(value: str, _aux: str, _rng: Random) -> str | None:
    """Vi for Vy, Lí for Lý: perhaps another legal name."""
    words = value.split(" ")
    return " ".join(_iy_swapped(word) if toneless(word).lower() in _IY_SYLLABLES else word for word in words)


def _iy_swapped(word: str) -> str:
    swapped = _IY[word[-1].lower()]
    return word[:-1] + (swapped.upper() if word[-1].isupper() else swapped)


def other_d(value: str, _aux: str, rng: Random) -> str | None:
    """Đ as the Icelandic or African letter, or as plain D."""
    capital, small = rng.choice((("\u00d0", "\u00f0"), ("\u0189", "\u0256"), ("D", "d")))
    return value.replace("Đ", capital).replace("đ", small)


def without_marks(value: str, _aux: str, _rng: Random) -> str | None:
    """NGUYEN VAN A."""
    return toneless(value)


def foreign_encoding(value: str, _aux: str, rng: Random) -> str | None:
    """TCVN3, VNI or VIQR shown as Unicode, Telex keys, or UTF-8 read as Windows-1252."""
    ways: tuple[Callable[[str], str], ...] = (
        lambda text: text.translate(legacy_table("tcvn3_as_latin1")),
        lambda text: text.translate(legacy_table("vni_windows")),
        lambda text: text.translate(legacy_table("viqr")),
        telex,
        mojibake,
    )
    return rng.choices(ways, (5, 3, 1, 1, 4))[0](value)


def mojibake(text: str) -> str:
    """UTF-8 bytes taken for Windows-1252.

    >>> mojibake("Nguyễn Văn A")
    'Nguyá»…n VÄƒn A'
    """
    return "".join(bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in text.encode())


def telex(text: str) -> str:
    """The keys pressed for a text under the Telex method.

    >>> telex("Đặng Thị Thuý")
    'DDawngj Thij Thuys'
    """
    return " ".join(_telex_word(word) for word in text.split(" "))


def _telex_word(word: str) -> str:
    typed, tone = "", ""
    for char in unicodedata.normalize("NFD", word.replace("đ", "dd").replace("Đ", "DD")):
        if char in _TELEX_TONES:
            tone = _TELEX_TONES[char]
        elif char == "\u0302":
            typed += typed[-1]
        else:
            typed += _TELEX_MARKS.get(char, char)
    return typed + (tone.upper() if word.isupper() else tone)


def stray_spaces(value: str, _aux: str, rng: Random) -> str | None:
    """Doubled, no-break, leading and trailing spaces, tabs."""
    return rng.choice(
        (
            value.replace(" ", "  "),
            value.replace(" ", "\u00a0", 1),
            value + " ",
            " " + value,
            value.replace(" ", "\t", 1),
        )
    )


def without_middle(value: str, _aux: str, _rng: Random) -> str | None:
    """Surname and given name only."""
    words = value.split(" ")
    return f"{words[0]} {words[-1]}" if len(words) > 2 and person(value) else None


def with_nickname(value: str, _aux: str, rng: Random) -> str | None:
    """Nguyễn Văn Bình (Tư)."""
    return f"{value} ({rng.choice(_NICKNAMES)})" if person(value) else None


def wrong_tone(value: str, _aux: str, rng: Random) -> str | None:
    """Another tone or a near vowel in one syllable: Thuỷ for Thuý, Hưng for Hùng."""
    words = value.split(" ")
    index = rng.randrange(1, len(words)) if len(words) > 1 else 0
    parts = unicodedata.normalize("NFD", words[index])
    toned = [position for position, char in enumerate(parts) if char in _TELEX_TONES]
    if toned:
        others = [tone for tone in _TONES[1:] if tone != parts[toned[0]]]
        words[index] = unicodedata.normalize("NFC", parts[: toned[0]] + rng.choice(others) + parts[toned[0] + 1 :])
    else:
        words[index] = _twin_vowel(words[index], rng)
    return " ".join(words)


def _twin_vowel(word: str, rng: Random) -> str:
    for position, char in enumerate(word):
        twins = next((twins for twins in _VOWEL_TWINS if char.lower() in twins and twins != "dđ"), "")
        if twins:
            other = rng.choice([twin for twin in twins if twin != char.lower()])
            return word[:position] + (other.upper() if char.isupper() else other) + word[position + 1 :]
    return word


def mistyped(value: str, _aux: str, rng: Random) -> str | None:
    """A letter lost, doubled or replaced in one word."""
    words = value.split(" ")
    index = rng.randrange(len(words))
    word = words[index]
    if not word:
        return None
    at = rng.randrange(len(word))
    key = rng.choice(_KEYS)
    key = key.upper() if word.isupper() else key
    words[index] = (
        rng.choice((word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + key + word[at + 1 :]))
        or key
    )
    return " ".join(words) if toneless(" ".join(words)).lower() != toneless(value).lower() else None


def short_firm(value: str, _aux: str, _rng: Random) -> str | None:
    """CTY TNHH for CÔNG TY TNHH."""
    pairs = sorted(zip(firms.FORMS, firms.FORMS_SHORT, strict=True), key=lambda pair: -len(pair[0]))
    long, short = next((pair for pair in pairs if value.startswith(pair[0])), ("", ""))
    return short + value[len(long) :] if long else None


def two_owners(value: str, _aux: str, rng: Random) -> str | None:
    """A second owner in the same cell."""
    if not person(value):
        return None
    second = f"{rng.choice(surnames.OTHERS)} {rng.choice(('Văn', 'Thị'))} {rng.choice(given.MEN_MIDDLE)}"
    return value + rng.choice((" và ", " & ", ", ", " VÀ ")) + (second.upper() if value.isupper() else second)


def trial_name(_value: str, _aux: str, rng: Random) -> str | None:
    """What somebody typed to try the form."""
    return rng.choice(("AAAA", "TEST", "ABC", "XXXX", "NGUYỄN VĂN TEST"))


PLANTINGS: Final = (
    Planting("NAME_CASE", mixed_case, 0.02, NAMES),
    Planting("NAME_NFD", decomposed, 0.01, NAMES),
    Planting("NAME_TONEPOS", other_tone_place, 0.06, NAMES),
    Planting("NAME_IY", i_for_y, 0.03, NAMES, Loss.ALL),
    Planting("NAME_D", other_d, 0.03, NAMES),
    Planting("NAME_NOACCENT", without_marks, 0.025, NAMES),
    Planting("NAME_ENC", foreign_encoding, 0.012, NAMES),
    Planting("NAME_SPACE", stray_spaces, 0.012, NAMES),
    Planting("NAME_PARTS", without_middle, 0.006, NAMES, Loss.ALL),
    Planting("NAME_PARTS", with_nickname, 0.004, NAMES),
    Planting("NAME_OCR_TONE", wrong_tone, 0.010, NAMES),
    Planting("NAME_TYPO", mistyped, 0.014, NAMES, Loss.ALL),
    Planting("NAME_ORG", short_firm, 0.30, OWNERS),
    Planting("NAME_TWO", two_owners, 0.004, OWNERS),
    Planting("TEST_DATA", trial_name, 0.0004, NAMES, Loss.ALL),
)
