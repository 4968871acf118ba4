"""What `sosach demo` adds to the registers, each as a process of its own: a campaign, ID cards."""

from typing import Annotated

import typer

from sosach.cli.installation import in_site
from sosach.cli.language import Lang

Unit = Annotated[str, typer.Argument(metavar="UNIT")]
Commune = Annotated[str, typer.Option(help="Xã của các tài khoản; trống: nhiều xe nhất / where the accounts work")]


def demo_campaign(unit: Unit, commune: Commune = "", lang: Lang = "vi") -> None:
    """Chiến dịch thử đã chạy ba tuần / A campaign to try a demonstration with, three weeks old."""
    in_site("demo_campaign", role="jobs", unit=unit, commune=commune, lang=lang)


def demo_cards(unit: Unit, commune: Commune = "", lang: Lang = "vi") -> None:
    """Thẻ căn cước thử ở nhiều trạng thái / ID cards in different states, to try a demonstration with."""
    in_site("demo_cards", role="jobs", unit=unit, commune=commune, lang=lang)
