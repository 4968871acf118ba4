"""`sosach partner …`: agreements with other agencies: take in, list, suspend, keys, the monthly statement."""

from pathlib import Path
from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site

partner = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Đối tác chia sẻ dữ liệu / Partners")

Key = Annotated[str, typer.Argument(metavar="PARTNER", help="Mã đối tác, ví dụ thue / its short key")]
Reason = Annotated[str, typer.Option(help="Lý do / why", prompt="Lý do / Reason")]


@partner.command("agree")
def agree(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Thỏa thuận, TOML hoặc JSON / the agreement")],
    lang: Lang = "vi",
) -> None:
    """Ghi nhận thỏa thuận và khóa của đối tác; lần sau là phiên bản mới / Take an agreement in; again: a new version."""
    in_site("partner_agree", role="jobs", file=file, lang=lang)


@partner.command("list")
def listed(lang: Lang = "vi") -> None:
    """Đối tác, thỏa thuận đang hiệu lực, khóa / Partners, agreements in force, keys."""
    in_site("partner_list", role="jobs", lang=lang)


@partner.command("suspend")
def suspend(key: Key, reason: Reason, lang: Lang = "vi") -> None:
    """Dừng trả lời đối tác ngay / Answer nothing it asks, at once."""
    in_site("partner_standing", role="jobs", partner=key, reason=reason, suspended=True, lang=lang)


@partner.command("resume")
def resume(key: Key, lang: Lang = "vi") -> None:
    """Trả lời lại / Answer it again."""
    in_site("partner_standing", role="jobs", partner=key, reason="", suspended=False, lang=lang)


@partner.command("key")
def key_command(
    key: Key,
    add: Annotated[Path | None, typer.Option(help="Khóa công khai, JWK hoặc PEM / a public key")] = None,
    certificate: Annotated[str, typer.Option(help="SHA-256 của chứng thư / of its certificate")] = "",
    member: Annotated[str, typer.Option(help="Tên trong X-Road / its name in X-Road")] = "",
    name: Annotated[str, typer.Option(help="Tên khóa (kid) / name of the key")] = "",
    end: Annotated[str, typer.Option(help="Hủy khóa có tên này / end the key of that name")] = "",
    lang: Lang = "vi",
) -> None:
    """Thêm hoặc hủy khóa của đối tác / Add a key of a partner, or end one."""
    known = {"signature": name if add else "", "certificate": certificate, "member": member}
    in_site("partner_key", role="jobs", partner=key, lang=lang, file=add, known=known, end=end)


@partner.command("statement")
def statement(
    key: Key,
    month: Annotated[str, typer.Option(help="Tháng / month, 2026-11")],
    out: Annotated[Path, typer.Option(help="Thư mục / folder")] = Path(),
    lang: Lang = "vi",
) -> None:
    """Báo cáo tháng, PDF và CSV, không có dữ liệu cá nhân / The month as PDF and CSV, without personal data."""
    in_site("partner_statement", role="jobs", partner=key, month=month, out=out, lang=lang)
