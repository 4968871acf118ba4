"""Files of survey cards: two keyings in; the list for a third look and the sample out and in again; the reject report out."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.sheets import SheetColumn, SheetDesign
from sosach.base.workbook import BookTemplate, SheetRows, WorkbookTemplate
from sosach.domain.exchange.queries.surveys import DoubtSeen, SampleSeen, SentBack
from sosach.domain.exchange.rules.surveys import FIELDS, REASONS, Choice, Keyed, clean
from sosach.vn.folding import fold

LARGEST_FILE: Final = 512 * 2**20
NUMBER, COMMUNE, KEYER = "card_number", "commune_code", "keyer"
_HEADINGS: Final = {
    NUMBER: ("Số phiếu", "Card number"),
    COMMUNE: ("Mã xã", "Commune code"),
    KEYER: ("Người nhập", "Keyer"),
    **{each.name: (each.vi, each.en) for each in FIELDS},
}
_LONGEST_NUMBER, _LONGEST_KEYER = 32, 40
_CHOICES: Final = {"1": Choice.FIRST, "2": Choice.SECOND, "khác": Choice.OTHER, "other": Choice.OTHER}
_YES: Final = frozenset({"x", "có", "yes"})
_DOUBTS, _SAMPLE = "Khác nhau", "Mẫu đối chiếu"
_DOUBT_COLUMNS: Final = ("Khóa", "Số phiếu", "Mã xã", "Mục", "Lần 1", "Lần 2", "Chọn", "Giá trị khác", "Lý do")
_SAMPLE_COLUMNS: Final = ("Khóa", "Số phiếu", "Mã xã", "Đã đối chiếu", *(each.vi for each in FIELDS))
_FILL: Final = "#FFF2CC"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NOTES: Final = (
    "Kiểm tra phiếu nhập hai lần",
    "Trang “Khác nhau”: xem bản giấy rồi chọn 1, 2 hoặc khác. Nếu chọn khác, ghi giá trị đúng và lý do.",
    "Trang “Mẫu đối chiếu”: so từng ô với bản giấy; ô nào sai thì sửa theo bản giấy, xong cả dòng thì ghi x.",
    "Lưu tệp rồi chạy: sosach survey settle SỐ_ĐỢT TỆP",
    "Check cards keyed twice",
    "Sheet “Khác nhau”: look at the paper, then choose 1, 2 or khác (other). For other, type the right value and the reason.",
    "Sheet “Mẫu đối chiếu”: compare every cell with the paper, correct what differs, mark the row with x.",
)


def read_keying(files: Sequence[Path]) -> list[Keyed]:
    """The cards of one keying, of all its files.

    Raises:
        SosachError: INPUT-01, INPUT-02, INPUT-03, INPUT-04.
    """
    return [card for file in files for card in _cards(file)]


def digest_of(form: str, *keyings: Sequence[Path]) -> str:
    """Hash of the form and the files of both keyings; which keying was named first does not matter."""
    sides = sorted("".join(sorted(_digest(file) for file in files)) for files in keyings)
    return hashlib.sha256("\n".join([form, *sides]).encode()).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _cards(file: Path) -> Iterator[Keyed]:
    rows = _table(file)
    try:
        headings = next(rows)
    except StopIteration:
        raise _unfit(ErrorCode.INPUT_EMPTY, file, "không có dòng nào", "it holds no rows") from None
    places = _places(file, headings)
    for line, row in enumerate(rows, 2):
        told = {name: clean(row[place]) if place < len(row) else "" for name, place in places.items()}
        if any(told.values()):
            yield Keyed(
                # a row without a number is a card of its own, so that it is counted, and rejected
                number=(told.pop(NUMBER) or f"{file.name}:{line}")[-_LONGEST_NUMBER:],
                commune_code=told.pop(COMMUNE),
                keyer=(told.pop(KEYER, "") or file.stem)[:_LONGEST_KEYER],
                values={name: text for name, text in told.items() if text},
            )


def _places(file: Path, headings: Sequence[str]) -> dict[str, int]:
    """Field → column; a heading nobody knows would lose what stands below it, so it stops the file."""
    known = {_plain(text): name for name, pair in _HEADINGS.items() for text in (name, *pair)}
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        if not heading.strip():
            continue
        name = known.get(_plain(heading))
        if name is None or name in found:
            raise _unfit(
                ErrorCode.INPUT_COLUMNS,
                file,
                f"không hiểu cột “{heading}”",
                f"the column “{heading}” is not understood",
            )
        found[name] = place
    if missing := {NUMBER, COMMUNE} - found.keys():
        names = ", ".join(_HEADINGS[name][0] for name in sorted(missing))
        raise _unfit(ErrorCode.INPUT_COLUMNS, file, f"thiếu cột {names}", f"columns are missing: {names}")
    return found


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def _table(file: Path) -> Iterator[list[str]]:
    """Rows of a CSV or of the first sheet of a workbook, as text."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise _unfit(ErrorCode.INPUT_UNREADABLE, file, "lớn hơn 512 MB", "it is larger than 512 MB")
        if file.suffix.lower() == ".xlsx":
            book = CalamineWorkbook.from_path(str(file))
            return ([_cell(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python())
        text = file.read_text("utf-8-sig")
    except FileNotFoundError as missing:
        raise _unfit(ErrorCode.INPUT_MISSING, file, "không có tệp này", "there is no such file") from missing
    except (CalamineError, OSError, UnicodeDecodeError) as wrong:
        raise _unfit(
            ErrorCode.INPUT_UNREADABLE,
            file,
            "không phải XLSX hoặc CSV mã hóa UTF-8",
            "it is no XLSX and no CSV in UTF-8",
        ) from wrong
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _cell(cell: Any) -> str:
    """A cell as it was typed: whole numbers without a decimal point, dates day first."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "strftime"):
        return f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
    return "" if cell is None else str(cell)


def write_look(file: Path, doubts: Sequence[DoubtSeen], sample: Sequence[SampleSeen]) -> None:
    """The workbook for a third look and for the comparison with the paper; cards with open differences come when those are settled."""
    hidden, wide = SheetColumn("Khóa", hidden=True), (16, 10, 28, 28, 28)
    doubt_sheet = SheetDesign(
        _DOUBTS,
        (
            hidden,
            *(SheetColumn(name, width) for name, width in zip(_DOUBT_COLUMNS[1:6], wide, strict=True)),
            SheetColumn("Chọn", 8, choices=("1", "2", "khác"), fill=_FILL, open=True),
            SheetColumn("Giá trị khác", 28, fill=_FILL, open=True),
            SheetColumn("Lý do", 28, fill=_FILL, open=True),
        ),
        protected=True,
    )
    sample_sheet = SheetDesign(
        _SAMPLE,
        (
            hidden,
            SheetColumn("Số phiếu", 16),
            SheetColumn("Mã xã", 10),
            SheetColumn("Đã đối chiếu", 10, choices=("x",), fill=_FILL, open=True),
            *(SheetColumn(each.vi, 20, fill=_FILL, open=True) for each in FIELDS),
        ),
        frozen_columns=4,
        pages_wide=3,
        protected=True,
    )
    book = BookTemplate([doubt_sheet, sample_sheet], notes=_NOTES)
    names = {each.name: each.vi for each in FIELDS}
    rows = [
        [
            [str(one.doubt_id), one.number, one.commune_code, names[one.field], one.first, one.second, "", "", ""]
            for one in doubts
        ],
        [
            [str(one.card_id), one.number, one.commune_code, "", *(one.values.get(each.name, "") for each in FIELDS)]
            for one in sample
            if one.ready and not one.checked
        ],
    ]
    parts = [SheetRows((), sheet.render(told), len(told)) for sheet, told in zip(book.sheets, rows, strict=True)]
    book.write_xml(file, parts)
    file.chmod(0o600)  # what is in it is about people


def read_look(file: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was filled in: differences settled (`row`, `doubt_id`, `choice`, `value`, `reason`), cards compared (`row`, `card_id`, `paper`).

    Raises:
        SosachError: INPUT-01, INPUT-02, INPUT-04.
    """
    try:
        book = CalamineWorkbook.from_path(str(file))
        doubts, sample = (
            [[_cell(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            for name in (_DOUBTS, _SAMPLE)
        )
    except FileNotFoundError as missing:
        raise _unfit(ErrorCode.INPUT_MISSING, file, "không có tệp này", "there is no such file") from missing
    except (CalamineError, OSError) as wrong:
        raise _unfit(
            ErrorCode.INPUT_UNREADABLE, file, "không phải tệp đã xuất", "it is not a workbook of ours"
        ) from wrong
    settled = [
        {"row": row, "doubt_id": int(told["Khóa"]), **_choice(told)}
        for row, told in _filled(file, doubts, _DOUBT_COLUMNS)
        if told["Chọn"]
    ]
    compared = [
        {"row": row, "card_id": int(told["Khóa"]), "paper": {each.name: told[each.vi] for each in FIELDS}}
        for row, told in _filled(file, sample, _SAMPLE_COLUMNS)
        if told["Đã đối chiếu"].lower() in _YES
    ]
    return settled, compared


def _choice(told: Mapping[str, str]) -> dict[str, Any]:
    """What was chosen; a word nobody knows is no choice, and is refused where it is used."""
    return {"choice": _CHOICES.get(told["Chọn"].lower()), "value": told["Giá trị khác"], "reason": told["Lý do"]}


def _filled(file: Path, rows: Sequence[Sequence[str]], columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by heading with their numbers, as far as they carry a key of ours."""
    heading = list(rows[0]) if rows else []
    if any(heading.count(name) != 1 for name in columns):
        raise _unfit(ErrorCode.INPUT_COLUMNS, file, "thiếu cột đã xuất", "columns that were written out are missing")
    places = {name: heading.index(name) for name in columns}
    for number, row in enumerate(rows[1:], 2):
        told = {name: clean(row[place]) if place < len(row) else "" for name, place in places.items()}
        if told["Khóa"].isdecimal():
            yield number, told


def write_report(folder: Path, cards: Iterable[SentBack], lang: str) -> tuple[Path, Path]:
    """Cards that did not simply go into the register, with the reasons: as XLSX and as CSV, no cell of which is a formula."""
    headings = {
        "vi": ("Số phiếu", "Mã xã", "Kết quả", "Mã lý do", "Lý do", "Chi tiết"),
        "en": ("Card number", "Commune code", "Outcome", "Code", "Reason", "Details"),
    }[lang]
    rows = [_reported(card, lang) for card in cards]
    book = WorkbookTemplate(
        [SheetColumn(name, width) for name, width in zip(headings, (16, 10, 12, 16, 48, 60), strict=True)]
    )
    sheet, text = folder / "survey-report.xlsx", folder / "survey-report.csv"
    book.write(sheet, rows)
    with text.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows([[_neutral(cell) for cell in row] for row in rows])
    return sheet, text


def _reported(card: SentBack, lang: str) -> list[str]:
    vi, en = REASONS[card.reason]
    faults = [f"{name}: {code}" for name, code in card.details.get("faults", {}).items()]
    columns = list(card.details.get("columns", []))
    return [
        card.number,
        card.commune_code,
        card.state,
        card.reason,
        vi if lang == "vi" else en,
        "; ".join(faults + columns),
    ]


def _neutral(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unfit(code: ErrorCode, file: Path, vi: str, en: str) -> SosachError:
    return SosachError(code, vi=f"{file.name}: {vi}.", en=f"{file.name}: {en}.")
