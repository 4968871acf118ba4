"""Five hundred strings in every text field, stored through the real forms, shown in a real browser: nothing runs, text stays text.

`visit` itself fails on anything a page's rules stopped, on failed scripts and on requests to elsewhere; here dialogs and the report
of the rules are listened to as well.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Page
from tests.domain.vehicles.town import COMMUNE, DAY, SYSTEM, Town
from tests.journeys.browser import DESK, PHONE, sign_in_citizen, sign_in_officer
from tests.web.conftest import ENOUGH
from tests.web.desk.officers import sent
from tests.web.frame.people import browser as opened
from tests.web.frame.people import officer
from tests.web.hostile.injections import file_names, injections
from tests.web.portal.people import PINS, answered, as_person, begun, picture, seen, token, version

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.rules.answers import LONGEST
from sosach.web.frame import clock

ALL = injections()
LINES = 12  # strings in one long answer, each on a line of its own
# Kinds whose questions take free text, and their questions: text first, then long text.
KIND, TEXT, LONG = "vehicle_bought_without_papers", ("seller_name",), ("hands", "statement")
# What would be there if a string had become more than text.
MADE = "svg[onload], img[src=x], iframe, object, base, main script, [onerror], [onfocus], [ontoggle]"
LISTEN = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => window.ran.push(name);
document.addEventListener("securitypolicyviolation", (report) => window.ran.push(report.violatedDirective + " " + report.blockedURI));
"""


def pieces(strings: Sequence[str], size: int) -> list[Sequence[str]]:
    """Strings in groups."""
    return [strings[place : place + size] for place in range(0, len(strings), size)]


class Watched:
    """A browser in which nothing may run that is not the page's own."""

    def __init__(self, page: Page) -> None:
        self.page, self.dialogs = page, list[str]()
        page.add_init_script(LISTEN)
        page.on("dialog", self._asked)

    def _asked(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def shows(self, address: str, strings: Sequence[str]) -> None:
        """Open a page: it shows the strings as text, and nothing ran."""
        self.page.goto(address)
        said = plain(str(self.page.evaluate("() => document.body.textContent")))
        missing = [text for text in strings if plain(text) not in said]
        assert not missing, f"{address} does not show {missing[:3]}"
        self.silent()

    def silent(self) -> None:
        """Nothing ran."""
        assert self.page.evaluate("() => window.ran") == [], self.page.url
        assert not self.dialogs
        assert self.page.locator(MADE).count() == 0, self.page.url


def plain(text: str) -> str:
    """Text without blanks: where lines break is the page's matter."""
    return "".join(text.split())


@pytest.fixture
def town(committed: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town, in a database of the test's own, on its first day; nobody's budget runs dry."""
    del committed
    monkeypatch.setattr(clock, "now", lambda: DAY)
    with override_settings(SOSACH_LIMITS=ENOUGH):
        yield Town.founded()


def declared(client: Client, strings: Sequence[str]) -> Declaration:
    """A declaration with a string in its short and a dozen in each of its long answers."""
    short, rest = strings[0], strings[1:]
    address = begun(client, KIND)
    answers = {
        "plate": "30K-000.10",
        "chassis_number": "RLHZZ1234ZY123401",
        "seller_name": short[: LONGEST["text"]],
        "hands": "\n".join(rest[:LINES]),
        "statement": "\n".join(rest[LINES:]) or short,
        "commitment": "on",
    }
    while "/trang/" in address:
        address = answered(client, address, **answers)
    check = address.replace("/anh/", "/xem-lai/")
    page = seen(client, check)
    response = client.post(check, {"version": version(page), "_once": token(page)})
    assert response.status_code == 303
    with acting(SYSTEM):
        return Declaration.objects.latest("pk")


@pytest.mark.slow
def test_what_is_typed_is_shown_and_does_not_run(town: Town, visit: Callable[..., Page]) -> None:
    """Answers of declarations, messages, questions of officers, notes: on the pages of both sides."""
    an = as_person(PINS["an"])
    number, _ = officer(Role.CLERK, Role.VERIFIER, unit=COMMUNE, name=ALL[1][:100])
    desk = opened()
    assert desk.post("/dung-thu/", {"officer": number}).status_code == 302
    told: list[tuple[int, Sequence[str]]] = []
    for group in pieces(ALL, 2 * LINES + 1):
        made = declared(an, group)
        sent(an, f"/cong-dan/to-khai/{made.pk}/", text="\n".join(group[:5]))
        sent(desk, f"/ban-lam-viec/to-khai/{made.pk}/", lam="note", text="\n".join(group[5:10]))
        sent(desk, f"/ban-lam-viec/to-khai/{made.pk}/", lam="ask-back", text="\n".join(group[10:15]))
        told.append((made.pk, group))
    citizen, office = Watched(visit(width=PHONE)), Watched(visit(width=DESK))
    sign_in_citizen(citizen.page, PINS["an"])
    sign_in_officer(office.page, number)
    for made, group in told:
        citizen.shows(f"/cong-dan/to-khai/{made}/", group)
        citizen.shows(f"/cong-dan/to-khai/{made}/bo-sung/", group[10:15])
        office.shows(f"/ban-lam-viec/to-khai/{made}/", group)
    citizen.shows(f"/cong-dan/to-khai/{told[0][0]}/bien-nhan/", told[0][1])
    for address in ("/cong-dan/", "/cong-dan/to-khai/", "/cong-dan/luot-xem/"):
        citizen.shows(address, [])
    for address in ("/ban-lam-viec/", "/ban-lam-viec/to-khai/", "/ban-lam-viec/don-vi/"):
        office.shows(address, [])
    assert town.an


@pytest.mark.slow
def test_drafts_and_faults_show_what_was_typed(town: Town, visit: Callable[..., Page]) -> None:
    """What is wrong comes back into the field it was typed into; numbers, names and files included."""
    watched = Watched(visit(width=PHONE))
    sign_in_citizen(watched.page, PINS["an"])
    address = begun(as_person(PINS["an"]), "vehicle_bought_with_papers")
    watched.page.goto(address)
    fields = ("plate", "chassis_number", "engine_number")
    for group in pieces(ALL[::12], len(fields)):
        for name, text in zip(fields, group, strict=False):
            watched.page.locator(f"[name={name}]").fill(text)
        watched.page.get_by_role("button", name="Lưu và tiếp tục").click()
        watched.page.wait_for_load_state()
        watched.silent()
        for name, text in zip(fields, group, strict=False):
            most = int(watched.page.locator(f"[name={name}]").get_attribute("maxlength") or "9999")
            assert watched.page.locator(f"[name={name}]").input_value() == text[:most]
    watched.page.goto(address.partition("/trang/")[0] + "/anh/")
    content = picture().getvalue()
    for name in file_names()[::45]:
        sent_file = {"name": name, "mimeType": "image/jpeg", "buffer": content}
        watched.page.locator("#certificate input[type=file]").set_input_files(sent_file)
        watched.silent()
    assert town.an


def test_there_are_enough_of_them() -> None:
    assert len(ALL) == len(set(ALL)) >= 500
    assert all(len(text) <= LONGEST["text"] or "&#" in text or "%" in text for text in ALL)
    assert len(set(file_names())) >= 400
