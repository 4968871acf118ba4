"""What happens to people and matters to their licences: death, merge of two persons, a move. Called by reactions to events."""

from collections.abc import Iterable
from datetime import date

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations.corrections import took_back
from sosach.domain.licences.operations.recording import enter
from sosach.domain.licences.operations.refusals import person_not_found
from sosach.domain.licences.queries.derived import day_in_viet_nam, own_steps, subjects_of
from sosach.domain.licences.rules.classes import NumberForm
from sosach.domain.licences.rules.procedures import first_day
from sosach.domain.licences.states.happenings import Verb, happening
from sosach.domain.population.models import Person

REACTORS = frozenset({Role.SYSTEM})  # nobody asks for it by hand
Ids = tuple[int, ...]


@operation("licences.holder_died", roles=REACTORS, nationwide=True)
def holder_died(order: Order, /, *, person_id: int) -> Done[Ids]:
    """End the licences of somebody who died, from the day of death; ids of those it ended. Again, it ends nothing more."""
    person = Person.objects.filter(pk=person_id).first()
    told = first_day(person.died_on) if person else None
    on = told or day_in_viet_nam(order.at)
    ended = [licence for licence in _licences_of(person_id) if not _happened(licence, Verb.DIED)]
    for licence in ended:
        enter(order, licence, happening(Verb.DIED, on), procedure="holder_died")
    return _done(person_id, ended)


@operation("licences.entry_retracted", roles=REACTORS, nationwide=True)
def holder_lives(order: Order, /, *, person_id: int) -> Done[Ids]:
    """Take the death back on the licences of somebody whose death was registered wrongly; ids of those that hold again."""
    revived = []
    for licence in _licences_of(person_id):
        for number in _happened(licence, Verb.DIED):
            took_back(order, licence, number)
            revived.append(licence)
    return _done(person_id, revived)


@operation("licences.holder_repointed", roles=REACTORS, nationwide=True)
def repoint_holder(order: Order, /, *, from_person: int, to_person: int) -> Done[Ids]:
    """Let the licences of a person follow a merge into another one; ids of those that did.

    Where both have a number the record of the merged person goes on as the other's: one number per person for all classes. Its
    classes, cards, sanctions and points count there from then on. `repoint_back` undoes it.

    Raises:
        SosachError: STATE-01 no such person to merge into.
    """
    person = Person.objects.filter(pk=to_person).first()
    if person is None:
        raise person_not_found()
    target = next((each for each in _licences_of(to_person) if each.number_form == NumberForm.PET), None)
    moved = list(_licences_of(from_person))
    day = day_in_viet_nam(order.at)
    for licence in moved:
        _follow(order, licence, person, target, day)
    return _done(to_person, moved)


@operation("licences.entry_retracted", roles=REACTORS, nationwide=True)
def repoint_back(order: Order, /, *, from_person: int, to_person: int) -> Done[Ids]:
    """Undo `repoint_holder`: each licence is its former holder's again, as if they had never been merged; their ids.

    Raises:
        SosachError: STATE-03 the former holder has another number meanwhile.
    """
    returned = []
    for licence in Licence.objects.select_for_update().filter(holder_id=to_person).order_by("pk"):
        for number, step in own_steps(licence):
            if (step.what.get("from_person"), step.what.get("to_person")) == (from_person, to_person):
                took_back(order, licence, number)
                returned.append(licence)
    return _done(from_person, returned)


@operation("licences.holder_moved", roles=REACTORS, nationwide=True)
def follow_residence(order: Order, /, *, person_id: int) -> Done[Ids]:
    """Let the licences of a person lie in the commune the person lives in now; ids of those that moved.

    Raises:
        SosachError: STATE-01 no such person.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise person_not_found()
    home = {"commune_code": person.commune_code, "province_code": person.province_code}
    moved = [
        licence
        for licence in Licence.objects.select_for_update().filter(holder_id=person_id).order_by("pk")
        if (licence.commune_code, licence.province_code) != (person.commune_code, person.province_code)
    ]
    for licence in moved:
        enter(order, licence, None, procedure="follow_residence", columns=home)
    return _done(person_id, moved)


def _follow(order: Order, licence: Licence, person: Person, target: Licence | None, day: date) -> None:
    columns = {"holder_id": person.pk, "commune_code": person.commune_code, "province_code": person.province_code}
    merge = {"from_person": licence.holder_id, "to_person": person.pk}
    if target is None or licence.number_form != NumberForm.PET:
        what = happening(Verb.REPOINTED, day, **merge)
    else:
        what = happening(Verb.JOINED, day, into=target.pk, **merge)
        columns |= {"joined_into_id": target.pk}
    enter(order, licence, what, procedure="repoint_holder", columns=columns)


def _licences_of(person_id: int) -> Iterable[Licence]:
    """Locked, in order; without those that go on as another one."""
    rows = Licence.objects.select_for_update().filter(holder_id=person_id, joined_into__isnull=True)
    return list(rows.order_by("pk"))


def _happened(licence: Licence, verb: Verb) -> list[int]:
    """Numbers of the entries of a kind that hold."""
    return [number for number, step in own_steps(licence) if step.verb is verb]


def _done(person_id: int, licences: list[Licence]) -> Done[Ids]:
    subjects = subjects_of(*licences) or [Subject("person", str(person_id))]
    return Done(tuple(licence.pk for licence in licences), subjects)
