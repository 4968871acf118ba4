"""The links of this installation and how far each has come. Not about people; who acts over a link, and what a link may."""

from dataclasses import dataclass
from datetime import date, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.exchange.models.batches import OUT, Batch, Item
from sosach.domain.exchange.models.links import SUSPENDED, Link
from sosach.domain.exchange.states.items import TO_SETTLE, ItemState
from sosach.domain.provenance.rules import SUBJECTS

SEERS = frozenset({Role.STEWARD, Role.ADMIN, Role.AUDITOR, Role.SYSTEM})
DESKS = frozenset(
    {Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.STEWARD, Role.SYSTEM}
)
MOST = 200


@dataclass(frozen=True, slots=True)
class LinkState:
    """How a link stands.

    Attributes:
        name: `nation`, or the code of a province.
        is_open: whether anything goes over it.
        waiting: records that changed and are in no batch yet.
        oldest: when the oldest of them was collected; None when none waits.
        under_way: number of the batch that has no answer yet; None when every one has.
        sent: number of the last batch made here.
        received: number of the last batch taken in here.
        received_at: when.
        to_settle: records refused or in conflict that nobody has settled.
    """

    name: str
    is_open: bool
    waiting: int
    oldest: datetime | None
    under_way: int | None
    sent: int
    received: int
    received_at: datetime | None
    to_settle: int


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A record the other side refused, or that both sides changed.

    Attributes:
        item_id: what a decision is about.
        link: with which other side.
        register: of the record.
        record_id: its id.
        commune_code: where it lies.
        day: of the act it follows from.
        state: `refused` or `conflict`.
        code: of the error.
        reason_vi: why, Vietnamese.
        reason_en: why, English.
        fields: field → what stands here, what stands there; for conflicts.
    """

    item_id: int
    link: str
    register: str
    record_id: int
    commune_code: str
    day: date
    state: str
    code: str
    reason_vi: str
    reason_en: str
    fields: dict[str, tuple[object, object]]


def actor_of(link: Link) -> Actor:
    """As whom the other side's changes are written: a province reaches its own territory, the nation all of it."""
    if link.is_upward:
        return Actor(ActorKind.SYSTEM, f"link-{link.name}", Level.NATION, roles=frozenset({Role.SYSTEM}))
    return Actor(ActorKind.SYSTEM, f"link-{link.name}", Level.PROVINCE, link.province_code, frozenset({Role.SYSTEM}))


def link_named(name: str, *, locked: bool = False) -> Link:
    """A link that is open.

    Args:
        name: `nation`, or the code of a province.
        locked: until the transaction ends: one at a time makes and takes batches.

    Raises:
        SosachError: ACCESS-03 there is no such link; ACCESS-01 it is suspended.
    """
    rows = Link.objects.select_for_update() if locked else Link.objects.all()
    link = rows.filter(name=name).first()
    if link is None:
        raise SosachError(ErrorCode.ACCESS_UNKNOWN, vi="Chưa có kết nối này giữa hai cấp.", en="There is no such link.")
    if link.state == SUSPENDED:
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Kết nối giữa hai cấp đang tạm dừng.",
            en="The link is suspended.",
            hint_vi="Hỏi đơn vị vận hành của cấp kia.",
            hint_en="Ask whoever runs the other level.",
        )
    return link


@reading("exchange.links_read", roles=SEERS)
def links(look: Look) -> Seen[list[LinkState]]:
    """Every link of this installation and how it stands."""
    del look
    found = [state_of(link) for link in Link.objects.order_by("name")]
    return Seen(found, [Subject("link", state.name) for state in found])


def state_of(link: Link) -> LinkState:
    """How one link stands."""
    items = Item.objects.filter(link=link)
    waiting = items.filter(state=ItemState.WAITING.value)
    oldest = waiting.order_by("pk").values_list("collected_at", flat=True).first()
    under_way = Batch.objects.filter(link=link, direction=OUT, answered_at__isnull=True)
    return LinkState(
        name=link.name,
        is_open=link.state != SUSPENDED,
        waiting=waiting.count(),
        oldest=oldest,
        under_way=under_way.values_list("number", flat=True).first(),
        sent=link.sent_number,
        received=link.received_number,
        received_at=link.received_at,
        to_settle=items.filter(state__in=sorted(TO_SETTLE), closed_at__isnull=True).count(),
    )


@reading("exchange.open_uploads_read", roles=DESKS)
def open_uploads(look: Look, *, after: int = 0, limit: int = MOST) -> Seen[list[OpenWork]]:
    """Records of the territory that the other side refused or both sides changed, and nobody has settled, oldest first."""
    rows = Item.objects.filter(pk__gt=after, state__in=sorted(TO_SETTLE), closed_at__isnull=True)
    found = [_work(item) for item in scoped(rows, look.actor).order_by("pk")[: min(limit, MOST)]]
    return Seen(found, [Subject(SUBJECTS[work.register], str(work.record_id), work.commune_code) for work in found])


def _work(item: Item) -> OpenWork:
    fields = {name: (item.told.get(name, (None, None))[1], there) for name, there in item.theirs.items()}
    return OpenWork(
        item_id=item.pk,
        link=item.link_id,
        register=item.register,
        record_id=item.record_id,
        commune_code=item.commune_code or "",
        day=item.day,
        state=item.state,
        code=item.code,
        reason_vi=item.reason_vi,
        reason_en=item.reason_en,
        fields=fields,
    )
