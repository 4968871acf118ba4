"""A synthetic ward in committed data, and people who walk through its pages: citizens with a phone, officers at a desk.

Days pass when a journey says so: pages read their clock at one place, and it is set here. What happens by itself meanwhile
(reactions, the re-check) is done when a journey calls `night`.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

import psycopg
from django.db import connections
from playwright.sync_api import Page
from tests.domain.campaign.stock import BAD, run, say
from tests.domain.vehicles.town import COMMUNE, PROVINCE, REGISTRAR, SYSTEM, Town, fresh
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.operations.campaigns import Terms, create_campaign, open_campaign
from sosach.domain.campaign.operations.filling import fill
from sosach.domain.declarations.models import Declaration
from sosach.domain.population.models import Person
from sosach.domain.provenance.operations import make_record
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.corrections import correct
from sosach.jobs.reactions import follow_up, react
from sosach.jobs.rechecking import recheck_waiting
from sosach.site.databases import DbRole, role_name, role_passwords, state_folder
from sosach.web.frame import clock

BEGIN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, ten in the morning in Viet Nam
NEXT_DOOR = "00008"
STEWARD = Actor(ActorKind.OFFICER, "officer-900", Level.NATION, roles=frozenset({Role.STEWARD}))
KEEPER = Actor(ActorKind.OFFICER, "officer-903", Level.NATION, roles=frozenset({Role.VEHICLES, Role.CHIEF}))
ADDRESS = "số 7, phố Thử, phường Ba Đình, Hà Nội"
TERMS = Terms(begins_on=date(2026, 11, 16), upload_from=date(2026, 12, 14), ends_on=date(2026, 12, 30))
PHONE_NUMBER, STATEMENT = "0912345678", "Tôi dùng xe này từ năm 2021 đến nay."
REGISTRAR_ROLES = (Role.CLERK, Role.VERIFIER, Role.VEHICLES, Role.LICENCES)
Visit = Callable[..., Page]
# What axe judges a page by: width, elements with their attributes, where there is text. A page of a shape seen before is not asked again.
_SHAPE = """() => innerWidth + document.documentElement.lang + [...document.querySelectorAll("*")].map((one) =>
  one.tagName + [...one.attributes].map((each) => each.name + "=" + each.value.replace(/[\\d]+|_once.*|[A-Za-z0-9_-]{30,}/g, "")).join()
  + [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())).join("|")"""
_SEEN: set[str] = set()


@dataclass
class Calendar:
    """The day it is, for whoever asks."""

    passed: timedelta = field(default_factory=timedelta)
    since: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The moment."""
        return BEGIN + self.passed + timedelta(seconds=time.monotonic() - self.since)

    def pass_days(self, days: float) -> None:
        """Let days pass."""
        self.passed += timedelta(days=days)


@dataclass
class Ward:
    """The ward: people of the register, officers with accounts, their days.

    Attributes:
        town: people, numbers and vehicles.
        visit: opens a browser.
        owner: of the database; takes jobs out of the queue as a worker does.
        calendar: the days.
        registrar: account that verifies.
        chief: account that approves.
    """

    town: Town
    visit: Visit
    owner: psycopg.Connection[tuple[object, ...]]
    calendar: Calendar
    registrar: int = 0
    chief: int = 0

    def order(self, actor: Actor = SYSTEM) -> Order:
        """An order of today."""
        return Order(actor, self.calendar.now(), reason="journey")

    def account(self, name: str, *roles: Role, unit: str = COMMUNE) -> int:
        """An officer of a commune."""
        told = {"user_name": name, "display_name": name.title(), "password": "mat-khau-rat-dai"}
        made = create_officer(self.order(), level=Level.COMMUNE, unit=unit, **told)
        for role in roles:
            grant_role(self.order(), officer_id=made.pk, role=role)
        return int(made.pk)

    def born(self, name: str, pin: str, **told: str) -> int:
        """One more person of the ward."""
        with acting(REGISTRAR):
            place = {"commune_code": COMMUNE, "province_code": PROVINCE}
            values = {"full_name": name, "pin": pin, "birth_date": "1970-05-06", "sex": "M", **place, **told}
            return int(make_record(Order(REGISTRAR, BEGIN), Person, values, procedure="test").pk)

    def campaign(self, *vehicles: Vehicle, addressed: bool = True) -> None:
        """A cleaning run has found something about these vehicles: each becomes a case of a campaign."""
        for vehicle in vehicles if addressed else ():
            correct(self.order(KEEPER), vehicle_id=vehicle.pk, changes={"owner_address": ADDRESS})
        with acting(SYSTEM):
            say(run("journey"), {vehicle.pk: BAD for vehicle in vehicles})
        made = create_campaign(
            self.order(STEWARD),
            name="Làm sạch dữ liệu xe",
            registers=["vehicles"],
            level=Level.NATION,
            unit_code="",
            terms=TERMS,
        )
        fill(self.order(STEWARD), campaign_id=open_campaign(self.order(STEWARD), campaign_id=made.pk).pk)

    def night(self) -> None:
        """What the worker does by itself: follow the log, then check anew what was changed."""
        with ThreadPoolExecutor(1) as worker:
            worker.submit(self._worked).result()

    def _worked(self) -> None:
        """In a thread with a connection of its own, as the role of background work."""
        own = connections["default"].copy()
        own.settings_dict.update(USER=role_name(DbRole.JOBS), PASSWORD=role_passwords(state_folder())[DbRole.JOBS])
        connections["default"] = own
        try:
            follow_up()
            jobs = "DELETE FROM procrastinate_jobs WHERE task_name = 'react' RETURNING args"
            waiting = self.owner.execute(jobs).fetchall()
            self.owner.commit()
            for (args,) in waiting:
                assert isinstance(args, dict)
                react(args["event_id"], args["reaction"], self.calendar.now())
            recheck_waiting(self.order())
        finally:
            own.close()

    def citizen(self, person_id: int) -> "Citizen":
        """Somebody comes in with a phone."""
        with acting(SYSTEM):
            pin = str(Person.objects.values_list("pin", flat=True).get(pk=person_id))
        page = self.visit(width=PHONE)
        page.goto("/dung-thu/")
        page.locator("#pin").fill(pin)
        page.locator("form.filters button").click()
        page.wait_for_url("**/cong-dan/**")
        return Citizen(page, self).looked()

    def officer(self, number: int) -> "Officer":
        """Somebody sits down at the desk."""
        page = self.visit(width=DESK)
        page.goto("/dung-thu/")
        page.locator(f"button[name=officer][value='{number}']").click()
        page.wait_for_url("**/ban-lam-viec/**")
        return Officer(page, self).looked()


@dataclass
class Walker:
    """Somebody on the pages; every page walked over is looked at for barriers once."""

    page: Page
    ward: Ward

    def looked(self) -> Any:
        """No barrier here, nothing failed, and nothing sticks out of the window."""
        self.page.wait_for_load_state()
        assert self.page.locator("#fault, main.fault").count() == 0, self.page.inner_text("body")[:500]
        shape = str(self.page.evaluate(_SHAPE))
        if shape not in _SEEN:
            axe(self.page)
            _SEEN.add(shape)
        assert overflows(self.page) == 0, self.page.url
        return self

    def told(self) -> str:
        """What the page says."""
        return self.page.inner_text("main")

    def stuck(self, why: str) -> NoReturn:
        """Fail with what the page says."""
        raise AssertionError(f"{why} at {self.page.url}:\n{self.told()[:1500]}")


class Citizen(Walker):
    """At the portal."""

    def declare(self, group: str, kind: str, answers: Mapping[str, str]) -> str:
        """From the first page to the receipt, by buttons and links alone; the number of the declaration."""
        page = self.page
        page.goto("/cong-dan/")
        page.get_by_role("link", name="Khai báo về xe").click()
        self.looked()
        page.locator(f"a.door[href$='/{group}/']").click()
        self.looked()
        self.choose("kind", kind)
        page.get_by_role("button", name="Tiếp tục").click()
        while "/trang/" in page.url:
            self.looked().answer(answers)
        if "/anh/" in page.url:
            self.looked()
            page.locator("a.button", has_text="Tiếp tục").click()
        self.looked()
        page.get_by_role("button", name="Gửi tờ khai").click()
        if "/bien-nhan/" not in page.url:
            self.stuck("it was not sent")
        self.looked()
        return page.locator(".receipt-number b").inner_text()

    def choose(self, name: str, value: str) -> None:
        """Touch the card of an answer."""
        radio = self.page.locator(f"input[name={name}][value={value}]")
        self.page.locator(f"label[for={radio.get_attribute('id')}]").click()

    def answer(self, answers: Mapping[str, str]) -> None:
        """Answer the questions of a page and go on."""
        here, page = self.page.url, self.page
        told = {"phone": PHONE_NUMBER, "statement": STATEMENT, "commitment": "yes", **answers}
        for field_ in page.locator("form :is(input, textarea, select)[id^=id_]").all():
            name = str(field_.get_attribute("name"))
            kind = field_.get_attribute("type")
            if name not in told:
                continue
            if kind == "checkbox":
                page.locator(f"label[for={field_.get_attribute('id')}]").click()
            elif kind == "radio":
                if field_.get_attribute("value") == told[name]:
                    self.choose(name, told[name])
            else:
                field_.fill(told[name])
        page.get_by_role("button", name="Lưu và tiếp tục").click()
        if page.url == here:
            self.stuck("the page was not taken")

    def object_to(self, why: str) -> None:
        """Object to what somebody else declares about the own vehicle."""
        self.page.goto("/cong-dan/")
        self.page.locator("a[href*='/phan-doi/']").first.click()
        self.looked()
        self.page.locator("[name=statement]").fill(why)
        self.page.get_by_role("button", name="Gửi lời phản đối").click()
        self.page.wait_for_url("**/phan-doi/**")
        assert "Bạn đã phản đối" in self.looked().told()

    def reads(self, number: str) -> str:
        """What the page of the own declaration says."""
        self.page.goto("/cong-dan/to-khai/")
        self.looked()
        self.page.locator("tr", has_text=number).locator("a").click()
        return str(self.looked().told())


class Officer(Walker):
    """At the desk."""

    def opens(self, number: str) -> "Officer":
        """Open a declaration from the queue."""
        self.page.goto("/ban-lam-viec/to-khai/")
        self.looked()
        self.page.get_by_role("link", name=number).first.click()
        self.page.wait_for_url("**/ban-lam-viec/to-khai/*/")
        found: Officer = self.looked()
        return found

    def verifies(self, number: str) -> None:
        """Compare, and press the key."""
        self.opens(number).press("a")
        assert "Đã xác minh" in self.page.inner_text("body"), self.stuck("it was not verified")

    def approves(self, number: str, **terms: str) -> None:
        """Approve what somebody else verified, and press the key."""
        self.opens(number)
        for name, value in terms.items():
            self.page.locator(f"[name=term-{name}]").fill(value)
        self.page.locator("h1").click()
        self.press("a")
        assert "Đã phê duyệt" in self.page.inner_text("body"), self.stuck("it was not approved")

    def corrects(self, vehicle: Vehicle, value: str) -> None:
        """What the re-check still finds missing is written down by a paper; keys open the form."""
        self.page.goto(f"/ban-lam-viec/vu-viec/{case_of(vehicle).pk}/")
        self.looked()
        self.page.keyboard.press("c")
        missing = self.page.locator("#c-finding option", has_text="ịa chỉ").first
        self.page.locator("#c-finding").select_option(missing.get_attribute("value"))
        for field_, text in (("value", value), ("paper", "Thẻ căn cước"), ("reason", "Theo thẻ căn cước của chủ xe")):
            self.page.locator(f"#c-{field_}").fill(text)
        self.page.locator("button[value=correct]").click()
        self.looked()

    def press(self, key: str) -> None:
        """A key that sends something, and the page after it."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.looked()


def founded(visit: Visit, owner: psycopg.Connection[tuple[object, ...]], calendar: Calendar) -> Ward:
    """The ward on its first day."""
    ward = Ward(Town.founded(), visit, owner, calendar)
    ward.registrar = ward.account("dang.ky", *REGISTRAR_ROLES)
    ward.chief = ward.account("thu.truong", Role.CHIEF, Role.VERIFIER, Role.CLERK)
    return ward


def case_of(vehicle: Vehicle) -> Case:
    """The case of a vehicle."""
    with acting(SYSTEM):
        return Case.objects.get(register="vehicles", subject_id=vehicle.pk)


def declaration(number: str) -> Declaration:
    """A declaration as it stands."""
    with acting(SYSTEM):
        return Declaration.objects.get(number=number)


__all__ = [
    "COMMUNE",
    "NEXT_DOOR",
    "Calendar",
    "Keyboard",
    "Ward",
    "case_of",
    "clock",
    "declaration",
    "founded",
    "fresh",
]
