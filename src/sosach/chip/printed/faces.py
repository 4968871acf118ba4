"""Both faces of a card from what it says of a person: SVG for each face, one PDF of two pages in the size of the card.

What a printer gets is exactly what the chip says: the same MRZ, the same QR text. The layout is in `layouts.py`, how it is
drawn in `face.typ`.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import segno
import typst

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.content import CardContent
from sosach.chip.printed.layouts import FACES, Layout, Side
from sosach.vn import mrz
from sosach.vn.card_text import qr_text

SPECIMEN: Final = "MẪU – SPECIMEN"
"""Across every face that is not made for a real card."""

OCR_B: Final = (Path("/usr/share/fonts/opentype/ocr-b"), Path("/usr/share/fonts/truetype/ocr-b"))
"""Where distributions put OCR-B (Debian: fonts-ocr-b); none is bundled."""

FALLBACK: Final = "DejaVu Sans Mono"
"""Monospaced and in typst itself: the zone can be read by people and tried by machines, but is no OCR-B."""

_EPOCH: Final = int(datetime(2024, 7, 1, tzinfo=UTC).timestamp())  # a constant: same card, same bytes
_SEXES: Final = {"M": "Nam", "F": "Nữ"}
_NEVER: Final = "Không thời hạn"
_WORDS: Final = {
    "country": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "country_en": "SOCIALIST REPUBLIC OF VIET NAM – Independence – Freedom – Happiness",
    "motto": "Độc lập - Tự do - Hạnh phúc",
    "portrait": "Ảnh chân dung",
    "code": "Mã QR của thẻ",
}
_YEARS: Final[Mapping[Layout, Literal["2021", "2024"]]] = {Layout.CCCD_2021: "2021", Layout.CC_2024: "2024"}
_FINGERS: Final = (
    {"vi": "Ngón trỏ trái", "en": "Left index finger"},
    {"vi": "Ngón trỏ phải", "en": "Right index finger"},
)


@dataclass(frozen=True, slots=True)
class Faces:
    """A card as it is printed.

    Attributes:
        front: SVG.
        back: SVG.
        document: PDF, front and back, 85.60 × 53.98 mm.
        zone_font: what the machine-readable zone is set in; `FALLBACK` where no OCR-B is installed.
    """

    front: bytes
    back: bytes
    document: bytes
    zone_font: str


def draw_faces(content: CardContent, *, layout: Layout, production: bool = False) -> Faces:
    """Draw both faces.

    Args:
        content: of the card; a portrait is a JPEG or empty (under six).
        layout: generation of the card.
        production: without the mark of a specimen.

    Raises:
        SosachError: VALUE-01 the portrait is no picture.
    """
    fonts, zone_font = _fonts()
    told = _told(content, layout, zone_font, mark="" if production else SPECIMEN)
    drawn = _drawn(told, fonts, "svg")
    front, back = drawn
    (document,) = _drawn(told, fonts, "pdf")
    return Faces(front, back, document, zone_font)


def _drawn(told: Mapping[str, Any], fonts: typst.Fonts, form: Literal["svg", "pdf"]) -> list[bytes]:
    compiler = typst.Compiler(_drawing(), font_paths=fonts, sys_inputs={"told": json.dumps(told, ensure_ascii=False)})
    try:
        made = compiler.compile(format=form, timestamp=_EPOCH)
    except typst.TypstError as failure:
        if "image" not in failure.message:
            raise  # a defect of the drawing
        raise SosachError(
            ErrorCode.VALUE_INVALID,
            vi="Không vẽ được mặt thẻ: ảnh chân dung không phải là ảnh JPEG đọc được.",
            en="The face cannot be drawn: the portrait is no JPEG that can be read.",
            hint_vi="Chụp lại ảnh chân dung.",
            hint_en="Take the portrait again.",
        ) from failure
    return [made] if isinstance(made, bytes) else list(made or [])


@cache
def _drawing() -> bytes:
    return (files("sosach.chip.printed") / "face.typ").read_bytes()


@cache
def _fonts() -> tuple[typst.Fonts, str]:
    """The fonts a card is set in, and which of them is for the zone: never what else a machine has."""
    folders = [folder for folder in OCR_B if folder.is_dir()]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    zone = next(
        (name for name in sorted(fonts.families()) if "".join(filter(str.isalnum, name)).startswith("OCRB")), ""
    )
    return fonts, zone or FALLBACK


def _told(content: CardContent, layout: Layout, zone_font: str, *, mark: str) -> dict[str, Any]:
    face, values = FACES[layout], _values(content)
    return {
        "title": face.card,
        "words": _WORDS | {"card": face.card, "card_en": face.card_en},
        "mark": mark,
        "portrait": list(content.portrait),
        "code": _code(qr_text(content, generation=_YEARS[layout])),
        "mrz": {"font": zone_font, "lines": _zone(content)},
        "sides": [_side(side, values) for side in (face.front, face.back)],
    }


def printed_values(content: CardContent, *, layout: Layout) -> dict[str, str]:
    """What stands on both faces, for a machine that prints them with its own artwork: fields by name, `qr` and `mrz`.

    The portrait is the one in DG2.
    """
    face, values = FACES[layout], _values(content)
    told = {each.name: values[each.name] for side in (face.front, face.back) for each in side.fields}
    return told | {"qr": qr_text(content, generation=_YEARS[layout]), "mrz": "\n".join(_zone(content))}


def _values(content: CardContent) -> dict[str, str]:
    return {
        "pin": content.pin,
        "full_name": content.full_name.upper(),
        "birth": _day(content.birth),
        "sex": _SEXES[content.sex],
        "nationality": content.nationality,
        "origin": content.origin,
        "residence": content.residence,
        "birth_place": content.birth_place,
        "marks": content.marks,
        "issued": _day(content.issued),
        "expires": _NEVER if content.expires is None else _day(content.expires),
    }


def _side(side: Side, values: Mapping[str, str]) -> dict[str, Any]:
    told = asdict(side)
    told["fields"] = [asdict(each) | {"value": values[each.name]} for each in side.fields]
    told["finger_words"] = _FINGERS
    return told


def _zone(content: CardContent) -> list[str]:
    whole = mrz.write(
        pin=content.pin, full_name=content.full_name, birth=content.birth, sex=content.sex, expires=content.expires
    )
    return [whole[start : start + 30] for start in (0, 30, 60)]


def _day(day: date) -> str:
    return f"{day:%d/%m/}{day.year:04}"


def _code(text: str) -> dict[str, Any]:
    """The QR code as a drawing without border, and how many modules wide it is; level M."""
    code = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=0, omitsize=True, xmldecl=False, nl=False)
    return {"modules": code.symbol_size(border=0)[0], "drawn": drawn.getvalue().decode()}
