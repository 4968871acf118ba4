"""What data access and third-party services share: whom a number means, attributes as an answer, attributes to be compared."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.sensitivity import Withheld
from sosach.domain.exchange.operations.disclosing import Ask, disclose, find_by
from sosach.web.exchange.osia.answers import NO_VALUE, UNKNOWN_ATTRIBUTE, of_attribute

POPULATION = "population"
_CONTACTS = "contacts"


def person_of(ask: Ask, number: str) -> int:
    """The person a number means: a PIN, or the partner's own number.

    Raises:
        SosachError: STATE-01; ACCESS-01.
    """
    found = find_by(ask, register=POPULATION, key="pin", value=number)
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có số này.", en="There is no such number.")
    return found


def attributes_of(ask: Ask, people: Sequence[int], names: Sequence[str]) -> list[dict[str, Any]]:
    """Attributes of people as OSIA answers them: a plain value, or an error in its place.

    Of a name that was not agreed nobody learns whether it means anything.

    Raises:
        SosachError: ACCESS-01.
    """
    agreed = [name for name in dict.fromkeys(names) if name in ask.caller.agreement.may_tell(POPULATION)]
    rows = disclose(ask, register=POPULATION, record_ids=people, attributes=agreed)
    return [{name: _answered(row, name) for name in names} for row in rows]


def contacts_of(ask: Ask, person_id: int, kinds: Sequence[str]) -> dict[str, Any]:
    """How a person can be reached, by kind (`phone`, `email`); several of a kind in one text.

    Raises:
        SosachError: ACCESS-01.
    """
    agreed = [_CONTACTS] if _CONTACTS in ask.caller.agreement.may_tell(POPULATION) else []
    (row,) = disclose(ask, register=POPULATION, record_ids=[person_id], attributes=agreed)
    held = row.get(_CONTACTS, Withheld)
    if not isinstance(held, list):
        return {kind: _answered({}, kind) for kind in kinds}
    return {
        kind: _answered({kind: ", ".join(one["value"] for one in held if one["kind"] == kind)}, kind) for kind in kinds
    }


def _answered(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name, Withheld)
    if value is Withheld or isinstance(value, Withheld):
        return of_attribute(UNKNOWN_ATTRIBUTE, "No such attribute is agreed and released.")
    if value in (None, "", [], {}):
        return of_attribute(NO_VALUE, "The register holds no value.")
    if isinstance(value, bool | str):
        return value
    # a whole number would be two kinds of value at once in the standard's own description
    return json.dumps(value, ensure_ascii=False)
