"""What the evidence of a link says in words: `id=pin;name=equal;…` as sentences a clerk can read aloud."""

from typing import Final

from sosach.vn.wording import Lang, Words

_SENTENCES: Final[dict[str, dict[str, Words]]] = {
    "id": {
        "pin": {
            "vi": "Số định danh trong bản ghi đúng là số của người này.",
            "en": "The PIN in the record is this person's.",
        },
        "pin_repair": {
            "vi": "Số định danh trong bản ghi viết hỏng; sửa lại thì đúng là số của người này (mới là đề xuất).",
            "en": "The PIN in the record is damaged; mended, it is this person's (a proposal only).",
        },
        "old_id": {
            "vi": "Số CMND trong bản ghi là số CMND cũ của người này.",
            "en": "The old ID number in the record is this person's.",
        },
        "old_id_repair": {
            "vi": "Số CMND trong bản ghi viết hỏng; sửa lại thì là số CMND cũ của người này (mới là đề xuất).",
            "en": "The old ID number in the record is damaged; mended, it is this person's (a proposal only).",
        },
        "partial": {
            "vi": "Số giấy tờ chỉ khác số của người này một chữ số, hoặc đảo hai chữ số liền nhau.",
            "en": "The ID number differs from this person's by one digit or two swapped neighbours.",
        },
        "none": {
            "vi": "Không so được số giấy tờ: một bên không có số dùng được.",
            "en": "The ID numbers could not be compared: one side has none that is usable.",
        },
        "conflict": {
            "vi": "Số giấy tờ trong bản ghi khác số của người này.",
            "en": "The ID number in the record is not this person's.",
        },
    },
    "name": {
        "equal": {"vi": "Họ tên trùng khớp.", "en": "The names agree."},
        "tone": {"vi": "Họ tên chỉ khác dấu.", "en": "The names differ in their marks only."},
        "toneless": {
            "vi": "Họ tên giống nhau, một bên thiếu dấu.",
            "en": "The names agree; one side is written without its marks.",
        },
        "near": {"vi": "Họ tên gần giống, khác một vài chữ cái.", "en": "The names are close: a few letters differ."},
        "part": {
            "vi": "Họ tên chỉ khớp một phần (thiếu hoặc thừa chữ).",
            "en": "The names agree in part: a word is missing or added.",
        },
        "different": {"vi": "Họ tên khác nhau.", "en": "The names differ."},
    },
    "birth": {
        "equal": {"vi": "Ngày sinh trùng khớp.", "en": "The dates of birth agree."},
        "swapped": {
            "vi": "Ngày sinh trùng nếu đảo ngày và tháng.",
            "en": "The dates of birth agree once day and month are swapped.",
        },
        "year": {"vi": "Chỉ so được năm sinh; năm sinh trùng.", "en": "Only the years of birth are known; they agree."},
        "part": {"vi": "Ngày sinh chỉ trùng một phần.", "en": "The dates of birth agree in part."},
        "none": {
            "vi": "Không so được ngày sinh: một bên không ghi.",
            "en": "The dates of birth could not be compared: one side has none.",
        },
        "conflict": {"vi": "Ngày sinh khác nhau.", "en": "The dates of birth differ."},
    },
    "place": {
        "address": {
            "vi": "Cùng địa chỉ: số nhà, đường (thôn, tổ) và xã đều khớp.",
            "en": "Same address: house, street or hamlet, and commune agree.",
        },
        "hamlet": {
            "vi": "Cùng thôn (tổ, đường phố) trong một xã.",
            "en": "Same hamlet or street in the same commune.",
        },
        "commune": {"vi": "Cùng xã (phường, đặc khu).", "en": "Same commune."},
        "province": {"vi": "Cùng tỉnh, khác xã.", "en": "Same province, another commune."},
        "other": {"vi": "Địa chỉ ở tỉnh khác.", "en": "The address is in another province."},
        "none": {"vi": "Không so được nơi ở.", "en": "The places could not be compared."},
    },
}

_LIKELIHOODS: Final[tuple[tuple[float, Words], ...]] = (
    (0.999, {"vi": "gần như chắc chắn", "en": "as good as certain"}),
    (0.99, {"vi": "rất chắc", "en": "very sure"}),
    (0.95, {"vi": "chắc", "en": "sure"}),
    (0.8, {"vi": "khá chắc", "en": "fairly sure"}),
    (0.5, {"vi": "có thể đúng", "en": "possible"}),
    (0.0, {"vi": "ít khả năng", "en": "unlikely"}),
)

_NOTHING_COMPARED: Final = frozenset({"none"})


def sentences(evidence: str | None, lang: Lang) -> list[str]:
    """Put evidence into words, in its own order.

    A pair that is not in the list is shown as it is: it is never lost.

    >>> sentences("id=pin;name=tone;rivals=2", "vi")[1:]
    ['Họ tên chỉ khác dấu.', 'Còn 2 người khác cũng phù hợp như vậy.']
    """
    return [_sentence(feature, level, lang) for feature, level in pairs(evidence).items()]


def pairs(evidence: str | None) -> dict[str, str]:
    """Read evidence into feature → level.

    >>> pairs("id=pin;name=equal"), pairs(None)
    ({'id': 'pin', 'name': 'equal'}, {})
    """
    return dict(_pair(part) for part in (evidence or "").split(";") if part.strip())


def compared(evidence: str | None) -> bool:
    """Tell whether anything at all was compared.

    >>> compared("id=none;name=none;rivals=0"), compared("id=none;name=near")
    (False, True)
    """
    return any(level not in _NOTHING_COMPARED for feature, level in pairs(evidence).items() if feature != "rivals")


def likelihood(probability: float, lang: Lang) -> str:
    """Put a probability into words.

    >>> likelihood(0.9987, "vi"), likelihood(0.3, "en")
    ('rất chắc', 'unlikely')
    """
    return next(words[lang] for floor, words in _LIKELIHOODS if probability >= floor)


def _pair(part: str) -> tuple[str, str]:
    feature, _, level = part.partition("=")
    return feature.strip(), level.strip()


def _sentence(feature: str, level: str, lang: Lang) -> str:
    if feature == "rivals" and level.isdigit():
        return _rivals(int(level), lang)
    words = _SENTENCES.get(feature, {}).get(level)
    return words[lang] if words else f"{feature}={level}"


def _rivals(count: int, lang: Lang) -> str:
    if count == 0:
        return {"vi": "Không có ai khác phù hợp như vậy.", "en": "Nobody else fits as well."}[lang]
    if lang == "vi":
        return f"Còn {count} người khác cũng phù hợp như vậy."
    return f"{count} other {'person fits' if count == 1 else 'people fit'} as well."
