"""Work lists as workbooks: out and in again changes nothing, every edit is found exactly, nothing hostile is believed."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.campaign.rules.sheets import (
    HEADINGS,
    Column,
    Comparison,
    ListRow,
    Present,
    ReadRow,
    Verdict,
    compare,
    edits_from,
    edits_of,
    edits_text,
    outcomes,
    plain,
    read_list,
    statuses,
    write_list,
)
from sosach.domain.campaign.rules.sheets.columns import ORIGIN, SHEET, SHOWN, TITLE_ROWS

KEY = b"key of the tests" * 2
OFFICERS = ("Nguyễn Văn An", "Trần Thị Bình")
TITLES = ("Danh sách làm sạch dữ liệu", "Công an xã Triệu Lộc")
FIRST = TITLE_ROWS + 2  # first row of data, from 1
COLUMN_OF = {column: len(SHOWN) + place for place, column in enumerate(Column, 1)}
GOOD: Mapping[Column, tuple[str, ...]] = {
    Column.OUTCOME: tuple(outcomes().values()),
    Column.NOTE: ("hẹn tối thứ Bảy", "- gặp con trai", "+ thêm"),
    Column.STATUS: tuple(statuses().values()),
    Column.PHONE: ("0912345678", "0387654321"),
    Column.OFFICER: OFFICERS,
}


def row(case: int, **values: str) -> ListRow:
    told = {
        Column.OUTCOME: "",
        Column.NOTE: "",
        Column.STATUS: "",
        Column.PHONE: "0901234567",
        Column.OFFICER: OFFICERS[0],
    }
    shown = (f"36B1-{case:05}", "Nguyễn  Thị Hồng", "Thôn 1", "", "Sai lệch", "=1+1", "Mới", "", "30/12/2026")
    return ListRow(case, 3, 1, shown, told | {Column(name): value for name, value in values.items()})


def written(rows: list[ListRow], campaign: int = 12) -> bytes:
    return write_list(rows, titles=TITLES, officers=OFFICERS, campaign_id=campaign, key=KEY)


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody worked on it in another program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book[SHEET])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def unchanged(rows: list[ListRow]) -> Callable[[ReadRow], Present | None]:
    """The registers as they were when the list was written."""
    by_case = {each.case_id: each for each in rows}

    def present(read: ReadRow) -> Present | None:
        each = by_case[read.case_id]
        return Present(each.version, {column: plain(text) for column, text in each.values.items()})

    return present


def compared(content: bytes, rows: list[ListRow]) -> Comparison:
    return compare(read_list(content, campaign_id=12, key=KEY), present_of=unchanged(rows), officers=OFFICERS)


TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.tuples(TEXT, TEXT), max_size=12), seed=st.integers(0, 99))
def test_out_and_in_again_is_no_change(texts: list[tuple[str, str]], seed: int) -> None:
    rows = [
        replace(row(seed + place, phone=phone, note=note), shown=(phone,) * 9)
        for place, (phone, note) in enumerate(texts, 1)
    ]
    read = read_list(written(rows), campaign_id=12, key=KEY)
    assert [each.case_id for each in read.rows] == [each.case_id for each in rows]
    assert (read.added, read.twice, read.removed, read.moved) == ((), (), (), ())
    found = compare(read, present_of=unchanged(rows), officers=OFFICERS)
    assert (found.changes, found.lost, found.touched) == ((), (), ())


def test_another_program_that_only_saves_changes_nothing() -> None:
    rows = [row(case) for case in range(1, 40)]
    found = compared(edited(written(rows), lambda _: None), rows)
    assert (found.changes, found.touched, found.read.moved, found.read.added) == ((), (), (), ())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_random_edits_are_found_exactly(seed: int) -> None:
    chance = random.Random(seed)
    rows = [row(case) for case in chance.sample(range(1, 500), chance.randrange(1, 25))]
    cells = [(place, column) for place in range(len(rows)) for column in Column if column is not Column.NOTE]
    wanted = {
        (rows[place].case_id, column): value
        for place, column in chance.sample(cells, chance.randrange(len(cells) + 1))
        if (value := chance.choice(GOOD[column])) != rows[place].values[column]
    }
    places = {each.case_id: FIRST + place for place, each in enumerate(rows)}

    def change(sheet: Any) -> None:
        for (case, column), value in wanted.items():
            sheet.cell(places[case], COLUMN_OF[column]).value = value

    found = compared(edited(written(rows), change), rows)
    assert {(each.case_id, each.column): each.new for each in found.changes} == wanted
    assert {each.verdict for each in found.changes} <= {Verdict.APPLY}
    assert {(edit.case_id, edit.column): edit.value for edit in edits_of(found.changes)} == wanted


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_rows_added_removed_moved_and_doubled_are_noticed(seed: int) -> None:
    chance = random.Random(seed)
    rows = [row(case) for case in range(1, 16)]
    gone = set(chance.sample(range(1, 16), chance.randrange(4)))
    kept = [case for case in range(1, 16) if case not in gone]
    moved = chance.choice([*kept, None])
    double = chance.choice([*(case for case in kept if case != moved), None])
    added = chance.randrange(3)

    def change(sheet: Any) -> None:
        lines = {case: [cell.value for cell in sheet[FIRST + case - 1]] for case in range(1, 16)}
        order = list(kept)
        if moved is not None:
            order.remove(moved)
            order.append(moved)
        shown = [lines[case] for case in order]
        shown += [lines[double]] if double is not None else []
        shown += [[None, "thêm bằng tay", *[None] * 14]] * added
        sheet.delete_rows(FIRST, 15)
        for place, cells in enumerate(shown):
            for column, value in enumerate(cells, 1):
                sheet.cell(FIRST + place, column).value = value

    read = compared(edited(written(rows), change), rows).read
    assert set(read.removed) == gone
    assert len(read.added) == added
    assert len(read.twice) == (2 if double is not None else 0)
    last = moved is None or moved == max(case for case in kept if case != double)
    assert len(read.moved) == (0 if last else 1)
    standing = [each.case_id for each in read.rows if each.case_id not in read.moved]
    assert standing == sorted(standing), "the rest is in the old order"
    assert {each.case_id for each in read.rows} == set(kept) - {double}


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        (Column.OUTCOME, "Đã gặp rồi", "Not among"),
        (Column.STATUS, "bay được", "Not among"),
        (Column.PHONE, "gọi sau", "Not a phone"),
        (Column.OFFICER, "Ai đó", "No such officer"),
        (Column.NOTE, "hẹn mai", "needs the outcome"),
        (Column.PHONE, None, "not deleted"),
    ],
)
def test_a_value_that_cannot_stand_is_told(column: Column, value: str | None, why: str) -> None:
    rows = [row(1)]

    def change(sheet: Any) -> None:
        sheet.cell(FIRST, COLUMN_OF[column]).value = value

    (found,) = compared(edited(written(rows), change), rows).changes
    assert found.verdict is Verdict.INVALID
    assert why in found.why[1]
    assert found.why[0]
    assert not edits_of([found], conflicts=True)


@pytest.mark.parametrize("value", ['=HYPERLINK("http://evil")', "=1+1", "=cmd|'/c calc'!A1"])
def test_formulas_are_not_believed(value: str) -> None:
    rows = [row(1), row(2)]

    def change(sheet: Any) -> None:
        sheet.cell(FIRST + 1, COLUMN_OF[Column.OUTCOME]).value = GOOD[Column.OUTCOME][0]
        sheet.cell(FIRST + 1, COLUMN_OF[Column.NOTE]).value = value

    found = compared(edited(written(rows), change), rows)
    verdicts = {each.column: each.verdict for each in found.changes}
    assert verdicts.get(Column.NOTE, Verdict.INVALID) is Verdict.INVALID
    assert verdicts[Column.OUTCOME] is Verdict.APPLY
    typed = written([row(3, note=value)])
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(typed)).read("xl/worksheets/sheet1.xml"), "written out as text"


def test_a_cached_result_of_a_formula_is_not_taken_for_text() -> None:
    rows = [row(1)]
    letter = openpyxl.utils.get_column_letter(COLUMN_OF[Column.OUTCOME])
    saved = io.BytesIO()
    outcome = GOOD[Column.OUTCOME][0]
    with (
        zipfile.ZipFile(io.BytesIO(edited(written(rows), lambda _: None))) as parts,
        zipfile.ZipFile(saved, "w") as book,
    ):
        for name in parts.namelist():
            content = parts.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = f'<c r="{letter}{FIRST}" t="str"><f>A1</f><v>{outcome}</v></c>'.encode()
                content, count = re.subn(rb'<c r="%s%d"[^>]*/>' % (letter.encode(), FIRST), cell, content)
                assert count == 1
            book.writestr(name, content)
    (found,) = compared(saved.getvalue(), rows).changes
    assert (found.new, found.verdict) == (outcome, Verdict.INVALID)


def test_what_somebody_else_changed_meanwhile_is_a_conflict() -> None:
    rows = [row(1), row(2), row(3), row(4), row(5)]
    phone = COLUMN_OF[Column.PHONE]

    def change(sheet: Any) -> None:
        for place in range(5):
            sheet.cell(FIRST + place, phone).value = "0912345678"

    now = {
        1: Present(4, {Column.PHONE: "0909999999"}),
        2: Present(4, {Column.PHONE: "0912345678"}),
        3: Present(4, {}),
        4: Present(9, {Column.PHONE: "0901234567"}, closed=True),
    }
    read = read_list(edited(written(rows), change), campaign_id=12, key=KEY)
    found = compare(read, present_of=lambda each: now.get(each.case_id), officers=OFFICERS)
    assert [(each.case_id, each.verdict) for each in found.changes] == [
        (1, Verdict.CONFLICT),
        (2, Verdict.ALREADY),
        (3, Verdict.INVALID),
    ]
    first = found.changes[0]
    assert (first.old, first.new, first.present, first.version) == ("0901234567", "0912345678", "0909999999", 4)
    assert found.lost == (FIRST + 3, FIRST + 4), "closed, and out of reach"
    assert edits_of(found.changes) == ()
    (edit,) = edits_of(found.changes, conflicts=True)
    assert edits_from(edits_text([edit])) == (edit,)


def test_a_changed_column_to_look_at_is_noticed_and_not_taken() -> None:
    rows = [row(1), row(2)]

    def change(sheet: Any) -> None:
        sheet.cell(FIRST, 3).value = "Người khác"

    found = compared(edited(written(rows), change), rows)
    assert (found.changes, found.touched) == ((), (FIRST,))


def test_a_sorted_list_and_columns_elsewhere_are_still_read() -> None:
    rows = [row(case) for case in (1, 2, 3)]

    def change(sheet: Any) -> None:
        lines = [[cell.value for cell in sheet[FIRST + place]] for place in (2, 1, 0)]
        for place, cells in enumerate(lines):
            for column, value in enumerate(cells, 1):
                sheet.cell(FIRST + place, column).value = value
        sheet.insert_cols(4)

    found = compared(edited(written(rows), change), rows)
    assert (found.changes, found.read.added, found.read.removed) == ((), (), ())
    assert len(found.read.moved) == 2


def test_a_list_of_another_campaign_or_installation_is_refused() -> None:
    content = written([row(1)], campaign=13)
    for key, campaign in ((KEY, 12), (b"another", 13)):
        with pytest.raises(SosachError) as refused:
            read_list(content, campaign_id=campaign, key=key)
        assert refused.value.code is ErrorCode.INPUT_COLUMNS


def test_what_stood_in_a_row_cannot_be_forged() -> None:
    rows = [row(1), row(2)]
    book = openpyxl.load_workbook(io.BytesIO(written(rows)))
    book[ORIGIN]["B2"].value = "99"
    saved = io.BytesIO()
    book.save(saved)
    read = read_list(saved.getvalue(), campaign_id=12, key=KEY)
    assert [each.case_id for each in read.rows] == [2]
    assert read.added == (FIRST,), "a stranger"


def _bomb() -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", bytes(200 << 20))
    return saved.getvalue()


def _many() -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w") as book:
        for number in range(300):
            book.writestr(f"part{number}", b"")
    return saved.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"%PDF", bytes(11 << 20), _bomb(), _many(), written([row(1)])[:900]],
    ids=["empty", "magic", "pdf", "long", "bomb", "many", "cut"],
)
def test_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SosachError) as refused:
        read_list(content, campaign_id=12, key=KEY)
    assert refused.value.code is ErrorCode.INPUT_UNREADABLE
    assert all((refused.value.vi, refused.value.en, refused.value.hint_vi, refused.value.hint_en))


def test_a_workbook_without_our_columns_is_refused() -> None:
    def rename(sheet: Any) -> None:
        sheet.cell(TITLE_ROWS + 1, COLUMN_OF[Column.PHONE]).value = "ĐT"

    def elsewhere(sheet: Any) -> None:
        sheet.title = "Sheet1"

    for change in (rename, elsewhere):
        with pytest.raises(SosachError) as refused:
            read_list(edited(written([row(1)]), change), campaign_id=12, key=KEY)
        assert refused.value.code is ErrorCode.INPUT_COLUMNS


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_damaged_workbook_never_does_more_than_be_refused(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(written([row(1), row(2)]))
    for _ in range(chance.choice((1, 5, 50))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    with suppress(SosachError):
        read = read_list(bytes(content), campaign_id=12, key=KEY)
        assert {each.case_id for each in read.rows} <= {1, 2}


def test_only_what_may_be_filled_in_is_open() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written([row(1)])))
    sheet = book[SHEET]
    cells = sheet[FIRST]
    opened = {place for place, cell in enumerate(cells, 1) if not cell.protection.locked}
    assert sheet.protection.sheet
    assert opened == set(COLUMN_OF.values())
    assert sheet.column_dimensions[openpyxl.utils.get_column_letter(len(cells))].hidden
    assert book[ORIGIN].sheet_state == "veryHidden"
    offered = {str(rule.sqref).split(":")[0] for rule in sheet.data_validations.dataValidation}
    closed = (Column.OUTCOME, Column.STATUS, Column.OFFICER)
    assert offered == {f"{openpyxl.utils.get_column_letter(COLUMN_OF[column])}{FIRST}" for column in closed}
    assert all(cell.data_type in {"s", "n"} for cell in cells), "text, no formula"


def test_headings_are_said_in_both_languages() -> None:
    assert set(HEADINGS) == set(Column)
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(written([])))
        .get_sheet_by_name(SHEET)
        .to_python(skip_empty_area=False)
    )
    assert [vi for vi, _ in HEADINGS.values()] == sheet[TITLE_ROWS][len(SHOWN) : len(SHOWN) + len(Column)]
    assert sheet[0][0] == TITLES[0]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "[[1,2,3]]", '[["1",2,"note","x"]]', '[[1,2,"price","x"]]', '[[1,2,"note",3]]']
)
def test_edits_of_a_page_are_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        edits_from(text)
