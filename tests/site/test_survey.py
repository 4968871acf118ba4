"""Survey cards from files to the register and back: both keyings, the workbook of the third look, the reject report."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from tests.domain.population.people import BA_DINH, EVERYBODY, born, stored

from sosach.base.errors import ErrorCode, SosachError
from sosach.cli.survey import share_of
from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import SurveyCard
from sosach.domain.population.models import Person
from sosach.site.management import survey_files, survey_steps
from sosach.site.management.commands import survey_finish, survey_load, survey_look, survey_settle, survey_status
from sosach.site.management.survey_files import digest_of, read_keying

HEAD = [
    "Số phiếu",
    "Mã xã",
    "Người nhập",
    "Họ, chữ đệm và tên khai sinh",
    "Date of birth",
    "sex",
    "Số định danh cá nhân",
]
BY = {"officer": "", "password": ""}


def text_file(path: Path, *rows: list[str], head: list[str] = HEAD, delimiter: str = ",") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([head, *rows])
    path.write_text(out.getvalue(), "utf-8-sig")
    return path


def book_file(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(place, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    else:
                        sheet.write(place, column, cell)
    return path


def card(
    number: str, keyer: str, name: str = "LÊ VĂN AN", born_on: str = "05/03/1970", sex: str = "Nam", pin: str = ""
) -> list[str]:
    return [number, BA_DINH, keyer, name, born_on, sex, pin]


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture
def durable(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of the tests forgets on purpose."""
    del db
    monkeypatch.setattr(survey_steps, "require_durable", lambda _: None)


@pytest.fixture
def load(durable: None, tmp_path: Path) -> Callable[..., Path]:
    def run(first: list[Path], second: list[Path], *, accepted: float = 0.2) -> Path:
        out = tmp_path / "look.xlsx"
        told = {"form": "DC01", "share": 1.0, "accepted": accepted, "seed": "s"}
        survey_load.Command().carry_out(lang="en", files=first, double=second, out=out, **told, **BY)
        return out

    del durable
    return run


def settle(look: Path, batch: int) -> None:
    survey_settle.Command().carry_out(lang="en", batch=batch, file=look, **BY)


def batch_id() -> int:
    with acting(EVERYBODY):
        return int(SurveyCard.objects.latest("pk").batch_id)


def fill(
    look: Path, *, choose: dict[str, tuple[str, str, str]], paper: dict[str, dict[int, str]] | None = None
) -> Path:
    """Fill the workbook in: what is chosen by card, what the paper of sampled cards shows."""
    sheets = sheets_of(look)
    for row in sheets["Khác nhau"][1:]:
        row[6:9] = choose[str(row[1])]
    for row in sheets["Mẫu đối chiếu"][1:]:
        row[3] = "x"
        for column, text in (paper or {}).get(str(row[1]), {}).items():
            row[column] = text
    return book_file(look, sheets)


def test_two_keyings_go_all_the_way_into_the_register(
    load: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = stored(born("TRẦN VĂN BA", birth_date="1970-03-05"))
    first = text_file(
        tmp_path / "an.csv",
        card("1", "an"),
        card("2", "an", name="LÊ VĂN HAI"),
        card("3", "an", name="TRẦN VĂN BA", pin=person.pin or ""),
        card("4", "an", sex="?", name="LÊ VĂN TƯ"),
        card("=5", "an"),
    )
    second = book_file(
        tmp_path / "binh.xlsx",
        {
            "Phiếu": [
                HEAD,
                [1, BA_DINH, "bình", "Lê Văn An", date(1970, 3, 5), "Nam", ""],
                [2.0, BA_DINH, "bình", "LÊ VĂN HÁI", "05/03/1970", "Nam", ""],
                ["3", BA_DINH, "bình", "TRẦN VĂN BA", "05/03/1970", "Nam", person.pin],
                ["4", BA_DINH, "bình", "LÊ VĂN TƯ", "05/03/1970", "?", ""],
            ]
        },
    )
    look = load([first], [second])
    doubts = sheets_of(look)["Khác nhau"]
    assert [row[1:6] for row in doubts[1:]] == [
        ["2", BA_DINH, "Họ, chữ đệm và tên khai sinh", "LÊ VĂN HAI", "LÊ VĂN HÁI"]
    ]
    assert "cards compared" in capsys.readouterr().out
    batch = batch_id()
    settle(fill(look, choose={"2": ("1", "", "")}), batch)
    survey_look.Command().carry_out(lang="vi", batch=batch, out=look, **BY)
    assert [row[1] for row in sheets_of(look)["Mẫu đối chiếu"][1:]] == ["2"], "it was not agreed on before"
    settle(fill(look, choose={}), batch)
    survey_finish.Command().carry_out(lang="en", batch=batch, out=tmp_path, **BY)
    said = capsys.readouterr().out
    for line in ("2  new records", "1  on record, nothing differs", "2  rejected", "5  cards"):
        assert line in said
    with acting(EVERYBODY):
        assert sorted(Person.objects.values_list("full_name", flat=True)) == ["LÊ VĂN AN", "LÊ VĂN HAI", "TRẦN VĂN BA"]
    report = list(csv.reader((tmp_path / "survey-report.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in report[1:]] == ["4", "'=5"]
    assert report[1][3:] == ["value", "A value fails a check.", "sex: VAL-01"]
    assert [row[0] for row in sheets_of(tmp_path / "survey-report.xlsx")["Danh sách"][1:]] == ["4", "=5"]
    survey_finish.Command().carry_out(lang="en", batch=batch, out=tmp_path, **BY)
    with acting(EVERYBODY):
        assert Person.objects.count() == 3, "finished is finished"
    survey_status.Command().carry_out(lang="vi", batch=batch, **BY)
    assert "sẽ đưa vào sổ – mọi mục: 0/" in capsys.readouterr().out


def test_the_same_files_again_change_nothing(
    load: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = text_file(tmp_path / "a.csv", card("1", "an")), text_file(tmp_path / "b.csv", card("1", "bình"))
    load([first], [second])
    load([second], [first])
    assert "had been taken in before" in capsys.readouterr().out
    with acting(EVERYBODY):
        assert SurveyCard.objects.count() == 1


def test_a_batch_that_is_keyed_badly_is_refused_with_exit_code_1(load: Callable[..., Path], tmp_path: Path) -> None:
    rows = [card(str(number), "an", name=f"LÊ VĂN {name}") for number, name in enumerate(("AN", "BA", "CHÍ"))]
    first = text_file(tmp_path / "a.csv", *rows)
    second = text_file(tmp_path / "b.csv", *([row[0], row[1], "bình", *row[3:]] for row in rows))
    look = load([first], [second], accepted=0.01)
    settle(fill(look, choose={}, paper={"1": {4: "LÊ VĂN BẢY"}}), batch_id())
    with pytest.raises(SystemExit) as ended:
        survey_finish.Command().carry_out(lang="vi", batch=batch_id(), out=tmp_path, **BY)
    assert ended.value.code == 1
    with acting(EVERYBODY):
        assert not Person.objects.exists()


def test_rows_that_are_refused_hold_up_no_other(
    load: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"1": "AN", "2": "BA", "3": "CHÍ", "4": "DŨNG"}
    first = text_file(tmp_path / "a.csv", *(card(number, "an", name=f"LÊ {name}") for number, name in names.items()))
    second = text_file(
        tmp_path / "b.csv", *(card(number, "bình", name=f"LÊ V {name}") for number, name in names.items())
    )
    look = load([first], [second])
    chosen = {"1": ("khác", "LÊ VĂN AN", ""), "2": ("3", "", ""), "3": ("Khác", "LÊ VĂN CHÍ", "Rõ"), "4": ("2", "", "")}
    filled = fill(look, choose=chosen)
    with pytest.raises(SystemExit):
        settle(filled, batch_id())
    said = capsys.readouterr().out
    assert "Row 2" in said
    assert "Row 3: Choose 1, 2" in said
    assert "2 rows taken in, 2 refused" in said


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", ErrorCode.INPUT_EMPTY),
        ("a.csv", "Số phiếu;Mã xã;Cỡ giày\n1;00004;42\n".encode(), ErrorCode.INPUT_COLUMNS),
        ("a.csv", "Số phiếu;Số phiếu\n".encode(), ErrorCode.INPUT_COLUMNS),
        ("a.csv", "Họ tên cha\n".encode(), ErrorCode.INPUT_COLUMNS),
        ("a.csv", b"\xff\xfe\x00", ErrorCode.INPUT_UNREADABLE),
        ("a.xlsx", b"PK", ErrorCode.INPUT_UNREADABLE),
    ],
)
def test_files_that_cannot_be_cards_stop_before_anything_is_done(
    tmp_path: Path, name: str, content: bytes, code: ErrorCode
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SosachError) as refused:
        read_keying([tmp_path / name])
    assert refused.value.code == code


def test_a_missing_file_and_a_strange_workbook_are_told(tmp_path: Path) -> None:
    with pytest.raises(SosachError) as refused:
        read_keying([tmp_path / "none.csv"])
    assert refused.value.code == ErrorCode.INPUT_MISSING
    for sheets in ({"A": [["x"]]}, {"Khác nhau": [["x"]], "Mẫu đối chiếu": [["x"]]}):
        with pytest.raises(SosachError):
            survey_files.read_look(book_file(tmp_path / "b.xlsx", sheets))


def test_keyings_may_be_several_files_with_other_delimiters(tmp_path: Path) -> None:
    one = text_file(tmp_path / "a.csv", card("1", ""), card("", ""), delimiter=";")
    two = text_file(tmp_path / "c.csv", card("2", "an"), delimiter="\t")
    cards = read_keying([one, two])
    assert [(each.number, each.keyer) for each in cards] == [("1", "a"), ("a.csv:3", "a"), ("2", "an")]
    assert digest_of("DC01", [one], [two]) == digest_of("DC01", [two], [one]) != digest_of("DC02", [one], [two])


def test_shares_are_read_as_people_type_them() -> None:
    assert share_of("0,5%", "--accept") == pytest.approx(0.005)
    assert share_of("0", "--accept") == 0
