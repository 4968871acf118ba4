"""What stands where on the two faces of a card, in millimetres from the upper left corner.

Legal source: Circular 06/2021/TT-BCA (cards with a chip, 2021 to 30 June 2024); Law 26/2023/QH15 art. 18 and Circular
16/2024/TT-BCA art. 3 (from 1 July 2024: fewer words on the front, QR of 18 × 18 mm on the back, no fingerprints).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Layout(StrEnum):
    """The generations of cards with a chip, by the name a profile gives its texts (`Layout(profile.texts)`)."""

    CCCD_2021 = "VN-CCCD-2021"
    CC_2024 = "VN-CC-2024"


@dataclass(frozen=True, slots=True)
class Field:
    """A value with its name in both languages.

    Attributes:
        name: of the value.
        vi: what it is called.
        en: the same in English.
        x: left, in millimetres.
        y: upper edge.
        width: room.
        height: room of the value; a long one is made smaller until it fits.
        size: of its letters at most, in points.
        strong: bold.
    """

    name: str
    vi: str
    en: str
    x: float
    y: float
    width: float
    height: float = 3.4
    size: float = 8
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Where the QR code stands.

    Attributes:
        x: left, in millimetres.
        y: upper edge.
        side: without its white border.
    """

    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True)
class Side:
    """One face.

    Attributes:
        fields: values on it.
        head: as wide as the words of the State and of the card are centred; 0: the face has neither them nor the portrait.
        sign: where the sign of an electronic document stands; None: not on this face.
        chip: where the contacts lie; None: not on this face.
        code: the QR code; None: not on this face.
        fingers: left edge of the frames for two fingers; None: not on this face.
        seal: who issued, and where that stands.
        mark: where the mark of a specimen stands.
        mrz: the machine-readable zone is on this face.
    """

    fields: tuple[Field, ...]
    mark: tuple[float, float]
    head: float = 0
    sign: tuple[float, float] | None = None
    chip: tuple[float, float] | None = None
    code: Code | None = None
    fingers: float | None = None
    seal: tuple[str, float, float] = ("", 0, 0)
    mrz: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """Both faces of a generation.

    Attributes:
        card: what the card is called.
        card_en: the same in English.
        front: one face.
        back: the other.
    """

    card: str
    card_en: str
    front: Side
    back: Side


FACES: Final[Mapping[Layout, Face]] = {
    Layout.CCCD_2021: Face(
        card="CĂN CƯỚC CÔNG DÂN",
        card_en="Citizen Identity Card",
        front=Side(
            fields=(
                Field("pin", "Số", "No.", 26, 17.6, 40, 4.6, 11, strong=True),
                Field("full_name", "Họ và tên", "Full name", 26, 24.6, 55, 3.6, 9, strong=True),
                Field("birth", "Ngày sinh", "Date of birth", 26, 30.9, 25),
                Field("sex", "Giới tính", "Sex", 51, 30.9, 13),
                Field("nationality", "Quốc tịch", "Nationality", 64, 30.9, 18),
                Field("origin", "Quê quán", "Place of origin", 26, 36.9, 55.6, 3.6),
                Field("residence", "Nơi thường trú", "Place of residence", 26, 43.1, 55.6, 6.4),
                Field("expires", "Có giá trị đến", "Date of expiry", 4, 43.1, 20, 3.4, 7),
            ),
            mark=(29, 28),
            head=50,
            sign=(72.4, 19.6),
            code=Code(67.4, 3.4, 14),
        ),
        back=Side(
            fields=(
                Field("marks", "Đặc điểm nhân dạng", "Personal identification", 4, 3.4, 43, 6.8),
                Field("issued", "Ngày, tháng, năm cấp", "Date of issue", 4, 13.2, 43),
            ),
            mark=(22, 22),
            chip=(4, 21),
            fingers=51,
            mrz=True,
        ),
    ),
    Layout.CC_2024: Face(
        card="CĂN CƯỚC",
        card_en="Identity Card",
        front=Side(
            fields=(
                Field(
                    "pin",
                    "Số định danh cá nhân",
                    "Personal identification number",
                    27,
                    18.2,
                    54,
                    4.8,
                    11.5,
                    strong=True,
                ),
                Field("full_name", "Họ, chữ đệm và tên khai sinh", "Full name", 27, 26.2, 54, 4.2, 10, strong=True),
                Field("birth", "Ngày, tháng, năm sinh", "Date of birth", 27, 33.6, 32, 3.8, 9),
                Field("sex", "Giới tính", "Sex", 61, 33.6, 20, 3.8, 9),
                Field("nationality", "Quốc tịch", "Nationality", 27, 41, 54, 3.8, 9),
            ),
            mark=(29, 27),
            head=58,
            sign=(72.4, 4.4),
        ),
        back=Side(
            fields=(
                Field("residence", "Nơi cư trú", "Place of residence", 4, 3.4, 55, 6.6),
                Field("birth_place", "Nơi đăng ký khai sinh", "Place of birth", 4, 13, 55, 6.2),
                Field("issued", "Ngày, tháng, năm cấp", "Date of issue", 18.6, 24, 25),
                Field("expires", "Ngày, tháng, năm hết hạn", "Date of expiry", 45, 24, 30),
            ),
            mark=(16, 17),
            chip=(4, 23.6),
            code=Code(63.4, 3.8, 18),
            seal=("BỘ CÔNG AN", 47.6, 31.6),
            mrz=True,
        ),
    ),
}
"""The faces of each generation."""
