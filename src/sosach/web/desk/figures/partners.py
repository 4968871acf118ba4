"""A partner's month as a table: for the page, CSV and PDF. Counts only, nothing of anybody."""

from django.utils.translation import gettext_lazy

from sosach.domain.access.rules.purposes import purposes
from sosach.domain.exchange.queries.statements import Statement
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.language import said

_HEADS = (
    gettext_lazy("Mục đích"),
    gettext_lazy("Sổ"),
    gettext_lazy("Cách hỏi"),
    gettext_lazy("Số lượt hỏi"),
    gettext_lazy("Số hồ sơ khác nhau"),
    gettext_lazy("Không tìm thấy"),
)
_REGISTERS = {
    "population": gettext_lazy("Dân cư"),
    "vehicles": gettext_lazy("Xe"),
    "licences": gettext_lazy("Giấy phép lái xe"),
}
_WAYS = {
    "values": gettext_lazy("Cung cấp dữ liệu"),
    "question": gettext_lazy("Trả lời có/không"),
    "search": gettext_lazy("Đối chiếu số"),
    "refused": gettext_lazy("Bị từ chối"),
    "withheld": gettext_lazy("Có hỏi, không cung cấp"),
}
_REASONS = {
    "suspended": gettext_lazy("đang tạm dừng chia sẻ"),
    "no-agreement": gettext_lazy("không có thỏa thuận đang hiệu lực"),
    "scope": gettext_lazy("ngoài phạm vi"),
    "purpose": gettext_lazy("mục đích ngoài thỏa thuận"),
    "consent": gettext_lazy("thiếu sự đồng ý của công dân"),
    "content": gettext_lazy("dữ liệu hoặc câu hỏi ngoài thỏa thuận"),
    "replayed": gettext_lazy("mã truy cập dùng lại"),
    "budget": gettext_lazy("vượt số lượt đã thỏa thuận"),
}
_TITLE = gettext_lazy("Báo cáo chia sẻ dữ liệu")
_AGREEMENT = gettext_lazy("Thỏa thuận")
_PERSONS = gettext_lazy("Số người khác nhau đã được tra cứu")
_TOTAL = gettext_lazy("Cộng")
_NOTE = gettext_lazy("Kết quả xác thực không được chuyển cho bên thứ ba (Nghị định 69/2024/NĐ-CP, Điều 19).")


def statement_table(made: Statement) -> Table:
    """The statement in the language at hand; what was refused and what was withheld stands below what was answered."""
    rows = [
        [
            Cell(said(purposes().get(line.purpose, line.purpose))),
            Cell(str(_REGISTERS[line.register])),
            Cell(str(_WAYS[line.kind])),
            Cell(line.requests),
            Cell(line.records),
            Cell(line.misses),
        ]
        for line in made.lines
    ]
    rows += [_beside(name, "withheld", times) for name, times in made.withheld]
    rows += [_beside(str(_REASONS[why]), "refused", times) for why, times in made.refusals]
    month = f"{made.first:%Y-%m}"
    return Table(
        name=f"{made.partner}-{month}",
        title=f"{_TITLE}: {said(made)}",
        heads=[str(head) for head in _HEADS],
        rows=rows,
        note=str(_NOTE),
        facts=[
            f"{words.day(made.first)} – {words.day(made.last)}",
            f"{_AGREEMENT}: {made.number or '–'}",
            f"{_PERSONS}: {words.figure(made.persons)}",
        ],
    )


def _beside(what: str, way: str, times: int) -> list[Cell]:
    return [Cell(what), Cell(""), Cell(str(_WAYS[way])), Cell(times), Cell(None), Cell(None)]
