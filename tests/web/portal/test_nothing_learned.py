"""Whoever declares learns nothing about records of others: the same pages, the same statements for nobody's plate and somebody's."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.domain.declarations.ward import told
from tests.web.portal.people import PINS, Town, answered, as_person, begun, seen, token, version

# What differs from page to page by chance: numbers of declarations, tokens, signatures, moments.
BY_CHANCE = re.compile(
    r'to-khai(?:/|%2F)\d+|name="_once" value="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|\d{2}-[0-9A-Z]{5}-[0-9A-Z]{5}'
    r"|[0-9a-f]{32,}|(?<=luc=)[^&]+|<svg .*?</svg>|(?<=key-)\d+"
)
KINDS = (
    "vehicle_in_use",
    "vehicle_sold",
    "vehicle_bought_with_papers",
    "vehicle_bought_without_papers",
    "licence_lost",
)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement sent to the database, in order, without its values."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's form
        found.append(re.sub(r"s\d+_x\d+", "savepoint", sql).replace("= NULL", "= %s"))  # no value is a value, too
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def walked(client: Client, kind: str, answers: dict[str, str]) -> list[str]:
    """Every page from the first question to the followed declaration, without what differs by chance and what was typed."""
    address = begun(client, kind)
    pages = []
    while "/trang/" in address:
        pages.append(seen(client, address))
        address = answered(client, address, **answers)
    check = address.replace("/anh/", "/xem-lai/")
    page = seen(client, check)
    receipt = client.post(check, {"version": version(page), "_once": token(page)}).headers["Location"]
    one = receipt.removesuffix("bien-nhan/")
    own = (one, "/cong-dan/to-khai/", "/cong-dan/", "/cong-dan/luot-xem/")
    pages += [page, seen(client, receipt), *(seen(client, each) for each in own)]
    typed = sorted((answers["plate"], answers["chassis_number"], answers["licence_number"]), key=len, reverse=True)
    return [_plain(page, typed) for page in pages]


def _plain(page: str, typed: list[str]) -> str:
    for text in (*typed, "NGUYỄN VĂN AN", "NGUYỄN VĂN CHI"):
        page = page.replace(text, "…")
    return BY_CHANCE.sub("…", page)


@pytest.mark.parametrize("kind", KINDS)
def test_nobodys_plate_and_somebody_elses_look_the_same(town: Town, statements: list[str], kind: str) -> None:
    theirs = town.registered(town.binh)
    told_of_nobodys = told(kind, None, plate="30K-77.777", chassis_number="RLHZZ1234ZY888888", commitment="on")
    found = []
    for pin, answers in ((PINS["an"], told_of_nobodys), (PINS["chi"], told(kind, theirs, commitment="on"))):
        client = as_person(pin)
        statements.clear()
        found.append((walked(client, kind, answers), list(statements)))
    (nobodys, first), (somebodys, second) = found
    assert len(nobodys) == len(somebodys)
    for one, other in zip(nobodys, somebodys, strict=True):
        assert one == other
    assert "BÌNH" not in "".join(somebodys)
    assert first == second
