"""Words about persons and licences, and the fillers people type instead."""

import pytest

from sosach.vn import person_terms
from sosach.vn.test_values import is_test_number, is_test_value


@pytest.mark.parametrize(
    ("read", "text", "key"),
    [
        (person_terms.sex, "Nam", "M"),
        (person_terms.sex, "NỮ", "F"),
        (person_terms.sex, "nu", "F"),
        (person_terms.sex, "Male", "M"),
        (person_terms.sex, "f", "F"),
        (person_terms.sex, "1", "M"),
        (person_terms.sex, "2", "F"),
        (person_terms.sex, "0", None),
        (person_terms.sex, "khác", None),
        (person_terms.status, "Còn sống", "alive"),
        (person_terms.status, "deceased", "deceased"),
        (person_terms.status, "Đã chết", "deceased"),
        (person_terms.status, "chết ngày 01/02/2020", "deceased"),
        (person_terms.status, "Mất tích", "missing"),
        (person_terms.status, "mất", "deceased"),
        (person_terms.status, "Xuất cảnh", "emigrated"),
        (person_terms.status, "chưa chết", None),
        (person_terms.licence_material, "Giấy bìa", "paper"),
        (person_terms.licence_material, "PET", "pet"),
        (person_terms.licence_material, "Điện tử", "electronic"),
        (person_terms.licence_material, "gỗ", None),
        (person_terms.licence_status, "Còn hiệu lực", "con_hieu_luc"),
        (person_terms.licence_status, "het han", "het_han"),
        (person_terms.licence_status, "không còn hiệu lực", "het_han"),
        (person_terms.licence_status, "bị tước quyền sử dụng 2 tháng", "bi_tuoc"),
        (person_terms.licence_status, "Đã đổi", "da_doi"),
        (person_terms.licence_status, "đẹp", None),
    ],
)
def test_words(read: object, text: str, key: str | None) -> None:
    reading = read(text)
    assert reading.key == key
    assert bool(reading.findings) == (key is None or text in ("1", "2"))


@pytest.mark.parametrize(
    "text", ["AAAA", "111111", "123456789", "xxx", "Không có", "chưa rõ", "N/A", "-", "...", "test"]
)
def test_fillers(text: str) -> None:
    assert is_test_value(text)


@pytest.mark.parametrize("text", ["", " ", "012345678", "An", "30A-123.45", "Nguyễn Văn A", "1965", "Á"])
def test_no_fillers(text: str) -> None:
    assert not is_test_value(text)


def test_counting_numbers() -> None:
    assert is_test_number("0123456789")
    assert is_test_number("987654321")
    assert not is_test_number("1234"), "too short to tell"
    assert not is_test_number("234567891")
