"""What is noted of a campaign: the figures of a day, and what has reached the national system."""

from collections.abc import Collection
from datetime import date

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Campaign, Case, DailyFigures
from sosach.domain.campaign.operations.refusals import incomplete
from sosach.domain.campaign.queries.figures import Scope, counts_by
from sosach.domain.campaign.rules.closings import EARNED
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.domain.campaign.states.cases import State
from sosach.domain.population.rules.days import day_of

NOTERS = frozenset({Role.STEWARD, Role.SYSTEM})
MOST_UPLOADED = 5000


@operation("campaign.day_noted", roles=NOTERS)
def note_day(order: Order, *, day: date) -> Done[int]:
    """Note the figures of every commune in every open campaign as they stand; noted again, the day is overwritten.

    Args:
        order: who; communes of the own territory are noted.
        day: the day they are the figures of.

    Returns:
        How many rows were noted.
    """
    noted = 0
    campaigns = list(Campaign.objects.filter(state=CampaignState.OPEN.value).order_by("pk"))
    for campaign in campaigns:
        for register in campaign.registers:
            noted += _note(order, campaign, register, day)
    subjects = [Subject("campaign", str(campaign.pk), campaign.unit) for campaign in campaigns]
    return Done(noted, subjects or [Subject("campaign", "")], {"day": day.isoformat(), "rows": noted})


@operation("campaign.upload_noted", roles=NOTERS)
def note_uploaded(order: Order, *, case_ids: Collection[int]) -> Done[int]:
    """Note that cleaned records reached the national system: the second phase of a campaign.

    Returns:
        How many were noted now; those noted before stay as they were.

    Raises:
        SosachError: STATE-04 no receipt as evidence, too many at once, or cases that are not cleaned or not within reach.
    """
    if not order.evidence:
        raise incomplete("Cần mã biên nhận của hệ thống quốc gia.", "The receipt of the national system is needed.")
    if not 0 < len(case_ids) <= MOST_UPLOADED:
        raise incomplete(f"Mỗi lần từ 1 đến {MOST_UPLOADED} vụ việc.", f"From 1 to {MOST_UPLOADED} cases at once.")
    rows = scoped(Case.objects.select_for_update(of=("self",)), order.actor).filter(
        pk__in=set(case_ids), state=State.CLEANED.value, closing__in=sorted(EARNED)
    )
    found = {case.pk: case for case in rows.order_by("pk")}
    if set(case_ids) - set(found):
        raise incomplete("Có vụ việc chưa sạch.", "Some of the cases are not clean.")
    fresh = [case for case in found.values() if case.uploaded_on is None]
    for case in fresh:
        case.uploaded_on = day_of(order.at)
        case.version += 1
    Case.objects.bulk_update(fresh, ["uploaded_on", "version"])
    subjects = [Subject("case", str(case.pk), case.commune_code or "") for case in found.values()]
    return Done(len(fresh), subjects, {"cases": len(fresh)})


def _note(order: Order, campaign: Campaign, register: str, day: date) -> int:
    places = counts_by(order.actor, Scope(campaign, register), by=("province_code", "commune_code"), day=day)
    noted = scoped(DailyFigures.objects.filter(campaign=campaign, day=day, register=register), order.actor)
    noted.update(counts={})  # a commune that has nothing left to count says so
    rows = [
        DailyFigures(
            campaign=campaign,
            day=day,
            register=register,
            province_code=province,
            commune_code=commune,
            counts={name: count for name, count in told.items() if count},
        )
        for (province, commune), told in places.items()
    ]
    unique = ["campaign", "day", "register", "province_code", "commune_code"]
    DailyFigures.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=["counts"])
    return len(rows)
