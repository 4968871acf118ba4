"""A partner's month as a table: for the page, CSV and PDF. Counts only, nothing of anybody."""

from sosach.domain.access.rules.purposes import purposes
from sosach.domain.exchange.queries.statements import Statement
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.language import said

_HEADS = (
    {"vi": "Mục đích", "en": "Purpose"},
    {"vi": "Sổ", "en": "Register"},
    {"vi": "Cách hỏi", "en": "How"},
    {"vi": "Số lượt hỏi", "en": "Requests"},
    {"vi": "Số hồ sơ khác nhau", "en": "Different records"},
    {"vi": "Không tìm thấy", "en": "Not found"},
)
_REGISTERS = {
    "population": {"vi": "Dân cư", "en": "Population"},
    "vehicles": {"vi": "Xe", "en": "Vehicles"},
    "licences": {"vi": "Giấy phép lái xe", "en": "Driving licences"},
}
_WAYS = {
    "values": {"vi": "Cung cấp dữ liệu", "en": "Data given"},
    "question": {"vi": "Trả lời có/không", "en": "Answered yes or no"},
    "search": {"vi": "Đối chiếu số", "en": "Number looked up"},
    "refused": {"vi": "Từ chối", "en": "Refused"},
    "withheld": {"vi": "Có hỏi, không cung cấp", "en": "Asked for, not given"},
}
_REASONS = {
    "suspended": {"vi": "đang tạm dừng chia sẻ", "en": "sharing suspended"},
    "no-agreement": {"vi": "không có thỏa thuận đang hiệu lực", "en": "no agreement in force"},
    "scope": {"vi": "ngoài phạm vi", "en": "scope not granted"},
    "purpose": {"vi": "mục đích ngoài thỏa thuận", "en": "purpose not agreed"},
    "consent": {"vi": "thiếu sự đồng ý của công dân", "en": "consent missing"},
    "content": {"vi": "dữ liệu hoặc câu hỏi ngoài thỏa thuận", "en": "data or question not agreed"},
    "replayed": {"vi": "mã truy cập dùng lại", "en": "token used again"},
    "budget": {"vi": "vượt số lượt đã thỏa thuận", "en": "volume used up"},
}
_TITLE = {"vi": "Báo cáo chia sẻ dữ liệu", "en": "Statement of data shared"}
_AGREEMENT = {"vi": "Thỏa thuận", "en": "Agreement"}
_PERSONS = {"vi": "Số người khác nhau đã được tra cứu", "en": "Different people asked about"}
_TOTAL = {"vi": "Cộng", "en": "Total"}
_NOTE = {
    "vi": "Kết quả xác thực không được chuyển cho bên thứ ba (Nghị định 69/2024/NĐ-CP, Điều 19).",
    "en": "Results of a verification are not passed on to third parties (Decree 69/2024, article 19).",
}


def statement_table(made: Statement) -> Table:
    """The statement in the language at hand; what was refused and what was withheld stands below what was answered."""
    rows = [
        [
            Cell(said(purposes().get(line.purpose, line.purpose))),
            Cell(said(_REGISTERS[line.register])),
            Cell(said(_WAYS[line.kind])),
            Cell(line.requests),
            Cell(line.records),
            Cell(line.misses),
        ]
        for line in made.lines
    ]
    total = [Cell(said(_TOTAL)), Cell(""), Cell(""), *(Cell(sum(row[at].value for row in rows)) for at in (3, 4, 5))]
    rows += [_beside(name, "withheld", times) for name, times in made.withheld]
    rows += [_beside(said(_REASONS[why]), "refused", times) for why, times in made.refusals]
    month = f"{made.first:%Y-%m}"
    return Table(
        name=f"{made.partner}-{month}",
        title=f"{said(_TITLE)}: {said(made)}",
        heads=[said(head) for head in _HEADS],
        rows=rows,
        total=total,
        note=said(_NOTE),
        facts=[
            f"{words.day(made.first)} – {words.day(made.last)}",
            f"{said(_AGREEMENT)}: {made.number or '–'}",
            f"{said(_PERSONS)}: {words.figure(made.persons)}",
        ],
    )


def _beside(what: str, way: str, times: int) -> list[Cell]:
    return [Cell(what), Cell(""), Cell(said(_WAYS[way])), Cell(times), Cell(None), Cell(None)]
