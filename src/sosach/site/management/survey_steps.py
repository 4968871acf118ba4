"""What the commands of survey cards share: who acts, and how counts and rates are shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sosach.cli.progress import grouped
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.queries.surveys import BatchSeen
from sosach.domain.exchange.rules.survey_errors import Rate
from sosach.domain.exchange.rules.surveys import BY_NAME
from sosach.site.fitness import facts, require_durable
from sosach.site.management.administrator import whoever

PURPOSE = "population-keeping"
_STATES = {
    "doubted": ("hai lần nhập khác nhau", "keyings differ"),
    "agreed": ("đã thống nhất", "agreed on"),
    "loaded": ("lập bản ghi mới", "new records"),
    "present": ("đã có, không khác", "on record, nothing differs"),
    "review": ("chờ cán bộ quyết định", "for an officer"),
    "rejected": ("bị loại", "rejected"),
    "known": ("đã có trong đợt khác", "in another batch already"),
    "refused": ("bị từ chối cùng đợt", "refused with the batch"),
}
_BATCH_STATES = {
    "looked_at": ("đang kiểm tra", "being checked"),
    "accepted": ("được chấp nhận", "accepted"),
    "refused": ("bị từ chối", "refused"),
    "loaded": ("đã đưa vào sổ", "loaded"),
}


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever types the command."""

    actor: Actor

    @property
    def order(self) -> Order:
        """An order of this moment."""
        return Order(self.actor, datetime.now(UTC))

    @property
    def look(self) -> Look:
        """A look of this moment."""
        return Look(self.actor, PURPOSE, datetime.now(UTC))


def hand(officer: str, password: str) -> Hand:
    """Whoever types, on a database that keeps what it takes.

    Raises:
        SosachError: DB-02; ACCESS-03.
    """
    require_durable(facts())
    return Hand(whoever(officer, password, at=datetime.now(UTC)))


def state_of(state: str, lang: str) -> str:
    """State of a batch in words."""
    return _BATCH_STATES[state][0 if lang == "vi" else 1]


def lines_of(batch: BatchSeen, lang: str) -> Iterator[str]:
    """A batch in words: every card counted once, then how often keying went wrong."""
    side = 0 if lang == "vi" else 1
    total = sum(batch.cards.values())
    yield f"{('Đợt', 'Batch')[side]} {batch.batch_id} ({batch.title}): {state_of(batch.state, lang)}"
    for state, count in batch.cards.items():
        yield f"  {grouped(count, lang):>10}  {_STATES[state][side]}"
    yield (f"  {grouped(total, lang):>10}  phiếu", f"  {grouped(total, lang):>10}  cards")[side]
    yield (
        f"Mẫu: {batch.checked}/{batch.sample} phiếu đã đối chiếu, hạt giống {batch.seed}; còn {batch.doubts} chỗ khác nhau",
        f"Sample: {batch.checked} of {batch.sample} cards compared, seed {batch.seed}; {batch.doubts} differences open",
    )[side]
    for rate in batch.rates:
        yield _rate(rate, lang)


def _rate(rate: Rate, lang: str) -> str:
    who = rate.keyer or ("sẽ đưa vào sổ" if lang == "vi" else "would be loaded")
    known = BY_NAME.get(rate.field)
    what = (known.vi if lang == "vi" else known.en) if known else ("mọi mục" if lang == "vi" else "all fields")
    low, high = rate.interval
    return f"  {who} – {what}: {rate.wrong}/{rate.values} = {rate.share:.2%} ({low:.2%} – {high:.2%})"
