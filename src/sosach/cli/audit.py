"""`sosach audit …`: the evidence log: verify it, seal it, take it out."""

from pathlib import Path
from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site

audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Nhật ký bằng chứng / The evidence log")


@audit.command("verify")
def verify(
    key: Annotated[list[str], typer.Option(help="Khóa công khai (hex), thay cho khóa của bản cài này")] = [],  # noqa: B006 - typer's way
    witness: Annotated[list[Path], typer.Option(help="Tệp nhân chứng / files of witnesses")] = [],  # noqa: B006 - typer's way
    lang: Lang = "vi",
) -> None:
    """Kiểm tra toàn bộ nhật ký; mã thoát 1 nếu có sai lệch / Verify the whole log; exit code 1 on any fault."""
    in_site("audit_verify", role="auditor", keys=key, witnesses=witness, lang=lang)


@audit.command("seal")
def seal(
    forever: Annotated[
        bool, typer.Option("--forever", help="Niêm phong mỗi giây / every second until stopped")
    ] = False,
    witness: Annotated[list[Path], typer.Option(help="Tệp nhân chứng / files of witnesses")] = [],  # noqa: B006 - typer's way
    lang: Lang = "vi",
) -> None:
    """Niêm phong những gì đã ghi / Seal what was written."""
    in_site("audit_seal", role="sealer", forever=forever, witnesses=witness, lang=lang)


@audit.command("export")
def export(folder: Annotated[Path, typer.Argument(metavar="DIR")], lang: Lang = "vi") -> None:
    """Xuất nhật ký ra tệp, ai cũng kiểm tra được / The log as files anybody can verify."""
    in_site("audit_export", role="auditor", folder=folder, lang=lang)


@audit.command("key")
def key(lang: Lang = "vi") -> None:
    """Khóa công khai của nhật ký / The public key of the log."""
    in_site("audit_key", role="sealer", lang=lang)
