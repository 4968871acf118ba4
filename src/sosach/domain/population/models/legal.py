"""Says beside a column which of the 26 items of Law 26/2023/QH15 art. 9 it holds."""

from typing import TypeVar

from sosach.base.sensitivity import Sensitivity, classed

LAW = "law-26-2023-9"
Field = TypeVar("Field")


def item(number: int, field: Field, sensitivity: Sensitivity = Sensitivity.BASIC) -> Field:
    """A column that holds an item of article 9: class, law and number of the item."""
    classed(field, sensitivity, legal=LAW)
    field.legal_item = number  # type: ignore[attr-defined] # as the class itself
    return field
