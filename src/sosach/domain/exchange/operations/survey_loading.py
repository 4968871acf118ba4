"""Accepted survey cards go into the register: judged by the rules, matched to people on record, a portion per transaction.

A card never changes a record. Who has none gets one, with a number, by the population register's own verb; what a card tells otherwise than
the record becomes proposals; where somebody on record may be meant, an officer decides.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import SurveyBatch, SurveyCard
from sosach.domain.exchange.operations.surveys import KEEPERS, become, whole_batch
from sosach.domain.exchange.queries.survey_matching import Likely, likely_people, people_by_pin
from sosach.domain.exchange.rules.survey_judging import Judged, differences, judge, same_person
from sosach.domain.exchange.states.surveys import BatchState, CardState
from sosach.domain.population.models import Person
from sosach.domain.population.operations.collected import COLLECTED, Collected, register_collected
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.population.rules.words import Life, Spell
from sosach.domain.provenance.models import Proposal
from sosach.domain.provenance.operations.judging import propose
from sosach.domain.provenance.rules import OPEN

PORTION = 500


@dataclass(slots=True)
class _Fate:
    """What becomes of a card.

    Attributes:
        state: where it goes.
        reason: a key of `rules.surveys.REASONS`.
        details: fields, codes, ids of candidates.
        person_id: the record it is about.
        fresh: what a new record is made of.
    """

    state: CardState
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    fresh: Collected | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """What came of a portion.

    Attributes:
        cards: state → how many.
        left: how many wait still.
    """

    cards: Mapping[CardState, int]
    left: int


@operation("exchange.survey_cards_loaded", roles=KEEPERS, nationwide=True)
def load_cards(order: Order, *, batch_id: int, most: int = PORTION) -> Done[Portion]:
    """Load the next cards of an accepted batch; called again until none is left, also after it was cut off.

    Raises:
        SosachError: STATE-01; STATE-02 the batch is not accepted; ACCESS-02 a part of it lies out of reach.
    """
    batch = whole_batch(order, batch_id)
    if batch.state not in {BatchState.ACCEPTED, BatchState.LOADED}:
        raise SosachError(ErrorCode.STATE_FORBIDS, vi="Đợt phiếu chưa được chấp nhận.", en="The batch is not accepted.")
    waiting = scoped(batch.cards.filter(state=CardState.AGREED), order.actor).order_by("pk")
    cards = list(waiting[:most])
    fates = _judged(cards)
    _register(replace(order, evidence={**order.evidence, "survey_batch": str(batch.pk), "form": batch.form}), fates)
    for card, fate in zip(cards, fates, strict=True):
        if fate.reason == "differs":
            _propose(order, card, fate)
    _write(order, cards, fates)
    left = waiting.count()
    if not left and batch.state == BatchState.ACCEPTED:
        become(batch, BatchState.LOADED)
        batch.save(update_fields=["state"])
    counts = Counter(fate.state for fate in fates)
    return Done(Portion(counts, left), _subjects(batch, cards, fates), {str(state): n for state, n in counts.items()})


def _subjects(batch: SurveyBatch, cards: Sequence[SurveyCard], fates: Sequence[_Fate]) -> list[Subject]:
    told = [
        Subject("person", str(fate.person_id), card.commune_code or "")
        for card, fate in zip(cards, fates, strict=True)
        if fate.person_id is not None
    ]
    return [Subject("survey_batch", str(batch.pk)), *told]


def _judged(cards: Sequence[SurveyCard]) -> list[_Fate]:
    """What becomes of each card, asked of the register at once for all of them."""
    read = [judge(card.values) for card in cards]
    owners = people_by_pin({each.pin for each in read if each.pin})
    likely = likely_people(
        {
            place: Likely(each.columns["full_name"], each.columns["birth_date"], each.columns["sex"], each.old_id)
            for place, each in enumerate(read)
            if not each.faults
        }
    )
    return [
        _fate(card, each, owners.get(each.pin), likely.get(place, ()))
        for place, (card, each) in enumerate(zip(cards, read, strict=True))
    ]


def _fate(card: SurveyCard, told: Judged, owner: Person | None, likely: Sequence[int]) -> _Fate:
    remarks = {"remarks": dict(told.remarks)} if told.remarks else {}
    if told.faults:
        return _Fate(CardState.REJECTED, "value", {"faults": dict(told.faults), **remarks})
    if owner is not None:
        return _of_owner(told, owner, remarks)
    if told.pin:
        return _Fate(CardState.REVIEW, "unknown_number", {"candidates": list(likely), **remarks})
    if likely:
        return _Fate(CardState.REVIEW, "candidates", {"candidates": list(likely), **remarks})
    fresh = Collected(
        full_name=told.columns["full_name"],
        birth_date=told.columns["birth_date"],
        sex=told.columns["sex"],
        commune_code=card.commune_code or "",
        columns={name: told.columns[name] for name in COLLECTED},
        addresses={Spell(kind): text for kind, text in told.addresses.items()},
        kin=told.kin,
        old_number=told.old_id,
    )
    return _Fate(CardState.LOADED, details=remarks, fresh=fresh)


def _of_owner(told: Judged, owner: Person, remarks: Mapping[str, Any]) -> _Fate:
    """A card that names the number of somebody on record."""
    if not same_person(told.columns["full_name"], owner.full_name):
        return _Fate(CardState.REVIEW, "other_name", {"candidates": [owner.pk], **remarks})
    if owner.life_status != Life.ALIVE:
        return _Fate(CardState.REVIEW, "not_alive", dict(remarks), owner.pk)
    others = differences(told.columns, {name: getattr(owner, name) for name in told.columns})
    if not others:
        return _Fate(CardState.PRESENT, details=dict(remarks), person_id=owner.pk)
    return _Fate(CardState.REVIEW, "differs", {"columns": others, **remarks}, owner.pk)


def _register(order: Order, fates: Sequence[_Fate]) -> None:
    """Make records of those who have none; of two cards of a portion that tell of one person the second waits for an officer."""
    first: list[tuple[_Fate, Collected]] = []
    again: list[tuple[_Fate, _Fate]] = []
    near: dict[tuple[str, str], list[tuple[_Fate, Likely]]] = defaultdict(list)
    for fate in fates:
        if fate.fresh is None:
            continue
        told = Likely(fate.fresh.full_name, fate.fresh.birth_date, fate.fresh.sex, fate.fresh.old_number)
        places = [(told.key, told.birth_date[:4])] + ([("", told.old_number)] if told.old_number else [])
        twin = next((one for place in places for one, known in near[place] if _one(known, told)), None)
        if twin is not None:
            again.append((fate, twin))
            continue
        first.append((fate, fate.fresh))
        for place in places:
            near[place].append((fate, told))
    made = register_collected(order, people=[fresh for _, fresh in first]) if first else []
    for (fate, _), person_id in zip(first, made, strict=True):
        fate.person_id = person_id
    for fate, twin in again:
        fate.state, fate.reason, fate.fresh = CardState.REVIEW, "candidates", None
        fate.details = {**fate.details, "candidates": [twin.person_id]}


def _one(known: Likely, told: Likely) -> bool:
    """Whether two cards may tell of one person."""
    return known.may_be(told.full_name, told.birth_date, told.sex) or bool(
        told.old_number and told.old_number == known.old_number
    )


def _propose(order: Order, card: SurveyCard, fate: _Fate) -> None:
    """Propose what the card tells; the chief of the commune decides. Nothing is proposed twice, nor of another territory's record."""
    columns: dict[str, str] = fate.details.pop("columns")
    # the installation itself may not propose, whoever keeps the register may
    actor = replace(order.actor, roles=order.actor.roles | {Role.STEWARD})
    evidence = {**order.evidence, "survey_card": f"{card.form}/{card.number}"}
    reason = f"Phiếu thu thập {card.number} ghi khác. / Survey card {card.number} says otherwise."
    open_ones = Proposal.objects.filter(register=REGISTER.name, subject_id=fate.person_id, state=OPEN)
    there = set(open_ones.values_list("column", flat=True))
    try:
        for column, value in columns.items():
            if column not in there:
                asked = replace(order, actor=actor, evidence=evidence, reason=reason, act=uuid4())
                propose(asked, register=REGISTER, record_id=fate.person_id or 0, column=column, value=value)
    except SosachError as error:
        if error.code is not ErrorCode.NOT_FOUND:
            raise
        fate.reason = "elsewhere"
    fate.details["columns"] = sorted(columns)


def _write(order: Order, cards: Sequence[SurveyCard], fates: Sequence[_Fate]) -> None:
    for card, fate in zip(cards, fates, strict=True):
        card.state, card.reason, card.details = fate.state, fate.reason, fate.details
        card.person_id, card.act = fate.person_id, order.act
    SurveyCard.objects.bulk_update(cards, ["state", "reason", "details", "person_id", "act"])
