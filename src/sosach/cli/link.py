"""`sosach link …`: the line to the other level of Sosach: open it, see how it fares, stop it, compare both sides."""

from datetime import datetime
from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site

link = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Kết nối hai cấp / The line between two levels")

Code = Annotated[str, typer.Argument(metavar="LINK", help="“nation” ở tỉnh; mã tỉnh (38) ở cấp quốc gia")]
Reason = Annotated[str, typer.Option(help="Lý do hoặc số quyết định / reason, or number of the decision")]


@link.command("key")
def key(lang: Lang = "vi") -> None:
    """Khóa công khai của bản cài này, trao cho cấp kia / Our public key, to hand to the other level."""
    in_site("link_key", role="jobs", lang=lang)


@link.command("open")
def open_link(
    code: Code,
    key: Annotated[str, typer.Option(help="Khóa công khai của cấp kia: 64 chữ số hex / their public key")],
    reason: Reason = "",
    lang: Lang = "vi",
) -> None:
    """Mở kết nối, mở lại, hoặc đổi khóa của cấp kia / Open a line, open it again, or renew their key."""
    in_site("link_open", role="jobs", code=code, key=key, reason=reason, lang=lang)


@link.command("list")
def listed(lang: Lang = "vi") -> None:
    """Các kết nối: đã gửi, đã nhận, còn chờ, lần liên lạc cuối / Lines, what waits, the last contact."""
    in_site("link_list", role="jobs", lang=lang)


@link.command("suspend")
def suspend(code: Code, reason: Reason, lang: Lang = "vi") -> None:
    """Tạm dừng kết nối, có hiệu lực ngay / Stop a line; it bites at once."""
    in_site("link_suspend", role="jobs", code=code, reason=reason, lang=lang)


@link.command("reopen")
def reopen(
    code: Code,
    reason: Reason,
    confirm: Annotated[str, typer.Option(help="Mã hai bên đã so / the mark both sides have compared")] = "",
    lang: Lang = "vi",
) -> None:
    """Mở chuỗi mới khi kết nối bị rẽ nhánh; không có mã thì chỉ xem / Begin new chains on a forked line; without mark, look."""
    in_site("link_reopen", role="jobs", code=code, reason=reason, confirm=confirm, lang=lang)


@link.command("push")
def push(code: Code = "nation", lang: Lang = "vi") -> None:
    """Gửi và nhận ngay cho đến khi hết việc / Send and fetch now, until nothing waits."""
    in_site("link_push", role="jobs", code=code, lang=lang)


@link.command("reconcile")
def reconcile(
    code: Code = "nation",
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Ngày; mặc định mọi ngày còn mở / day")
    ] = None,
    lang: Lang = "vi",
) -> None:
    """Đối soát với cấp kia; mã thoát 1 nếu có chênh lệch / Compare with the other level; exit code 1 on any difference."""
    in_site("link_reconcile", role="jobs", code=code, day=day.date() if day else None, lang=lang)
