"""How fast an officer works at the desk: a real browser over a synthetic commune, by keyboard alone.

    python benchmarks/officer.py [--persons 20000] [--cases 200] [--reading 6] [--state DIR]

Makes a province, cleans it, takes it into the registers, opens a campaign and serves the pages as an installation does, with the
worker that checks answered records anew. Then a verifier of the commune with the most cases opens the queue and answers: the proposal on top
by `a`; where it would link a record to somebody the run holds unlikely, the owner is asked by `q`. No mouse, no address typed.

Printed: cases in an hour with so many seconds to read each, seconds the machine took for each, keys pressed for each (median, 90th
percentile), and of the cases answered at the desk the share that the re-check found clean after the first answer.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from uuid import uuid4

ROOT = Path(__file__).parents[1]
STATE = ROOT / "benchmarks" / "data" / "officer"
PROGRAM = [sys.executable, "-c", "from sosach.cli.main import run; run()"]
UNLIKELY = 0.5  # a candidate less likely than that is not taken for the owner: somebody asks
SETTLING = 60.0  # seconds the re-check may take for the last answers


@dataclass(frozen=True, slots=True)
class Told:
    """A case as the script worked on it.

    Attributes:
        case: id.
        keys: pressed for it.
        seconds: from the page of the case to the page of the next.
        asked: whether somebody was asked instead of answering.
    """

    case: int
    keys: int
    seconds: float
    asked: bool


def prepare(state: Path, persons: int) -> None:
    """Registers of a province, cleaned and taken in."""
    state.mkdir(parents=True, exist_ok=True)
    os.environ["SOSACH_STATE"] = str(state)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sosach.site.settings"
    subprocess.run([*PROGRAM, "demo", "--out", str(state / "made"), "--persons", str(persons)], check=True)


def open_campaign() -> int:
    """A campaign over everything, and a verifier in the commune with the most cases; the account's id."""
    import django  # noqa: PLC0415 - after the settings

    django.setup()
    from sosach.domain.access.operations.officers import create_officer, grant_role  # noqa: PLC0415 - after the set-up
    from sosach.domain.access.queries import acting  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Level  # noqa: PLC0415
    from sosach.domain.campaign.models import Case  # noqa: PLC0415
    from sosach.domain.campaign.operations import campaigns  # noqa: PLC0415
    from sosach.domain.campaign.operations.filling import fill  # noqa: PLC0415

    terms = campaigns.Terms(
        begins_on=date(2026, 11, 16), upload_from=date(2026, 12, 14), ends_on=date(2026, 12, 30), mass_limit=200
    )
    made = campaigns.create_campaign(
        _order(), name="Làm sạch", registers=["vehicles", "licences"], level=Level.NATION, unit_code="", terms=terms
    )
    fill(_order(), campaign_id=campaigns.open_campaign(_order(), campaign_id=made.pk).pk)
    with acting(_order().actor):
        communes = Case.objects.filter(commune_code__isnull=False).values_list("commune_code", flat=True)
        commune, cases = Counter(communes).most_common(1)[0]
    print(f"commune {commune}: {cases} cases")
    account = create_officer(
        _order(),
        user_name=f"benchmark.{uuid4().hex[:8]}",
        display_name="Cán bộ đo",
        password=uuid4().hex,
        level=Level.COMMUNE,
        unit=commune,
    )
    for role in (Role.VERIFIER, Role.VEHICLES, Role.LICENCES):
        grant_role(_order(), officer_id=account.pk, role=role)
    return int(account.pk)


def _order() -> Any:
    from sosach.domain.access.operations import Order  # noqa: PLC0415 - after the set-up
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415

    by = Actor(ActorKind.SYSTEM, "benchmark", Level.NATION, roles=frozenset({Role.SYSTEM, Role.STEWARD}))
    return Order(by, datetime.now(UTC), {}, "đo", uuid4())


@contextmanager
def served() -> Iterator[str]:
    """The address of the pages, with the worker beside them, as an installation runs both."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    running = [
        subprocess.Popen([*PROGRAM, "serve", "--port", str(port)], stdout=subprocess.DEVNULL),
        subprocess.Popen([*PROGRAM, "work"], stdout=subprocess.DEVNULL),
    ]
    try:
        _wait_until_served(site)
        yield site
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(timeout=30)


def _wait_until_served(site: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{site}/dang-nhap/can-bo/", timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError("the pages are not served")


def work(site: str, officer: int, cases: int) -> list[Told]:
    """Answer that many cases of the queue by keyboard."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of tests, not of the program

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(locale="vi-VN", viewport={"width": 1280, "height": 900})
        page.goto(f"{site}/dung-thu/")
        page.evaluate(
            """async (officer) => {
              const form = document.querySelector("input[name=csrfmiddlewaretoken]").value;
              await fetch("/dung-thu/", {method: "POST", body: new URLSearchParams({csrfmiddlewaretoken: form, officer})});
            }""",
            str(officer),
        )
        page.goto(f"{site}/ban-lam-viec/")
        _press(page, "s")
        told = list(_answered(page, cases))
        browser.close()
    return told


def _answered(page: Any, cases: int) -> Iterator[Told]:
    """One case after the other; a case that comes back at once, because something is left to answer, goes on."""
    case, keys, begun, asked, done, before = _case(page), 0, time.perf_counter(), False, 0, ("", 0)
    while case and done < cases:
        proposal = page.locator("button[data-key=a]")
        offered = (proposal.get_attribute("value") or "" if proposal.count() else "", case)
        key = _key(page) if offered != before else "n"  # refused just now: the officer leaves the case to somebody else
        before = offered
        asked = asked or key == "q"
        _press(page, key)
        keys += 1
        now = _case(page)
        if now == case and key != "n":
            continue
        yield Told(case, keys, time.perf_counter() - begun, asked)
        done += 1
        case, keys, begun, asked = now, 0, time.perf_counter(), False


def _case(page: Any) -> int:
    """The case on the screen; 0 for none."""
    part = page.url.partition("/vu-viec/")[2].partition("/")[0]
    return int(part) if part.isdecimal() else 0


def _key(page: Any) -> str:
    """What the officer presses: `a`, unless the proposal takes somebody unlikely for the owner; `n` where nothing can be done."""
    proposal = page.locator("button[data-key=a]")
    if not proposal.count():
        return "n"
    answer = proposal.get_attribute("value") or ""
    shown = page.locator(".candidates h3 .small").first
    if answer.startswith("same:") and shown.count():
        share = float(shown.inner_text().replace("%", "").replace("\u202f", "").replace(",", ".").strip()) / 100
        if share < UNLIKELY:
            return "q" if page.locator("[data-key=q]").count() else "n"
    return "a"


def _press(page: Any, key: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def proven(told: list[Told]) -> tuple[int, int]:
    """Of the cases answered at the desk: how many, and how many of them the re-check closed after first answers."""
    from sosach.domain.access.queries import acting  # noqa: PLC0415 - after the set-up
    from sosach.domain.campaign.models import Case, Solution  # noqa: PLC0415
    from sosach.domain.campaign.states.cases import State  # noqa: PLC0415

    until = time.monotonic() + SETTLING
    by = _order().actor
    while time.monotonic() < until:
        with acting(by):
            if not Solution.objects.filter(recheck_due=True).exists():
                break
        time.sleep(2)
    at_the_desk = {each.case for each in told if not each.asked}
    with acting(by):
        answered = set(Solution.objects.filter(case__in=at_the_desk).values_list("case_id", flat=True))
        later = set(Solution.objects.filter(case__in=answered, first=False).values_list("case_id", flat=True))
        clean = set(Case.objects.filter(pk__in=answered, state=State.CLEANED.value).values_list("pk", flat=True))
    return len(answered), len(clean - later)


def main() -> None:
    """Measure and print."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--persons", type=int, default=20_000)
    read.add_argument("--cases", type=int, default=200)
    read.add_argument("--reading", type=float, default=6.0, help="seconds an officer reads each case")
    read.add_argument("--state", type=Path, default=STATE)
    read.add_argument("--keep", action="store_true", help="the registers are there already")
    asked = read.parse_args()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's loop runs in this thread
    if not asked.keep:
        shutil.rmtree(asked.state, ignore_errors=True)
        prepare(asked.state, asked.persons)
    os.environ |= {"SOSACH_STATE": str(asked.state), "DJANGO_SETTINGS_MODULE": "sosach.site.settings"}
    officer = open_campaign()
    with served() as site:
        told = work(site, officer, asked.cases)
        desk, clean = proven(told)
    seconds = [each.seconds for each in told]
    keys = sorted(each.keys for each in told)
    print(f"cases                      {len(told):8}")
    print(f"seconds of the machine     {statistics.median(seconds):8.2f} median, {max(seconds):.2f} longest")
    print(f"cases/h, {asked.reading:g} s to read each {3600 / (asked.reading + statistics.fmean(seconds)):8.0f}")
    print(
        f"keys for a case            {statistics.median(keys):8.1f} median, {keys[int(0.9 * (len(keys) - 1))]} at the 90th percentile"
    )
    print(f"asked the owner            {sum(each.asked for each in told):8}")
    print(f"clean by the first answer  {clean:8} of {desk} answered at the desk ({clean / max(desk, 1):.0%})")


if __name__ == "__main__":
    main()
