"""Explanations of single records: everything the run knows, in both languages, and helpful when there is no such record."""

import json
from pathlib import Path

import pytest
from tests.engine.fixture_run import DONE, LICENCES, MANIFEST, OPEN, PEOPLE, VEHICLES, finding, tiny_run, write_run
from typer.testing import CliRunner

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.cli.main import app
from sosach.engine.explain import MAX_SAME, explain_record
from sosach.vn.wording import LANGS, Lang

EVERYBODY = [
    *((Register.VEHICLES, row["record_id"]) for row in VEHICLES),
    *((Register.LICENCES, row["record_id"]) for row in LICENCES),
    *((Register.POPULATION, row["record_id"]) for row in PEOPLE),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tiny_run(tmp_path_factory.mktemp("run"))
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), "utf-8")
    return folder


def vehicle(run: Path, record_id: str, lang: Lang = "vi") -> str:
    return explain_record(run, Register.VEHICLES, record_id, lang=lang)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("register", "record_id"), EVERYBODY)
def test_every_record_can_be_explained(run: Path, register: Register, record_id: str, lang: Lang) -> None:
    text = explain_record(run, register, record_id, lang=lang)
    assert record_id in text.splitlines()[0]
    assert "None" not in text
    assert "{" not in text
    parts = [line for line in text.splitlines() if line[:2].rstrip(".").isdigit()]
    assert [line[0] for line in parts] == [str(number) for number in range(1, len(parts) + 1)]


def test_a_link_says_who_how_sure_and_why(run: Path) -> None:
    text = vehicle(run, "V2")
    assert "NGUYỄN VĂN HÙNG, số định danh 001080000011, sinh 01/02/1980, Xã Tam Hưng, Hà Nội." in text
    assert "Độ tin cậy: 99,8 % (rất chắc)." in text
    for because in ("viết hỏng", "một bên thiếu dấu", "Ngày sinh trùng khớp", "Cùng xã", "Không có ai khác"):
        assert because in text


def test_findings_stand_with_sentence_and_proposal(run: Path) -> None:
    text = vehicle(run, "V2")
    assert "Số giấy tờ chủ xe – Lỗi PIN-02: Số định danh mất số 0 ở đầu" in text
    assert "đề xuất “001080000011”" in text
    assert "Số định danh 12 chữ số trên thẻ căn cước là số nào?" in text
    english = vehicle(run, "V2", "en")
    assert "Owner's ID number – Error PIN-02" in english
    assert "1080000011" in english
    assert "What is the 12-digit PIN on the identity card?" in english


def test_an_undecided_record_shows_its_candidates_best_first(run: Path) -> None:
    lines = vehicle(run, "V3").splitlines()
    ranked = [line.strip() for line in lines if line.strip()[:2] in {"1)", "2)"}]
    assert ranked[0].startswith("1) NGUYỄN VĂN HƯNG, số định danh 001080000033")
    assert ranked[0].endswith("62 % (có thể đúng).")
    assert ranked[1].endswith("31 % (ít khả năng).")
    assert any("máy không tự chọn. Ứng viên: 2." in line for line in lines)


def test_a_dead_owner_and_a_double(run: Path) -> None:
    text = vehicle(run, "V4")
    assert "đã mất." in text
    assert "Sống: chưa đạt – chủ xe đã mất." in text
    assert "Cùng với: V5." in text


def test_an_organisation_and_nobody(run: Path) -> None:
    assert "Chủ là tổ chức, không đối chiếu với dữ liệu dân cư." in vehicle(run, "V6")
    assert "Không tìm thấy ai trong dữ liệu dân cư" in vehicle(run, "V5")
    assert "chưa rõ xã" in vehicle(run, "V5")


def test_criteria_give_their_reason(run: Path) -> None:
    text = explain_record(run, Register.LICENCES, "L2")
    assert "Sống: chưa đạt – hết hạn từ 01/01/2020." in text
    assert "thiếu ngày cấp" in text
    assert "kết quả đối chiếu: không có thông tin" in text
    assert "Đúng: đạt." in vehicle(run, "V1")


def test_nothing_usable(tmp_path: Path) -> None:
    folder = write_run(tmp_path, {Register.VEHICLES: [OPEN | {"record_id": "X", "result_class": "not_eligible"}]})
    assert "không có gì dùng được" in vehicle(folder, "X")


def test_linked_person_without_a_population_file(tmp_path: Path) -> None:
    folder = write_run(tmp_path, {Register.VEHICLES: [DONE | {"record_id": "X", "pin": "001080000011"}]})
    assert "số định danh 001080000011 (không có trong tệp dân cư)." in vehicle(folder, "X")


def test_english_sentence_needing_a_value_the_run_does_not_keep_is_left_out(tmp_path: Path) -> None:
    given = [
        finding("vehicles", "X", "VEH-15", field="registered_on", value="01/01/2000", explanation="câu tiếng Việt")
    ]
    folder = write_run(tmp_path, {Register.VEHICLES: [OPEN | {"record_id": "X"}]}, findings=given)
    assert "câu tiếng Việt" in vehicle(folder, "X")
    assert "{other}" not in vehicle(folder, "X", "en")


def test_records_under_one_number_are_all_told(tmp_path: Path) -> None:
    folder = write_run(tmp_path, {Register.VEHICLES: [OPEN | {"record_id": "X"} for _ in range(MAX_SAME + 2)]})
    text = vehicle(folder, "X")
    assert text.startswith(f"Có {MAX_SAME + 2} bản ghi cùng mã X.")
    assert text.count("PHƯƠNG TIỆN – X") == MAX_SAME


def test_a_person_is_found_by_record_or_pin(run: Path) -> None:
    assert explain_record(run, Register.POPULATION, "001080000033").startswith("DÂN CƯ – 001080000033")


@pytest.mark.parametrize(
    ("register", "asked", "near"),
    [
        (Register.VEHICLES, "V22", "V2"),
        (Register.VEHICLES, "30A-123.45", "V3"),
        (Register.VEHICLES, "29h155555", "V2"),
        (Register.LICENCES, "010123456789", "L1"),
    ],
)
def test_an_unknown_record_brings_suggestions(run: Path, register: Register, asked: str, near: str) -> None:
    with pytest.raises(SosachError) as caught:
        explain_record(run, register, asked)
    assert caught.value.code is ErrorCode.RECORD_UNKNOWN
    assert caught.value.hint_vi.startswith(f"Có phải ý anh/chị là: {near}")
    assert caught.value.hint_en.startswith(f"Did you mean: {near}")


@pytest.mark.parametrize("asked", ["", "  ", "'; DROP TABLE x; --", "zzzzzzzzzzzzzzzzzzzzzzzz"])
def test_nonsense_is_refused_kindly(run: Path, asked: str) -> None:
    with pytest.raises(SosachError) as caught:
        explain_record(run, Register.VEHICLES, asked)
    assert caught.value.hint_vi


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(SosachError) as caught:
        explain_record(tmp_path, Register.VEHICLES, "V1")
    assert caught.value.code is ErrorCode.INPUT_MISSING


def test_a_register_that_was_not_given(tmp_path: Path) -> None:
    folder = write_run(tmp_path, {Register.LICENCES: LICENCES})
    with pytest.raises(SosachError) as caught:
        explain_record(folder, Register.VEHICLES, "V1")
    assert caught.value.code is ErrorCode.RECORD_UNKNOWN


def test_the_command(run: Path) -> None:
    answer = CliRunner().invoke(app, ["explain", "vehicles", "V2", "--in", str(run), "--lang", "en"])
    assert answer.exit_code == 0
    assert answer.output == vehicle(run, "V2", "en")
