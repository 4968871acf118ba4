"""The reference page of campaigns: what each figure counts, what risk, visits, mass changes and the ranking go by."""

from importlib import import_module

from sosach.domain.campaign.rules.changes import TERMS
from sosach.domain.campaign.rules.closings import WORDS
from sosach.domain.campaign.rules.open_data import LEAST
from sosach.domain.campaign.rules.ranking import DISMISSED, FAILED, REOPENED
from sosach.domain.campaign.rules.risk import LINES, MOST
from sosach.domain.campaign.rules.visits import MOST_VISITS, OUTCOMES
from sosach.domain.campaign.states.cases import CLOSED, STEPS

_HEAD = """# Chiến dịch / Campaigns

*This page is generated (`make docs`); do not edit it by hand.*

Mỗi số liệu được định nghĩa một lần; con số và danh sách phía sau là cùng một truy vấn. A figure is defined once, as a filter
(`domain/campaign/queries/figures.py`): its count and the list behind it cannot differ. Figures of *records* count records of a
register, each with or without a case; figures of *cases* count work. `records = done + left` and
`records = matching + unlike + over_age`, always.
"""
_RANKING = f"""## Xếp hạng / Ranking

`100 × max(0, cleaned − {REOPENED} × reopened − {DISMISSED} × dismissed − {FAILED} × failed_samples) ÷ (cases − gone)`

Chỉ hồ sơ thực sự sạch mới được tính điểm. A warning put aside without evidence costs as much as cleaning a record earns; what had to be
opened again or failed a second look costs more. Cases a later run raised no more count for nobody. Units without cases have no place.

## Số liệu công bố / Open data

Numbers from 1 to {LEAST - 1} are never published. Rows or columns with so small a total are put together under `*`; where a hidden number could be
worked out from the totals, further ones are hidden until none can (`domain/campaign/rules/open_data.py`).
"""


def campaign_page() -> str:
    """The whole page, Markdown; Django has to be set up."""
    parts = [_HEAD, *_figures(), *_states(), *_risk(), *_visits(), *_changes(), _RANKING]
    return "\n".join(parts)


def _figures() -> list[str]:
    told = import_module("sosach.domain.campaign.queries.figures")  # models stand there only after Django is set up
    rows = [
        f"| `{name}` | {figure.of} | {figure.vi} | {figure.en} | {'●' if name in told.STUCK else ''} |"
        for name, figure in told.FIGURES.items()
    ]
    return ["| Figure | Of | Là | It counts | Stuck |", "|---|---|---|---|---|", *rows, ""]


def _states() -> list[str]:
    rows = []
    for step, moves in STEPS.items():
        changes = [before for before, then in moves.items() if before is not then]
        stays = [before for before, then in moves.items() if before is then]
        to = sorted({moves[before] for before in changes})
        rows.append(
            f"| `{step}` | {', '.join(sorted(changes))} | {', '.join(to)} | {', '.join(sorted(stays)) or '–'} |"
        )
    closings = [f"| `{closing}` | {vi} | {en} |" for closing, (vi, en) in WORDS.items()]
    return [
        "## Vụ việc / Cases",
        "",
        f"Closed: {', '.join(f'`{state}`' for state in sorted(CLOSED))}; all other states are open. `clean` is the re-check's step alone.",
        "",
        *("| Step | From | To | Stays where it is |", "|---|---|---|---|", *rows, ""),
        *("| Closed as | Là | It means |", "|---|---|---|", *closings, ""),
    ]


def _risk() -> list[str]:
    rows = []
    for line in LINES:
        when = [f"action `{line.action}`"] if line.action else []
        when += [f"errors ≥ {line.errors}"] if line.errors else []
        when += [" or ".join(line.codes)] if line.codes else []
        rows.append(f"| `{line.name}` | {line.points} | {'; '.join(when)} | {line.vi} | {line.en} |")
    head = ["## Mức rủi ro / Risk", "", f"The sum of the lines that count, {MOST} at most.", ""]
    return [*head, "| Line | Points | Where | Vì sao | Why |", "|---|---|---|---|---|", *rows, ""]


def _visits() -> list[str]:
    rows = []
    for name, kind in OUTCOMES.items():
        again = (
            "–" if kind.again_after is None else f"{kind.again_after} days{', at a weekend' if kind.weekend else ''}"
        )
        reached = "reached" if kind.reached else "not reached"
        rows.append(f"| `{name}` | {kind.vi}<br>{kind.en} | {reached} | {again} | {kind.next_vi}<br>{kind.next_en} |")
    head = [
        "## Kết quả đến gặp / Visits",
        "",
        f"Each visit in vain doubles the wait; after {MOST_VISITS} the case is for the province.",
        "",
    ]
    return [
        *head,
        "| Outcome | Là / It is | Owner | Next visit | Việc tiếp theo / Next |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]


def _changes() -> list[str]:
    rows = [
        f"| `{change}` | {', '.join(f'`{name}` ({kind.__name__})' for name, kind in terms.items()) or '–'} |"
        for change, terms in TERMS.items()
    ]
    head = [
        "## Thay đổi hàng loạt / Mass changes",
        "",
        "Each is previewed first; the preview's token carries it out, once, within a day, on cases that have not changed since. Over the",
        "limit of the campaign a second person has to agree.",
        "",
    ]
    return [*head, "| Change | Terms |", "|---|---|", *rows, ""]
