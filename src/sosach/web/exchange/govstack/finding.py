"""Which record a query of GovStack's interface means: by its number, with everything else told agreeing; never by a pattern."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.sensitivity import Withheld
from sosach.domain.exchange.operations.disclosing import Ask, confirm, disclose, find_by
from sosach.domain.exchange.operations.seeking import NEEDED, seek_people
from sosach.domain.exchange.rules.questions import MATCHES
from sosach.web.exchange import showing

VERSION = "1.0"
ID = "id"  # what the interface calls the key of a record, whatever the registry calls it


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry of the interface.

    Attributes:
        register: of ours.
        key: what its records are found by, and what `id` stands for.
        keys: other numbers its records are found by.
    """

    register: str
    key: str
    keys: tuple[str, ...] = ()


REGISTRIES: Mapping[str, Registry] = {
    each.register: each
    for each in (
        Registry("population", "pin", ("old_number",)),
        Registry("vehicles", "plate", ("chassis_number",)),
        Registry("licences", "licence_number", ("holder",)),
    )
}


def registry_of(name: str, version: str) -> Registry:
    """The registry an address names.

    Raises:
        SosachError: STATE-01, there is none of that name and version.
    """
    found = REGISTRIES.get(name)
    if found is None or version != VERSION:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có sổ này.", en="There is no such registry.")
    return found


def found(ask: Ask, registry: Registry, content: Mapping[str, Any]) -> int | None:
    """The one record of which everything told is true; None where there is none, or several.

    Raises:
        PartnerRefusedError: ACCESS-01, the agreement does not let it be asked.
        SosachError: REQUEST-01, no number, and too little else to mean somebody.
    """
    told = {(registry.key if name == ID else name): value for name, value in content.items()}
    if not all(isinstance(value, str) and value for value in told.values()):
        raise _unusable()
    key = next((name for name in (registry.key, *registry.keys) if name in told), None)
    if key is None:
        people = registry.register == "population" and set(NEEDED) <= set(told)
        if not people:
            raise _unusable()
        several = seek_people(ask, told=told)
        return several[0] if len(several) == 1 else None
    record = find_by(ask, register=registry.register, key=key, value=told.pop(key))
    if not told:
        return record
    # asked of a record there is not as well: the time must not tell
    same = confirm(ask, register=registry.register, record_id=record, question=MATCHES, told=told)
    return record if isinstance(same, dict) and all(same.values()) else None


def content_of(ask: Ask, registry: Registry, record: int, names: list[str] | None = None) -> dict[str, Any]:
    """Values of a record as content: what the agreement lets, without what is withheld, which the interface has no form for."""
    values = disclose(ask, register=registry.register, record_ids=[record], attributes=names)[0]
    return {name: showing.told(value) for name, value in values.items() if not isinstance(value, Withheld)}


def _unusable() -> SosachError:
    return SosachError(
        ErrorCode.REQUEST_INVALID,
        vi="Cần số của bản ghi, hoặc họ tên và ngày sinh đầy đủ.",
        en="The number of the record is needed, or a whole name and date of birth.",
    )
