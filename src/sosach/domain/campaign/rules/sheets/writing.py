"""A work list as a workbook: text cells, only what may be filled in is open, every row keeps its key and what stood in it."""

import hmac
import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sosach.base.sheets import SheetColumn, SheetDesign
from sosach.base.workbook import BookTemplate, SheetRows
from sosach.domain.campaign.rules.sheets.columns import (
    FILL,
    HEADINGS,
    KEY_HEADING,
    MOST_ROWS,
    NOTES,
    ORIGIN,
    SHEET,
    SHOWN,
    TITLE_ROWS,
    Column,
    ListRow,
    outcomes,
    plain,
    statuses,
)

ORIGIN_COLUMNS: Final = ("case", "version", "visits", "shown", *(column.value for column in Column), "seal")


def write_list(
    rows: Sequence[ListRow], *, titles: tuple[str, str], officers: Sequence[str], campaign_id: int, key: bytes
) -> bytes:
    """The workbook (XLSX) of a work list.

    Args:
        rows: cases in the order they are to stand.
        titles: two lines above the heading.
        officers: names offered in the column of officers.
        campaign_id: campaign the cases belong to.
        key: of this installation; seals what stood in each row.

    Raises:
        ValueError: more rows than a list takes.
    """
    if len(rows) > MOST_ROWS:
        raise ValueError(f"{len(rows)} rows")
    template = _template(tuple(officers))
    main = ((*_numbered(place, row), str(row.case_id)) for place, row in enumerate(rows, 1))
    origins = (origin(row, campaign_id=campaign_id, key=key) for row in rows)
    parts = [
        SheetRows(titles, template.sheets[0].render(main), len(rows)),
        SheetRows((), template.sheets[1].render(origins), len(rows)),
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        template.write_xml(path, parts)
        return path.read_bytes()


def origin(row: ListRow, *, campaign_id: int, key: bytes) -> tuple[str, ...]:
    """What stood in a row when it was written, sealed: nobody can later say it was something else."""
    told = (str(row.case_id), str(row.version), str(row.visits), digest_of(row.shown), *_values(row))
    return (*told, seal_of(told, campaign_id=campaign_id, key=key))


def seal_of(told: Sequence[str], *, campaign_id: int, key: bytes) -> str:
    """The seal of a row."""
    message = json.dumps([campaign_id, *told], ensure_ascii=False).encode()
    return blake2b(message, key=key[:64], digest_size=16, person=b"sosach list").hexdigest()


def is_sealed(told: Sequence[str], seal: str, *, campaign_id: int, key: bytes) -> bool:
    """Whether a row is as it was written out here."""
    return hmac.compare_digest(seal_of(told, campaign_id=campaign_id, key=key).encode(), seal.encode())


def digest_of(shown: Sequence[str]) -> str:
    """Short digest of the columns to look at: tells that one was changed, not what stood there."""
    return blake2b(json.dumps([plain(text) for text in shown], ensure_ascii=False).encode(), digest_size=8).hexdigest()


def _values(row: ListRow) -> tuple[str, ...]:
    return tuple(plain(row.values.get(column, "")) for column in Column)


def _numbered(place: int, row: ListRow) -> tuple[str, ...]:
    return (str(place), *map(plain, row.shown), *_values(row))


def _template(officers: tuple[str, ...]) -> BookTemplate:
    choices: Mapping[Column, tuple[str, ...]] = {
        Column.OUTCOME: tuple(outcomes().values()),
        Column.STATUS: tuple(statuses().values()),
        Column.OFFICER: officers,
    }
    looks = [SheetColumn(heading, width, wrap=width > 30) for heading, width in SHOWN]
    fills = [
        SheetColumn(HEADINGS[column][0], 24, choices.get(column, ()), FILL, wrap=True, open=True) for column in Column
    ]
    columns = (*looks, *fills, SheetColumn(KEY_HEADING, 10, hidden=True))
    design = SheetDesign(SHEET, columns, TITLE_ROWS, frozen_columns=3, pages_wide=2, protected=True)
    kept = SheetDesign(ORIGIN, tuple(SheetColumn(name) for name in ORIGIN_COLUMNS), protected=True, hidden=True)
    return BookTemplate([design, kept], notes=NOTES)
