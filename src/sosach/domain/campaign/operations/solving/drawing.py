"""Draws answers for a second opinion: what another officer will be shown is kept as it was before the answer changed it."""

from dataclasses import asdict
from typing import Any

from sosach.domain.campaign.models import Case, Solution
from sosach.domain.campaign.rules.agreement import is_drawn
from sosach.domain.campaign.rules.fixes import Fix, FixKind, Matters, offers


def draw_by_lot(case: Case, told: Matters, solution: Solution) -> None:
    """Keep what a second officer will be shown of a case, where the lot falls on its answer.

    The lot hangs on the number of the answer and on the campaign, so that it can be drawn again and proven; riskier cases
    are drawn more often. What was just found in papers is no choice among answers and is not drawn.
    """
    if is_drawn(f"{case.campaign.act}:{solution.pk}", risk=case.risk):
        solution.drawn, solution.offered = True, shown(told)
        solution.save(update_fields=["drawn", "offered"])


def shown(told: Matters) -> dict[str, Any]:
    """The case as it was put before the first officer, in plain JSON: what stands, what is wrong, which answers there are."""
    return {
        "register": told.register,
        "stands": {column: str(value) for column, value in told.stands.items() if value is not None and value != ""},
        "says": {column: str(value) for column, value in told.says.items()},
        "findings": [
            {"code": each.code, "severity": each.severity, "field": each.field, "value": each.value}
            for each in told.findings
        ],
        "fixes": [_fix(each) for each in offers(told) if each.kind is not FixKind.DECIDE],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "key": fix.key,
        "kind": fix.kind.value,
        "vi": fix.vi,
        "en": fix.en,
        "effects": [asdict(effect) for effect in fix.effects],
    }
