"""`sosach work`: background work of an installation, with sealing."""

from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site


def work(
    once: Annotated[
        bool, typer.Option("--once", help="Làm hết việc đang chờ rồi dừng / stop when nothing waits")
    ] = False,
    lang: Lang = "vi",
) -> None:
    """Việc nền và việc theo lịch / Background and scheduled work."""
    in_site("work", role="jobs", once=once, lang=lang)
