"""Collection forms as PDF: the layout is in `form.typ`, what stands on it comes as plain text, one document in one go."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import typst
import zxingcpp

from sosach.base.registers import Register
from sosach.domain.campaign.rules.forms.filled import FilledForm, FormHead, Layout
from sosach.domain.campaign.rules.forms.placing import ENTRY, HALF, PAGE, PAGE_AGAIN, grounds
from sosach.domain.campaign.rules.forms.tokens import FormToken, token_of

MOST_FORMS: Final = 5_000
"""In one document; a commune prints some hundred at a time."""

RECORDS_PER_PAGE: Final = 3
"""Of a household; the fourth begins another page of the same household."""

_LONGEST: Final = 160  # characters of one value; the cell is cut where it ends
# Room of single lines, in heights of their letters.
_CHECK_EMS: Final = 50.0
_ADDRESS_EMS: Final = 39.0
_GROUP_EMS: Final = 19.0
_TITLE_EMS: Final = 52.0
_QUIET: Final = 4  # modules of white around a code, as the standard asks
_RECORD_WORDS: Final[Mapping[Register, tuple[str, tuple[str, ...]]]] = {
    Register.VEHICLES: ("XE", ("plate", "brand_model", "year")),
    Register.LICENCES: ("GIẤY PHÉP LÁI XE", ("licence_no", "class")),
}
_WORDS: Final = {
    "title_document": "Phiếu thu thập thông tin",
    "country": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "motto": "Độc lập - Tự do - Hạnh phúc",
    "qr_alt": "Mã QR của phiếu",
    "to_check": "Nội dung cần đối chiếu:",
    "commitment": "Tôi cam kết những thông tin kê khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về lời khai.",
    "notice": (
        "In đậm là dữ liệu hiện có: nếu đúng thì để nguyên, nếu sai hoặc thiếu thì ghi vào dòng chấm. Chỉ chủ xe, người có giấy "
        "phép được khai. Dữ liệu cá nhân được thu thập để làm sạch dữ liệu đăng ký xe, giấy phép lái xe và được bảo vệ theo "
        "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15; người khai có quyền xem, yêu cầu chỉnh sửa dữ liệu của mình."
    ),
    "officer": "CÁN BỘ THU THẬP",
    "head_of_household": "CHỦ HỘ",
    "sign_here": "(Ký, ghi rõ họ tên)",
    "day_line": "…………………, ngày …… tháng …… năm 20……",
    "household_at": "Nơi ở của hộ:",
    "group": "Tổ dân phố, thôn:",
    "phone_line": "Số điện thoại của hộ: ………………………………………………",
    "page": "Trang",
}
_EPOCH: Final = int(datetime(2025, 10, 24, tzinfo=UTC).timestamp())  # a constant: same forms, same bytes


@dataclass(frozen=True, slots=True)
class FormDocument:
    """Printed forms.

    Attributes:
        content: PDF.
        pages: how many.
    """

    content: bytes
    pages: int


def draw_forms(head: FormHead, forms: Sequence[FilledForm], *, layout: Layout, key: bytes) -> FormDocument:
    """Forms of a selection as one PDF, in the order given; those of a household together, where it first appears.

    Args:
        head: of every page.
        forms: records.
        layout: two per page, or one page per household.
        key: seals the codes.

    Raises:
        ValueError: none, or more than a document takes.
    """
    if not 1 <= len(forms) <= MOST_FORMS:
        raise ValueError(f"{len(forms)} forms")
    drawer = _Drawer(head.campaign_id, key)
    pages = list(drawer.households(forms) if layout is Layout.HOUSEHOLD else drawer.pairs(forms))
    shared = _shared(head)
    written = {"mode": "forms", "grounds": grounds(), "ground": list(_ground(head)), "pages": pages}
    return FormDocument(_compiled(shared | written), len(pages))


def _shared(head: FormHead) -> dict[str, Any]:
    told = {
        "campaign": head.campaign,
        "above": head.above.upper(),
        "office": head.office.upper(),
        "foot": f"{head.office} · In ngày {head.printed_on}",
    }
    return {"head": told, "words": _WORDS}


@lru_cache(maxsize=64)
def _ground(head: FormHead) -> bytes:
    """What all forms of an office share, drawn once; an office prints many times a day."""
    return _compiled(_shared(head) | {"mode": "ground", "grounds": grounds()})


def _compiled(told: Mapping[str, Any]) -> bytes:
    source = (files("sosach.domain.campaign.rules.forms") / "form.typ").read_bytes()
    content = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,  # the same form on every machine
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        timestamp=_EPOCH,
        pdf_tags=False,
    )
    return bytes(content)


class _Drawer:
    """Turns forms into what the layout asks for."""

    def __init__(self, campaign_id: int, key: bytes) -> None:
        self._campaign_id = campaign_id
        self._key = key

    def pairs(self, forms: Sequence[FilledForm]) -> Iterator[dict[str, Any]]:
        """Pages of two."""
        for both in _parts(forms, 2):
            yield {"layout": Layout.TWO_PER_PAGE, "forms": [self._half(form) for form in both]}

    def households(self, forms: Sequence[FilledForm]) -> Iterator[dict[str, Any]]:
        """Pages of households."""
        together: dict[str, list[FilledForm]] = {}
        for form in forms:
            together.setdefault(form.household or f"case {form.case_id}", []).append(form)
        for records in together.values():
            for part, some in enumerate(_parts(records, RECORDS_PER_PAGE)):
                yield {"layout": Layout.HOUSEHOLD, "forms": [self._page(some, part)]}

    def _half(self, form: FilledForm) -> dict[str, Any]:
        return self._coded([form]) | _written(form) | {"ground": f"{HALF} {form.register}"}

    def _page(self, forms: Sequence[FilledForm], part: int) -> dict[str, Any]:
        first = forms[0]
        return self._coded(forms) | {
            "ground": PAGE_AGAIN if part else PAGE,
            "address": _shortened(first.address or first.values.get("perm_addr", ""), _ADDRESS_EMS),
            "group": _shortened(first.values.get("residential_group", ""), _GROUP_EMS),
            "records": [_record(place, form) for place, form in enumerate(forms, part * RECORDS_PER_PAGE + 1)],
        }

    def _coded(self, forms: Sequence[FilledForm]) -> dict[str, Any]:
        token = token_of(FormToken(self._campaign_id, tuple(form.case_id for form in forms)), self._key)
        more = f"+{len(forms) - 1}" if len(forms) > 1 else ""
        return {"code": _svg(token), "number": f"{forms[0].case_id}{more}"}


def _written(form: FilledForm) -> dict[str, Any]:
    told = {name: " ".join(value.split())[:_LONGEST] for name, value in form.values.items()}
    values = [(name, value, _ems(value)) for name, value in told.items() if value]
    return {"values": values, "to_check": _shortened(form.to_check, _CHECK_EMS)}


def _record(place: int, form: FilledForm) -> dict[str, Any]:
    word, names = _RECORD_WORDS[form.register]
    about = " · ".join(value for name in names if (value := form.values.get(name, "")))
    return _written(form) | {
        "ground": f"{ENTRY} {form.register}",
        "title": _shortened(f"{place}. {word} {about}", _TITLE_EMS),
    }


def _ems(text: str) -> float:
    """About how wide a text stands in bold, in heights of its letters; a little more rather than less.

    >>> _ems("HONDA") > _ems("honda")
    True
    """
    return sum(0.74 if char.isupper() else 0.3 if char in " .,:;-/il'" else 0.55 for char in text)


def _shortened(text: str, ems: float) -> str:
    """The text on one line, cut where it would leave its room."""
    text = " ".join(text.split())[:_LONGEST]
    if _ems(text) <= ems:
        return text
    while text and _ems(text) > ems - 1:
        text = text[: len(text) * 9 // 10]
    return f"{text.rstrip()}…"


def _svg(text: str) -> str:
    """A QR code as a drawing, with its white border; level M: a crease or a stain of a seventh of it does no harm."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = code.to_svg(add_quiet_zones=False)
    side = int(drawn.split('width="', 1)[1].split('"', 1)[0])
    path = drawn[drawn.index("<path") : drawn.index("</g>")]
    whole = side + 2 * _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-{_QUIET} -{_QUIET} {whole} {whole}" '
        f'width="{whole}" height="{whole}">{path}</svg>'
    )


def _parts(forms: Sequence[FilledForm], size: int) -> Iterator[Sequence[FilledForm]]:
    return (forms[start : start + size] for start in range(0, len(forms), size))
