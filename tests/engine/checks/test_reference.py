"""The reference page: generated, whole, and the one in the documentation is today's."""

import re
from pathlib import Path

from sosach.engine.checks.reference import reference, section
from sosach.vn.catalogue import catalogue

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "checks.md"


def test_page_in_the_documentation_is_todays() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(catalogue().values()), "run `make docs`"


def test_every_check_has_one_anchor_and_every_link_a_target() -> None:
    page = reference(catalogue().values())
    anchors = re.findall(r'<a id="([^"]+)">', page)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= set(anchors)
    assert {code.lower() for code in catalogue()} <= set(anchors)


def test_section_tells_law_with_its_days_and_both_languages() -> None:
    check = catalogue()["LIC-36"]
    text = section(check)
    assert "from 01/03/2025, until 30/06/2026" in text
    assert check.explanation["vi"] in text
    assert check.explanation["en"] in text
