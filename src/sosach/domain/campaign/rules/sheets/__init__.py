"""Work lists as workbooks: written out, worked on in Excel, read back and compared; nothing is changed before a yes."""

from sosach.domain.campaign.rules.sheets.columns import HEADINGS, MOST_ROWS, Column, ListRow, outcomes, plain, statuses
from sosach.domain.campaign.rules.sheets.comparing import (
    CellChange,
    Comparison,
    Edit,
    Present,
    Verdict,
    compare,
    edits_from,
    edits_of,
    edits_text,
    problem,
)
from sosach.domain.campaign.rules.sheets.reading import ReadList, ReadRow, read_list
from sosach.domain.campaign.rules.sheets.writing import write_list

__all__ = [
    "HEADINGS",
    "MOST_ROWS",
    "CellChange",
    "Column",
    "Comparison",
    "Edit",
    "ListRow",
    "Present",
    "ReadList",
    "ReadRow",
    "Verdict",
    "compare",
    "edits_from",
    "edits_of",
    "edits_text",
    "outcomes",
    "plain",
    "problem",
    "read_list",
    "statuses",
    "write_list",
]
