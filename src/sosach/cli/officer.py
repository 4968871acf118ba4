"""`sosach officer …`: accounts of officers, for the administrator of an installation."""

from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site

officer = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Tài khoản cán bộ / Accounts of officers")

Unit = Annotated[str, typer.Option(help="Mã xã (5 số), mã tỉnh (2 số); trống: toàn quốc / commune, province, nation")]
Roles = Annotated[list[str], typer.Option("--role", help="clerk, verifier, chief, admin, auditor …")]


@officer.command("create")
def create(
    user_name: Annotated[str, typer.Argument(metavar="USER", help="Tên đăng nhập / user name")],
    name: Annotated[str, typer.Option(help="Họ tên hiển thị / name shown")] = "",
    unit: Unit = "",
    role: Roles = [],  # noqa: B006 - typer's way; it is read only
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ stdin")] = False,
    lang: Lang = "vi",
) -> None:
    """Mở tài khoản; mật khẩu hiện ra một lần / Open an account; a password is made and shown once."""
    password = typer.get_text_stream("stdin").readline().rstrip("\n") if password_stdin else ""
    in_site(
        "officer_create",
        role="jobs",
        user_name=user_name,
        name=name or user_name,
        unit=unit,
        roles=role,
        password=password,
        lang=lang,
    )


@officer.command("grant")
def grant(
    user_name: Annotated[str, typer.Argument(metavar="USER")],
    role: Annotated[str, typer.Argument(metavar="ROLE")],
    until: Annotated[str, typer.Option(help="Đến ngày / until, 2027-01-31")] = "",
    end: Annotated[bool, typer.Option("--end", help="Thu hồi / take it back")] = False,
    lang: Lang = "vi",
) -> None:
    """Cấp hoặc thu hồi một vai trò / Give a role, or take it back."""
    in_site("officer_grant", role="jobs", user_name=user_name, given=role, until=until, end=end, lang=lang)


@officer.command("reset-code")
def reset_code(user_name: Annotated[str, typer.Argument(metavar="USER")], lang: Lang = "vi") -> None:
    """Hủy mã dùng một lần khi mất điện thoại / Take one-time codes away when a phone is lost."""
    in_site("officer_reset_code", role="jobs", user_name=user_name, lang=lang)


@officer.command("reset-password")
def reset_password(user_name: Annotated[str, typer.Argument(metavar="USER")], lang: Lang = "vi") -> None:
    """Cấp mật khẩu mới, phải đổi khi đăng nhập / Give a password, to be changed at the next sign-in."""
    in_site("officer_reset_password", role="jobs", user_name=user_name, lang=lang)


@officer.command("list")
def listed(unit: Unit = "", lang: Lang = "vi") -> None:
    """Danh sách tài khoản và vai trò đang có / Accounts and the roles they hold."""
    in_site("officer_list", role="jobs", unit=unit, lang=lang)


def demo_accounts(
    unit: Annotated[str, typer.Argument(metavar="UNIT")] = "",
    commune: Annotated[
        str, typer.Option(help="Xã làm việc; trống: nhiều xe nhất / where accounts of communes work")
    ] = "",
    lang: Lang = "vi",
) -> None:
    """Tài khoản thử cho trình diễn / Accounts to try a demonstration with."""
    in_site("demo_accounts", role="jobs", unit=unit, commune=commune, lang=lang)
