"""What licences allow on the day their rows were last written, many at once. For guarded looks and for lists about nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from sosach.domain.licences.models import Licence, LicenceClass, LicenceHalf
from sosach.domain.licences.states.holding import ClassState
from sosach.domain.licences.states.status import DRIVING


@dataclass(frozen=True, slots=True)
class Standing:
    """What a licence allows.

    Attributes:
        holder_id: whose it is.
        held: classes not taken away: name/law.
        driving: those whose vehicles may be driven: not suspended, points left.
    """

    holder_id: int | None
    held: frozenset[str]
    driving: frozenset[str]


def standing_of(licence_ids: Iterable[int]) -> dict[int, Standing]:
    """Standing of licences by id; those that go on as another one are left out.

    The calendar writes the rows anew on the day anything changes (`next_change_on`), so that they are of today.
    """
    wanted = set(licence_ids)
    rows = Licence.objects.filter(pk__in=wanted, joined_into__isnull=True).values_list("pk", "holder_id")
    halves = LicenceHalf.objects.filter(licence_id__in=wanted, status__in=sorted(DRIVING), points__gt=0)
    driving = set(halves.values_list("licence_id", "group"))
    held: dict[int, set[str]] = {}
    may: dict[int, set[str]] = {}
    classes = LicenceClass.objects.filter(licence_id__in=wanted, state=ClassState.HELD.value)
    for licence_id, group, name, law in classes.values_list("licence_id", "group", "name", "law"):
        held.setdefault(licence_id, set()).add(f"{name}/{law}")
        if (licence_id, group) in driving:
            may.setdefault(licence_id, set()).add(f"{name}/{law}")
    return {
        key: Standing(holder_id, frozenset(held.get(key, ())), frozenset(may.get(key, ()))) for key, holder_id in rows
    }
