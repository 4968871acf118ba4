"""What commands of administrators share: the installation they speak to, as which role, and how a table is shown."""

import os
import subprocess  # nosec B404 - ourselves, without a shell
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Literal

import django
import typer
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from rich.console import Console
from rich.table import Table

from sosach.base.errors import ErrorCode, SosachError

SETTINGS = "sosach.site.settings"
Lang = Annotated[Literal["vi", "en"], typer.Option(help="vi | en")]


def in_site(command: str, *, role: str, **options: object) -> None:
    """Run a command of the installation (`sosach.site`), connected to the database as one role.

    The site assembles what the commands need and lies above this floor, so it is called by name, as `django-admin` would.

    Raises:
        SosachError: what the command raises; DB-01 when the database does not answer.
    """
    os.environ["SOSACH_DB_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
        call_command(command, **options)
    except (OperationalError, InterfaceError) as refused:
        raise SosachError(
            ErrorCode.DATABASE_DOWN,
            vi=f"Cơ sở dữ liệu không trả lời: {refused}",
            en=f"The database does not answer: {refused}",
            hint_vi="Chạy `sosach db up`; xem `sosach db status`.",
            hint_en="Run `sosach db up`; see `sosach db status`.",
        ) from refused


def apart(*arguments: str) -> None:
    """Run another command of `sosach` as a process of its own: one process is one role of the database.

    Raises:
        typer.Exit: it failed, and said why.
    """
    done = subprocess.run([sys.executable, "-m", "sosach.cli", *arguments], check=False)  # noqa: S603 - ourselves  # nosec B603
    if done.returncode != 0:
        raise typer.Exit(done.returncode)


def beside(*arguments: str) -> "subprocess.Popen[str]":
    """Begin another command of `sosach` beside this one; what it says is kept until `after` asks for it."""
    return subprocess.Popen(  # noqa: S603 - ourselves  # nosec B603
        [sys.executable, "-m", "sosach.cli", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def company(*commands: tuple[str, ...], heard: bool = False) -> "Iterator[list[subprocess.Popen[bytes]]]":
    """Keep other commands of `sosach` running beside this one; they end with it.

    Args:
        commands: with their arguments.
        heard: what they say is said beside the errors of this one.
    """
    begun = [
        subprocess.Popen(  # noqa: S603 - ourselves  # nosec B603
            [sys.executable, "-m", "sosach.cli", *command],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr if heard else subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        yield begun
    finally:
        for each in begun:
            each.terminate()
        for each in begun:
            each.wait()


def after(begun: "subprocess.Popen[str]", *, err: bool = True) -> None:
    """Wait for a command that was begun, and pass on what it said, as an error or as what was asked for.

    Raises:
        typer.Exit: it failed, and said why.
    """
    said, _ = begun.communicate()
    typer.echo(said, nl=False, err=err)
    if begun.returncode != 0:
        raise typer.Exit(begun.returncode)


def show(headings: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print a table; on a pipe, plain lines with tabs."""
    console = Console(highlight=False)
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(map(str, row)))
        return
    table = Table(*headings, title=title or None, title_justify="left")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)


def banner(lang: str) -> None:
    """The red line over everything that runs on a database that holds no real data."""
    words = {
        "vi": "DỮ LIỆU GIẢ ĐỊNH – KHÔNG NHẬP DỮ LIỆU THẬT VÀO ĐÂY",
        "en": "SYNTHETIC DATA ONLY – ENTER NO REAL DATA HERE",
    }
    Console(stderr=True, highlight=False).print(f"[bold white on red] {words[lang]} [/]")
