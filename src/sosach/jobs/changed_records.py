"""After what a record is checked anew: whatever the registers and their journal write, except answers to its own case.

An answer asks for its re-check itself (`campaign.operations.solving`); everything else is read from the evidence log.
"""

from collections import defaultdict

from django.db import connection

from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import events
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.operations.solving import note_changed

# Subject of an event → register it lies in.
REGISTER_OF = {"person": "population", "vehicle": "vehicles", "licence": "licences"}
# They write nothing into a record.
_SILENT = frozenset(
    {
        "provenance.source_taken_in",
        "provenance.correction_proposed",
        "provenance.folds_verified",
        "provenance.folds_rebuilt",
        "provenance.records_rechecked",
        "population.correction_asked",
        "population.new_pin_asked",
        "population.petition_refused",
    }
)


def changing(subject: str) -> tuple[str, ...]:
    """Events of the catalogue after which a record of that kind may say something else."""
    rooms = {REGISTER_OF[subject], "provenance"}
    kinds = events().values()
    return tuple(
        kind.name
        for kind in kinds
        if not kind.access and kind.name not in _SILENT and kind.name.partition(".")[0] in rooms
    )


def note_record(order: Order, *, register: str, record_id: int, act: str) -> int:
    """Let the cases of a record be proven by the next re-check, unless one of them was answered by that act.

    Returns:
        How many cases wait for it now that did not before.
    """
    cases = Case.objects.filter(register=register, subject_id=record_id)
    keys = [str(key) for key in cases.values_list("pk", flat=True)]
    if not keys or _answered(keys, act):
        return 0
    return note_changed(order, register=register, record_ids=[record_id])


def note_person(order: Order, *, person_id: int, act: str) -> int:
    """Let the cases of a person, and of what the person owns and holds, be proven by the next re-check.

    Returns:
        How many cases wait for it now that did not before.
    """
    noted = note_record(order, register="population", record_id=person_id, act=act)
    records: dict[str, list[int]] = defaultdict(list)
    for register, record in Case.objects.filter(person_id=person_id).values_list("register", "subject_id"):
        if register != "population":
            records[register].append(record)
    return noted + sum(note_changed(order, register=name, record_ids=ids) for name, ids in sorted(records.items()))


def _answered(case_keys: list[str], act: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM audit_auditevent WHERE subject_kind = 'case' AND subject_key = ANY(%s) AND act = %s LIMIT 1",
            [case_keys, act],
        )
        return cursor.fetchone() is not None
