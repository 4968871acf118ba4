"""An address cut into segments and words, with the level words (Phường, Q., TX …) recognised."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sosach.vn.folding import composed, without_marks

PROVINCE_WORDS = frozenset({"tinh", "thanh_pho"})
DISTRICT_WORDS = frozenset({"quan", "huyen", "thi_xa", "thanh_pho"})
COMMUNE_WORDS = frozenset({"phuong", "xa", "thi_tran", "dac_khu"})

_SINGLE = {
    **dict.fromkeys(("P", "PH", "PHG", "PHUONG", "F"), "phuong"),
    **dict.fromkeys(("X", "XA"), "xa"),
    **dict.fromkeys(("TT", "TTR", "TTRAN"), "thi_tran"),
    **dict.fromkeys(("DK", "DACKHU"), "dac_khu"),
    **dict.fromkeys(("Q", "QUAN"), "quan"),
    **dict.fromkeys(("H", "HUYEN"), "huyen"),
    **dict.fromkeys(("TX", "THIXA"), "thi_xa"),
    **dict.fromkeys(("TP", "THANHPHO"), "thanh_pho"),
    **dict.fromkeys(("T", "TINH"), "tinh"),
}
_DOUBLE: dict[tuple[str, ...], str] = {
    ("THI", "TRAN"): "thi_tran",
    ("DAC", "KHU"): "dac_khu",
    ("HUYEN", "DAO"): "huyen",
    ("THI", "XA"): "thi_xa",
    ("THANH", "PHO"): "thanh_pho",
    ("T", "P"): "thanh_pho",
    ("T", "X"): "thi_xa",
    ("T", "T"): "thi_tran",
}
_FULL = frozenset({"PHUONG", "XA", "THI TRAN", "DAC KHU", "QUAN", "HUYEN", "HUYEN DAO", "THI XA", "THANH PHO", "TINH"})
# A level word as it may stand inside a segment: Xá and Quán are no level words, though they fold to one.
_MARKED = "PHƯỜNG XÃ THỊ TRẤN ĐẶC KHU QUẬN HUYỆN ĐẢO THÀNH PHỐ TỈNH ĐK"
_RIGHT_MARKS = frozenset(_SINGLE).union(*_DOUBLE, _MARKED.split())
_GLUED = {"TP": "thanh_pho", "TX": "thi_xa", "TT": "thi_tran"}

# Words a hamlet, street, house or building begins with, as written: such a segment is no commune.
_HEADS = """THÔN XÓM ẤP TỔ KHU KHÓM KHỐI CỤM NGÕ NGÁCH HẺM HẼM KIỆT ĐƯỜNG PHỐ Đ SỐ SN LÔ TẦNG PHÒNG CĂN TÒA TOÀ BLOCK CC
KTT KTX KCN QL TL ĐT TDP THON XOM AP KHOM CUM NGACH HEM KP KDC KDT KĐT DT"""
_HEAD_WORDS = frozenset(_HEADS.split())

_WORD = re.compile(r"[^\W_]+(?:['’‘`´ʼ][^\W_]+)*", re.UNICODE)
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_STRAY_MARKS = re.compile("[\u0300-\u036f]")
_LEVEL_NUMBER = re.compile(r"(P|PH|PHUONG|F|Q|QUAN)([0-9]{1,2})")
_SPLIT = re.compile(r"[,;|\n\r\t]")
_FINAL_Y = re.compile(r"(?<=[BCDGHKLMNPQRSTVX])Y$|(?<=QU)Y$")
_MAX_NAME = 7  # words of the longest unit name, with its level word


class Span(NamedTuple):
    """A run of words that may name a unit: level word or "", key of the name, index of its first word."""

    level: str
    key: str
    start: int
    name: int  # index of the first word of the bare name
    end: int  # index behind its last word


@lru_cache(maxsize=1 << 15)
def _loose(word: str) -> str:
    """Key of one folded word: 01 as 1, final y as i (Qui Nhơn), Đắc as Đắk."""
    if word.isdigit():
        return word.lstrip("0") or "0"
    return "DAK" if word == "DAC" else _FINAL_Y.sub("I", word)


def squeeze(words: tuple[str, ...]) -> str:
    """Comparison key of a name from its folded words: blanks, apostrophes and hyphens do not matter.

    >>> squeeze(("EA", "HLEO")), squeeze(("PHUONG", "01"))
    ('EAHLEO', 'PHUONG1')
    """
    return "".join([_loose(word) for word in words])


def name_key(name: str) -> str:
    """Comparison key of a name as written.

    >>> name_key("M'Đrắk") == name_key("MDrak"), name_key("Qui Nhơn") == name_key("Quy Nhơn")
    (True, True)
    """
    return squeeze(segment(name).folded)


@dataclass(slots=True)
class Segment:
    """What stands between two commas.

    Attributes:
        text: as given, composed.
        words: upper-case words without apostrophes; a level glued to its number (`Q1`) is cut in two.
        folded: the same words without marks.
        offsets: where each word begins in `text`.
    """

    text: str
    words: tuple[str, ...]
    folded: tuple[str, ...]
    offsets: tuple[int, ...]
    _spans: dict[tuple[int, bool], tuple[Span, ...]] = field(default_factory=dict)

    @property
    def has_digit(self) -> bool:
        """Whether a digit stands in it."""
        return any(char.isdigit() for char in self.text)

    @property
    def is_head(self) -> bool:
        """Whether it begins like a hamlet, street or house, or holds a number without a level word."""
        return bool(self.words) and (
            self.words[0] in _HEAD_WORDS or (self.has_digit and not level_at(self.folded, 0)[0])
        )

    def spans(self, end: int, *, loose: bool) -> tuple[Span, ...]:
        """Runs of words before `end` that may be a unit, most explicit first.

        The whole segment, then runs behind a level word inside it; with `loose` also bare runs, longest first.
        """
        found = self._spans.get((end, loose))
        if found is None:
            found = self._spans[end, loose] = tuple(_spans(self, end, loose=loose))
        return found


def level_at(words: tuple[str, ...], index: int) -> tuple[str, int]:
    """Level word at that place and how many words it takes; ("", 0) when there is none."""
    level = _DOUBLE.get(words[index : index + 2])
    if level:
        return level, 2
    level = _SINGLE.get(words[index], "")
    return level, 1 if level else 0


def is_full_word(words: tuple[str, ...]) -> bool:
    """Whether folded words are a level word written out.

    >>> is_full_word(("THI", "XA")), is_full_word(("TX",))
    (True, False)
    """
    return " ".join(words) in _FULL


def _options(part: "Segment", start: int, end: int) -> list[Span]:
    """The readings of one run behind its level word; inside a segment only a word that carries no foreign marks."""
    words = part.folded
    found: list[Span] = []
    level, size = level_at(words, start)
    if start and not _RIGHT_MARKS.issuperset(part.words[start : start + size]):
        return found
    if level and start + size < end:
        found.append(Span(level, squeeze(words[start + size : end]), start, start + size, end))
        if size == 2 and (single := _SINGLE.get(words[start])):
            found.append(Span(single, squeeze(words[start + 1 : end]), start, start + 1, end))
    first = words[start]
    glued = _GLUED.get(first[:2])
    if glued and len(first) > 4:
        found.append(Span(glued, squeeze((first[2:], *words[start + 1 : end])), start, start, end))
    return found


def _spans(part: "Segment", end: int, *, loose: bool) -> list[Span]:
    words = part.folded
    found = [Span("", squeeze(words[:end]), 0, 0, end)] if end <= _MAX_NAME else []
    low = max(0, end - _MAX_NAME - 1)
    # inside a segment only a level word, or a name glued to one, begins a run
    starts = [
        start
        for start in range(end - 1, low - 1, -1)
        if not start or part.words[start] in _RIGHT_MARKS or words[start][:2] in _GLUED
    ]
    inner = [span for start in starts for span in _options(part, start, end)]
    whole = [span for span in inner if span.start == 0]
    found = whole + found + [span for span in inner if span.start]
    if loose:
        bare = (Span("", squeeze(words[start:end]), start, start, end) for start in range(max(1, low), end))
        found += [span for span in bare if not span.key.isdigit()]
    return [span for span in found if span.level or not span.key.isdigit()]


@lru_cache(maxsize=1 << 15)
def _word(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One word in upper case and without marks; a level glued to its number as two."""
    word = text.upper()
    if not word.isalnum():
        word = _APOSTROPHES.sub("", word)
    glued = _LEVEL_NUMBER.fullmatch(without_marks(word)) if word[-1].isdigit() else None
    parts = (word[: -len(glued[2])], glued[2]) if glued else (word,)
    return parts, tuple(map(without_marks, parts))


@lru_cache(maxsize=1 << 16)
def segment(text: str) -> Segment:
    """Cut one segment into words.

    >>> segment("P.Bến Nghé Q1").folded
    ('P', 'BEN', 'NGHE', 'Q', '1')
    """
    text = composed(text)
    if not text.isascii():
        text = _STRAY_MARKS.sub("", text)
    words: list[str] = []
    folded: list[str] = []
    offsets: list[int] = []
    for match in _WORD.finditer(text):
        parts, plain = _word(match[0])
        words += parts
        folded += plain
        offsets.append(match.start())
        if len(parts) > 1:
            offsets.append(match.end() - len(parts[1]))
    return Segment(text, tuple(words), tuple(folded), tuple(offsets))


def cut(text: str) -> list[Segment]:
    """Non-empty segments of an address, left to right."""
    return [found for part in _SPLIT.split(text) if (found := segment(part.strip())).words]
