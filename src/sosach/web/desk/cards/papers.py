"""The numbered papers of an application as PDF: collection slip, appointment slip, refusal, request."""

import json
from functools import cache
from importlib.resources import files
from typing import Final

import typst
from django.http import HttpRequest, HttpResponse

from sosach.domain.idcards.queries.papers import PaperSeen, paper_seen
from sosach.domain.idcards.rules.papers import PaperKind
from sosach.web.desk.cards.words import APPROVERS, CLERKS, DELIVERIES, GROUNDS, KINDS, PURPOSE
from sosach.web.frame import words
from sosach.web.frame.pages import look, officer_page

# Papers are Vietnamese whatever language the officer reads: the citizen signs them.
_SIGNED: Final = {
    PaperKind.CC01: ("NGƯỜI ĐƯỢC THU NHẬN", "CÁN BỘ THU NHẬN"),
    PaperKind.CC02: ("NGƯỜI NHẬN GIẤY HẸN", "CÁN BỘ TIẾP NHẬN"),
    PaperKind.CC03: ("NGƯỜI NHẬN", "THỦ TRƯỞNG ĐƠN VỊ"),
    PaperKind.DC01: ("NGƯỜI KHAI", "CÁN BỘ TIẾP NHẬN"),
    PaperKind.DC02: ("NGƯỜI ĐỀ NGHỊ", "CÁN BỘ TIẾP NHẬN"),
}
_SEXES: Final = {"M": "Nam", "F": "Nữ"}


@officer_page(roles=CLERKS | APPROVERS)
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper to print."""
    seen = paper_seen(look(request, PURPOSE), paper_id=paper_id)
    response = HttpResponse(drawn(seen), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{seen.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def drawn(seen: PaperSeen) -> bytes:
    """A paper as PDF, the same bytes for the same paper."""
    told = {
        "kind": seen.kind.value,
        "title": seen.title.upper(),
        "number": seen.number,
        "office": seen.office.upper(),
        "made": words.moment(seen.made_at),
        "rows": [[label, text] for label, text in _rows(seen) if text],
        "signed": _SIGNED[seen.kind],
    }
    made = typst.compile(
        _layout(),
        format="pdf",
        ignore_system_fonts=True,  # the same page on every machine
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        timestamp=int(seen.made_at.timestamp()),
    )
    return bytes(made)


def _rows(seen: PaperSeen) -> list[tuple[str, str]]:
    fee = f"{seen.fee:,} đồng".replace(",", ".") if seen.fee else "không thu"
    due = words.day(seen.due_on) if seen.due_on else "khi công dân làm xong việc được yêu cầu"
    everywhere = [
        ("Hồ sơ số", seen.application),
        ("Họ, chữ đệm và tên", seen.full_name),
        ("Số định danh cá nhân", words.spaced(seen.pin)),
        ("Ngày sinh", words.day(seen.birth_date)),
        ("Giới tính", _SEXES.get(seen.sex, "")),
        ("Nơi cư trú", seen.residence),
        ("Quê quán", seen.hometown),
        ("Thủ tục", f"{KINDS[seen.asked]} – {GROUNDS[seen.ground]}"),
        ("Người đại diện", seen.representative),
    ]
    own = {
        PaperKind.CC01: [("Đặc điểm nhân dạng", seen.features)],
        PaperKind.CC02: [
            ("Ngày hẹn trả", due),
            ("Lệ phí", fee),
            ("Trả thẻ", " – ".join(filter(None, (str(DELIVERIES[seen.delivery]), seen.address)))),
        ],
        PaperKind.CC03: [("Lý do từ chối", seen.reason)],
    }
    return [*everywhere, *own.get(seen.kind, [])]


@cache
def _layout() -> bytes:
    return (files("sosach.web.desk.cards") / "paper.typ").read_bytes()
