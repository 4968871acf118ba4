r"""Cutting an address by pattern: the tail that names units, the hamlet or street before it.

The patterns run unchanged in Python's `re` and in RE2 (no look-around, no back-reference, no `\s` or `\d`, which the two
read differently), so that set operations can cut millions of addresses down to the few distinct tails worth resolving.
"""

import re
from itertools import groupby

_GAP = "[ \\t\u00a0]*"
_STOP = " \\t\u00a0.,"  # what ends a word

_WARD_WORDS = ("phường", "phuong", "p", "ph", "phg", "f", "xã", "xa", "x", "đk", "đặc")
# Words a house, street or hamlet begins with; the few units that begin so are listed after them.
_HEADS = """thôn ấp tổ khu khóm cụm ngõ ngách hẻm hẽm số tầng phòng tòa toà đ xứ khối
thon ap khom cum ngach hem kp kdc kđt kdt tdp ql tl đt dt sn cc ktt ktx block xóm xom đường phố"""
_HEAD_WORDS = tuple(_HEADS.split())
_HEADLIKE_UNITS = (
    "(?:xóm|xom) (?:chiếu|củi|chieu|cui)|đường (?:hào|hoa|hồng|lâm|an|thượng|âm|10)|duong 10|(?:lộ|lo) 25|(?:đồi|doi) 61"
    "|phố (?:huế|hiến|lu|ràng|là|cáo|châu|cò|mới|bảng)|[123] (?:bảo lộc|bao loc)"
)
_UNIT_WORDS = (*_WARD_WORDS, "tt", "quận", "quan", "q", "huyện", "huyen", "h", "tx", "tp", "tỉnh", "tinh")
# Words no unit's name holds, and words that stand in units' names too (Sóc Sơn, Thành phố) unless they begin a segment.
_SURE_WORDS = (
    "thôn|thon|ấp|ap|tổ dân phố|to dan pho|tổ|khu phố|khu pho|kp|kdc|kđt|tdp|khóm|khom|cụm|khối|ngõ|ngách|ngach|hẻm|hem"
    "|xóm|xom|kiệt|ql|tl|đt|quốc lộ|tỉnh lộ|đường|đ[.]|th[.]"
)
_FIRST_WORDS = "bản|buôn|làng|plei|sóc|đội|doi|cum|phố|pho|to|khu|ngo|kiet|duong"


def _other_word(words: tuple[str, ...], *, starts: bool = True) -> str:
    """A pattern for any word that is none of these: their complement letter by letter, as RE2 has no look-ahead.

    `starts`: the mere start of a listed word is another word; only for patterns that go on to the word's end, others would
    stop in the middle of a listed one.
    """
    longer = sorted({word for word in words if word})
    letters = {letter: tuple(word[1:] for word in group) for letter, group in groupby(longer, key=lambda word: word[0])}
    parts = [f"[^{''.join(letters)}{_STOP}][^{_STOP}]*"]
    parts += [
        letter + _other_word(rest, starts=starts) + ("?" if starts and "" not in rest else "")
        for letter, rest in letters.items()
    ]
    return f"(?:{'|'.join(parts)})"


_NOT_WARD = f"{_GAP}{_other_word(_WARD_WORDS)}(?:[{_STOP[:-1]}][^,]*)?"
_WARD = (
    "(?:(?:phường|phuong|phg|ph|p|f|xã|xa|x|tt|đk|(?:thị|thi) (?:trấn|tran)|(?:đặc|dac) khu)[ .\u00a0]+[^ .,\u00a0][^,]*"
    "|(?:p|f|phường|phuong)[0-9]+[^,]*)"
)
_WARD_INSIDE = "[^,]*[ .](?:(?:phường|phuong|xã|xa|(?:thị|thi) (?:trấn|tran)|(?:đặc|dac) khu)[ ]|[pfx][.]|tt[.]|[pf][ ]?[0-9]|[pf][ ])[^,]+"
_DISTRICT_INSIDE = "[^,]*[ .](?:(?:quận|quan|huyện|huyen|(?:thị|thi) (?:xã|xa))[ ]|[qh][.]|t[xp][.]|q[ ]?[0-9])[^,]+"
_BARE = (
    f"(?:{_other_word((*_HEAD_WORDS, *_WARD_WORDS))}(?:[{_STOP[:-1]}][^,0-9]*(?:[ ][0-9]{{1,2}}{_GAP})?)?"
    f"|(?:quận|quan|q)[ .]*[0-9]+|(?:{_HEADLIKE_UNITS}))"
)
_COUNTRY = "việt nam|viet nam|vietnam|vn"
_END = f"(?:,{_GAP}(?:{_COUNTRY}|[0-9]{{5,6}})[ .]*){{0,2}}"

# One end for all ways to begin: RE2 is a third faster than with an end for each.
TAIL_PATTERN = (
    f"(?i)(?:^|,){_GAP}(?:"
    f"(?:{_WARD}|{_WARD_INSIDE}|{_BARE})(?:,{_NOT_WARD}){{0,2}}{_END}"
    f"|{_DISTRICT_INSIDE}(?:,{_NOT_WARD})?{_END}"
    "|[^,]*)$"
)
"""The first match, stripped of `TAIL_TRIM` at its start, is the tail: commune, district and province of an address with
commas, all of one without commas. Segments are kept whole; those that begin with a number or a word for house, street or
hamlet are cut off. There is no group in it on purpose: RE2 is ten times slower when it has to capture.
"""
TAIL_TRIM = ", \t\u00a0"

WARD_PATTERN = f"(?i)^{_GAP}(?:{'|'.join(_WARD_WORDS)})[ .\u00a0]"
"""Begin of a segment that can follow no other unit: no tail begins to the left of it."""
TOWN_PATTERN = f"(?i)^{_GAP}(?:(?:thị|thi) (?:trấn|tran)|{'|'.join(_WARD_WORDS)})[ .\u00a0]"
"""Begin of a segment that names a commune when two others follow."""
HEAD_PATTERN = f"(?i)^{_GAP}(?:[0-9]|$|(?:{'|'.join(_HEAD_WORDS)}|{_SURE_WORDS}|{_FIRST_WORDS})[ .0-9\u00a0])"
"""Begin of a segment that may be a house, street or hamlet."""
ODD_END_PATTERN = f"(?i)(?:^|[0-9 .,;]|{_COUNTRY})$"
"""End of an address whose last segment may be no province."""

_OTHER = _other_word(_UNIT_WORDS, starts=False)
_STREET = _other_word((*_UNIT_WORDS, *_HEAD_WORDS, *_FIRST_WORDS.split("|")), starts=False)
LOCALITY_PATTERN = (
    f"(?i)(?:(?:(?:^|[, ])(?:{_SURE_WORDS})|(?:^|,{_GAP}|[0-9] )(?:{_FIRST_WORDS}))[ .\u00a0]+[^ ,.\u00a0]+|[0-9] +{_STREET})"
    f"(?:[ \u00a0]+{_OTHER})*"
)
"""The first match, stripped of `LOCALITY_TRIM` at its start, is the hamlet or the named street (`Thôn 3`, `Ngõ 12 Phố Huế`);
no match when the address names none.
"""
LOCALITY_TRIM = ", \t\u00a00123456789"

_TAIL = re.compile(TAIL_PATTERN)
_LOCALITY = re.compile(LOCALITY_PATTERN)


def tail(text: str) -> str:
    """The part of an address that names units, by `TAIL_PATTERN`; the text itself when nothing can be cut.

    >>> tail("Số 12 Ngõ 5, Đường Láng, Phường Láng Hạ, Quận Đống Đa, Hà Nội")
    'Phường Láng Hạ, Quận Đống Đa, Hà Nội'
    >>> tail("Số 1, Phúc Xá, Ba Đình, Hà Nội"), tail("Thôn 3, Xã Ba Vì, Hà Nội")
    ('Phúc Xá, Ba Đình, Hà Nội', 'Xã Ba Vì, Hà Nội')
    """
    found = _TAIL.search(text)
    return (found[0].lstrip(TAIL_TRIM) if found else "") or text


def locality(text: str) -> str:
    """Hamlet or street of an address, for sorting work lists; "" when the address names none.

    >>> locality("Số 5, Thôn 3, Xã Ba Vì, Hà Nội"), locality("Số 2 Ngõ 12 Phố Huế, Quận Hai Bà Trưng")
    ('Thôn 3', 'Ngõ 12 Phố Huế')
    >>> locality("12/5 Lê Lợi, Phường Bến Nghé, Quận 1"), locality("Phường Ba Đình, Hà Nội")
    ('Lê Lợi', '')
    """
    found = _LOCALITY.search(text)
    return found[0].lstrip(LOCALITY_TRIM) if found else ""
