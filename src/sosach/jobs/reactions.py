"""The table of reactions: what happens below and matters above (a death, a merge) → the operations that follow.

Reactions are read from the evidence log, below the horizon of running transactions: whatever was recorded is followed up,
also after a crash; each operation once for each event. A reaction follows what holds when it runs, not what the event said:
jobs may run late and in another order, and what happened may be taken back meanwhile. What must follow is noted when the event
is read and ticked off in the transaction that does it (`domain/exchange/operations/following.py`): what has not followed shows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.campaign.operations.moving import follow_records
from sosach.domain.campaign.operations.refused_uploads import raise_refused
from sosach.domain.campaign.operations.solving import note_changed
from sosach.domain.campaign.operations.working import note_declared
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import people as declared
from sosach.domain.exchange.operations.following import (
    Line,
    Owed,
    note_followed,
    note_owed,
    note_stuck,
    take_asked_again,
)
from sosach.domain.licences.operations import holders
from sosach.domain.population.models import Person
from sosach.domain.population.operations.cards import end_cards, restore_cards
from sosach.domain.vehicles.operations import people
from sosach.jobs.call_backs import LIFE_EVENTS, WATCHED, tell_watchers
from sosach.jobs.changed_records import REGISTER_OF, changing, note_person, note_record
from sosach.jobs.once import act_of, once

DECEASED = "deceased"
DIED, MERGED, TAKEN_BACK = "population.death_registered", "population.persons_merged", "population.taken_back"
APPLIED = "exchange.record_applied"
DECLARED = "declarations.submitted"
# Decisions about a declaration that may have changed a record.
DECIDED = ("declarations.approved", "declarations.retracted")
# Everything after which somebody may live in another commune than before.
MOVES = (
    "population.moved_in",
    "population.moved_out",
    "population.stay_registered",
    "population.household_changed",
    "population.emigrated",
    "population.returned_home",
)
REACTING = Actor(
    ActorKind.SYSTEM, "reactions", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR, Role.STEWARD})
)
LOCK_KEY = 7309943  # of the advisory lock: one reads the log at a time


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the log, as a reaction sees it.

    Attributes:
        name: of its kind.
        key: id of the subject this row is about.
        details: ids and codes.
        act: id of the act it belongs to.
    """

    name: str
    key: int
    details: dict[str, Any]
    act: str = ""


Verb = Callable[[Order, Event], object]


@dataclass(frozen=True, slots=True)
class Reaction:
    """One line of the table.

    Attributes:
        event: name of the event in the catalogue.
        name: stable name of the reaction: part of the number of its act.
        verb: operation; takes an order and the event; may find that there is nothing to do.
        vi: what follows, Vietnamese.
        en: what follows, English.
        subject: kind of subject it is for.
    """

    event: str
    name: str
    verb: Verb
    vi: str = ""
    en: str = ""
    subject: str = "person"

    @property
    def line(self) -> Line:
        """The line as screens show it: the register that follows begins its name."""
        return Line(self.name, self.event, self.subject, self.name.partition(".")[0], self.vi, self.en)


def _life(dies: Callable[..., object], lives: Callable[..., object]) -> Verb:
    """A death, or its taking back: what holds now is followed. The spouse is a subject of the event as well, and lives on."""

    def verb(order: Order, event: Event) -> object:
        dead = Person.objects.filter(pk=event.key, life_status=DECEASED).exists()
        return (dies if dead else lives)(order, person_id=event.key)

    return verb


def _one_person(joined: Callable[..., object], parted: Callable[..., object]) -> Verb:
    """A merge, or its taking back: what holds now is followed."""

    def verb(order: Order, event: Event) -> object:
        gone, kept = event.details["merged"], event.details["survivor"]
        if event.key != gone:
            return None
        merged = Person.objects.filter(pk=gone, merged_into_id=kept).exists()
        return (joined if merged else parted)(order, from_person=gone, to_person=kept)

    return verb


def _vehicles_to(order: Order, person_id: int) -> object:
    """Vehicles and numbers of a person lie where the person lives now."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return None
    home = {"commune_code": person.commune_code, "province_code": person.province_code}
    people.move_records(order, person_id=person_id, **home)
    return follow_records(order, person_id=person_id)


def _vehicles_joined(order: Order, *, from_person: int, to_person: int) -> None:
    people.repoint_owner(order, from_person=from_person, to_person=to_person)
    _vehicles_to(order, to_person)


def _vehicles_parted(order: Order, *, from_person: int, to_person: int) -> None:
    people.repoint_back(order, from_person=from_person, to_person=to_person)
    _vehicles_to(order, from_person)


def _vehicles_move(order: Order, event: Event) -> object:
    return _vehicles_to(order, event.key)


def _licences_move(order: Order, event: Event) -> object:
    holders.follow_residence(order, person_id=event.key)
    return follow_records(order, person_id=event.key)


def _declared(order: Order, event: Event) -> object:
    """Cases about the record a declaration is about wait for whoever verifies; one about no record we know opens none."""
    told = Declaration.objects.filter(pk=event.key, record_id__isnull=False).first()
    if told is None:
        return None
    return note_declared(order, register=told.register, subject_id=told.record_id, declaration_id=told.pk)


def _decided(order: Order, event: Event) -> object:
    """The cases of the record are proven by the next re-check: accepted, or taken back, it may be clean now or not any more."""
    told = Declaration.objects.filter(pk=event.key, record_id__isnull=False).exclude(register="population").first()
    return note_changed(order, register=told.register, record_ids=[told.record_id]) if told is not None else None


def _recheck(order: Order, event: Event, subject: str) -> object:
    """A person brings along what the person owns and holds: findings there compare with what was changed here."""
    if subject == "person":
        return note_person(order, person_id=event.key, act=event.act)
    return note_record(order, register=REGISTER_OF[subject], record_id=event.key, act=event.act)


_VEHICLES = {
    DIED: _life(people.owner_died, people.owner_lives),
    MERGED: _one_person(_vehicles_joined, _vehicles_parted),
}
_LICENCES = {
    DIED: _life(holders.holder_died, holders.holder_lives),
    MERGED: _one_person(holders.repoint_holder, holders.repoint_back),
}
_POPULATION = {DIED: _life(end_cards, restore_cards)}
_DECLARATIONS = {MERGED: _one_person(declared.repoint_person, declared.repoint_back)}


def _stays(order: Order, event: Event) -> None:
    """A move changes nothing: a declaration is decided where it was sent to."""
    del order, event


def _taken_back(verbs: Mapping[str, Verb], move: Verb) -> Verb:
    """What the population register took back, also where the taking back was taken back itself: the present is followed."""

    def verb(order: Order, event: Event) -> object:
        before = event
        while before.name == TAKEN_BACK:
            found = _event_of(before.details["taken_back"], event.key)
            if found is None:
                return None
            before = found
        follow = verbs.get(before.name, move if before.name in MOVES else None)
        return follow(order, before) if follow else None

    return verb


def _applied(verbs: Mapping[str, Verb], move: Verb) -> Verb:
    """What another level told of a person is followed as if it had happened here: a death, a merge, a move."""

    def verb(order: Order, event: Event) -> None:
        told = set(event.details["fields"])
        for name, fields in _TOLD_BY.items():
            if told & fields and name in verbs:
                verbs[name](order, event)
        if told & {"commune_code", "province_code"}:
            move(order, event)

    return verb


def _refused(order: Order, event: Event, register: str) -> object:
    return raise_refused(order, register=register, record_id=event.key)


_TOLD_BY = {DIED: {"life_status", "died_on"}, MERGED: {"merged_into_pin"}}
_MOVED = (
    "Xe, biển số và các vụ việc chuyển vào danh sách của xã nơi chủ xe ở",
    "Vehicles, numbers and cases come onto the work list of the commune the owner lives in",
)
_MOVED_LICENCE = (
    "Giấy phép lái xe và các vụ việc chuyển vào danh sách của xã nơi người được cấp ở",
    "Licences and cases come onto the work list of the commune the holder lives in",
)
_PROVEN = "Vụ việc của bản ghi được kiểm tra lại", "Cases of the record are proven anew"

REACTIONS: tuple[Reaction, ...] = (
    Reaction(
        DIED,
        "vehicles.owner_died",
        _VEHICLES[DIED],
        "Xe của người chết được đề xuất xử lý theo diện thừa kế",
        "Vehicles of the dead: the heirs' case is proposed",
    ),
    Reaction(
        DIED,
        "licences.holder_died",
        _LICENCES[DIED],
        "Giấy phép lái xe của người chết hết hiệu lực",
        "Licences of the dead end",
    ),
    Reaction(
        DIED,
        "population.cards_ended",
        _POPULATION[DIED],
        "Thẻ căn cước của người chết hết hiệu lực",
        "Cards of the dead end",
    ),
    Reaction(
        MERGED,
        "vehicles.repoint_owner",
        _VEHICLES[MERGED],
        "Xe, biển số về bản ghi còn lại của chủ xe",
        "Vehicles and numbers belong to the owner's record that stays",
    ),
    Reaction(
        MERGED,
        "licences.repoint_holder",
        _LICENCES[MERGED],
        "Giấy phép lái xe về bản ghi còn lại của người được cấp",
        "Licences belong to the holder's record that stays",
    ),
    Reaction(
        MERGED,
        "declarations.repoint_person",
        _DECLARATIONS[MERGED],
        "Tờ khai về bản ghi còn lại của người khai",
        "Declarations belong to the declarant's record that stays",
    ),
    *(Reaction(event, f"exchange.watched_{event}", tell_watchers, *WATCHED) for event in LIFE_EVENTS),
    *(Reaction(event, f"vehicles.follow_{event}", _vehicles_move, *_MOVED) for event in MOVES),
    *(Reaction(event, f"licences.follow_{event}", _licences_move, *_MOVED_LICENCE) for event in MOVES),
    Reaction(
        DECLARED,
        "campaign.note_declared",
        _declared,
        "Vụ việc về bản ghi được khai chờ người xác minh",
        "Cases about the declared record wait for whoever verifies",
        subject="declaration",
    ),
    *(Reaction(event, f"campaign.prove_{event}", _decided, *_PROVEN, subject="declaration") for event in DECIDED),
    Reaction(
        TAKEN_BACK,
        "vehicles.undo",
        _taken_back(_VEHICLES, _vehicles_move),
        "Xe trở lại như trước việc bị thu hồi",
        "Vehicles are as before what was taken back",
    ),
    Reaction(
        TAKEN_BACK,
        "licences.undo",
        _taken_back(_LICENCES, _licences_move),
        "Giấy phép lái xe trở lại như trước việc bị thu hồi",
        "Licences are as before what was taken back",
    ),
    Reaction(
        TAKEN_BACK,
        "population.undo",
        _taken_back(_POPULATION, _stays),
        "Thẻ căn cước trở lại như trước việc bị thu hồi",
        "Cards are as before what was taken back",
    ),
    Reaction(
        TAKEN_BACK,
        "declarations.undo",
        _taken_back(_DECLARATIONS, _stays),
        "Tờ khai trở lại như trước việc bị thu hồi",
        "Declarations are as before what was taken back",
    ),
    Reaction(
        APPLIED,
        "vehicles.follow_told",
        _applied(_VEHICLES, _vehicles_move),
        "Xe theo thay đổi của chủ xe do cấp kia gửi: chết, gộp hồ sơ, chuyển nơi ở",
        "Vehicles follow what the other level told of their owner: a death, a merge, a move",
    ),
    Reaction(
        APPLIED,
        "licences.follow_told",
        _applied(_LICENCES, _licences_move),
        "Giấy phép lái xe theo thay đổi của người được cấp do cấp kia gửi",
        "Licences follow what the other level told of their holder",
    ),
    Reaction(
        APPLIED,
        "population.follow_told",
        _applied(_POPULATION, _stays),
        "Thẻ căn cước theo thay đổi do cấp kia gửi",
        "Cards follow what the other level told",
    ),
    Reaction(
        APPLIED,
        "declarations.follow_told",
        _applied(_DECLARATIONS, _stays),
        "Tờ khai theo thay đổi của người khai do cấp kia gửi",
        "Declarations follow what the other level told of the declarant",
    ),
    *(
        Reaction(
            "exchange.upload_refused",
            f"campaign.refused_{subject}",
            partial(_refused, register=register),
            "Mở hoặc mở lại vụ việc của xã khi cấp kia từ chối hoặc hai bên sửa khác nhau",
            "The commune's case is opened, or opened again, where the other level refused or both changed the record",
            subject,
        )
        for subject, register in REGISTER_OF.items()
    ),
    *(
        Reaction(APPLIED, f"campaign.recheck_told_{subject}", partial(_recheck, subject=subject), *_PROVEN, subject)
        for subject in REGISTER_OF
    ),
    *(
        Reaction(event, f"campaign.recheck_{subject}:{event}", partial(_recheck, subject=subject), *_PROVEN, subject)
        for subject in REGISTER_OF
        for event in changing(subject)
    ),
)

_NEW_SQL = """
SELECT id, event, subject_kind, subject_key, at FROM audit_auditevent
WHERE xid >= %s AND xid < %s AND event = ANY(%s) ORDER BY xid, id
"""


def follow_up(reactions: Sequence[Reaction] = REACTIONS) -> int:
    """Put a job into the queue for every new event somebody reacts to, and for what is to be tried anew; how many.

    The place in the log moves with them.
    """
    with acting(REACTING), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "SELECT to_xid, pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM installation.reactions_read"
        )
        start, horizon = cursor.fetchone()
        cursor.execute(_NEW_SQL, [start, horizon, [reaction.event for reaction in reactions]])
        owed = [
            Owed(event_id, reaction.name, event, kind, key, happened_at)
            for event_id, event, kind, key, happened_at in cursor.fetchall()
            for reaction in reactions
            if (reaction.event, reaction.subject) == (event, kind)
        ]
        note_owed(owed)
        jobs = [(one.event_id, one.reaction) for one in owed] + take_asked_again()
        for event_id, name in jobs:
            app.configure_task("react").defer(event_id=event_id, reaction=name)
        cursor.execute("UPDATE installation.reactions_read SET to_xid = %s", [horizon])
    return len(jobs)


def react(event_id: int, name: str, at: datetime, reactions: Sequence[Reaction] = REACTIONS) -> bool:
    """Do one reaction to one event, once; whether it was done now.

    Raises:
        LookupError: there is no such reaction, or no such event.
    """
    reaction = next((known for known in reactions if known.name == name), None)
    if reaction is None:
        raise LookupError(f"there is no reaction {name}")
    with acting(REACTING), connection.cursor() as cursor:
        cursor.execute(
            "SELECT event, subject_key, details::text, act::text FROM audit_auditevent WHERE id = %s", [event_id]
        )
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"there is no event {event_id}")
    act = act_of("reaction", name, event_id)
    order = Order(REACTING, at, reason=f"event {event_id}", act=act)
    event = Event(found[0], int(found[1]), json.loads(found[2]), found[3])

    def work() -> None:
        with acting(REACTING):
            reaction.verb(order, event)

    with transaction.atomic():
        done = once(act, work)
        note_followed(REACTING, event_id=event_id, reaction=name, at=at)
    return done


def note_failed(event_id: int, name: str, failure: BaseException, *, last: bool, at: datetime) -> None:
    """Note that a reaction failed: the code of the error or its kind, never its message, which may quote values."""
    why = str(failure.code) if isinstance(failure, SosachError) else type(failure).__name__
    note_stuck(REACTING, event_id=event_id, reaction=name, why=why, last=last, at=at)


def _event_of(act: str, key: int) -> Event | None:
    """The event of an act, as it stands at one of its persons."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event, subject_key, details::text FROM audit_auditevent "
            "WHERE subject_kind = 'person' AND subject_key = %s AND act = %s LIMIT 1",
            [str(key), act],
        )
        found = cursor.fetchone()
    return Event(found[0], int(found[1]), json.loads(found[2])) if found else None
