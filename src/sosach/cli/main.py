"""The `sosach` program: its commands, and errors told as sentences instead of tracebacks."""

import os
import sys
from collections.abc import Callable

import typer

from sosach import __version__
from sosach.base.errors import SosachError
from sosach.cli.audit import audit
from sosach.cli.card import card
from sosach.cli.checks import checks
from sosach.cli.clean import clean_command
from sosach.cli.db import db
from sosach.cli.demo import demo_campaign, demo_cards, demo_command
from sosach.cli.demo_card import demo_card
from sosach.cli.explain import explain
from sosach.cli.imports import import_command
from sosach.cli.link import link
from sosach.cli.officer import demo_accounts, officer
from sosach.cli.partner import partner
from sosach.cli.pin import pin
from sosach.cli.serve import serve, work
from sosach.cli.survey import survey
from sosach.cli.synth import synth
from sosach.cli.two_levels import demo_act, demo_two_levels

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Sổ sạch: làm cho dữ liệu đăng ký đúng, đủ, sạch, sống. / Keeps registers correct, complete, clean and live.",
)

_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("clean", clean_command),
    ("explain", explain),
    ("checks", checks),
    ("synth", synth),
    ("demo", demo_command),
    ("demo-card", demo_card),
    ("demo-two-levels", demo_two_levels),
    ("import", import_command),
    ("serve", serve),
    ("work", work),
)
_GROUPS: tuple[tuple[str, typer.Typer], ...] = (
    ("db", db),
    ("officer", officer),
    ("pin", pin),
    ("audit", audit),
    ("partner", partner),
    ("link", link),
    ("survey", survey),
    ("card", card),
)
for _name, _command in _COMMANDS:
    app.command(_name)(_command)
app.command("demo-accounts", hidden=True)(demo_accounts)
app.command("demo-campaign", hidden=True)(demo_campaign)
app.command("demo-cards", hidden=True)(demo_cards)
app.command("demo-act", hidden=True)(demo_act)
for _name, _group in _GROUPS:
    app.add_typer(_group, name=_name)


@app.command("version")
def version() -> None:
    """Phiên bản / Version."""
    typer.echo(__version__)


def run() -> None:
    """Entry point: runs a command; a known error becomes a sentence on standard error and exit code 2."""
    try:
        app()
    except SosachError as error:
        lang = "en" if "en" in (os.environ.get("SOSACH_LANG"), _option(sys.argv)) else "vi"
        typer.echo(error.text(lang), err=True)
        sys.exit(EXIT_ERROR)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)


def _option(arguments: list[str]) -> str:
    """The value of `--lang` among the arguments."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return ""
