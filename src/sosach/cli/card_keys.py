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
    renew: Annotated[
        bool, typer.Option("--renew/--resume", help="Tạo khóa mới, hay chỉ bọc tiếp / a new key, or only go on")
    ] = True,
    lang: Lang = "vi",
) -> None:
    """Thay khóa: tạo khóa mới, bọc lại mọi khóa dữ liệu; không mở ảnh nào / Rotate: a new key, every data key wrapped anew."""
    in_site("card_keys", role="jobs", renew=renew, lang=lang)
