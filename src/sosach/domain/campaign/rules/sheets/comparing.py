"""What a workbook that came back would change: cell by cell, old, new, and what the registers hold by now."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sosach.domain.campaign.rules.sheets.columns import MOST_NOTE, Column, outcomes, statuses
from sosach.domain.campaign.rules.sheets.reading import ReadList, ReadRow
from sosach.vn.identifiers import phone

_NEUTRAL: Final = ("=", "@", "\t")  # text that a spreadsheet would take for a formula elsewhere


_CLOSED: Final[Mapping[Column, Callable[[], Collection[str]]]] = {
    Column.OUTCOME: lambda: outcomes().values(),
    Column.STATUS: lambda: statuses().values(),
}


class Verdict(StrEnum):
    """What becomes of a changed cell."""

    APPLY = "apply"  # nobody else has changed it: it can be taken over
    ALREADY = "already"  # the registers hold it by now
    CONFLICT = "conflict"  # somebody else has changed it to something else meanwhile
    INVALID = "invalid"  # not a value of the column


@dataclass(frozen=True, slots=True)
class Present:
    """What the registers hold now.

    Attributes:
        version: of the case.
        values: by column; a column that is missing cannot be filled in for this record.
        closed: nothing is to be done with the case any more.
    """

    version: int
    values: Mapping[Column, str]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that was changed in the workbook.

    Attributes:
        number: of its row.
        case_id: case.
        version: of the case as it is now.
        column: which.
        old: what was written out.
        new: what stands there.
        present: what the registers hold.
        verdict: what becomes of it.
        why: Vietnamese and English, where it is not taken over as it stands; empty otherwise.
    """

    number: int
    case_id: int
    version: int
    column: Column
    old: str
    new: str
    present: str
    verdict: Verdict
    why: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A workbook beside the registers.

    Attributes:
        changes: every changed cell, in the order of the sheet.
        read: rows added, removed, moved, standing twice.
        lost: rows whose case is not within reach any more, or closed.
        touched: rows with changes in columns only to look at; those are not taken over.
    """

    changes: tuple[CellChange, ...]
    read: ReadList
    lost: tuple[int, ...]
    touched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change an officer has confirmed.

    Attributes:
        case_id: case.
        version: of the case as the officer saw it beside the change.
        column: which.
        value: what it becomes, in words of the sheet.
    """

    case_id: int
    version: int
    column: Column
    value: str


def compare(
    read: ReadList, *, present_of: Callable[[ReadRow], Present | None], officers: Iterable[str] = ()
) -> Comparison:
    """Put a workbook beside the registers; nothing is changed.

    Args:
        read: the workbook.
        present_of: what the registers hold for a row; None when its case is out of reach.
        officers: names that may stand in the column of officers.
    """
    known = frozenset(officers)
    changes: list[CellChange] = []
    lost = []
    for row in read.rows:
        now = present_of(row)
        if now is None or now.closed:
            if row.new != row.old:
                lost.append(row.number)
            continue
        changes += [_change(row, now, column, known) for column in Column if row.new[column] != row.old[column]]
    return Comparison(tuple(changes), read, tuple(lost), tuple(row.number for row in read.rows if row.touched))


def edits_of(changes: Iterable[CellChange], *, conflicts: bool = False) -> tuple[Edit, ...]:
    """The changes that can be confirmed; conflicts only where the officer wants the value of the sheet."""
    wanted = {Verdict.APPLY, Verdict.CONFLICT} if conflicts else {Verdict.APPLY}
    return tuple(
        Edit(change.case_id, change.version, change.column, change.new)
        for change in changes
        if change.verdict in wanted
    )


def edits_text(edits: Iterable[Edit]) -> str:
    """Edits as text, to be carried by a page from the comparison to the confirmation."""
    return json.dumps([[edit.case_id, edit.version, edit.column, edit.value] for edit in edits], ensure_ascii=False)


def edits_from(text: str) -> tuple[Edit, ...]:
    """Edits a page carried.

    Raises:
        ValueError: they are none.
    """
    told: Any = json.loads(text)
    if not isinstance(told, list):
        raise ValueError("no edits")  # noqa: TRY004 - whoever calls asks whether the text is good
    return tuple(_edit(each) for each in told)


def problem(column: Column, value: str, officers: frozenset[str]) -> tuple[str, str] | None:
    """Why a value cannot stand in a column: Vietnamese and English; None when it can.

    >>> problem(Column.PHONE, "0912345678", frozenset()) is None
    True
    """
    words = _CLOSED.get(column)
    wrong = {
        ("Công thức không được nhận.", "Formulas are not taken."): value.startswith(_NEUTRAL),
        ("Không có trong danh sách lựa chọn.", "Not among the answers offered."): words is not None
        and value not in words(),
        (f"Dài hơn {MOST_NOTE} ký tự.", f"Longer than {MOST_NOTE} characters."): len(value) > MOST_NOTE,
        ("Không phải số điện thoại.", "Not a phone number."): column is Column.PHONE
        and phone.explain(value).key is None,
        ("Không có cán bộ này trong chiến dịch.", "No such officer in the campaign."): column is Column.OFFICER
        and value not in officers,
    }
    return next((why for why, applies in wrong.items() if applies), None)


def _change(row: ReadRow, now: Present, column: Column, officers: frozenset[str]) -> CellChange:
    old, new, present = row.old[column], row.new[column], now.values.get(column, "")
    verdict, why = _judged(row, now, column, officers)
    return CellChange(row.number, row.case_id, now.version, column, old, new, present, verdict, why)


def _judged(row: ReadRow, now: Present, column: Column, officers: frozenset[str]) -> tuple[Verdict, tuple[str, str]]:
    old, new, present = row.old[column], row.new[column], now.values.get(column)
    found = problem(column, new, officers)
    lonely = column is Column.NOTE and not row.new[Column.OUTCOME]
    # the first that applies
    judged: tuple[tuple[bool, Verdict, tuple[str, str]], ...] = (
        (column in row.formulas, Verdict.INVALID, ("Công thức không được nhận.", "Formulas are not taken.")),
        (present is None, Verdict.INVALID, ("Cột này không dùng cho loại hồ sơ này.", "Not for this kind of record.")),
        (new == present, Verdict.ALREADY, ("Hệ thống đã có giá trị này.", "The registers hold it already.")),
        (not new, Verdict.INVALID, ("Không xóa được giá trị bằng bảng tính.", "Values are not deleted by a workbook.")),
        (found is not None, Verdict.INVALID, found or ("", "")),
        (lonely, Verdict.INVALID, ("Ghi chú cần có kết quả lần đến.", "A note needs the outcome of the visit.")),
        (present != old, Verdict.CONFLICT, ("Người khác đã sửa sau khi tải danh sách.", "Changed by somebody else.")),
    )
    return next(((verdict, why) for applies, verdict, why in judged if applies), (Verdict.APPLY, ("", "")))


def _edit(told: Any) -> Edit:
    if not isinstance(told, list) or len(told) != 4:
        raise ValueError("no edit")
    case_id, version, column, value = told
    if type(case_id) is not int or type(version) is not int or not isinstance(value, str):
        raise ValueError("no edit")
    return Edit(case_id, version, Column(column), value)
