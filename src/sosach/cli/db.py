"""`sosach db …`: the database of the installation: up, down, status, backup, restore, drill."""

from pathlib import Path
from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site

db = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Cơ sở dữ liệu / The database")


@db.command("up")
def up(
    data: Annotated[str, typer.Option(help="synthetic | real: dữ liệu giả định hay thật")] = "",
    lang: Lang = "vi",
) -> None:
    """Khởi động và cập nhật: vai trò, bảng, quyền / Start and bring up to date: roles, tables, rights."""
    if data not in {"", "synthetic", "real"}:
        raise typer.BadParameter("synthetic | real", param_hint="--data")
    in_site("db_up", role="owner", data=data, lang=lang)


@db.command("down")
def down(lang: Lang = "vi") -> None:
    """Dừng máy chủ nhúng / Stop the embedded server."""
    in_site("db_down", role="owner", lang=lang)


@db.command("status")
def status(lang: Lang = "vi") -> None:
    """Tình trạng: phiên bản, an toàn ghi, loại dữ liệu / State: version, durability, kind of data; exit code 2 if unfit."""
    in_site("db_status", role="owner", lang=lang)


@db.command("backup")
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục mới / a new folder")],
    key: Annotated[Path | None, typer.Option(help="Khóa công khai (PEM) để mã hóa / public key to encrypt to")] = None,
    lang: Lang = "vi",
) -> None:
    """Sao lưu toàn bộ và nhật ký ghi, có kiểm tra / A whole copy, archive of the log beside it, verified."""
    in_site("db_backup", role="owner", folder=folder, key=key, lang=lang)


@db.command("restore")
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Bản sao lưu / the backup")],
    into: Annotated[Path, typer.Option(help="Thư mục trạng thái mới, trống / new, empty state folder")],
    to: Annotated[str, typer.Option(help="Thời điểm / moment, 2026-11-22 20:00")] = "",
    key: Annotated[Path | None, typer.Option(help="Khóa riêng (PEM) / private key")] = None,
    lang: Lang = "vi",
) -> None:
    """Khôi phục vào thư mục trống, đến một thời điểm, rồi đối chiếu / Restore, to a moment, and compare."""
    in_site("db_restore", role="owner", folder=folder, into=into, to=to, key=key, lang=lang)


@db.command("drill")
def drill(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Bản sao lưu; chưa có thì tạo / backup, made if missing")
    ],
    key: Annotated[Path | None, typer.Option(help="Khóa riêng (PEM), nếu mã hóa / private key, if encrypted")] = None,
    lang: Lang = "vi",
) -> None:
    """Diễn tập: sao lưu, khôi phục bên cạnh, đối chiếu, dọn / Back up, restore beside it, compare, clear away."""
    in_site("db_drill", role="owner", folder=folder, key=key, lang=lang)
