"""The page that lists OSIA's operations says what the addresses say."""

from pathlib import Path

from sosach.web.exchange.osia.reference import page

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "osia.md"


def test_the_page_is_what_the_addresses_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make docs`"


def test_it_counts_the_operations_of_seven_interfaces() -> None:
    assert "answers 59 operations" in page()
