"""Over HTTP, after any history: every count on every page of figures leads to a list that is exactly so long."""

import os
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.domain.campaign.ground import HERE, NEXT_DOOR, PROVINCE
from tests.domain.campaign.test_figures import Campaigning
from tests.web.conftest import ENOUGH
from tests.web.figures.reading import FIGURES, addresses, counts, length, officer, page, signed_in

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.campaign.queries.progress import Part
from sosach.web.frame import clock

EXAMPLES = int(os.environ.get("SOSACH_EXAMPLES", "1"))
STEPS = int(os.environ.get("SOSACH_STEPS", "8"))
PAGES = ("", "dien-bien/", "bang/theo-can-bo/", "bang/theo-don-vi/", "bang/so-lieu/")


class Leading(Campaigning):
    """The same histories, looked at by leaders in their browsers."""

    followed = 0

    def leaders(self) -> tuple[int, ...]:
        """Accounts, one of each level."""
        if not hasattr(self, "_leaders"):
            self._leaders = (
                officer("thu.tinh", Role.STEWARD, level=Level.PROVINCE, unit=PROVINCE),
                officer("thu.xa", Role.CHIEF, level=Level.COMMUNE, unit=HERE),
                officer("thu.nuoc", Role.STEWARD, level=Level.NATION, unit=""),
                officer("thu.ben", Role.CLERK, level=Level.COMMUNE, unit=NEXT_DOOR),
            )
        return self._leaders

    def check(self, actor: Actor, part: Part) -> None:
        """Instead of counting by hand: follow every link of every page."""
        del actor, part
        leaders = self.leaders()
        client = signed_in(leaders[self.looked % len(leaders)])  # anew: hours go by between the steps
        name = PAGES[self.looked % len(PAGES)]
        for address in (f"{FIGURES}{name}", *self._deeper(client)):
            for told in counts(page(client, address)):
                assert length(client, told.address) == told.count, (address, told)
                type(self).followed += 1

    def _deeper(self, client: Client) -> list[str]:
        """One dashboard below the first: of the last unit of its table."""
        below = [each for each in addresses(page(client, FIGURES)) if each.startswith(f"{FIGURES}?")]
        parts = [each for each in below if "xa=" in each or "to=" in each or "tinh=" in each]
        return parts[-1:]


@pytest.fixture(autouse=True)
def plenty(db: None) -> Iterator[None]:
    """Nobody is slowed down for asking often."""
    del db
    with override_settings(SOSACH_LIMITS=ENOUGH):
        yield


@pytest.mark.slow
def test_every_count_leads_to_a_list_exactly_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    machines: list[Leading] = []

    class Watched(Leading):
        def __init__(self) -> None:
            super().__init__()
            machines.append(self)

    monkeypatch.setattr(clock, "now", lambda: machines[-1].at)
    run_state_machine_as_test(
        Watched,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Watched.followed > 20 * EXAMPLES
