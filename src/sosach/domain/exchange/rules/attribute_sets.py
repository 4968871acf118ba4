"""Attributes of a person under one word: sets third parties name, papers that can be drawn up; at most what the agreement lets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sosach.domain.population.rules.words import Marital, Sex

SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "DEFAULT_SET_01": ("pin", "full_name", "birth_date", "sex", "nationality"),
    # the minimum data of a natural person (Implementing Regulation (EU) 2015/1501, annex, 1)
    "EIDAS": ("pin", "full_name", "birth_date", "birth_place", "sex", "permanent_residence"),
    "SET_BIRTH_01": ("full_name", "birth_date", "birth_place", "birth_registration_place", "hometown"),
    "SET_LIFE_01": ("life_status", "died_on"),
    "SET_RESIDENCE_01": ("commune_code", "province_code", "permanent_residence", "current_residence"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that can be drawn up.

    Attributes:
        title: what stands above it.
        about: the attribute without which there is no such paper.
        names: what it says of each person, as far as the agreement lets.
        people: how many it is about.
    """

    title: str
    about: str
    names: tuple[str, ...]
    people: int = 1


_WHO = ("full_name", "birth_date", "sex")
PAPERS: Final[Mapping[str, Paper]] = {
    "birth": Paper(
        "TRÍCH LỤC THÔNG TIN KHAI SINH",
        "birth_date",
        (*_WHO, "birth_place", "birth_registration_place", "hometown", "nationality"),
    ),
    "death": Paper("TRÍCH LỤC THÔNG TIN KHAI TỬ", "died_on", (*_WHO, "died_on")),
    "marriage": Paper("TRÍCH LỤC THÔNG TIN KẾT HÔN", "marital_status", (*_WHO, "nationality", "marital_status"), 2),
    "residence": Paper(
        "THÔNG TIN VỀ CƯ TRÚ", "permanent_residence", (*_WHO, "permanent_residence", "temporary_residence")
    ),
}
LABELS: Final[Mapping[str, str]] = {
    "full_name": "Họ, chữ đệm và tên",
    "birth_date": "Ngày, tháng, năm sinh",
    "sex": "Giới tính",
    "birth_place": "Nơi sinh",
    "birth_registration_place": "Nơi đăng ký khai sinh",
    "hometown": "Quê quán",
    "nationality": "Quốc tịch",
    "died_on": "Ngày chết",
    "marital_status": "Tình trạng hôn nhân",
    "permanent_residence": "Nơi thường trú",
    "temporary_residence": "Nơi tạm trú",
}
# Words of the register as a paper says them.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "sex": {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"},
    "nationality": {"VNM": "Việt Nam"},
    "marital_status": {
        Marital.SINGLE: "Chưa kết hôn",
        Marital.MARRIED: "Đã kết hôn",
        Marital.DIVORCED: "Đã ly hôn",
        Marital.WIDOWED: "Vợ hoặc chồng đã chết",
    },
}
DAYS: Final = frozenset({"birth_date", "died_on"})


def said(name: str, text: str) -> str:
    """A value as a paper says it: words in Vietnamese, days by day, month and year, as far as they are known.

    >>> said("sex", "F"), said("birth_date", "1957-03"), said("hometown", "Huế")
    ('Nữ', '03/1957', 'Huế')
    """
    if name in DAYS:
        return "/".join(reversed(text.split("-")))
    return WORDS.get(name, {}).get(text, text)


def scope_of(name: str) -> str:
    """The scope a set is read under."""
    return f"id.{name}.read"
