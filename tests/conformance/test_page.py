"""The page about standards says what the tests say."""

import os

from tests.conformance.page import FILE, page


def test_the_page_is_made_of_the_tests() -> None:
    if os.environ.get("SOSACH_WRITE_PAGES"):
        FILE.write_text(page(), "utf-8")
    assert FILE.read_text("utf-8") == page()
