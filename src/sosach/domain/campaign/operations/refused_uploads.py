"""Brings what the other level refused, or changed itself, to the desk of the commune: a case is opened, or opened again."""

from typing import Any

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Campaign, Case
from sosach.domain.campaign.operations.steps import SYSTEM, is_closed, raise_again, subject
from sosach.domain.campaign.queries.solving.matters import REGISTERS
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.domain.population.rules.days import day_of
from sosach.domain.provenance.models import Folded

TO_CONFIRM = "confirm"  # somebody has to say which value is right


@operation("campaign.case_moved_on", roles=SYSTEM, nationwide=True)
def raise_refused(order: Order, *, register: str, record_id: int) -> Done[list[Case]]:
    """See that every open campaign of the record's territory has an open case about it; both versions lie with the exchange.

    Returns:
        Cases opened now, or opened again; none where no campaign runs, or the case is open anyhow.
    """
    record = REGISTERS[register].model.objects.filter(pk=record_id).first()
    campaigns = Campaign.objects.filter(state=CampaignState.OPEN.value, registers__contains=[register]).order_by("pk")
    reaching = [campaign for campaign in campaigns if record is not None and _reaches(campaign, record)]
    found = []
    for campaign in reaching:
        case = (
            Case.objects.select_for_update().filter(campaign=campaign, register=register, subject_id=record_id).first()
        )
        if case is None and record is not None:
            found.append(_opened(order, campaign, record))
        elif case is not None and is_closed(case):
            raise_again(order, case, details={"upload": "refused"})
            found.append(case)
    return Done(found, [subject(case) for case in found] or [Subject("register", register)], {"cases": len(found)})


def _reaches(campaign: Campaign, record: Folded) -> bool:
    units = {"nation": "", "province": record.province_code, "commune": record.commune_code}
    return campaign.unit == units[campaign.level]


def _opened(order: Order, campaign: Campaign, record: Folded) -> Case:
    about: dict[str, Any] = {
        "population": {"person_id": record.pk},
        "vehicles": {"person_id": getattr(record, "owner_person_id", None), "kind": getattr(record, "kind", "")},
        "licences": {"person_id": getattr(record, "holder_id", None)},
    }[record.REGISTER]
    day = day_of(order.at)
    return Case.objects.create(
        campaign=campaign,
        register=record.REGISTER,
        subject_id=record.pk,
        commune_code=record.commune_code,
        province_code=record.province_code,
        source_id=0,
        action=TO_CONFIRM,
        due_on=max(campaign.ends_on, day),
        imported_on=day,
        changed_at=order.at,
        **about,
    )
