"""Writes at one of two levels for ever, one numbered change after the other; a number is noted after its commit, never before.

The province changes names and registers births, the nation sexes: fields of the same records, so that both directions meet.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django

PAUSE = 0.05
COMMUNE = "00004"
PEOPLE = 20
EVERY_BIRTH = 7  # every so many changes of the province


def name_of(number: int) -> str:
    """The name a change of that number gives."""
    return f"NGUYỄN THỊ {['AN', 'BÌNH', 'CHI', 'DUNG', 'GIANG', 'HÀ', 'KHÁNH', 'LAN', 'MAI', 'NGA'][number % 10]} {number:06d}"


def birth_name(number: int) -> str:
    """The name of the child a change of that number registers."""
    return f"TRẦN VĂN {number:06d}"


def main(what: str, side: str, folder: Path) -> None:
    """Make the first people, or write until killed, or told to stop."""
    django.setup()
    from django.db import Error, connection  # noqa: PLC0415 - models exist only once Django is set up
    from tests.jobs.levels import changes  # noqa: PLC0415

    from sosach.base.errors import SosachError  # noqa: PLC0415

    if what == "first":
        changes.first_people(datetime.now(UTC))
        return
    file = folder / f"{side}.acknowledged"
    lines = file.read_text("ascii").split("\n")[:-1] if file.is_file() else []
    if file.is_file():
        os.truncate(file, sum(len(line) + 1 for line in lines))  # a line cut off by the kill
    number = int(lines[-1]) + 1 if lines else 0
    with file.open("ab", buffering=0) as acknowledged:
        while not (folder / "stop").exists():
            try:
                changes.change(side, number, datetime.now(UTC))
            except (Error, SosachError):  # the database is away, or the nation does not know the person yet
                connection.close()
                time.sleep(PAUSE)
                continue
            acknowledged.write(f"{number}\n".encode())
            number += 1
            time.sleep(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
