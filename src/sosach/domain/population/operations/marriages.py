"""Civil events of two: marriage, divorce, annulment, adoption."""

from collections.abc import Callable
from datetime import date

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person
from sosach.domain.population.operations.journal import (
    Change,
    enter,
    enter_together,
    forbidden,
    home,
    locked,
    must_reach,
    past,
    subject,
)
from sosach.domain.population.queries.resolving import ancestors
from sosach.domain.population.rules.days import oldest_age
from sosach.domain.population.rules.words import Kin, Part, Sex
from sosach.domain.population.states.pieces import begin, end

REGISTRAR = frozenset({Role.CIVIL_STATUS, Role.SYSTEM})
MARRIAGE_AGE = {Sex.MALE: 20, Sex.FEMALE: 18}  # Law 52/2014 art. 8(1a)


@operation("population.marriage_registered", roles=REGISTRAR, nationwide=True)
def register_marriage(order: Order, *, person_id: int, spouse_id: int, on: date | None = None) -> Done[None]:
    """Register a marriage (Law 52/2014 art. 8); one of the two belongs to the commune that registers it.

    Raises:
        SosachError: STATE-02 one is dead, missing, married, too young, of the same sex or kin in direct line; STATE-01; ACCESS-02.
    """
    first, second = _two(order, person_id, spouse_id)
    day = past(order, on)
    for person in (first, second):
        _old_enough(person, day)
    if first.sex and first.sex == second.sex:
        raise _unlawful("Pháp luật không công nhận hôn nhân giữa người cùng giới tính.", "Law 52/2014 art. 8(2).")
    if first.pk in ancestors([second.pk]) or second.pk in ancestors([first.pk]):
        raise _unlawful("Hai người có quan hệ trực hệ.", "They are kin in direct line.")
    _both(order, first, second, lambda other: Change("register_marriage", {}, [_spouse(other, day)], other=other.pk))
    return Done(None, [subject(first), subject(second)])


@operation("population.divorce_registered", roles=REGISTRAR, nationwide=True)
def register_divorce(order: Order, *, person_id: int, spouse_id: int, on: date | None = None) -> Done[None]:
    """Note a divorce by a court's decision.

    Raises:
        SosachError: STATE-02 they are not married to each other; STATE-01; ACCESS-02.
    """
    return _part(order, "register_divorce", (person_id, spouse_id), on)


@operation("population.marriage_annulled", roles=REGISTRAR, nationwide=True)
def annul_marriage(order: Order, *, person_id: int, spouse_id: int, on: date | None = None) -> Done[None]:
    """Note that a court annulled a marriage: both have the marital status they had before it.

    Raises:
        SosachError: STATE-02 they are not married to each other; STATE-01; ACCESS-02.
    """
    return _part(order, "annul_marriage", (person_id, spouse_id), on)


def _part(order: Order, name: str, ids: tuple[int, int], on: date | None) -> Done[None]:
    first, second = _two(order, *ids)
    day = past(order, on)
    _both(order, first, second, lambda other: Change(name, {}, [end(Part.RELATION, Kin.SPOUSE, day)], other=other.pk))
    return Done(None, [subject(first), subject(second)])


def _two(order: Order, first_id: int, second_id: int) -> tuple[Person, Person]:
    if first_id == second_id:
        raise forbidden("self")
    first, second = locked(first_id, second_id)
    must_reach(order, home(first), home(second))
    return first, second


def _both(order: Order, first: Person, second: Person, change: Callable[[Person], Change]) -> None:
    enter_together(order, (first, change(second)), (second, change(first)))


def _spouse(other: Person, day: date) -> dict[str, object]:
    return begin(Part.RELATION, Kin.SPOUSE, day, kind=Kin.SPOUSE, other_id=other.pk)


def _old_enough(person: Person, day: date) -> None:
    """Refuse who is certainly too young; an unknown day of birth is no reason."""
    if person.sex and person.birth_date and oldest_age(person.birth_date, day) < MARRIAGE_AGE[Sex(person.sex)]:
        raise _unlawful("Chưa đủ tuổi kết hôn.", "Too young to marry.")


def _unlawful(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)


@operation("population.adoption_registered", roles=REGISTRAR, nationwide=True)
def adopt(order: Order, *, child_id: int, parent_ids: tuple[int, ...], on: date | None = None) -> Done[None]:
    """Register an adoption by one person or by spouses; parents by blood stay on record.

    Raises:
        SosachError: STATE-02 a parent is the child, its descendant, or dead; STATE-01; ACCESS-02.
    """
    if child_id in parent_ids or not 0 < len(set(parent_ids)) <= 2:
        raise forbidden("self")
    child, *parents = locked(child_id, *parent_ids)
    must_reach(order, home(child), *map(home, parents))
    if child.pk in ancestors(parent_ids):
        raise _unlawful("Người nhận nuôi là con cháu của người được nhận nuôi.", "A parent descends from the child.")
    kinds = [Kin.ADOPTIVE_MOTHER if parent.sex == Sex.FEMALE else Kin.ADOPTIVE_FATHER for parent in parents]
    if len(set(kinds)) < len(kinds):
        raise _unlawful("Hai người nhận nuôi phải là vợ chồng.", "Two who adopt together are husband and wife.")
    day = past(order, on)
    steps = []
    for parent, kind in zip(parents, kinds, strict=True):
        steps.append(begin(Part.RELATION, kind, day, kind=kind, other_id=parent.pk))
        enter(order, parent, Change("adopt", other=child.pk))
    enter(order, child, Change("adopt", {}, steps))
    return Done(None, [subject(child), *map(subject, parents)])
