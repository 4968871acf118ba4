"""What follows from what happened: the verbs the table of reactions names. Each follows what holds when it runs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.sessions import drop_sessions_of, note_sign_out
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject, account_key
from sosach.domain.campaign.operations.moving import follow_records
from sosach.domain.campaign.operations.refused_uploads import raise_refused
from sosach.domain.campaign.operations.solving import note_changed
from sosach.domain.campaign.operations.working import note_declared
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import people as declared
from sosach.domain.exchange.operations.following import Line
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.operations.applying import recheck as recheck_application
from sosach.domain.idcards.operations.followers import end_cards as end_id_cards
from sosach.domain.idcards.operations.followers import restore_cards as restore_id_cards
from sosach.domain.idcards.operations.followers import spoil_numbered, tell_population
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.rules.endings import ending_of
from sosach.domain.idcards.states.applications import BEFORE_APPROVAL
from sosach.domain.idcards.states.applications import State as ApplicationState
from sosach.domain.licences.operations import holders
from sosach.domain.population.models import Person
from sosach.domain.population.operations.cards import end_cards, restore_cards
from sosach.domain.vehicles.operations import people
from sosach.jobs.changed_records import REGISTER_OF, note_person, note_record

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
# Everything after which somebody has another ID card than before, or none.
CARD_CHANGES = (
    "idcards.card_handed_over",
    "idcards.card_reported",
    "idcards.card_report_taken_back",
    "idcards.card_found",
    "idcards.cards_expired",
    "idcards.card_revoked",
    "idcards.cards_restored",
)
CAPTURED = "idcards.packet_finished"
# Everything after which an application for a card may go on, or has to wait.
RECORD_CHANGES = ("population.corrected", "population.petition_refused")
# Everything that may change whether somebody can have a card, beside a death and a merge.
NATIONALITY, RENUMBERED = "population.nationality_changed", "population.new_pin_established"
# Everything after which an application may wait for its comparison again.
CARDS_RESTORED = "idcards.cards_restored"
REACTING = Actor(
    ActorKind.SYSTEM, "reactions", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR, Role.STEWARD})
)


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


def vehicles_move(order: Order, event: Event) -> object:
    """Vehicles, numbers and cases follow their owner."""
    return _vehicles_to(order, event.key)


def licences_move(order: Order, event: Event) -> object:
    """Licences and cases follow their holder."""
    holders.follow_residence(order, person_id=event.key)
    return follow_records(order, person_id=event.key)


def note_claim(order: Order, event: Event) -> object:
    """Cases about the record a declaration is about wait for whoever verifies; one about no record we know opens none."""
    told = Declaration.objects.filter(pk=event.key, record_id__isnull=False).first()
    if told is None:
        return None
    return note_declared(order, register=told.register, subject_id=told.record_id, declaration_id=told.pk)


def prove_claimed(order: Order, event: Event) -> object:
    """The cases of the record are proven by the next re-check: accepted, or taken back, it may be clean now or not any more."""
    told = Declaration.objects.filter(pk=event.key, record_id__isnull=False).exclude(register="population").first()
    return note_changed(order, register=told.register, record_ids=[told.record_id]) if told is not None else None


def card_told(order: Order, event: Event) -> object:
    """The population register holds the ID card its holder has now, or none."""
    return tell_population(order, card_id=event.key)


def compare_capture(order: Order, event: Event) -> object:
    """A capture that is whole is compared with everybody's, unless somebody at the desk was quicker."""
    waits = Application.objects.filter(pk=event.key, state=ApplicationState.CAPTURED.value).exists()
    return screen(order, application_id=event.key) if waits else None


def look_again(order: Order, event: Event) -> object:
    """The application of a person whose record changed goes on, or waits, as the record now is."""
    states = [state.value for state in BEFORE_APPROVAL]
    found = Application.objects.filter(person_id=event.key, state__in=states).first()
    return recheck_application(order, application_id=found.pk) if found is not None else None


def id_cards_follow(order: Order, event: Event) -> object:
    """Cards and the application follow their holder: who cannot have a card, and who can again."""
    holder = Person.objects.filter(pk=event.key).first()
    if holder is None:
        return None
    gone = ending_of(
        dead=holder.life_status == DECEASED, merged=holder.merged_into_id is not None, nationality=holder.nationality
    )
    return (end_id_cards if gone else restore_id_cards)(order, person_id=holder.pk)


def id_cards_renumbered(order: Order, event: Event) -> object:
    """A card that bears a number its holder has no more is not handed over: another one is made."""
    return spoil_numbered(order, person_id=event.key)


def show_out(order: Order, event: Event) -> None:
    """Nobody stays signed in as somebody who is dead, or whose record became another's."""
    gone = Person.objects.filter(Q(life_status=DECEASED) | Q(merged_into__isnull=False), pk=event.key)
    if gone.exists() and drop_sessions_of(account_key(ActorKind.CITIZEN, event.key)):
        note_sign_out(order, who=Subject("person", str(event.key)), why="account")


def recheck(order: Order, event: Event, subject: str) -> object:
    """A person brings along what the person owns and holds: findings there compare with what was changed here."""
    if subject == "person":
        return note_person(order, person_id=event.key, act=event.act)
    return note_record(order, register=REGISTER_OF[subject], record_id=event.key, act=event.act)


VEHICLES = {
    DIED: _life(people.owner_died, people.owner_lives),
    MERGED: _one_person(_vehicles_joined, _vehicles_parted),
}
LICENCES = {
    DIED: _life(holders.holder_died, holders.holder_lives),
    MERGED: _one_person(holders.repoint_holder, holders.repoint_back),
}
POPULATION = {DIED: _life(end_cards, restore_cards)}
IDCARDS = {**dict.fromkeys((DIED, MERGED, NATIONALITY), id_cards_follow), RENUMBERED: id_cards_renumbered}
DECLARATIONS = {MERGED: _one_person(declared.repoint_person, declared.repoint_back)}


def stays(order: Order, event: Event) -> None:
    """A move changes nothing: a declaration is decided where it was sent to."""
    del order, event


def taken_back(verbs: Mapping[str, Verb], move: Verb) -> Verb:
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


def applied(verbs: Mapping[str, Verb], move: Verb) -> Verb:
    """What another level told of a person is followed as if it had happened here: a death, a merge, a move."""

    def verb(order: Order, event: Event) -> None:
        told = set(event.details["fields"])
        for name, fields in _TOLD_BY.items():
            if told & fields and name in verbs:
                verbs[name](order, event)
        if told & {"commune_code", "province_code"}:
            move(order, event)

    return verb


def refused(order: Order, event: Event, register: str) -> object:
    """What the other level refused, or what both changed, is a case on the commune's desk."""
    return raise_refused(order, register=register, record_id=event.key)


_TOLD_BY = {
    DIED: {"life_status", "died_on"},
    MERGED: {"merged_into_pin"},
    NATIONALITY: {"nationality"},
    RENUMBERED: {"pin"},
}


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
