"""Does with each record of a batch what the three values of its fields say: applied, there already, refused or in conflict.

Who is named and what stands here is looked up for the whole batch; then every record is one act of its own, as the other side, in
a savepoint. Row-level security lets a province change what lies in it and nothing else.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError, connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import AgreedState, Batch, Incoming, Link
from sosach.domain.exchange.operations.portraits import NOW, pins_of
from sosach.domain.exchange.rules.batches import AGREED, Answer, Item, Outcome
from sosach.domain.exchange.rules.merging import Told, merge, plain, references, renamed, renamed_field
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations import taking_over as licences
from sosach.domain.licences.rules.classes import NumberForm
from sosach.domain.places.queries import unit
from sosach.domain.population.models import Person
from sosach.domain.population.operations import taking_over as population
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.operations.telling import incomplete
from sosach.domain.provenance.rules import SUBJECTS
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations import taking_over as vehicles
from sosach.vn.working_days import day_of

_INSUFFICIENT_PRIVILEGE = "42501"
# A value nobody foresaw is refused like any other: it must not stop what comes after it.
_REFUSALS = (
    SosachError,
    DatabaseError,
    ValidationError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_MODELS: Mapping[str, type[Folded]] = {"population": Person, "vehicles": Vehicle, "licences": Licence}
_TAKE_OVER: Mapping[str, Callable[..., Folded]] = {
    "population": population.take_over,
    "vehicles": vehicles.take_over,
    "licences": licences.take_over,
}
_AGREE = """
INSERT INTO exchange_agreedstate AS a (link_id, register, record_id, key, values)
SELECT %s, x.register, x.record_id, x.key, x.values
FROM jsonb_to_recordset(%s::jsonb) AS x(register text, record_id bigint, key text, values jsonb)
ON CONFLICT (link_id, register, record_id) DO UPDATE SET values = jsonb_strip_nulls(a.values || EXCLUDED.values)
"""


@dataclass(slots=True)
class Arrival:
    """A record that came in, and what was done with it.

    Attributes:
        item: what was told.
        record_id: which record it is here; None where it is none.
        answer: what the other side is told.
        act: of what was done.
    """

    item: Item
    record_id: int | None
    answer: Answer
    act: UUID


@dataclass(slots=True)
class _Ground:
    """What a batch meets here.

    Attributes:
        people: number → id of the record.
        names: (register, id) → name of the record on the link.
        records: (register, key) → id of the record.
        mine: (register, id) → fields, people by the ids of their records.
    """

    people: dict[str, int] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    records: dict[tuple[str, str], int] = field(default_factory=dict)
    mine: dict[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)


def apply_items(order: Order, link: Link, items: Sequence[Item]) -> list[Arrival]:
    """Do what each record asks for, in order; those that another of the batch stood in the way of are tried once more.

    Args:
        order: as the other side.
        link: over which they came; locked.
        items: of one batch.
    """
    ground = _ground(link, items)
    arrivals = [_arrived(order, item, ground) for item in items]
    for place, arrival in enumerate(arrivals):
        if arrival.answer.code == ErrorCode.CONFLICT:
            arrivals[place] = _arrived(order, arrival.item, ground)
    _agree(link, arrivals)
    return arrivals


def note_arrivals(batch: Batch, arrivals: Sequence[Arrival]) -> None:
    """Write down what came and what was done."""
    Incoming.objects.bulk_create(
        Incoming(
            link_id=batch.link_id,
            batch=batch,
            position=place,
            register=arrival.item.register,
            record_id=arrival.record_id,
            key=arrival.item.key,
            commune_code=arrival.item.commune_code,
            day=arrival.item.day,
            digest=hashlib.sha256(arrival.item.line).hexdigest(),
            outcome=str(arrival.answer.outcome),
            code=arrival.answer.code,
            act=arrival.act,
        )
        for place, arrival in enumerate(arrivals)
    )


def _ground(link: Link, items: Sequence[Item]) -> _Ground:
    """Look up, for all of them at once, who is named, which records they are, and how those stand; records are locked."""
    ground = _Ground()
    told = [values for item in items for values in _sides(item)]
    named = {number for values in told for number in references(values) if isinstance(number, str)}
    ground.people |= population.by_pin(named)
    agreed = AgreedState.objects.filter(link=link, key__in=[item.key for item in items])
    for register, key, record_id in agreed.values_list("register", "key", "record_id"):
        ground.records[register, key] = record_id
    for register, model in _MODELS.items():
        mine = [item for item in items if item.register == register]
        _match(ground, register, [item for item in mine if (register, item.key) not in ground.records])
        keys = sorted({ground.records[register, item.key] for item in mine if (register, item.key) in ground.records})
        list(model.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").only("pk"))
        rows = AgreedState.objects.filter(link=link, register=register, record_id__in=keys)
        ground.names |= {(register, record): name for record, name in rows.values_list("record_id", "key")}
        for record_id, values in (NOW[register](keys) if keys else {}).items():
            ground.mine[register, record_id] = plain(values) or {}
    return ground


def _sides(item: Item) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was, and what is."""
    return (
        {name: was for name, (was, _) in item.fields.items()},
        {name: now for name, (_, now) in item.fields.items()},
    )


def _match(ground: _Ground, register: str, items: Sequence[Item]) -> None:
    """Records the other side tells of for the first time, by what they are known by; what fits several is none of them."""
    wanted = {tuple(key) for item in items for key in item.by}
    if not wanted:
        return
    found = _MATCHING[register](wanted)
    for item in items:
        record = next((found[tuple(key)] for key in item.by if tuple(key) in found), None)
        if record is not None:
            ground.records[register, item.key] = record


def _persons(wanted: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    found = population.by_pin(key[0] for key in wanted if len(key) == 1)
    return {(number,): record for number, record in found.items()}


def _vehicles(wanted: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    pairs = [key for key in wanted if len(key) == 2]
    rows = Vehicle.objects.filter(chassis_number__in=[key[1] for key in pairs])
    told = rows.values_list("plate_number", "chassis_number", "pk")
    return _only(pairs, [((plate, frame), key) for plate, frame, key in told])


def _licences(wanted: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    rows = Licence.objects.filter(licence_number__in=[key[0] for key in wanted], joined_into__isnull=True)
    found = []
    for number, form, name, born, key in rows.values_list(
        "licence_number", "number_form", "full_name", "birth_date", "pk"
    ):
        found.append(((number,) if form == NumberForm.PET else (number, name, born), key))
    return _only(wanted, found)


def _only(
    wanted: Collection[tuple[str, ...]], found: Sequence[tuple[tuple[str, ...], int]]
) -> dict[tuple[str, ...], int]:
    names = [name for name, _ in found]
    return {name: key for name, key in found if name in wanted and names.count(name) == 1}


_MATCHING: Mapping[str, Callable[[Collection[tuple[str, ...]]], dict[tuple[str, ...], int]]] = {
    "population": _persons,
    "vehicles": _vehicles,
    "licences": _licences,
}


def _arrived(order: Order, item: Item, ground: _Ground) -> Arrival:
    act = uuid5(order.act, f"{item.register}\x1f{item.key}")
    record_id = ground.records.get((item.register, item.key))
    mine = ground.mine.get((item.register, record_id)) if record_id is not None else None

    def known(number: Any) -> Any:
        return ground.people.get(str(number), str(number))  # never taken for an id of here

    def arrival(answer: Answer) -> Arrival:
        return Arrival(item, record_id, answer, act)

    if mine is None and not item.whole:
        return arrival(_refused(_unknown()))
    if record_id is not None and _is_another(item, ground.names.setdefault((item.register, record_id), item.key)):
        return arrival(_refused(_told_twice()))
    told = {
        name: (plain(renamed_field(name, plain(was), known)), plain(renamed_field(name, plain(now), known)))
        for name, (was, now) in item.fields.items()
    }
    if mine is None:
        record_id = None
        changes = {name: now for name, (_, now) in told.items() if now is not None}
    else:
        # a source may have named somebody by number alone who has a record by now
        mine = renamed(mine, lambda person: person if isinstance(person, int) else known(person))
        merged = merge(told, mine)
        if merged.conflicts:
            return arrival(Answer(Outcome.CONFLICT, theirs=_as_numbers({n: mine.get(n) for n in merged.conflicts})))
        changes = merged.apply
    if not changes:
        return arrival(Answer(Outcome.PRESENT))
    try:
        record_id = apply_record(
            Order(order.actor, order.at, order.evidence, act=act), item=item, record_id=record_id, changes=changes
        )
    except _REFUSALS as refused:
        return arrival(_refused(refused))
    _note(ground, item, record_id, changes)
    return arrival(Answer(Outcome.APPLIED))


def _is_another(item: Item, name: str) -> bool:
    """Whether the record goes by another name of the same installation: two records there are one here."""
    return name != item.key and name.partition(":")[0] == item.key.partition(":")[0]


def _note(ground: _Ground, item: Item, record_id: int, changes: Mapping[str, Any]) -> None:
    """What comes after in the batch meets the record as it is now."""
    ground.records[item.register, item.key] = record_id
    before = ground.mine.get((item.register, record_id), {})
    ground.mine[item.register, record_id] = {**before, **changes}
    if item.register == Person.REGISTER and changes.get("pin"):
        ground.people[changes["pin"]] = record_id


@operation("exchange.record_applied", roles=frozenset({Role.SYSTEM}))
def apply_record(order: Order, *, item: Item, record_id: int | None, changes: Mapping[str, Any]) -> Done[int]:
    """Change one record, within the territory of the other side.

    Raises:
        SosachError: ACCESS-02 it lies elsewhere; whatever the register says.
    """
    record = None
    if record_id is not None:
        record = _MODELS[item.register].objects.select_for_update(of=("self",)).filter(pk=record_id).first()
        if record is None:
            raise _elsewhere()
    before = record.merged_into_id if isinstance(record, Person) else None
    made = _TAKE_OVER[item.register](order, record, changes)
    _require_place(order, made)
    subject = Subject(SUBJECTS[item.register], str(made.pk), made.commune_code or "")
    details: dict[str, Any] = {"fields": sorted(name.partition("/")[0] for name in changes)}
    if population.MERGED in changes:
        details |= {"merged": made.pk, "survivor": changes[population.MERGED] or before}
    return Done(made.pk, [subject], details)


def take_over_told(order: Order, *, register: str, record_id: int, told: Mapping[str, Any]) -> None:
    """Let a record be in some fields what the other side told of it; inside a guarded verb of whoever decided so.

    Raises:
        SosachError: STATE-01 no such record within reach; whatever the register says.
    """
    record = _MODELS[register].objects.select_for_update(of=("self",)).filter(pk=record_id).first()
    if record is None:
        raise _unknown()
    people = population.by_pin({number for number in references(told) if isinstance(number, str)})
    _TAKE_OVER[register](order, record, renamed(told, lambda number: people.get(number, number)))


def _require_place(order: Order, record: Folded) -> None:
    """A commune lies in its province: whoever says otherwise could reach beyond the own one.

    Raises:
        SosachError: STATE-04.
    """
    if record.commune_code is None:
        return
    if _province_of(record.commune_code, day_of(order.at)) != record.province_code:
        raise incomplete("Xã và tỉnh không khớp nhau.", "The commune does not lie in the province.")


@lru_cache(maxsize=4096)
def _province_of(commune_code: str, day: date) -> str | None:
    """The province of a commune on a day; asked for every record, and the same for most of them."""
    found = unit(level="commune", code=commune_code, at=day)
    return found.province_code if found is not None else None


def _as_numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """People by their numbers again: what is told to the other side."""
    pins = pins_of(references(values))
    return renamed(values, lambda person: pins.get(person) if isinstance(person, int) else person)


def _refused(why: Exception) -> Answer:
    if isinstance(why, ProgrammingError) and getattr(why.__cause__, "sqlstate", "") == _INSUFFICIENT_PRIVILEGE:
        why = _elsewhere()
    elif isinstance(why, DatabaseError) and not isinstance(why, IntegrityError | DataError):
        raise why  # nothing was wrong with the record: the whole batch is taken another time
    elif isinstance(why, IntegrityError):
        why = SosachError(
            ErrorCode.CONFLICT,
            vi="Mâu thuẫn với một bản ghi khác, hoặc giá trị ngoài danh mục.",
            en="It contradicts another record, or a value is not in its list.",
        )
    elif not isinstance(why, SosachError):
        why = incomplete("Giá trị gửi đến không đọc được.", "A value that was told cannot be read.")
    return Answer(Outcome.REFUSED, str(why.code), why.vi, why.en)


def _elsewhere() -> SosachError:
    return SosachError(
        ErrorCode.ACCESS_OUTSIDE,
        vi="Bản ghi thuộc địa bàn tỉnh khác.",
        en="The record belongs to another province.",
    )


def _told_twice() -> SosachError:
    return SosachError(
        ErrorCode.INPUT_INCOMPLETE,
        vi="Hai bản ghi gửi đến là một bản ghi ở cấp này.",
        en="Two records that were told are one at this level.",
        hint_vi="Kiểm tra và gộp bản ghi trùng.",
        hint_en="Check whether they are duplicates.",
    )


def _unknown() -> SosachError:
    return SosachError(
        ErrorCode.NOT_FOUND, vi="Cấp này chưa có bản ghi đã nêu.", en="There is no such record at this level."
    )


def _agree(link: Link, arrivals: Sequence[Arrival]) -> None:
    """What was applied, or was there, is what both sides agree on from now on."""
    agree(
        link,
        [
            (arrival.item.register, arrival.record_id, arrival.item.key, told_now(arrival.item.fields))
            for arrival in arrivals
            if arrival.answer.outcome in AGREED and arrival.record_id is not None
        ],
    )


def told_now(fields: Told) -> dict[str, Any]:
    """What is, of what was told."""
    return {name: plain(now) for name, (_, now) in fields.items()}


def agree(link: Link, told: Sequence[tuple[str, int, str, Mapping[str, Any]]]) -> None:
    """Write down what both sides agree on: register, record, its name on the link, fields → values."""
    rows = [
        {"register": register, "record_id": record_id, "key": key, "values": dict(values)}
        for register, record_id, key, values in told
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_AGREE, [link.name, json.dumps(rows, ensure_ascii=False)])
