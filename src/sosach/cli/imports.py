"""`sosach import`: takes the outputs of a cleaning run into the registers of record."""

from pathlib import Path
from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site


def import_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Kết quả của `sosach clean` / what `sosach clean` made")
    ],
    origin: Annotated[str, typer.Option(help="Hệ thống nguồn / the system the records come from")] = "",
    real: Annotated[bool, typer.Option("--real", help="Dữ liệu thật / real people")] = False,
    lang: Lang = "vi",
) -> None:
    """Nhập kết quả làm sạch vào sổ đăng ký; nhập lại không đổi gì / Take a run in; twice changes nothing."""
    in_site("import_run", role="jobs", folder=folder, origin=origin, real=real, lang=lang)
