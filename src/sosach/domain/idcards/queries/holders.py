"""What the population register says of somebody a card is for. Not guarded: for use inside verbs and looks, which name the person."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from sosach.domain.idcards.models import Application, Packet
from sosach.domain.idcards.rules.applications import ADULT_CARD_AGE, Holder, Kind, born_on, captured_for, is_younger
from sosach.domain.idcards.rules.endings import Ending, ending_of
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.models import Person, Relation
from sosach.domain.population.models.parts import OPEN
from sosach.domain.population.operations.corrections import CORRECTABLE
from sosach.domain.population.queries import person_of_pin
from sosach.domain.population.queries.resolving import merged_records
from sosach.domain.population.rules.words import PARENTS, Kin, Life, Spell

CARD_KINDS = ("can_cuoc", "cccd")
STATED = (
    "full_name",
    "birth_date",
    "sex",
    "birth_place",
    "birth_registration_place",
    "hometown",
    "ethnicity",
    "religion",
    "nationality",
)
GUARDIANS = PARENTS | {Kin.REPRESENTATIVE}


def holder_of(person: Person) -> Holder:
    """The person as far as it decides whether there can be a card."""
    cards = list(person.card_rows.filter(kind__in=CARD_KINDS, holds=True).order_by("-issued_on", "-pk"))
    present = [card for card in cards if card.ends_on is None]
    return Holder(
        pin=person.pin or "",
        full_name=person.full_name,
        birth_date=person.birth_date,
        sex=person.sex,
        nationality=person.nationality,
        residence=residence_of(person),
        alive=person.life_status == Life.ALIVE,
        merged=person.merged_into_id is not None,
        has_card=bool(present),
        had_card=bool(cards),
        card_expires=present[0].expires_on if present else None,
    )


def ending_for(person: Person) -> Ending | None:
    """Why this person can be given no card any more, as things are; None: nothing of it."""
    return ending_of(
        dead=person.life_status == Life.DECEASED,
        merged=person.merged_into_id is not None,
        nationality=person.nationality,
    )


def residence_of(person: Person) -> str:
    """The place of residence a card names: permanent, else temporary, else current (Law 26/2023/QH15 art. 18)."""
    spells = dict(person.residence_rows.filter(OPEN).values_list("slot", "address"))
    return next((spells[kind] for kind in (Spell.PERMANENT, Spell.TEMPORARY, Spell.CURRENT) if spells.get(kind)), "")


def relatives_of(person: Person) -> Mapping[str, str]:
    """Kind of relation → name, of relations that hold; a record's own name before one that was noted."""
    rows = person.relation_rows.filter(OPEN).select_related("other").order_by("pk")
    return {row.kind: (row.other.full_name if row.other else row.full_name) for row in rows}


def represents(representative: Person | None, person: Person) -> bool:
    """Whether the register names somebody as parent or representative of a person."""
    if representative is None:
        return False
    rows = person.relation_rows.filter(OPEN, kind__in=[kin.value for kin in GUARDIANS])
    return any(
        row.other_id == representative.pk or (representative.pin and row.pin == representative.pin) for row in rows
    )


def represented_by(person_id: int | None) -> QuerySet[Relation, dict[str, Any]]:
    """Whom the register names somebody as parent or representative of, of whatever age: by the record, or by the PIN alone."""
    pin = Person.objects.filter(pk=person_id).values_list("pin", flat=True).first()
    named = Q(other_id=person_id) | Q(pin=pin) if pin else Q(other_id=person_id)
    return Relation.objects.filter(OPEN, named, kind__in=[kin.value for kin in GUARDIANS]).values("person_id")


def is_child(person: Person, day: date) -> bool:
    """Whether somebody needs a representative on a day."""
    born = born_on(person.birth_date)
    return born is not None and is_younger(born, ADULT_CARD_AGE, on=day)


def is_captured(application: Application, *, on: date) -> bool:
    """Whether anything of the person may be captured on a day: not under six."""
    birth_date = application.person.birth_date
    return captured_for(Kind(application.kind), birth_date, on=on, earlier_pictures=False)


def somebody(pin: str) -> Person | None:
    """The person a PIN stands for; None for none, also where the text is no PIN."""
    number = pin.strip()
    return person_of_pin(number) if len(number) == 12 and number.isascii() and number.isdigit() else None


def differing(person: Person, stated: Mapping[str, str]) -> dict[str, str]:
    """What was stated otherwise than the record says: column → as stated. Case, accents' form and spaces do not count.

    Raises:
        KeyError: a column that is not compared.
    """
    unknown = set(stated) - set(STATED)
    if unknown:
        raise KeyError(min(unknown))
    return {
        column: text.strip()
        for column, text in stated.items()
        if text.strip() and column in CORRECTABLE and _plain(text) != _plain(str(getattr(person, column) or ""))
    }


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def last_packet(person_id: int) -> Packet | None:
    """The last good capture of a person that can still be opened, under this record or one that was merged into it."""
    rows = Packet.objects.filter(person_id__in=merged_records(person_id), state=PacketState.GOOD.value)
    return rows.order_by("-finished_at", "-pk").first()


def reusable_packet(person_id: int) -> Packet | None:
    """The last capture a card was approved for: one that was compared with everybody's, and not judged another's."""
    rows = Packet.objects.filter(person_id__in=merged_records(person_id), state=PacketState.GOOD.value)
    return rows.filter(application__approved_at__isnull=False).order_by("-finished_at", "-pk").first()


def packet_of(application: Application) -> Packet | None:
    """The capture a card is made from: the application's own, else the last one of the person a card was approved for."""
    own = application.packets.filter(state=PacketState.GOOD.value).first()
    return own or reusable_packet(application.person_id)
