"""Splits work among officers: by even load, by residential group, by the hours each of them has."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import accumulate


class Rule(StrEnum):
    """How cases are split."""

    EVEN = "even"  # everybody the same number, neighbours together
    GROUPS = "groups"  # whole residential groups, loads as even as whole groups allow
    HOURS = "hours"  # as many as each one's hours allow, neighbours together


def quotas(cases: int, weights: Sequence[int]) -> list[int]:
    """How many cases each one gets, in proportion to the weights; they add up.

    >>> quotas(10, [1, 1, 1]), quotas(10, [120, 240])
    ([4, 3, 3], [3, 7])
    """
    whole = sum(weights)
    if not whole:
        raise ValueError("nobody to give cases to")
    parts = [cases * weight // whole for weight in weights]
    # the largest remainders first; among equals whoever stands first
    order = sorted(range(len(weights)), key=lambda place: (-(cases * weights[place] % whole), place))
    for place in order[: cases - sum(parts)]:
        parts[place] += 1
    return parts


def portions(cases: Sequence[int], officers: Mapping[int, int]) -> dict[int, int]:
    """Case → officer: the cases in their order (neighbours side by side) cut into portions.

    Args:
        cases: ids in the order of their places.
        officers: officer → weight.

    >>> portions([11, 12, 13], {1: 1, 2: 2})
    {11: 1, 12: 2, 13: 2}
    """
    ends = accumulate(quotas(len(cases), list(officers.values())))
    told, begin = {}, 0
    for officer, end in zip(officers, ends, strict=True):
        told.update(dict.fromkeys(cases[begin:end], officer))
        begin = end
    return told


def by_group(loads: Mapping[str, int], officers: Mapping[int, int]) -> dict[str, int]:
    """Group → officer: the largest group first, always to whoever has the least work for the own hours.

    Args:
        loads: group → cases.
        officers: officer → weight.

    >>> by_group({"Thôn 1": 50, "Thôn 2": 30, "Thôn 3": 25}, {1: 1, 2: 1})
    {'Thôn 1': 1, 'Thôn 2': 2, 'Thôn 3': 2}
    """
    if not officers or not sum(officers.values()):
        raise ValueError("nobody to give cases to")
    given = dict.fromkeys(officers, 0)
    told: dict[str, int] = {}
    for group in sorted(loads, key=lambda group: (-loads[group], group)):
        able = [officer for officer, weight in officers.items() if weight]
        officer = min(able, key=lambda each: ((given[each] + loads[group]) / officers[each], able.index(each)))
        given[officer] += loads[group]
        told[group] = officer
    return told
