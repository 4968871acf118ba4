"""A work list that comes back as a workbook: what stands in each row beside what stood there, and what happened to the rows.

Whatever is sent is read within bounds: parts are unpacked one by one up to a limit before any reader sees them, cells with
formulas are named and not believed, and a row counts only with the seal it was given here.
"""

import io
import re
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.campaign.rules.sheets.columns import (
    HEADINGS,
    KEY_HEADING,
    MOST_ROWS,
    ORIGIN,
    SHEET,
    SHOWN,
    TITLE_ROWS,
    Column,
    plain,
)
from sosach.domain.campaign.rules.sheets.writing import ORIGIN_COLUMNS, digest_of, is_sealed

MOST_BYTES: Final = 10 * 2**20
_MOST_UNPACKED: Final = 150 * 2**20
_MOST_PARTS: Final = 200
_FORMULA: Final = re.compile(rb'<c\b[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*<f[\s/>]')
_HEADING_ROW: Final = TITLE_ROWS  # counted from 0


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that came back.

    Attributes:
        number: of the row in the sheet, from 1.
        case_id: its case.
        version: of the case when it was written out.
        visits: made by then.
        old: what stood in the columns to fill in.
        new: what stands there now.
        formulas: columns that hold a formula now.
        touched: a column that is only to look at was changed.
    """

    number: int
    case_id: int
    version: int
    visits: int
    old: Mapping[Column, str]
    new: Mapping[Column, str]
    formulas: frozenset[Column] = frozenset()
    touched: bool = False


@dataclass(frozen=True, slots=True)
class ReadList:
    """A workbook that came back.

    Attributes:
        rows: recognised rows, each case once.
        added: numbers of rows without key or with one that is not ours.
        twice: numbers of rows whose key stands in another row as well; none of them counts.
        removed: cases that were written out and are missing now.
        moved: cases that stand elsewhere in the order.
    """

    rows: tuple[ReadRow, ...]
    added: tuple[int, ...]
    twice: tuple[int, ...]
    removed: tuple[int, ...]
    moved: tuple[int, ...]


@dataclass(slots=True)
class _Found:
    rows: dict[str, list[ReadRow]] = field(default_factory=dict)
    added: list[int] = field(default_factory=list)


def read_list(content: bytes, *, campaign_id: int, key: bytes) -> ReadList:
    """Read a workbook that was written by `write_list` and worked on since.

    Args:
        content: the file as it came.
        campaign_id: the campaign whose page it was sent to.
        key: of this installation.

    Raises:
        SosachError: INPUT-02 no workbook, or damaged, or larger than one of ours can be; INPUT-04 its sheets or headings are
            not those of a work list.
    """
    parts = _unpacked(content)
    main, kept = _tables(parts)
    origins = _origins(kept, campaign_id, key)
    places = _places(main)
    formulas = _formulas(parts, places)
    found = _Found()
    for index, cells in enumerate(main[_HEADING_ROW + 1 :], _HEADING_ROW + 2):
        _take(found, index, cells, places, origins, formulas)
    once = {case: rows[0] for case, rows in found.rows.items() if len(rows) == 1}
    order = {case: place for place, case in enumerate(origins)}
    return ReadList(
        rows=tuple(once.values()),
        added=tuple(found.added),
        twice=tuple(sorted(row.number for rows in found.rows.values() if len(rows) > 1 for row in rows)),
        removed=tuple(int(case) for case in origins if case not in found.rows),
        moved=tuple(int(case) for case in _out_of_order(list(once), order)),
    )


def _take(
    found: _Found,
    number: int,
    cells: Sequence[Any],
    places: Mapping[str, int],
    origins: Mapping[str, Sequence[str]],
    formulas: Mapping[int, frozenset[Column]],
) -> None:
    texts = {heading: plain(cells[place]) if place < len(cells) else "" for heading, place in places.items()}
    case = texts[KEY_HEADING]
    told = origins.get(case)
    if told is None:
        if any(texts.values()):
            found.added.append(number)
        return
    shown = [texts[heading] for heading, _ in SHOWN[1:]]
    row = ReadRow(
        number=number,
        case_id=int(told[0]),
        version=int(told[1]),
        visits=int(told[2]),
        old=dict(zip(Column, told[4:-1], strict=True)),
        new={column: texts[HEADINGS[column][0]] for column in Column},
        formulas=formulas.get(number, frozenset()),
        touched=digest_of(shown) != told[3],
    )
    found.rows.setdefault(case, []).append(row)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Parts of the archive by name, within bounds whatever its directory says."""
    if len(content) > MOST_BYTES:
        raise _unreadable("lớn hơn 10 MB", "larger than 10 MB")
    parts: dict[str, bytes] = {}
    left = _MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for entry in book.infolist()[: _MOST_PARTS + 1]:
                if entry.flag_bits & 1 or len(parts) > _MOST_PARTS:
                    raise _unreadable("có mật khẩu hoặc quá nhiều phần", "locked, or of too many parts")
                with book.open(entry) as stream:
                    parts[entry.filename] = stream.read(left + 1)
                left -= len(parts[entry.filename])
                if left < 0:
                    raise _unreadable("quá lớn khi giải nén", "too large when unpacked")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _unreadable("không phải tệp .xlsx hoặc bị hỏng", "no .xlsx file, or damaged") from error
    return parts


def _tables(parts: Mapping[str, bytes]) -> tuple[list[list[Any]], list[list[Any]]]:
    """Cells of the list and of the hidden sheet; read from parts packed anew, so that nothing unpacks further."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)
    packed.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(packed)
        if not {SHEET, ORIGIN} <= set(workbook.sheet_names):
            raise _unknown()
        main, kept = (
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS + 100)
            for name in (SHEET, ORIGIN)
        )
    except CalamineError as error:
        raise _unreadable("bị hỏng", "damaged") from error
    return main, kept


def _origins(kept: Sequence[Sequence[Any]], campaign_id: int, key: bytes) -> dict[str, tuple[str, ...]]:
    """What stood in each row, by case; rows without a good seal are strangers."""
    found: dict[str, tuple[str, ...]] = {}
    for cells in kept[1:]:
        told = tuple("" if cell is None else str(cell) for cell in cells[: len(ORIGIN_COLUMNS)])
        if len(told) == len(ORIGIN_COLUMNS) and is_sealed(told[:-1], told[-1], campaign_id=campaign_id, key=key):
            found[told[0]] = told
    if not found and len(kept) > 1:
        raise SosachError(
            ErrorCode.INPUT_COLUMNS,
            vi="Bảng tính này không phải do hệ thống lập cho chiến dịch này.",
            en="This workbook was not made here for this campaign.",
            hint_vi="Tải danh sách mới từ trang của chiến dịch rồi điền lại.",
            hint_en="Download a fresh list from the page of the campaign and fill it in.",
        )
    return found


def _places(main: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Heading → column, wherever the columns stand now."""
    heading = [plain(cell) for cell in main[_HEADING_ROW]] if len(main) > _HEADING_ROW else []
    wanted = [name for name, _ in SHOWN] + [vi for vi, _ in HEADINGS.values()] + [KEY_HEADING]
    if any(heading.count(name) != 1 for name in wanted):
        raise _unknown()
    return {name: heading.index(name) for name in wanted}


def _formulas(parts: Mapping[str, bytes], places: Mapping[str, int]) -> dict[int, frozenset[Column]]:
    """Row → columns to fill in that hold a formula: what it shows now may be something else tomorrow."""
    columns = {places[HEADINGS[column][0]]: column for column in Column}
    found: dict[int, frozenset[Column]] = {}
    for letters, row in _FORMULA.findall(parts.get(_main_part(parts), b"")):
        column = columns.get(_index(letters))
        if column is not None:
            found[int(row)] = found.get(int(row), frozenset()) | {column}
    return found


def _main_part(parts: Mapping[str, bytes]) -> str:
    """The part that holds the list: programs number their sheets as they like."""
    heading = HEADINGS[Column.OUTCOME][0].encode()
    sheets = sorted(name for name in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
    return next((name for name in sheets if heading in parts[name]), sheets[0] if sheets else "")


def _index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _out_of_order(cases: Sequence[str], order: Mapping[str, int]) -> list[str]:
    """As few cases as possible that have to be put elsewhere to have the old order again."""
    tails: list[int] = []
    chain: list[int] = []  # place in its increasing run → length
    for case in cases:
        place = bisect_left(tails, order[case])
        tails[place : place + 1] = [order[case]]
        chain.append(place)
    kept: set[str] = set()
    wanted = len(tails) - 1
    limit = len(order)
    for case, length in zip(reversed(cases), reversed(chain), strict=True):
        if length == wanted and order[case] < limit:
            kept.add(case)
            wanted -= 1
            limit = order[case]
    return [case for case in cases if case not in kept]


def _unreadable(vi: str, en: str) -> SosachError:
    return SosachError(
        ErrorCode.INPUT_UNREADABLE,
        vi=f"Không đọc được bảng tính: {vi}.",
        en=f"The workbook cannot be read: {en}.",
        hint_vi="Lưu lại dưới dạng .xlsx, không đặt mật khẩu, rồi tải lên lần nữa.",
        hint_en="Save it as .xlsx without password and send it again.",
    )


def _unknown() -> SosachError:
    return SosachError(
        ErrorCode.INPUT_COLUMNS,
        vi="Bảng tính không có đủ trang và cột của danh sách đã tải về.",
        en="The workbook lacks sheets or columns of the list that was downloaded.",
        hint_vi="Không xóa, không đổi tên cột; tải danh sách mới rồi chép phần đã điền sang.",
        hint_en="Keep columns and their names; download a fresh list and copy over what was filled in.",
    )
