"""Survey cards keyed twice: taken in, differences settled by a third look, a sample compared with the paper, accepted or refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role, reaches
from sosach.domain.audit.rules import Actor, Level, Subject
from sosach.domain.exchange.models import SurveyBatch, SurveyCard, SurveyDoubt, SurveySlip
from sosach.domain.exchange.queries.surveys import checked_sample
from sosach.domain.exchange.rules.survey_errors import Rate, of_what_is_loaded, rates
from sosach.domain.exchange.rules.surveys import (
    BY_NAME,
    LARGEST_BATCH,
    LONGEST_VALUE,
    Choice,
    Compared,
    agree,
    clean,
    draw,
)
from sosach.domain.exchange.states.surveys import BATCH_STEPS, STANDING, BatchState, CardState
from sosach.domain.places.queries import unit
from sosach.domain.population.operations.inserting import insert_rows
from sosach.domain.population.operations.journal import incomplete
from sosach.domain.population.rules.days import day_of

KEEPERS = frozenset({Role.POPULATION, Role.STEWARD, Role.SYSTEM})
LOOKERS = KEEPERS | {Role.CLERK, Role.VERIFIER, Role.CHIEF}
_AT_ONCE = 2000  # rows of one statement
Place = tuple[str | None, str | None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a batch is judged.

    Attributes:
        form: version of the form; numbers of cards are its own.
        digest: hash of the two keyings.
        title: what people call it.
        share: share of the cards that is compared with the paper.
        accepted: share of wrong values up to which it is loaded.
        seed: of the sample.
    """

    form: str
    digest: str
    title: str
    share: float
    accepted: float
    seed: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A batch that is here.

    Attributes:
        batch_id: its id.
        repeated: whether it had been taken in before.
    """

    batch_id: int
    repeated: bool


@operation("exchange.survey_taken_in", roles=KEEPERS, nationwide=True)
def take_in(order: Order, *, plan: Plan, cards: Sequence[Compared]) -> Done[TakenIn]:
    """Take two keyings of the same cards in: what agrees stands, what differs waits for a third look, a sample is drawn.

    Raises:
        SosachError: STATE-04 no cards, more than a batch holds, or no form.
    """
    if not plan.form or not 0 < len(cards) <= LARGEST_BATCH:
        raise incomplete(
            f"Cần phiên bản mẫu và từ 1 đến {LARGEST_BATCH} phiếu.",
            f"A form and 1 to {LARGEST_BATCH} cards are needed.",
        )
    before = SurveyBatch.objects.filter(digest=plan.digest).exclude(state=BatchState.REFUSED).first()
    if before is not None:
        return Done(TakenIn(before.pk, repeated=True), [_subject(before.pk)], {"repeated": True})
    batch = SurveyBatch.objects.create(
        form=plan.form,
        digest=plan.digest,
        title=plan.title,
        share=plan.share,
        accepted=plan.accepted,
        seed=plan.seed,
        count=len(cards),
        taken_in_at=order.at,
        act=order.act,
    )
    rows = list(_rows(order, batch, plan, cards))
    written = _insert(rows)
    standing = {row["number"] for row in rows if row["state"] == CardState.DOUBTED}
    doubts = [
        {"card_id": written[card.number], "field": name, "first": first, "second": second}
        for card in cards
        if card.number in standing
        for name, (first, second) in card.doubts.items()
    ]
    for some in _portions(doubts):
        insert_rows(SurveyDoubt, some)
    return Done(TakenIn(batch.pk, repeated=False), [_subject(batch.pk)], {"cards": len(cards), "doubts": len(doubts)})


def _insert(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Write cards: number → id.

    Raises:
        SosachError: STATE-03, somebody else takes one of them in at this moment.
    """
    written: dict[str, int] = {}
    try:
        for some in _portions(rows):
            written |= dict(insert_rows(SurveyCard, some, returning="number, id"))
    except IntegrityError as refused:
        raise SosachError(
            ErrorCode.CONFLICT,
            vi="Có phiếu vừa được tiếp nhận ở nơi khác.",
            en="A card was taken in elsewhere just now.",
        ) from refused
    return written


def _rows(order: Order, batch: SurveyBatch, plan: Plan, cards: Sequence[Compared]) -> Iterator[dict[str, Any]]:
    places = _places(order, cards)
    known = _known(plan.form, [card.number for card in cards])
    fates = {card.number: _fate(card, places[card.commune_code], known.get(card.number)) for card in cards}
    sound = [number for number, (state, _) in fates.items() if state in STANDING]
    drawn = draw(sound, share=plan.share, seed=plan.seed) if sound else frozenset()
    for card in cards:
        state, reason = fates[card.number]
        place = places[card.commune_code]
        commune, province = place if place is not None and place[0] else _own(order.actor)
        yield {
            "batch_id": batch.pk,
            "form": plan.form,
            "number": card.number,
            "commune_code": commune,
            "province_code": province,
            "first_keyer": card.keyers[0],
            "second_keyer": card.keyers[1],
            "digest": card.digest,
            "values": dict(card.values) if state in STANDING else {},
            "state": state.value,
            "reason": reason,
            "sampled": card.number in drawn,
            "act": order.act,
        }


def _fate(card: Compared, place: Place | None, known: str | None) -> tuple[CardState, str]:
    if card.fault:
        return CardState.REJECTED, card.fault
    if place is None:
        return CardState.REJECTED, "commune"
    if place == (None, None):
        return CardState.REJECTED, "outside"
    if known is not None:
        return (CardState.KNOWN, "known") if known == card.digest else (CardState.REJECTED, "known_other")
    return (CardState.DOUBTED if card.doubts else CardState.AGREED), ""


def _places(order: Order, cards: Sequence[Compared]) -> dict[str, Place | None]:
    """Commune told → commune and province; None: there is none; (None, None): out of reach."""
    today = day_of(order.at)
    found: dict[str, Place | None] = {}
    for code in {card.commune_code for card in cards}:
        place = unit(level="commune", code=code, at=today) if code else None
        if place is None:
            found[code] = None
            continue
        within = reaches(order.actor, commune_code=place.code, province_code=place.province_code)
        found[code] = (place.code, place.province_code) if within else (None, None)
    return found


def _own(actor: Actor) -> Place:
    """Where a card lies that belongs nowhere within reach: with whoever took it in, and sends it back."""
    if actor.level is Level.COMMUNE:
        return actor.unit, None
    return None, actor.unit or None


def _known(form: str, numbers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in _portions(numbers):
        rows = SurveyCard.objects.filter(form=form, number__in=some, state__in=sorted(STANDING))
        found |= dict(rows.values_list("number", "digest"))
    return found


def _portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _subject(batch_id: int) -> Subject:
    return Subject("survey_batch", str(batch_id))


def _card(card_id: int) -> tuple[SurveyCard, SurveyBatch]:
    """A card of an open batch, locked.

    Raises:
        SosachError: STATE-01; STATE-02 its batch is decided.
    """
    card = SurveyCard.objects.select_for_update(of=("self",)).select_related("batch").filter(pk=card_id).first()
    if card is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có phiếu này.", en="There is no such card within reach.")
    if card.batch.state != BatchState.LOOKED_AT:
        raise _decided()
    return card, card.batch


@operation("exchange.survey_doubt_settled", roles=LOOKERS)
def settle_doubt(order: Order, *, doubt_id: int, choice: Choice, value: str = "", reason: str = "") -> Done[bool]:
    """Say what the paper shows where two keyings differ; whether the whole card is agreed on now.

    Raises:
        SosachError: STATE-01; STATE-02 the batch is decided, or the card was compared with the paper; STATE-04 another value
            without a reason, or too long.
    """
    doubt = SurveyDoubt.objects.filter(pk=doubt_id).first()
    if doubt is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có chỗ khác nhau này.", en="There is no such difference.")
    card, batch = _card(doubt.card_id)
    if card.checked_at is not None:
        raise _forbidden("Phiếu đã đối chiếu với bản giấy.", "The card was compared with the paper already.")
    if choice is Choice.OTHER and not reason.strip():
        raise incomplete("Giá trị khác cần nêu lý do.", "Another value needs a reason.")
    chosen = {Choice.FIRST: doubt.first, Choice.SECOND: doubt.second}.get(choice, clean(value))
    doubt.choice, doubt.value, doubt.reason = choice, _short(chosen), reason.strip()[:200]
    doubt.settled_at, doubt.actor_key = order.at, order.actor.key
    doubt.save()
    card.values = _with(card.values, doubt.field, chosen)
    agreed = not card.doubts.filter(choice="").exists()
    card.state = CardState.AGREED if agreed else CardState.DOUBTED
    card.save(update_fields=["values", "state"])
    details = {"card": card.pk, "batch": batch.pk, "field": doubt.field, "choice": str(choice)}
    return Done(agreed, [Subject("survey_card", str(card.pk), card.commune_code or "")], details)


@operation("exchange.survey_card_checked", roles=LOOKERS)
def check_card(order: Order, *, card_id: int, paper: Mapping[str, str]) -> Done[int]:
    """Say what the paper of a sampled card shows; how many values were not what it shows. The paper is what stands then.

    Args:
        order: who, when.
        card_id: the card.
        paper: field → what the paper shows; fields left out are as keyed.

    Raises:
        SosachError: STATE-01; STATE-02 the batch is decided, the card not in the sample, not agreed on, or compared before;
            STATE-04 a field no card has.
    """
    card, batch = _card(card_id)
    if not card.sampled or card.state != CardState.AGREED or card.checked_at is not None:
        raise _forbidden(
            "Phiếu không thuộc mẫu, còn chỗ khác nhau, hoặc đã đối chiếu.",
            "The card is not in the sample, has open differences, or was compared before.",
        )
    if unknown := paper.keys() - BY_NAME.keys():
        raise incomplete(f"Phiếu không có mục {', '.join(sorted(unknown))}.", "A card has no such field.")
    kept = dict(card.values)
    for name, text in paper.items():
        shown = _short(clean(text))
        if not agree(name, kept.get(name, ""), shown):
            SurveySlip.objects.create(card=card, field=name, keyed=kept.get(name, ""), paper=shown)
            card.values = _with(card.values, name, shown)
    card.checked_at = order.at
    card.save(update_fields=["values", "checked_at"])
    slips = card.slips.count()
    details = {"card": card.pk, "batch": batch.pk, "slips": slips}
    return Done(slips, [Subject("survey_card", str(card.pk), card.commune_code or "")], details)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about a batch.

    Attributes:
        state: accepted or refused.
        rate: of wrong values in the sample.
    """

    state: BatchState
    rate: Rate


@operation("exchange.survey_decided", roles=KEEPERS)
def decide(order: Order, *, batch_id: int) -> Done[Verdict]:
    """Accept a batch, or refuse it as a whole because more of the sample is wrong than is accepted.

    Raises:
        SosachError: STATE-01; STATE-02 it is decided, or differences or cards of the sample are open; ACCESS-02 a part of it
            lies out of reach.
    """
    batch = whole_batch(order, batch_id)
    if batch.state != BatchState.LOOKED_AT:
        raise _decided()
    doubted = batch.cards.filter(state=CardState.DOUBTED).count()
    unseen = batch.cards.filter(sampled=True, checked_at__isnull=True).count()
    if doubted or unseen:
        raise _forbidden(
            f"Còn {doubted} phiếu có chỗ khác nhau và {unseen} phiếu mẫu chưa đối chiếu.",
            f"{doubted} cards differ still, {unseen} of the sample were not compared with the paper.",
        )
    rate = of_what_is_loaded(rates(checked_sample(batch.pk)))
    state = BatchState.REFUSED if rate.share > batch.accepted else BatchState.ACCEPTED
    become(batch, state)
    batch.decided_at, batch.decided_act = order.at, order.act
    batch.save(update_fields=["state", "decided_at", "decided_act"])
    if state is BatchState.REFUSED:
        batch.cards.filter(state=CardState.AGREED).update(state=CardState.REFUSED)
    details = {"state": str(state), "values": rate.values, "wrong": rate.wrong}
    return Done(Verdict(state, rate), [_subject(batch.pk)], details)


def whole_batch(order: Order, batch_id: int) -> SurveyBatch:
    """A batch, locked, every card of which lies within reach.

    Raises:
        SosachError: STATE-01; ACCESS-02.
    """
    batch = SurveyBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có đợt phiếu này.", en="There is no such batch.")
    if scoped(batch.cards.all(), order.actor).count() != batch.count:
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE, vi="Đợt phiếu có phần thuộc địa bàn khác.", en="A part of it lies elsewhere."
        )
    return batch


def become(batch: SurveyBatch, state: BatchState) -> None:
    """Let a batch go to another state; the caller saves it."""
    if state not in BATCH_STEPS[BatchState(batch.state)]:
        raise RuntimeError(f"a batch cannot go from {batch.state} to {state}")
    batch.state = state


def _with(values: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    rest = {key: text for key, text in values.items() if key != name}
    return rest | {name: value} if value else rest


def _short(value: str) -> str:
    if len(value) > LONGEST_VALUE:
        raise incomplete("Giá trị dài quá 250 ký tự.", "The value is longer than 250 characters.")
    return value


def _decided() -> SosachError:
    return _forbidden("Đợt phiếu đã được quyết định.", "The batch is decided.")


def _forbidden(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)
