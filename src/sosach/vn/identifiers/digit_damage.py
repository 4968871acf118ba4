"""Findings about a number of digits that was damaged on its way; the codes differ from number to number."""

from dataclasses import dataclass

from sosach.base.findings import Finding
from sosach.vn.digits import Damage, DigitsRead
from sosach.vn.test_values import is_test_number


@dataclass(frozen=True, slots=True)
class DamageCodes:
    """Codes of one kind of number.

    Attributes:
        wrong: not a number of this kind, and no repair leads to one.
        placeholder: typed to fill the field.
        lost_zeros: leading zeros dropped by a spreadsheet.
        by_damage: the rest.
    """

    wrong: str
    placeholder: str
    lost_zeros: str
    by_damage: dict[Damage, str]


def codes_from(prefix: str) -> DamageCodes:
    """Codes of a kind of number: 01 wrong, 02 lost zeros, 03-07 damage, 09 placeholder.

    >>> codes_from("PIN").lost_zeros
    'PIN-02'
    """
    order = (Damage.LETTERS, Damage.SCIENTIFIC, Damage.DECIMAL, Damage.SEPARATORS, Damage.WIDE_DIGITS)
    by_damage = {damage: f"{prefix}-{number:02}" for number, damage in enumerate(order, start=3)}
    return DamageCodes(f"{prefix}-01", f"{prefix}-09", f"{prefix}-02", by_damage)


def form_findings(text: str, read: DigitsRead, shown: str, codes: DamageCodes) -> tuple[Finding, ...]:
    """Remarks on a number that could be read: changes of form that lost nothing."""
    return tuple(Finding(codes.by_damage[damage], text, shown) for damage in read.damage)


def repair_findings(
    text: str, read: DigitsRead, codes: DamageCodes, *, proposed: str | None, lost_zeros: bool
) -> tuple[Finding, ...]:
    """Findings about a number that can be read only by a repair (`proposed`), or not at all."""
    found: list[str] = []
    if proposed is None and Damage.SCIENTIFIC not in read.damage:
        found.append(codes.placeholder if is_test_number(read.guess or "") else codes.wrong)
    if lost_zeros:
        found.append(codes.lost_zeros)
    # Damage means nothing unless undoing it leads somewhere; only digits gone for good are always told.
    found += [codes.by_damage[each] for each in read.damage if proposed or each is Damage.SCIENTIFIC]
    return tuple(Finding(code, text, proposed) for code in found)
