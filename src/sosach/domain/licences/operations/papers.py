"""What every procedure that gives papers checks: the person, the cards, the time limit."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sosach.domain.licences.operations.refusals import forbidden, incomplete, person_not_found
from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.rules.exchange import Bearer
from sosach.domain.licences.rules.procedures import HolderData, Procedure, due_on, first_day
from sosach.domain.licences.states.happenings import CardFact, Medium
from sosach.domain.licences.states.holding import Holding
from sosach.domain.population.models import Person
from sosach.domain.population.rules.words import Life


def living_person(person_id: int) -> Person:
    """The person of the population register a licence is for.

    Raises:
        SosachError: STATE-01 no such person within reach; STATE-02 not living, or merged into another one.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise person_not_found()
    if person.life_status != Life.ALIVE or person.merged_into_id is not None:
        raise forbidden("Người này không còn sống hoặc đã được hợp nhất.", "The person is not living, or was merged.")
    return person


def bearer_of(person: Person) -> Bearer:
    """What of a person decides over classes.

    Raises:
        SosachError: STATE-04 birth date or sex are not known.
    """
    born_on = first_day(person.birth_date)
    if born_on is None or person.sex not in {"M", "F"}:
        raise incomplete(
            "Chưa rõ ngày sinh hoặc giới tính trong dữ liệu dân cư.",
            "Birth date or sex are missing in the population register.",
        )
    return Bearer(born_on, person.sex)


def registered(person: Person) -> HolderData:
    """What the population register says, as applications are compared with it."""
    return HolderData(person.full_name, person.birth_date, person.commune_code or "", person.nationality)


def columns_of(person: Person) -> dict[str, Any]:
    """Columns of a licence that repeat the population register: what is printed, and where it lies."""
    return {
        "holder_id": person.pk,
        "full_name": person.full_name,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "nationality": person.nationality,
        "commune_code": person.commune_code,
        "province_code": person.province_code,
    }


def checked_cards(holding: Holding, cards: tuple[CardFact, ...], groups: Iterable[Group]) -> None:
    """Refuse cards that leave a half without one, show a half twice, or take a shared card from the other half.

    Raises:
        SosachError: STATE-04.
    """
    wanted = frozenset(groups)
    for medium in Medium:
        new = [card.groups for card in cards if card.medium is medium]
        shown = frozenset().union(*new)
        if sum(map(len, new)) != len(shown) or not all(new):
            raise incomplete(
                "Một nhóm hạng đứng trên hai thẻ.", "A half of the licence stands on two cards, or on none."
            )
        for there in holding.active_cards().values():
            left = there.groups - shown
            if there.medium is medium and there.groups & shown and left & _halves(holding):
                raise incomplete(
                    "Thẻ cũ ghi chung hai nhóm hạng: cấp thẻ cho cả hai.",
                    "The old card shows both halves: cards for both are needed.",
                )
    covered = frozenset().union(*(card.groups for card in cards))
    if wanted - covered or covered - wanted - _halves(holding):
        raise incomplete("Thẻ không khớp với các hạng được cấp.", "The cards do not fit the classes given.")


def _halves(holding: Holding) -> frozenset[Group]:
    return frozenset(fact.group for fact in holding.held().values())


def timing(procedure: Procedure, received_on: date, day: date, *, electronic: bool = False) -> dict[str, Any]:
    """When papers came in, when the procedure was due, and whether it is late; for the journal.

    Raises:
        SosachError: STATE-04 papers of tomorrow.
    """
    if received_on > day:
        raise incomplete("Ngày nhận hồ sơ ở tương lai.", "Papers cannot have come in later than today.")
    due = due_on(Procedure.ELECTRONIC if electronic else procedure, received_on)
    return {"received_on": received_on.isoformat(), "due_on": due.isoformat(), "late": day > due}
