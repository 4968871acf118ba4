"""What the pages call things that have another name in the database."""

import pytest
from django.utils import translation

from sosach.web.frame.words import source

SOURCES = [
    ("vehicles 2026-11-01", "dữ liệu đăng ký xe, đợt ngày 01/11/2026", "vehicle registration data, run of 01/11/2026"),
    ("population 2026-11-01", "dữ liệu dân cư, đợt ngày 01/11/2026", "population data, run of 01/11/2026"),
    ("licences 2026-11-01", "dữ liệu giấy phép lái xe, đợt ngày 01/11/2026", "driving licence data, run of 01/11/2026"),
    ("vehicles", "vehicles", "vehicles"),
    ("Sổ giấy 2026-11-01", "Sổ giấy 2026-11-01", "Sổ giấy 2026-11-01"),
    ("", "", ""),
]


@pytest.mark.parametrize(("title", "vietnamese", "english"), SOURCES)
def test_a_source_is_told_in_words(title: str, vietnamese: str, english: str) -> None:
    with translation.override("vi"):
        assert source(title) == vietnamese
    with translation.override("en"):
        assert source(title) == english
