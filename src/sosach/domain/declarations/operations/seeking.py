"""What the registers and other declarations say about the numbers in a declaration: for officers, never for the declarant.

The same statement runs whether there is no record, or one that is somebody else's; neither answer nor work tells. It is written
by hand: everybody who declares waits for it.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import scoped
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.refusals import not_found
from sosach.domain.declarations.rules import Kind, Known, risk_of
from sosach.domain.declarations.states import OPEN
from sosach.domain.licences.models import Licence
from sosach.domain.vehicles.models import Vehicle

MOST = 5
_RECORDS = {
    "vehicles": "SELECT 0, id, owner_person_id FROM vehicles_vehicle "
    "WHERE plate_number = %(plate)s OR chassis_number = %(chassis)s",
    "licences": "SELECT 0, id, holder_id FROM licences_licence "
    "WHERE licence_number = %(licence)s AND joined_into_id IS NULL",
}
_OTHERS = """SELECT 1, id, person_id FROM declarations_declaration
WHERE (plate_key = %(plate)s OR chassis_key = %(chassis)s OR licence_key = %(licence)s)
AND state = ANY(%(open)s) AND person_id <> %(person)s"""
_OPEN = [str(state) for state in sorted(OPEN)]


def set_keys(declaration: Declaration, keys: Mapping[str, str]) -> None:
    """Set the columns that are looked up by; nothing is saved."""
    declaration.plate_key = keys.get("plate", "")[:32]
    declaration.chassis_key = keys.get("chassis_number", "")[:32]
    declaration.licence_key = keys.get("licence_number", "")[:32]


def look_up(kind: Kind, declaration: Declaration) -> None:
    """Set what officers and the holder on record get to know: record, holder, risk; nothing is saved.

    Within an operation of the whole country. Several records, or none: nobody is chosen.
    """
    if kind.register in _RECORDS:
        rows = _found(kind.register, declaration)
        records = [(key, holder) for what, key, holder in rows if what == 0]
        others = sum(1 for what, _, _ in rows if what == 1)
    else:
        records, others = [(declaration.person_id, declaration.person_id)], 0
    one = records[0] if len(records) == 1 else (None, None)
    declaration.record_id, declaration.holder_id = one
    by_holder = one[1] == declaration.person_id
    declaration.risk = risk_of(kind, Known(len(records), by_holder=by_holder, others=others))


def _found(register: str, declaration: Declaration) -> list[tuple[int, int, int | None]]:
    """Records (0) and declarations of others (1) with the same numbers, a few of each; a number not told finds nothing."""
    told = {
        "plate": declaration.plate_key or None,
        "chassis": declaration.chassis_key or None,
        "licence": declaration.licence_key or None,
        "open": _OPEN,
        "person": declaration.person_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"({_RECORDS[register]} LIMIT {MOST}) UNION ALL ({_OTHERS} LIMIT {MOST})", told)
        return list(cursor.fetchall())


def named(order: Order, kind: Kind, declaration: Declaration, record_id: int) -> tuple[int, int | None]:
    """A record an officer names, with its owner or holder: of the own territory, or one its numbers lead to.

    Anything else would open every record of the country to whoever counts through ids.

    Raises:
        SosachError: STATE-01 no such record within reach.
    """
    if kind.register == "vehicles":
        told = {"plate_number": declaration.plate_key, "chassis_number": declaration.chassis_key}
    else:
        told = {"licence_number": declaration.licence_key}
    model: type[Vehicle | Licence] = Vehicle if kind.register == "vehicles" else Licence
    same = [Q(**{column: value}) for column, value in told.items() if value]
    rows = model._default_manager.filter(pk=record_id)  # noqa: SLF001 - Django's documented way to a manager
    if not scoped(rows, order.actor).exists() and not (same and rows.filter(reduce(or_, same)).exists()):
        raise not_found()
    return records_of(kind, record_id)


def records_of(kind: Kind, record_id: int) -> tuple[int, int | None]:
    """A record an officer names, with its owner or holder.

    Raises:
        SosachError: STATE-01 the register has no such record.
    """
    if kind.register == "vehicles":
        found = Vehicle.objects.filter(pk=record_id).values_list("pk", "owner_person_id").first()
    else:
        found = Licence.objects.filter(pk=record_id, joined_into__isnull=True).values_list("pk", "holder_id").first()
    if found is None or kind.register == "population":
        raise not_found()
    return int(found[0]), found[1]


def refresh(kind: Kind, declaration: Declaration) -> None:
    """Set the record and its holder as the registers have them today; nothing is saved.

    Raises:
        SosachError: STATE-01 the register has the record no more.
    """
    if kind.register == "population":
        return
    if declaration.record_id is None:
        look_up(kind, declaration)
    else:
        declaration.record_id, declaration.holder_id = records_of(kind, declaration.record_id)
