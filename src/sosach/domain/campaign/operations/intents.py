"""What each kind of mass change makes of a case: a pure plan, made before anything is written."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sosach.domain.access.models import Officer
from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Campaign, Duty
from sosach.domain.campaign.operations.campaigns import require_covers
from sosach.domain.campaign.operations.refusals import incomplete, not_found, outside
from sosach.domain.campaign.queries.effects import Changed
from sosach.domain.campaign.rules.changes import Change
from sosach.domain.campaign.rules.splitting import Rule, by_group, portions
from sosach.domain.places.queries import unit
from sosach.domain.population.rules.days import day_of

Becomes = Callable[[Changed], dict[str, Any]]


def intent(
    order: Order, campaign: Campaign, change: Change, cases: Sequence[Changed], terms: Mapping[str, Any]
) -> Becomes:
    """What a change makes of each of these cases.

    Raises:
        SosachError: STATE-01 no such officer; ACCESS-02 a commune outside; STATE-04 a rule, day, or commune that is none, or
            nobody on duty.
    """
    return _INTENTS[change](order, campaign, cases, terms)


def _split(order: Order, campaign: Campaign, cases: Sequence[Changed], terms: Mapping[str, Any]) -> Becomes:
    del order
    if terms["rule"] not in set(Rule):
        raise incomplete("Không có cách chia này.", "No such rule.")
    told: dict[int, int] = {}
    by_commune: dict[str, list[Changed]] = defaultdict(list)
    for each in cases:
        by_commune[each.commune_code or ""].append(each)
    duties: dict[str, dict[int, int]] = defaultdict(dict)
    for duty in Duty.objects.filter(campaign=campaign, ended_at__isnull=True).order_by("officer_id"):
        duties[duty.commune_code][duty.officer_id] = duty.minutes_per_day
    for commune, there in by_commune.items():
        if not duties.get(commune):
            # what nobody is on duty for stays as it is; elsewhere the split goes on
            told |= {each.case_id: each.officer_id for each in there if each.officer_id is not None}
            continue
        told |= _split_commune(Rule(terms["rule"]), there, duties[commune])
    if not any(each.commune_code in duties for each in cases) and cases:
        raise incomplete("Chưa phân công cán bộ nào.", "Nobody is on duty there.")
    return lambda each: {"officer_id": told.get(each.case_id)}


def _split_commune(rule: Rule, cases: Sequence[Changed], minutes: Mapping[int, int]) -> dict[int, int]:
    weights = minutes if rule is Rule.HOURS else dict.fromkeys(minutes, 1)
    if rule is not Rule.GROUPS:
        return portions([each.case_id for each in cases], weights)
    given = by_group(Counter(each.group for each in cases), minutes)
    return {each.case_id: given[each.group] for each in cases}


def _give(order: Order, campaign: Campaign, cases: Sequence[Changed], terms: Mapping[str, Any]) -> Becomes:
    del order, campaign
    officer = Officer.objects.filter(pk=terms["officer"], is_active=True).first()
    if officer is None:
        raise not_found()
    if officer.level == Level.COMMUNE and any(each.commune_code != officer.unit for each in cases):
        raise outside("Có vụ việc ngoài địa bàn của cán bộ.", "Some cases lie outside the officer's commune.")
    if officer.level == Level.PROVINCE and any(each.province_code != officer.unit for each in cases):
        raise outside("Có vụ việc ngoài địa bàn của cán bộ.", "Some cases lie outside the officer's province.")
    return lambda _: {"officer_id": officer.pk}


def _take_back(order: Order, campaign: Campaign, cases: Sequence[Changed], terms: Mapping[str, Any]) -> Becomes:
    del order, campaign, cases, terms
    return lambda _: {"officer_id": None}


def _regroup(order: Order, campaign: Campaign, cases: Sequence[Changed], terms: Mapping[str, Any]) -> Becomes:
    del order, campaign, cases
    return lambda _: {"group": terms["group"].strip()[:120]}


def _due(order: Order, campaign: Campaign, cases: Sequence[Changed], terms: Mapping[str, Any]) -> Becomes:
    del cases
    try:
        day = date.fromisoformat(terms["day"])
    except ValueError as error:
        raise incomplete("Ngày không hợp lệ.", "Not a day.") from error
    if not day_of(order.at) <= day <= campaign.ends_on:
        raise incomplete("Hạn phải nằm trong thời gian chiến dịch.", "The day lies outside the campaign.")
    return lambda _: {"due_on": day}


def _place(order: Order, campaign: Campaign, cases: Sequence[Changed], terms: Mapping[str, Any]) -> Becomes:
    found = unit(level="commune", code=terms["commune"], at=day_of(order.at))
    if found is None or any(each.province_code != found.province_code for each in cases):
        raise incomplete("Không có xã này trong tỉnh.", "No such commune in the province.")
    require_covers(campaign, found.code, found.province_code)
    return lambda _: {"commune_code": found.code, "province_code": found.province_code, "officer_id": None}


_INTENTS: Mapping[Change, Callable[[Order, Campaign, Sequence[Changed], Mapping[str, Any]], Becomes]] = {
    Change.SPLIT: _split,
    Change.GIVE: _give,
    Change.TAKE_BACK: _take_back,
    Change.REGROUP: _regroup,
    Change.DUE: _due,
    Change.PLACE: _place,
}
