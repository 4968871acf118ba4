"""`sosach card keys …`: the keys that wrap the data keys of sealed pictures."""

from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site

keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Khóa niêm phong ảnh / Keys of sealed pictures")


@keys.callback()
def group() -> None:
    """Khóa niêm phong ảnh / Keys of sealed pictures."""


@keys.command("rotate")
def rotate(
    resume: Annotated[
        bool, typer.Option("--resume", help="Chỉ bọc tiếp, không tạo khóa mới / go on, no new key")
    ] = False,
    lang: Lang = "vi",
) -> None:
    """Thay khóa: tạo khóa mới, bọc lại mọi khóa dữ liệu; không mở ảnh nào / Rotate: a new key, every data key wrapped anew."""
    in_site("card_keys", role="jobs", renew=not resume, lang=lang)
