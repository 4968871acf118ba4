"""Survey cards (the collection forms of the population register): their fields, and where two keyings of a card differ.

The fields are the lines of the form of 2021 (name to relation to the head of the household), kept under the items of Law
26/2023/QH15 art. 9 they fill. Two clerks key each card without seeing each other's work; what they agree on stands.
"""

import hashlib
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sosach.vn import dates, person_terms
from sosach.vn.folding import composed
from sosach.vn.identifiers import pin as pin_number
from sosach.vn.names import keys

LARGEST_BATCH = 100_000  # cards; what more is, is keyed and judged as several batches
LONGEST_VALUE = 250
LEAST_SAMPLE = 20


class Choice(StrEnum):
    """What a third look found right."""

    FIRST = "first"
    SECOND = "second"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CardField:
    """A field of the card.

    Attributes:
        name: in code, in files and in what is kept.
        vi: heading, Vietnamese.
        en: heading, English.
        item: of Law 26/2023/QH15 art. 9 that it fills.
        meaning: what two spellings have in common; "" where a text cannot be read.
    """

    name: str
    vi: str
    en: str
    item: int
    meaning: Callable[[str], str]


def _text(value: str) -> str:
    return composed(value).casefold()


def _name(value: str) -> str:
    return keys(value).k1  # wherever the tone mark stands


def _date(value: str) -> str:
    return dates.explain(value, kind="birth").iso or ""


def _sex(value: str) -> str:
    return person_terms.sex(value).key or ""


def _number(value: str) -> str:
    return pin_number.compact(value)


FIELDS: tuple[CardField, ...] = (
    CardField("full_name", "Họ, chữ đệm và tên khai sinh", "Full name", 1, _name),
    CardField("birth_date", "Ngày, tháng, năm sinh", "Date of birth", 4, _date),
    CardField("sex", "Giới tính", "Sex", 5, _sex),
    CardField("blood_type", "Nhóm máu", "Blood type", 12, _text),
    CardField("marital_status", "Tình trạng hôn nhân", "Marital status", 21, _text),
    CardField("birth_registration_place", "Nơi đăng ký khai sinh", "Birth registered at", 7, _name),
    CardField("hometown", "Quê quán", "Hometown", 8, _name),
    CardField("ethnicity", "Dân tộc", "Ethnicity", 9, _name),
    CardField("religion", "Tôn giáo", "Religion", 10, _name),
    CardField("nationality", "Quốc tịch", "Nationality", 11, _name),
    CardField("pin", "Số định danh cá nhân", "PIN", 3, _number),
    CardField("old_id", "Số CMND", "Old ID number", 13, _number),
    CardField("permanent_address", "Nơi thường trú", "Permanent residence", 16, _name),
    CardField("current_address", "Nơi ở hiện tại", "Present residence", 18, _name),
    CardField("father_name", "Họ tên cha", "Father's name", 15, _name),
    CardField("father_number", "Số giấy tờ của cha", "Father's number", 15, _number),
    CardField("mother_name", "Họ tên mẹ", "Mother's name", 15, _name),
    CardField("mother_number", "Số giấy tờ của mẹ", "Mother's number", 15, _number),
    CardField("spouse_name", "Họ tên vợ, chồng", "Spouse's name", 15, _name),
    CardField("spouse_number", "Số giấy tờ của vợ, chồng", "Spouse's number", 15, _number),
    CardField("representative_name", "Họ tên người đại diện", "Representative's name", 15, _name),
    CardField("representative_number", "Số giấy tờ của người đại diện", "Representative's number", 15, _number),
    CardField("head_name", "Họ tên chủ hộ", "Head of the household", 23, _name),
    CardField("head_number", "Số giấy tờ của chủ hộ", "Number of the head of the household", 23, _number),
    CardField("head_relation", "Quan hệ với chủ hộ", "Relation to the head", 22, _name),
)
BY_NAME: Mapping[str, CardField] = {each.name: each for each in FIELDS}

REASONS: Mapping[str, tuple[str, str]] = {
    "keyed_once": ("Phiếu chỉ được nhập một lần.", "The card was keyed once only."),
    "keyed_twice": ("Số phiếu có nhiều dòng trong cùng một lần nhập.", "The number stands in several rows of one keying."),
    "same_keyer": ("Cùng một người nhập cả hai lần.", "One person keyed it both times."),
    "no_keyer": ("Không có tên người nhập.", "It is not told who keyed it."),
    "known": ("Phiếu đã có trong hệ thống với cùng nội dung.", "The card is here already, with the same content."),
    "known_other": ("Phiếu đã có trong hệ thống với nội dung khác.", "The card is here already, with another content."),
    "commune": ("Không có mã xã này.", "There is no such commune."),
    "two_communes": ("Hai lần nhập ghi mã xã khác nhau.", "The two keyings name different communes."),
    "outside": ("Phiếu thuộc địa bàn khác.", "The card belongs to another territory."),
    "too_long": ("Có giá trị dài quá 250 ký tự.", "A value is longer than 250 characters."),
    "value": ("Có giá trị không đạt kiểm tra.", "A value fails a check."),
    "unknown_number": ("Số định danh chưa có trong sổ.", "The PIN is not in the register."),
    "other_name": ("Số định danh thuộc người có tên khác.", "The PIN belongs to somebody of another name."),
    "candidates": ("Có người trong sổ có thể là người này.", "There are people on record this may be."),
    "differs": ("Khác với sổ; đã lập đề nghị điều chỉnh.", "It differs from the record; corrections are proposed."),
    "elsewhere": ("Khác với sổ; bản ghi thuộc địa bàn khác.", "It differs; the record is another territory's."),
    "not_alive": ("Người này không còn sống theo sổ.", "By the register this person does not live any more."),
    "too_poor": ("Thiếu thông tin để lập bản ghi.", "Too little is told to make a record."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keyed:
    """A card as one clerk keyed it.

    Attributes:
        number: of the card.
        commune_code: where it was collected.
        keyer: who keyed it.
        values: field → what was typed; empty ones left out.
    """

    number: str
    commune_code: str
    keyer: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two keyings of a card beside each other.

    Attributes:
        number: of the card.
        commune_code: where it was collected; "" where they differ or there is none.
        keyers: who keyed it, first and second time.
        values: what both say.
        doubts: field → what the first and the second say.
        fault: why the card is rejected; "" when it is not.
        digest: hash of both keyings.
    """

    number: str
    commune_code: str
    keyers: tuple[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fault: str = ""
    digest: str = ""


def clean(text: str) -> str:
    """What was typed, with composed letters and single blanks.

    >>> clean("  Nguyễn   An ")
    'Nguyễn An'
    """
    return " ".join(composed(text).split())


def agree(name: str, first: str, second: str) -> bool:
    """Whether two keyings of a field say the same: letter by letter, or by what they mean.

    >>> agree("birth_date", "5/3/1970", "05/03/1970"), agree("full_name", "Lê Hoà", "LÊ HÒA"), agree("full_name", "Lê An", "Lê Ân")
    (True, True, False)
    """
    if first == second:
        return True
    if not first or not second:
        return False
    meaning = BY_NAME[name].meaning
    return bool(told := meaning(first)) and told == meaning(second)


def compare(first: Sequence[Keyed], second: Sequence[Keyed]) -> list[Compared]:
    """Put two keyings beside each other, every card of either once, by number."""
    one, two = _by_number(first), _by_number(second)
    return [_compared(number, one.get(number, []), two.get(number, [])) for number in sorted(one.keys() | two.keys())]


def _by_number(cards: Sequence[Keyed]) -> dict[str, list[Keyed]]:
    found: dict[str, list[Keyed]] = {}
    for card in cards:
        found.setdefault(card.number, []).append(card)
    return found


def _compared(number: str, first: Sequence[Keyed], second: Sequence[Keyed]) -> Compared:
    keyers = (first[0].keyer if first else "", second[0].keyer if second else "")
    fault = _fault(first, second)
    if fault:
        commune = (first or second)[0].commune_code
        return Compared(number, commune, keyers, fault=fault)
    one, two = first[0], second[0]
    told = [(each.name, one.values.get(each.name, ""), two.values.get(each.name, "")) for each in FIELDS]
    return Compared(
        number,
        one.commune_code,
        keyers,
        values={name: typed for name, typed, again in told if typed and agree(name, typed, again)},
        doubts={name: (typed, again) for name, typed, again in told if not agree(name, typed, again)},
        digest=digest_of(told),
    )


def digest_of(told: Sequence[tuple[str, str, str]]) -> str:
    """Hash of two keyings of a card; it does not matter which of them came first."""
    sides = sorted("\x1f".join(f"{row[0]}={row[side]}" for row in told) for side in (1, 2))
    return hashlib.sha256("\x1e".join(sides).encode()).hexdigest()


def _fault(first: Sequence[Keyed], second: Sequence[Keyed]) -> str:
    if not first or not second:
        return "keyed_once"
    if len(first) > 1 or len(second) > 1:
        return "keyed_twice"
    one, two = first[0], second[0]
    if not one.keyer or not two.keyer:
        return "no_keyer"
    if _text(one.keyer) == _text(two.keyer):
        return "same_keyer"
    if one.commune_code != two.commune_code:
        return "two_communes"
    values = (*one.values.values(), *two.values.values())
    return "too_long" if any(len(value) > LONGEST_VALUE for value in values) else ""


def draw(numbers: Collection[str], *, share: float, seed: str) -> frozenset[str]:
    """The cards that are compared with the paper: by the seed, so that nobody can choose them afterwards.

    >>> numbers = [f"{n:03}" for n in range(100)]
    >>> len(draw(numbers, share=0.02, seed="a")), draw(numbers, share=0.3, seed="a") == draw(numbers[::-1], share=0.3, seed="a")
    (20, True)
    """
    wanted = min(len(numbers), max(LEAST_SAMPLE, -(-len(numbers) * round(share * 10_000) // 10_000)))
    drawn = random.Random(seed)  # noqa: S311 - a sample, no secret  # nosec B311
    return frozenset(drawn.sample(sorted(numbers), wanted))
