"""The shape of a command of the installation: what it is told comes from `sosach …`, what it says is in two languages."""

import inspect
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand


class SiteCommand(BaseCommand):
    """A command that takes its options by keyword, from the command line of `sosach`, which has declared them."""

    requires_system_checks = ()
    carry_out: Callable[..., None]  # what the command does; each names the options it takes

    @property
    def stealth_options(self) -> tuple[str, ...]:
        """Options Django passes on without having declared them itself."""
        return tuple(inspect.signature(self.carry_out).parameters)

    def say(self, lang: str, *, vi: str, en: str) -> None:
        """A line on standard output."""
        self.stdout.write(vi if lang == "vi" else en)

    def handle(self, *_: object, **options: Any) -> None:
        """Run with the options that were told."""
        self.carry_out(**{name: value for name, value in options.items() if name in self.stealth_options})
