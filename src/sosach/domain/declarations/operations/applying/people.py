"""Accepted requests about the declarant's own data, as verbs of the population register."""

from collections.abc import Callable

from sosach.domain.access.rules import Role
from sosach.domain.declarations.operations.applying.accepted import Accepted
from sosach.domain.declarations.operations.applying.licences import plain_value
from sosach.domain.population.operations.corrections import correct


def _data_wrong(accepted: Accepted) -> None:
    item = accepted.answers["person_item"]
    value = str(accepted.terms.get("value") or plain_value(item, accepted.answers["right_value"]))
    order = accepted.order_of("population.correct", accepted.keeper((Role.CHIEF,)))
    person = accepted.declaration.person_id
    correct(order, person_id=person, changes={item: value})
    accepted.did("population.correct", order, person)


PEOPLE: dict[str, Callable[[Accepted], None]] = {"person_data_wrong": _data_wrong}
