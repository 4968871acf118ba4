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
    province: Annotated[
        str, typer.Option(help="Chỉ bản ghi của tỉnh này (mã 2 số) / only what lies in this province")
    ] = "",
    officer: Annotated[str, typer.Option(help="Cán bộ nhập; mật khẩu ở stdin / officer; password on stdin")] = "",
    lang: Lang = "vi",
) -> None:
    """Nhập kết quả làm sạch vào sổ đăng ký; nhập lại không đổi gì / Take a run in; twice changes nothing.

    An officer takes in what the own desk may: a province's steward the rows of the province; the others are kept as refused.
    """
    if province and officer:
        raise typer.BadParameter("--province | --officer")
    password = typer.get_text_stream("stdin").readline().rstrip("\n") if officer else ""
    in_site(
        "import_run",
        role="jobs",
        folder=folder,
        origin=origin,
        real=real,
        province=province,
        officer=officer,
        password=password,
        lang=lang,
    )
