"""`sosach pin …`: numbers for people who have none: one by one on paper, newborns by messages of civil status."""

from pathlib import Path
from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site

pin = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Số định danh cá nhân / Personal identification numbers"
)


@pin.callback()
def group() -> None:
    """Số định danh cá nhân / Personal identification numbers."""


@pin.command("issue")
def issue(
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="Bản ghi chưa có số: mã tham chiếu hoặc id / reference or id")
    ] = "",
    birth_message: Annotated[
        Path | None,
        typer.Option(help="Thông điệp khai sinh, mỗi dòng một JSON / births from civil status, JSON lines"),
    ] = None,
    paper: Annotated[str, typer.Option(help="Căn cứ: số phiếu, công văn / form or letter it rests on")] = "",
    out: Annotated[Path | None, typer.Option(help="Thư mục ghi trả lời / folder for the answers")] = None,
    officer: Annotated[str, typer.Option(help="Cán bộ thực hiện; hỏi mật khẩu / officer; asks the password")] = "",
    lang: Lang = "vi",
) -> None:
    """Cấp số định danh: một công dân, hoặc trẻ mới sinh theo tệp / Give PINs: to a citizen, or to newborns of a file.

    Without `--officer` the installation acts, under the name of the account that types. A file may be sent again: a
    message that was answered is answered with the same number. Refused messages are listed beside the answers; exit code 1.
    """
    if bool(record) == (birth_message is not None):
        raise typer.BadParameter("RECORD | --birth-message FILE")
    if record and not paper:
        raise typer.BadParameter("RECORD … --paper", param_hint="--paper")
    shared = {"officer": officer, "password": password_of(officer, lang), "paper": paper, "lang": lang}
    if birth_message is None:
        in_site("pin_issue", role="jobs", record=record, **shared)
    else:
        folder = out or birth_message.absolute().parent
        in_site("pin_births", role="jobs", file=birth_message, out=folder, **shared)


def password_of(officer: str, lang: str) -> str:
    """The officer's password: typed unseen, or a line of standard input; none where the installation acts."""
    if not officer:
        return ""
    stdin = typer.get_text_stream("stdin")
    if stdin.isatty():
        return str(typer.prompt("Mật khẩu" if lang == "vi" else "Password", hide_input=True, err=True))
    return stdin.readline().rstrip("\n")
