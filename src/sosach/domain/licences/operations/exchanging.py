"""Gives new papers for old ones: exchange, re-issue, conversion of paper licences. No class is lost on the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations.issuing import KEEPERS, draw_number, require_pet
from sosach.domain.licences.operations.papers import (
    bearer_of,
    checked_cards,
    columns_of,
    living_person,
    registered,
    timing,
)
from sosach.domain.licences.operations.recording import (
    chosen_groups,
    enter,
    locked,
    require_evidence,
    require_possible,
)
from sosach.domain.licences.operations.refusals import differs, exams_missing, forbidden, incomplete
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, subjects_of
from sosach.domain.licences.rules.applications import Application
from sosach.domain.licences.rules.classes import ClassFact, Group, NumberForm, groups_of
from sosach.domain.licences.rules.exchange import Bearer, Exchanged, exchanged
from sosach.domain.licences.rules.procedures import Exam, ExchangeReason, Procedure, differences, exams_needed
from sosach.domain.licences.states.happenings import CardFact, Material, Verb, happening
from sosach.domain.licences.states.holding import Holding
from sosach.domain.licences.states.status import needs_card
from sosach.domain.population.models import Person


@dataclass(frozen=True, slots=True)
class Given:
    """What an exchange gave.

    Attributes:
        licence: the licence now.
        certificates: certificates issued with it (tractors; Law 36/2024 art. 89(3)).
    """

    licence: Licence
    certificates: tuple[str, ...] = ()


@operation("licences.exchanged", roles=KEEPERS)
def exchange(
    order: Order,
    /,
    *,
    licence_id: int,
    reason: ExchangeReason,
    application: Application,
    cards: tuple[CardFact, ...],
) -> Done[Given]:
    """Exchange a licence: classes of the 2008 law become those of today, years of validity begin anew, points stay.

    What the application says must equal the population register (Circular 12/2025 art. 21); the licence then does, too.
    Needs `health_check` in the evidence where classes have an end; 7 working days.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 its status, or the test is needed; STATE-04 data differ, a choice
            between classes is open, a card or the health check is missing.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id)
    holding = holding_of(licence)
    person = _applicant(licence, application)
    require_pet(licence)
    groups = chosen_groups(holding, application.groups)
    require_possible(holding, Verb.EXCHANGED, groups, day)
    old = _held(holding, groups)
    new = _exchanged(order, old.values(), bearer_of(person), day, application)
    checked_cards(holding, cards, groups_of(new.classes))
    what = happening(
        Verb.EXCHANGED,
        day,
        classes=new.classes,
        cards=cards,
        replaces=sorted(old),
        reason=str(reason),
        certificates=list(new.certificates),
        **timing(Procedure.EXCHANGE, application.received_on, day),
    )
    enter(order, licence, what, procedure="exchange", columns=columns_of(person))
    return Done(Given(licence, new.certificates), subjects_of(licence), {"reason": str(reason)})


@operation("licences.reissued", roles=KEEPERS)
def reissue(order: Order, /, *, licence_id: int, application: Application, cards: tuple[CardFact, ...]) -> Done[Given]:
    """Issue a lost licence again: same number, same classes, same end, same points; expired classes after a test.

    Expired for less than a year: theory; longer: theory and practice. 7 working days.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 its status, it is not lost, or the test is needed; STATE-04 data
            differ, a choice between classes is open, or cards do not fit.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id)
    holding = holding_of(licence)
    person = _applicant(licence, application)
    require_pet(licence)
    without = frozenset(fact.group for fact in holding.held().values() if needs_card(holding, fact.group))
    groups = application.groups or without
    if not groups or groups - without:
        raise forbidden("Thẻ chưa được báo mất.", "No card of it is reported lost.")
    require_possible(holding, Verb.REISSUED, groups, day)
    expired = {origin: fact for origin, fact in _held(holding, groups).items() if not fact.in_force(day)}
    new = _exchanged(order, expired.values(), bearer_of(person), day, application) if expired else Exchanged()
    checked_cards(holding, cards, groups)
    what = happening(
        Verb.REISSUED,
        day,
        classes=new.classes,
        cards=cards,
        replaces=sorted(expired),
        **timing(Procedure.REISSUE, application.received_on, day),
    )
    enter(order, licence, what, procedure="reissue", columns=columns_of(person))
    return Done(Given(licence, new.certificates), subjects_of(licence))


@operation("licences.paper_converted", roles=KEEPERS)
def convert_paper(
    order: Order,
    /,
    *,
    licence_id: int,
    application: Application,
    cards: tuple[CardFact, ...],
    number: str | None = None,
) -> Done[Given]:
    """Convert a paper licence to plastic: under the holder's number of 12 digits, or a new one if there is none yet.

    Where the holder has such a number the paper record goes on as that one: one number per person for all classes.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 it is no paper licence, its status, or the test is needed; STATE-03
            the number is taken; STATE-04 as `exchange`.
    """
    day = day_in_viet_nam(order.at)
    paper = locked(order, licence_id)
    before = holding_of(paper)
    person = _applicant(paper, application)
    if paper.number_form == NumberForm.PET or any(card.material is not Material.PET for card in cards):
        raise forbidden("Chỉ chuyển từ bản giấy sang thẻ PET.", "Only a paper licence is converted, to a plastic card.")
    groups = chosen_groups(before, application.groups)
    require_possible(before, Verb.CONVERTED, groups, day)
    old = _held(before, groups)
    new = _exchanged(order, old.values(), bearer_of(person), day, application)
    target = _join(order, paper, person, day)
    checked_cards(holding_of(target), cards, groups_of(new.classes))
    what = happening(
        Verb.CONVERTED,
        day,
        classes=new.classes,
        cards=cards,
        replaces=sorted(old),
        certificates=list(new.certificates),
        **timing(Procedure.CONVERT_PAPER, application.received_on, day),
    )
    enter(order, target, what, procedure="convert_paper", columns=_numbered(order, target, person, number))
    return Done(Given(target, new.certificates), subjects_of(*{paper, target}))


def _join(order: Order, paper: Licence, person: Person, day: date) -> Licence:
    """The record the classes go to: the holder's numbered one, which the paper joins, or the paper's own."""
    rows = Licence.objects.select_for_update().filter(holder=person, number_form=NumberForm.PET)
    target = rows.filter(joined_into__isnull=True).first()
    if target is None:
        return paper
    what = happening(Verb.JOINED, day, into=target.pk)
    enter(order, paper, what, procedure="convert_paper", columns={"joined_into_id": target.pk})
    target.refresh_from_db()
    return target


def _numbered(order: Order, target: Licence, person: Person, number: str | None) -> dict[str, Any]:
    if target.number_form == NumberForm.PET:
        return columns_of(person)
    drawn = number or draw_number(order, person, order.at.year)
    return columns_of(person) | {"licence_number": drawn, "number_form": str(NumberForm.PET)}


def _applicant(licence: Licence, application: Application) -> Person:
    """The holder, living, and as the application says."""
    if licence.holder_id is None:
        raise incomplete("Chưa xác định người có giấy phép.", "The holder of the licence is not known yet.")
    person = living_person(int(licence.holder_id))
    items = differences(application.stated, registered(person))
    if items:
        raise differs(items)
    return person


def _held(holding: Holding, groups: Iterable[Group]) -> dict[str, ClassFact]:
    wanted = frozenset(groups)
    return {origin: fact for origin, fact in holding.held().items() if fact.group in wanted}


def _exchanged(
    order: Order, old: Iterable[ClassFact], bearer: Bearer, day: date, application: Application
) -> Exchanged:
    """New classes for old ones, everything needed being there."""
    held = list(old)
    needed: frozenset[Exam] = frozenset().union(*(exams_needed(fact.expires_on, day=day) for fact in held))
    if needed - application.exams:
        raise exams_missing(needed - application.exams)
    new = exchanged(held, bearer, on=day, choices=application.choices)
    if new.undecided:
        open_ones = "; ".join(f"{name}: {' / '.join(names)}" for name, names in new.undecided.items())
        raise incomplete(f"Cần chọn hạng mới: {open_ones}.", f"Choose the new class: {open_ones}.")
    if new.too_young:
        names = ", ".join(new.too_young)
        raise forbidden(f"Chưa đủ tuổi đối với hạng {names}.", f"Too young for class {names}.")
    if Group.LIMITED in groups_of(new.classes):
        require_evidence(order, "health_check")
    return new
