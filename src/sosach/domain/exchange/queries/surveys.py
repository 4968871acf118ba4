"""Survey cards: what waits for a third look, what is compared with the paper, what became of them, and how often keying went wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import SurveyBatch, SurveyCard, SurveyDoubt
from sosach.domain.exchange.rules.survey_errors import Checked, Rate, rates
from sosach.domain.exchange.states.surveys import CardState

LOOKERS = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.POPULATION, Role.STEWARD, Role.SYSTEM})
_TO_SEND_BACK = (CardState.REJECTED, CardState.REVIEW, CardState.KNOWN)


@dataclass(frozen=True, slots=True)
class DoubtSeen:
    """A difference of two keyings; which clerk keyed what is not told to whoever settles it.

    Attributes:
        doubt_id: its id.
        number: of the card.
        commune_code: of the card.
        field: in which field.
        first: what one keying says.
        second: what the other says.
    """

    doubt_id: int
    number: str
    commune_code: str
    field: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class SampleSeen:
    """A card that is compared with its paper.

    Attributes:
        card_id: its id.
        number: of the card.
        commune_code: of the card.
        values: field → what would be loaded.
        ready: whether all differences are settled.
        checked: whether it was compared.
    """

    card_id: int
    number: str
    commune_code: str
    values: Mapping[str, str]
    ready: bool
    checked: bool


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """A batch and where its cards stand: every card is counted once.

    Attributes:
        batch_id: its id.
        form: version of the form.
        title: what people call it.
        state: of the batch.
        count: cards in it.
        cards: state of cards → how many of those within reach.
        reasons: reason → how many.
        sample: cards to compare with the paper.
        checked: of them, compared.
        doubts: differences still open.
        seed: of the sample.
        accepted: share of wrong values up to which it is loaded.
        taken_in_at: when.
        rates: how often keying went wrong.
    """

    batch_id: int
    form: str
    title: str
    state: str
    count: int
    cards: Mapping[str, int]
    reasons: Mapping[str, int]
    sample: int
    checked: int
    doubts: int
    seed: str
    accepted: float
    taken_in_at: datetime
    rates: tuple[Rate, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SentBack:
    """A card that did not simply go into the register.

    Attributes:
        number: of the card.
        commune_code: of the card.
        state: where it stands.
        reason: a key of `rules.surveys.REASONS`.
        details: fields, codes, ids of records.
    """

    number: str
    commune_code: str
    state: str
    reason: str
    details: Mapping[str, Any]


def _cards(look: Look, batch_id: int) -> QuerySet[SurveyCard]:
    if not SurveyBatch.objects.filter(pk=batch_id).exists():
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có đợt phiếu này.", en="There is no such batch.")
    return scoped(SurveyCard.objects.filter(batch_id=batch_id), look.actor)


def _subject(card: SurveyCard) -> Subject:
    return Subject("survey_card", str(card.pk), card.commune_code or "")


@reading("exchange.survey_read", roles=LOOKERS)
def doubts_of(look: Look, *, batch_id: int, after: int = 0, most: int | None = None) -> Seen[list[DoubtSeen]]:
    """Differences of a batch that wait for a third look, card by card.

    Args:
        look: who, why, when.
        batch_id: which batch.
        after: only those behind this one.
        most: how many; None: all of them.

    Raises:
        SosachError: STATE-01.
    """
    rows = SurveyDoubt.objects.filter(card__in=_cards(look, batch_id), choice="", pk__gt=after).select_related("card")
    found = list(rows.order_by("pk")[:most])
    seen = [
        DoubtSeen(row.pk, row.card.number, row.card.commune_code or "", row.field, row.first, row.second)
        for row in found
    ]
    return Seen(seen, [_subject(row.card) for row in found])


@reading("exchange.survey_read", roles=LOOKERS)
def sample_of(
    look: Look, *, batch_id: int, ready: bool = False, after: int = 0, most: int | None = None
) -> Seen[list[SampleSeen]]:
    """The cards of a batch that are compared with the paper, in the order they were written.

    Args:
        look: who, why, when.
        batch_id: which batch.
        ready: only those that can be compared now: no open differences, not compared yet.
        after: only those behind this one.
        most: how many; None: all of them.

    Raises:
        SosachError: STATE-01.
    """
    rows = _cards(look, batch_id).filter(sampled=True, pk__gt=after)
    if ready:
        rows = rows.filter(state=CardState.AGREED, checked_at__isnull=True)
    found = list(rows.order_by("pk")[:most])
    seen = [
        SampleSeen(
            card.pk,
            card.number,
            card.commune_code or "",
            card.values,
            ready=card.state != CardState.DOUBTED,
            checked=card.checked_at is not None,
        )
        for card in found
    ]
    return Seen(seen, [_subject(card) for card in found])


@reading("exchange.survey_read", roles=LOOKERS)
def sent_back(look: Look, *, batch_id: int) -> Seen[list[SentBack]]:
    """Cards of a batch that were rejected, are known, or wait for an officer, by number, with the reasons.

    Raises:
        SosachError: STATE-01.
    """
    found = list(_cards(look, batch_id).filter(state__in=_TO_SEND_BACK).order_by("number"))
    told = [SentBack(card.number, card.commune_code or "", card.state, card.reason, card.details) for card in found]
    return Seen(told, [_subject(card) for card in found])


@reading("exchange.survey_read", roles=LOOKERS | {Role.AUDITOR})
def batch_seen(look: Look, *, batch_id: int, rated: bool = True) -> Seen[BatchSeen]:
    """A batch with its counts and rates; nobody's data.

    Args:
        look: who, why, when.
        batch_id: which batch.
        rated: whether rates are worked out: the whole sample is read for them.

    Raises:
        SosachError: STATE-01.
    """
    cards = _cards(look, batch_id)
    batch = SurveyBatch.objects.get(pk=batch_id)
    seen = BatchSeen(
        batch.pk,
        batch.form,
        batch.title,
        batch.state,
        batch.count,
        dict(cards.values_list("state").annotate(n=Count("pk")).order_by("state")),
        dict(cards.exclude(reason="").values_list("reason").annotate(n=Count("pk")).order_by("reason")),
        cards.filter(sampled=True).count(),
        cards.filter(checked_at__isnull=False).count(),
        SurveyDoubt.objects.filter(card__in=cards, choice="").count(),
        batch.seed,
        batch.accepted,
        batch.taken_in_at,
        tuple(rates(checked_sample(batch_id))) if rated else (),
    )
    return Seen(seen, [Subject("survey_batch", str(batch.pk))])


@reading("exchange.survey_read", roles=LOOKERS | {Role.AUDITOR})
def batches(look: Look, *, limit: int = 100) -> Seen[list[tuple[int, str, str, str, int]]]:
    """The latest batches: id, title, form, state, number of cards."""
    del look
    rows = SurveyBatch.objects.order_by("-pk")[:limit]
    found = list(rows.values_list("pk", "title", "form", "state", "count"))
    return Seen(found, [Subject("survey_batch", str(row[0])) for row in found])


def checked_sample(batch_id: int) -> Iterator[Checked]:
    """Cards of the sample beside their paper."""
    rows = SurveyCard.objects.filter(batch_id=batch_id, sampled=True, checked_at__isnull=False)
    for card in rows.prefetch_related("doubts", "slips").order_by("pk"):
        yield Checked(
            (card.first_keyer, card.second_keyer),
            card.values,
            {doubt.field: (doubt.first, doubt.second) for doubt in card.doubts.all()},
            {slip.field: slip.keyed for slip in card.slips.all()},
        )
