"""What a test reads off the pages of figures: which counts stand there and where they lead, and how long a list is."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

from django.test import Client
from tests.web.frame.people import PASSWORD, browser

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level

DESK = "/ban-lam-viec/"
FIGURES, CAMPAIGNS, OPEN = f"{DESK}so-lieu/", f"{DESK}chien-dich/", "/so-lieu-mo/"
SYSTEM = Actor(ActorKind.SYSTEM, "setup", Level.NATION, roles=frozenset({Role.SYSTEM}))
EARLY = datetime(2026, 1, 5, tzinfo=UTC)  # before anything the tests do
_LISTS = (f"{FIGURES}danh-sach/", f"{FIGURES}to-khai/")
_NUMBER = re.compile(r"[\d.]+")


@dataclass(frozen=True, slots=True)
class Count:
    """A figure on a page: where it leads, and how much it says."""

    address: str
    count: int


class _Page(HTMLParser):
    """Links with what they say; in charts of bars the figure stands in the cell behind the link."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[list[str]] = []  # address, text, number in the cell behind
        self.items = 0
        self.next = ""
        self._inside = False
        self._behind = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a":
            self.links.append([told.get("href") or "", "", ""])
            self._inside = True
            if told.get("rel") == "next":
                self.next = told.get("href") or ""
        if tag == "td" and self.links:
            self._behind = True
        if tag == "tr":
            self._behind = False
            self.items += "data-item" in told

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._inside = False
        if tag == "td":
            self._behind = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.links[-1][1] += data
        elif self._behind and self.links and not self.links[-1][2]:
            self.links[-1][2] = data.strip()


def page(client: Client, address: str) -> str:
    """The page at an address."""
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def counts(text: str) -> list[Count]:
    """Every count of a page that leads to a list; shares are none."""
    found = []
    for address, said, behind in _read(text).links:
        number = said.strip() if _NUMBER.fullmatch(said.strip()) else behind
        if address.startswith(_LISTS) and _NUMBER.fullmatch(number):
            found.append(Count(address, int(number.replace(".", ""))))
    return found


def addresses(text: str) -> list[str]:
    """Where a page leads."""
    return [address for address, _said, _behind in _read(text).links]


def length(client: Client, address: str) -> int:
    """How long a list is, all its pages together."""
    items = 0
    while address:
        told = _read(page(client, address))
        items += told.items
        address = told.next
    return items


def officer(name: str, *roles: Role, level: Level, unit: str) -> int:
    """An officer of any unit; the id of the account."""
    made = create_officer(
        Order(SYSTEM, EARLY), user_name=name, display_name=name, password=PASSWORD, level=level, unit=unit
    )
    for role in roles:
        grant_role(Order(SYSTEM, EARLY), officer_id=made.pk, role=role)
    return int(made.pk)


def signed_in(key: int) -> Client:
    """A browser an officer came in with."""
    client = browser()
    assert client.post("/dung-thu/", {"officer": key}).status_code == 302
    return client


def _read(text: str) -> _Page:
    told = _Page()
    told.feed(text)
    return told
