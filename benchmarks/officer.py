"""How fast an officer works at the desk: a real browser over a synthetic commune, by keyboard alone.

    python benchmarks/officer.py [--persons 20000] [--cases 200] [--reading 6] [--state DIR]

Makes the demonstration and serves its pages as an installation does, with the worker that checks answered records anew. Then a verifier of
the commune with the most cases goes through the list hamlet by hamlet and answers: the proposal on top by `a`; where it would link a record
to somebody the run holds unlikely, the owner is asked by `q`. Afterwards the chief confirms what waits for a second person by `y`.

Printed: cases in an hour with so many seconds to read each, seconds the machine took for each, keys pressed for each (median, 90th
percentile), and where the cases stand after the re-check: cleaned, or waiting for the owner who was asked.
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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from uuid import uuid4

ROOT = Path(__file__).parents[1]
STATE = ROOT / "benchmarks" / "data" / "officer"
PROGRAM = [sys.executable, "-c", "from sosach.cli.main import run; run()"]
UNLIKELY = 0.5  # a candidate less likely than that is not taken for the owner: somebody asks
MOST_CONFIRMED = 500
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


def staff() -> tuple[int, int]:
    """A verifier and a chief of the commune with the most cases to work on in the campaign of the demo; ids of their accounts."""
    import django  # noqa: PLC0415 - after the settings

    django.setup()
    from sosach.domain.access.queries import acting  # noqa: PLC0415 - after the set-up
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.campaign.models import Case  # noqa: PLC0415
    from sosach.domain.campaign.states.cases import OPEN  # noqa: PLC0415

    with acting(_order().actor):
        waiting = Case.objects.filter(commune_code__isnull=False, state__in=OPEN)
        commune, cases = Counter(waiting.values_list("commune_code", flat=True)).most_common(1)[0]
    print(f"commune {commune}: {cases} cases")
    keeping = (Role.VEHICLES, Role.LICENCES)
    return _account(commune, Role.VERIFIER, *keeping), _account(commune, Role.CHIEF, *keeping)


def _account(commune: str, *roles: Any) -> int:
    from sosach.domain.access.operations.officers import create_officer, grant_role  # noqa: PLC0415 - after the set-up
    from sosach.domain.audit.rules import Level  # noqa: PLC0415

    told = {"user_name": f"benchmark.{uuid4().hex[:8]}", "display_name": "Cán bộ đo", "password": uuid4().hex}
    account = create_officer(_order(), level=Level.COMMUNE, unit=commune, **told)
    for role in roles:
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


@contextmanager
def desk(site: str, officer: int) -> Iterator[Any]:
    """The desk of an officer who has signed in."""
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
        yield page
        browser.close()


def work(site: str, officer: int, cases: int) -> list[Told]:
    """Answer that many cases of the queue, hamlet by hamlet, by keyboard."""
    with desk(site, officer) as page:
        page.goto(f"{site}/ban-lam-viec/?xep=dia-ban")
        _press(page, "s")
        return list(_answered(page, cases))


def confirm(site: str, chief: int) -> list[float]:
    """Confirm, as a second person, whatever waits, by keyboard; seconds of the machine for each."""
    told: list[float] = []
    with desk(site, chief) as page:
        page.goto(f"{site}/ban-lam-viec/duyet/")
        while page.locator("button[data-key=y]").count() and len(told) < MOST_CONFIRMED:
            begun = time.perf_counter()
            _press(page, "y")
            told.append(time.perf_counter() - begun)
    return told


def _answered(page: Any, cases: int) -> Iterator[Told]:
    """One case after the other; a case that comes back at once, because something is left to answer, goes on."""
    case, keys, begun, asked, done, before = _case(page), 0, time.perf_counter(), False, 0, ("", 0)
    while case and done < cases:
        proposal = page.locator("button[data-key=a]")
        offered = (proposal.get_attribute("value") or "" if proposal.count() else "", case)
        key = _key(page) if offered != before else "n"  # refused just now: the officer leaves the case to somebody else
        before = offered
        asked = asked or key == "q" or (key == "a" and offered[0].startswith("ask:"))
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


def course(told: list[Told]) -> Counter[str]:
    """Where the cases stand once every answer has been checked anew."""
    from sosach.domain.access.queries import acting  # noqa: PLC0415 - after the set-up
    from sosach.domain.campaign.models import Case, Solution  # noqa: PLC0415

    until = time.monotonic() + SETTLING
    by = _order().actor
    while time.monotonic() < until:
        with acting(by):
            if not Solution.objects.filter(recheck_due=True).exists():
                break
        time.sleep(2)
    with acting(by):
        return Counter(Case.objects.filter(pk__in={each.case for each in told}).values_list("state", flat=True))


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
    officer, chief = staff()
    with served() as site:
        told = work(site, officer, asked.cases)
        confirmed = confirm(site, chief)
        states = course(told)
    seconds = [each.seconds for each in told]
    keys = sorted(each.keys for each in told)
    print(f"cases answered             {len(told):8}")
    print(f"seconds of the machine     {statistics.median(seconds):8.2f} median, {max(seconds):.2f} longest")
    print(f"cases/h, {asked.reading:g} s to read each {3600 / (asked.reading + statistics.fmean(seconds)):8.0f}")
    print(
        f"keys for a case            {statistics.median(keys):8.1f} median, {keys[int(0.9 * (len(keys) - 1))]} at the 90th percentile"
    )
    print(f"answers that ask the owner {sum(each.asked for each in told):8}")
    if confirmed:
        print(
            f"confirmed by the chief     {len(confirmed):8}, {statistics.median(confirmed):.2f} s of the machine, 1 key each"
        )
    print(f"after the re-check         {', '.join(f'{state} {count}' for state, count in states.most_common())}")


if __name__ == "__main__":
    main()
