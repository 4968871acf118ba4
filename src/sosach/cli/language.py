"""The language of commands people type without an installation: an option, or the environment."""

from typing import Annotated

import typer

Lang = Annotated[str, typer.Option(help="vi hoặc en / vi or en", envvar="SOSACH_LANG", metavar="vi|en")]
