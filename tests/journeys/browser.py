"""What journeys do in a browser: come in, go by keyboard alone, have every page looked at for barriers."""

from dataclasses import dataclass, field
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 800}
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
MOST_TABS = 200
_NAME_OF_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "";
  const named = (one.getAttribute("aria-label") || (one.labels && one.labels[0] && one.labels[0].innerText) || one.innerText || one.value || "");
  return named.replace(/\\s+/g, " ").trim();
}"""
_FOCUS_IS_SEEN = """() => {
  const one = document.activeElement;
  const shown = (node) => { const style = getComputedStyle(node); return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0; };
  return shown(one) || (one.closest(".card") !== null && shown(one.closest(".card")));
}"""


@dataclass
class Visits:
    """Browsers opened by a test, and what they should not have done.

    Attributes:
        browser: the program.
        site: address of the pages.
        contexts: one for each person.
        faults: requests to other servers, broken rules, failed scripts.
    """

    browser: Browser
    site: str
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, *, width: int, language: str, javascript: bool) -> Page:
        """A browser without cookies, at the first page's door."""
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            locale=LOCALES[language],
            java_script_enabled=javascript,
            has_touch=width <= PHONE,
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(60_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        return page

    def close(self) -> None:
        """Close them; nothing may have gone wrong unseen."""
        for context in self.contexts:
            context.close()
        assert not self.faults

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"asked elsewhere: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # a page that answers 4xx is a page; the browser writes a line about it all the same
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")


def sign_in_citizen(page: Page, pin: str) -> None:
    """Come in as a synthetic person, by the door of the demo."""
    page.goto("/dung-thu/")
    page.locator("#pin").fill(pin)
    page.locator("form.filters button").click()
    page.wait_for_url("**/cong-dan/**")


def sign_in_officer(page: Page, officer_id: int) -> None:
    """Come in as an officer, by the door of the demo."""
    page.goto("/dung-thu/")
    page.locator(f"button[name=officer][value='{officer_id}']").click()
    page.wait_for_url("**/ban-lam-viec/**")


def axe(page: Page, *, what: str = "") -> None:
    """No barrier is found on the page, by any rule of axe (WCAG 2.0 to 2.2 and good practice)."""
    page.wait_for_load_state()
    found = _axe().run(page)
    told = [
        f"{one['id']}: {one['help']}: " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found.response["violations"]
    ]
    assert not told, f"{what or page.url}: {told}"


def overflows(page: Page) -> int:
    """Pixels by which a page is wider than its window: on a phone nobody should have to push it sideways."""
    page.wait_for_load_state()
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@cache
def _axe() -> Axe:
    return Axe()


class Keyboard:
    """Goes through pages by keyboard alone; every stop on the way has to be seen.

    A page that stands but is not loaded has no scripts yet that hear the keys.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, name: str, *, exactly: bool = False) -> "Keyboard":
        """Tab until what is focused is called like that."""
        self.page.wait_for_load_state()
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            told = self.focused()
            if told == name or (not exactly and name in told):
                assert self.page.evaluate(_FOCUS_IS_SEEN), f"the focus on {told!r} is not seen"
                return self
        raise AssertionError(f"the keyboard never gets to {name!r} on {self.page.url}")

    def press(self, *keys: str) -> "Keyboard":
        """Press keys: `Enter`, `Space`, `ArrowDown`, `a` …."""
        for key in keys:
            self.page.wait_for_load_state()
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Keyboard":
        """Type into what is focused, instead of what stands there."""
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        return self

    def focused(self) -> str:
        """What the focused element is called."""
        self.page.wait_for_load_state()
        return str(self.page.evaluate(_NAME_OF_FOCUS))
