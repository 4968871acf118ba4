"""Campaigns themselves: created, opened, paused, closed; their days, hours and targets; who works in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sosach.base.registers import Register
from sosach.domain.access.models import Officer
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role, reaches
from sosach.domain.audit.rules import Actor, Level, Subject
from sosach.domain.campaign.models import Campaign, Case, Duty, Grouping
from sosach.domain.campaign.operations.refusals import incomplete, not_found, outside, state_forbids
from sosach.domain.campaign.operations.steps import LEADERS, require_reason
from sosach.domain.campaign.rules.hours import USUAL, is_windows
from sosach.domain.campaign.rules.targets import Target, is_targets
from sosach.domain.campaign.states.campaigns import CampaignState, may_become
from sosach.domain.places.queries import unit
from sosach.domain.population.rules.days import day_of

RUNNERS = frozenset({Role.STEWARD, Role.CHIEF, Role.SYSTEM})
GROUPERS = LEADERS | {Role.VERIFIER}
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Terms:
    """Days, hours and targets of a campaign.

    Attributes:
        begins_on: first day; phase one (find and mobilise who has not declared) begins.
        upload_from: phase two (bring what is clean to the national system) begins.
        ends_on: last day.
        windows: times of visits by weekday, 0 is Monday.
        targets: share of the records to be clean by a day; none: all by the last day.
        minutes_per_case: what a case takes, for splitting by hours and for forecasts of load.
        mass_limit: a change of more cases needs a second person.
    """

    begins_on: date
    upload_from: date
    ends_on: date
    windows: Mapping[str, tuple[str, str]] = field(default_factory=lambda: dict(USUAL))
    targets: Sequence[Target] = ()
    minutes_per_case: int = 12
    mass_limit: int = 200


@operation("campaign.created", roles=RUNNERS)
def create_campaign(
    order: Order, *, name: str, registers: Sequence[str], level: Level, unit_code: str, terms: Terms
) -> Done[Campaign]:
    """Prepare a campaign for a territory; it holds no cases and nobody works in it before it is opened.

    Raises:
        SosachError: ACCESS-02 the territory is not the actor's own or below; STATE-04 no name, no register, no such unit,
            or days, hours or targets contradict each other.
    """
    _require_within(order.actor, level, unit_code, day_of(order.at))
    chosen = [str(Register(each)) for each in dict.fromkeys(registers) if each in set(Register)]
    if not name.strip() or not chosen or len(chosen) != len(set(registers)):
        raise incomplete("Cần tên và sổ cần làm sạch.", "A name and the registers to clean are needed.")
    campaign = Campaign.objects.create(
        name=name.strip(),
        registers=chosen,
        level=str(level),
        unit=unit_code,
        created_at=order.at,
        act=order.act,
        **_columns(terms),
    )
    return Done(campaign, [campaign_subject(campaign)])


@operation("campaign.terms_changed", roles=RUNNERS)
def change_terms(order: Order, *, campaign_id: int, terms: Terms) -> Done[Campaign]:
    """Change days, hours or targets of a campaign that is not closed.

    Raises:
        SosachError: STATE-01; ACCESS-02; STATE-02 closed; STATE-04 no reason, or they contradict each other.
    """
    require_reason(order)
    campaign = locked_campaign(order, campaign_id)
    if campaign.state == CampaignState.CLOSED:
        raise state_forbids("Chiến dịch đã kết thúc.", "The campaign is closed.")
    told = _columns(terms)
    for name, value in told.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=list(told))
    return Done(campaign, [campaign_subject(campaign)])


@operation("campaign.moved_on", roles=RUNNERS)
def open_campaign(order: Order, *, campaign_id: int) -> Done[Campaign]:
    """Open a prepared or paused campaign: officers may work on its cases.

    Raises:
        SosachError: STATE-01; ACCESS-02; STATE-02 open or closed already.
    """
    return _become(order, campaign_id, CampaignState.OPEN)


@operation("campaign.moved_on", roles=RUNNERS)
def pause_campaign(order: Order, *, campaign_id: int) -> Done[Campaign]:
    """Pause a campaign: its cases can be read, not worked on.

    Raises:
        SosachError: STATE-01; ACCESS-02; STATE-02 not open; STATE-04 no reason.
    """
    require_reason(order)
    return _become(order, campaign_id, CampaignState.PAUSED)


@operation("campaign.moved_on", roles=RUNNERS)
def close_campaign(order: Order, *, campaign_id: int) -> Done[Campaign]:
    """Close a campaign for good; open cases stay open in the record of it and can be taken into another one.

    Raises:
        SosachError: STATE-01; ACCESS-02; STATE-02 closed already; STATE-04 no reason.
    """
    require_reason(order)
    return _become(order, campaign_id, CampaignState.CLOSED)


@operation("campaign.duty_set", roles=LEADERS)
def set_duty(
    order: Order, *, campaign_id: int, officer_id: int, commune_code: str, minutes_per_day: int
) -> Done[Duty | None]:
    """Say how long a day an officer works in a campaign in a commune; 0 minutes end the duty.

    The officer belongs to the commune, or to its province.

    Returns:
        The duty; None when it ended.

    Raises:
        SosachError: STATE-01 no such campaign or officer; ACCESS-02 commune outside the campaign or the own territory;
            STATE-04 minutes of no day; STATE-02 the officer still has open cases there.
    """
    campaign = _found(campaign_id)
    province = _province_of(commune_code, day_of(order.at))
    if not reaches(order.actor, commune_code=commune_code, province_code=province):
        raise outside("Ngoài địa bàn quản lý.", "Outside the own territory.")
    require_covers(campaign, commune_code, province)
    officer = Officer.objects.filter(pk=officer_id, is_active=True).first()
    if officer is None or not _serves(officer, commune_code, province):
        raise not_found()
    if not 0 <= minutes_per_day <= MOST_MINUTES:
        raise incomplete("Số phút trong ngày không hợp lệ.", "Not minutes of a day.")
    held = Duty.objects.select_for_update().filter(
        campaign=campaign, officer=officer, commune_code=commune_code, ended_at__isnull=True
    )
    if not minutes_per_day:
        _require_empty_desk(campaign, officer, commune_code)
    held.update(ended_at=order.at)
    duty = None
    if minutes_per_day:
        duty = Duty.objects.create(
            campaign=campaign,
            officer=officer,
            commune_code=commune_code,
            province_code=province,
            minutes_per_day=minutes_per_day,
            act=order.act,
        )
    return Done(duty, [Subject("officer", str(officer.pk), commune_code)], {"campaign": campaign.pk})


@operation("campaign.grouping_set", roles=GROUPERS)
def set_grouping(order: Order, *, commune_code: str, locality: str, group: str) -> Done[int]:
    """Put a place-name of addresses into a residential group; open cases there follow, later ones too.

    Returns:
        How many cases changed their group.

    Raises:
        SosachError: ACCESS-02; STATE-04 no place-name or no group.
    """
    province = _province_of(commune_code, day_of(order.at))
    if not reaches(order.actor, commune_code=commune_code, province_code=province):
        raise outside("Ngoài địa bàn quản lý.", "Outside the own territory.")
    if not locality.strip() or not group.strip():
        raise incomplete("Cần địa danh và tên tổ dân phố, thôn.", "A place-name and a group are needed.")
    Grouping.objects.update_or_create(
        commune_code=commune_code,
        locality=locality,
        defaults={"group": group.strip(), "province_code": province, "act": order.act},
    )
    cases = scoped(Case.objects.filter(commune_code=commune_code, locality=locality), order.actor)
    changed = cases.filter(closed_on__isnull=True).exclude(group=group.strip()).update(group=group.strip())
    return Done(changed, [Subject("unit", commune_code, commune_code)], {"cases": changed})


def campaign_subject(campaign: Campaign) -> Subject:
    """The campaign in the evidence log."""
    return Subject("campaign", str(campaign.pk), campaign.unit)


def locked_campaign(order: Order, campaign_id: int) -> Campaign:
    """A campaign of the actor's own territory or below, locked.

    Raises:
        SosachError: STATE-01 none; ACCESS-02 it is for a wider territory.
    """
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    if campaign is None:
        raise not_found()
    _require_within(order.actor, Level(campaign.level), campaign.unit, day_of(order.at))
    return campaign


def require_covers(campaign: Campaign, commune_code: str | None, province_code: str | None) -> None:
    """Refuse a place a campaign is not for.

    Raises:
        SosachError: ACCESS-02.
    """
    inside = {
        "nation": True,
        "province": campaign.unit == province_code,
        "commune": campaign.unit == commune_code,
    }
    if not inside[campaign.level]:
        raise outside("Ngoài địa bàn của chiến dịch.", "Outside the territory of the campaign.")


def _become(order: Order, campaign_id: int, state: CampaignState) -> Done[Campaign]:
    campaign = locked_campaign(order, campaign_id)
    if not may_become(CampaignState(campaign.state), state):
        raise state_forbids("Chiến dịch không thể chuyển sang trạng thái này.", "The campaign cannot go to that state.")
    campaign.state = state.value
    if state is CampaignState.OPEN and campaign.opened_at is None:
        campaign.opened_at = order.at
    if state is CampaignState.CLOSED:
        campaign.closed_at = order.at
    campaign.save(update_fields=["state", "opened_at", "closed_at"])
    return Done(campaign, [campaign_subject(campaign)], {"state": state.value})


def _columns(terms: Terms) -> dict[str, object]:
    if not terms.begins_on <= terms.upload_from <= terms.ends_on:
        raise incomplete("Các mốc thời gian không theo thứ tự.", "The days are not in order.")
    if not is_windows(terms.windows) or not terms.windows:
        raise incomplete("Giờ làm việc không hợp lệ.", "The hours are no hours.")
    if not is_targets(terms.targets, begins=terms.begins_on, ends=terms.ends_on):
        raise incomplete("Chỉ tiêu không hợp lệ.", "The targets contradict each other.")
    if terms.minutes_per_case < 1 or terms.mass_limit < 1:
        raise incomplete("Số phút và giới hạn phải lớn hơn không.", "Minutes and limit have to be above zero.")
    return {
        "begins_on": terms.begins_on,
        "upload_from": terms.upload_from,
        "ends_on": terms.ends_on,
        "windows": {weekday: list(told) for weekday, told in terms.windows.items()},
        "targets": [{"day": target.day.isoformat(), "share": target.share} for target in terms.targets],
        "minutes_per_case": terms.minutes_per_case,
        "mass_limit": terms.mass_limit,
    }


def _require_within(actor: Actor, level: Level, unit_code: str, day: date) -> None:
    """The unit exists and is the actor's own or below it."""
    if level is Level.NATION and not unit_code:
        commune = province = None
    elif level is Level.PROVINCE and unit(level="province", code=unit_code, at=day) is not None:
        commune, province = None, unit_code
    elif level is Level.COMMUNE:
        commune, province = unit_code, _province_of(unit_code, day)
    else:
        raise incomplete("Không có đơn vị này.", "There is no such unit.")
    if not reaches(actor, commune_code=commune, province_code=province):
        raise outside("Chiến dịch vượt phạm vi quản lý.", "The campaign reaches beyond the own territory.")


def _province_of(commune_code: str, day: date) -> str:
    found = unit(level="commune", code=commune_code, at=day)
    if found is None:
        raise incomplete("Không có xã này.", "There is no such commune.")
    return found.province_code


def _found(campaign_id: int) -> Campaign:
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise not_found()
    return campaign


def _serves(officer: Officer, commune_code: str, province_code: str) -> bool:
    own = {"nation": "", "province": province_code, "commune": commune_code}
    return officer.unit == own[officer.level]


def _require_empty_desk(campaign: Campaign, officer: Officer, commune_code: str) -> None:
    cases = Case.objects.filter(campaign=campaign, officer=officer, commune_code=commune_code, closed_on__isnull=True)
    if cases.exists():
        raise state_forbids(
            "Cán bộ còn vụ việc chưa xong.",
            "The officer still has open cases.",
            hint_vi="Chuyển các vụ việc cho người khác trước.",
            hint_en="Hand the cases over first.",
        )
