"""What `sosach demo` adds to the registers, each as a process of its own: a campaign, ID cards."""

import signal
import sys
from typing import Annotated

import typer

from sosach.cli.installation import company, in_site
from sosach.cli.language import Lang

Unit = Annotated[str, typer.Argument(metavar="UNIT")]
Commune = Annotated[str, typer.Option(help="Xã của các tài khoản; trống: nhiều xe nhất / where the accounts work")]


def demo_campaign(unit: Unit, commune: Commune = "", lang: Lang = "vi") -> None:
    """Chiến dịch thử đã chạy ba tuần / A campaign to try a demonstration with, three weeks old."""
    in_site("demo_campaign", role="jobs", unit=unit, commune=commune, lang=lang)


def demo_cards(unit: Unit, commune: Commune = "", lang: Lang = "vi") -> None:
    """Thẻ căn cước thử ở nhiều trạng thái / ID cards in different states, to try a demonstration with."""
    in_site("demo_cards", role="jobs", unit=unit, commune=commune, lang=lang)


def demo_company(unit: Unit, commune: Commune = "", lang: Lang = "vi") -> None:
    """Bạn đồng hành của buổi trình diễn / What goes on beside a demonstration that is served.

    Until it ends. The campaign and the cards are laid out while the pages are there already. Then cases close, what follows follows, and
    the log is sealed; not before, or the pretended weeks of the campaign would end today.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # or those below would stay when this one is ended
    place = (unit, "--commune", commune, "--lang", lang)
    with company(("demo-campaign", *place), ("demo-cards", *place), heard=True) as laid:
        for each in laid:
            each.wait()
    with company(("work",), ("audit", "seal", "--forever")) as kept:
        for each in kept:
            each.wait()
