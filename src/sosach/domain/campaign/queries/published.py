"""What everybody may see of a campaign: counts by province or commune, small numbers protected, as of the last noted day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import IntegerField, Max, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.campaign.models import Campaign, DailyFigures
from sosach.domain.campaign.rules.open_data import Published, protect

# Nobody asks by name here: the installation itself tells numbers about nobody.
PUBLIC = Actor(ActorKind.SYSTEM, "open-data", Level.NATION, roles=frozenset({Role.SYSTEM}))
# Two that add up to all records, so that nothing is published twice in another cut.
COLUMNS = ("done", "left")


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A public table.

    Attributes:
        campaign: what it is about.
        register: of the records.
        day: the counts are of the end of this day.
        province: whose communes the rows are; "" where the rows are provinces.
        table: counts, protected (`rules.open_data`).
    """

    campaign: Campaign
    register: str
    day: date
    province: str
    table: Published


def open_campaigns() -> tuple[Campaign, ...]:
    """Campaigns with noted figures, newest first; what they are is public."""
    with acting(PUBLIC):
        return tuple(Campaign.objects.filter(figures__isnull=False).distinct().order_by("-pk"))


def open_table(*, campaign_id: int, register: str, province: str = "") -> OpenTable:
    """Done and left by province, or by the communes of a province, as of the last noted day.

    Communes of a province are published within the total that the table of provinces shows for it; where that is hidden,
    they are not published at all, since their sum would tell it.

    Raises:
        SosachError: STATE-01 no such campaign or register, or nothing is noted or may be published of it.
    """
    with acting(PUBLIC):
        campaign = Campaign.objects.filter(pk=campaign_id).first()
        rows = DailyFigures.objects.filter(campaign_id=campaign_id, register=register)
        day = rows.aggregate(last=Max("day"))["last"]
        if campaign is None or day is None:
            raise _not_published()
        provinces = protect(_table(campaign_id, register, day, ""))
        if not province:
            return OpenTable(campaign, register, day, "", provinces)
        if province not in provinces.rows or any(provinces.cells[province, name] is None for name in provinces.columns):
            raise _not_published()
        return OpenTable(campaign, register, day, province, protect(_table(campaign_id, register, day, province)))


def _table(campaign_id: int, register: str, day: date, province: str) -> dict[str, dict[str, int]]:
    """Unit → figure → count; records of a province that lie in no commune stand under "-"."""
    rows = DailyFigures.objects.filter(campaign_id=campaign_id, register=register, day=day)
    by = "commune_code" if province else "province_code"
    if province:
        rows = rows.filter(province_code=province)
    sums = {f"n_{name}": Sum(Coalesce(Cast(KT(f"counts__{name}"), IntegerField()), 0)) for name in COLUMNS}
    told: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows.order_by(by).values(by).annotate(**sums):
        told[row[by] or "-"] = {name: row[f"n_{name}"] for name in COLUMNS}
    return dict(told)


def _not_published() -> SosachError:
    return SosachError(ErrorCode.NOT_FOUND, vi="Chưa có số liệu công bố.", en="Nothing is published of it.")
