"""The reference pages of the registers; `make docs` writes them with it."""

import os
from pathlib import Path
from typing import Annotated

import django
import typer

from sosach.cli.installation import SETTINGS
from sosach.cli.reference_agreements import agreements_page
from sosach.cli.reference_campaign import campaign_page
from sosach.cli.reference_data import data_page
from sosach.cli.reference_declarations import declarations_page
from sosach.cli.reference_events import events_page
from sosach.cli.reference_procedures import procedures_page
from sosach.cli.reference_rights import rights_page

PAGES = {
    "agreements.md": agreements_page,
    "campaign.md": campaign_page,
    "data.md": data_page,
    "declarations.md": declarations_page,
    "events.md": events_page,
    "procedures.md": procedures_page,
    "rights.md": rights_page,
}


def write(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Write every page into a folder; no database is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    typer.run(write)
