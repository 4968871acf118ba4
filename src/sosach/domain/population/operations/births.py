"""Births: a newborn gets record and PIN by one message of the civil-status database, in batches or one by one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import CivilMessage, Person, Relation
from sosach.domain.population.operations.inserting import insert_rows
from sosach.domain.population.operations.journal import (
    LONGEST_KEY,
    Change,
    clean_name,
    commune,
    entry_fields,
    incomplete,
    must_reach,
)
from sosach.domain.population.operations.numbers import claim_numbers
from sosach.domain.population.rules.days import day_of, is_partial_date, latest
from sosach.domain.population.rules.numbers import prefix
from sosach.domain.population.rules.words import Kin, Life, Part, Sex
from sosach.domain.population.states.civil import EVENT
from sosach.domain.population.states.pieces import STEPS, begin
from sosach.domain.provenance.models import JournalEntry
from sosach.vn.names import keys

LARGEST_BATCH = 1000
LONGEST_ID = 64
PARENTS_TOLD = frozenset({Kin.FATHER, Kin.MOTHER, Kin.REPRESENTATIVE})
_EVENT = {EVENT: {"name": "register_birth", "other": None}}


@dataclass(frozen=True, slots=True)
class ParentTold:
    """A parent or representative as the message names them.

    Attributes:
        kind: father, mother or representative.
        full_name: name.
        nationality: ISO 3166, three letters.
        pin: PIN, where there is one.
        person_id: record in the register, where it is known.
    """

    kind: Kin
    full_name: str
    nationality: str = "VNM"
    pin: str = ""
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Birth:
    """What the civil-status database sends of a newborn (Decree 70/2024 art. 11(2) as amended by Decree 58/2026).

    Attributes:
        message_id: of the message; the same one is answered with the same PIN.
        full_name: surname, middle name, given name.
        birth_date: yyyy-mm-dd.
        sex: "M" or "F".
        commune_code: commune that registered the birth.
        birth_place: where the child was born.
        hometown: hometown.
        ethnicity: ethnicity.
        nationality: ISO 3166, three letters.
        parents: father, mother, representative.
    """

    message_id: str
    full_name: str
    birth_date: str
    sex: str
    commune_code: str
    birth_place: str = ""
    hometown: str = ""
    ethnicity: str = ""
    nationality: str = "VNM"
    parents: tuple[ParentTold, ...] = field(default=())

    def digest(self) -> str:
        """Hash of the content: two messages with one id must not differ."""
        told = [
            self.full_name,
            self.birth_date,
            self.sex,
            self.commune_code,
            self.birth_place,
            self.hometown,
            self.ethnicity,
            self.nationality,
        ]
        for parent in self.parents:
            told += [parent.kind, parent.full_name, parent.nationality, parent.pin, str(parent.person_id or "")]
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Registered:
    """The answer to one message.

    Attributes:
        message_id: of the message.
        person_id: record of the newborn.
        pin: its PIN.
        repeated: whether the message had been answered before.
    """

    message_id: str
    person_id: int
    pin: str
    repeated: bool


@operation("population.birth_registered", roles=frozenset({Role.CIVIL_STATUS, Role.SYSTEM}))
def register_births(order: Order, *, births: Sequence[Birth]) -> Done[list[Registered]]:
    """Register births and establish PINs, all in one act; answers come in the order of the messages.

    Law 26/2023/QH15 art. 12; Decree 70/2024 art. 11(2).

    Raises:
        SosachError: STATE-04 a message lacks something; STATE-03 an id was used for another content, or no number is free;
            ACCESS-02 another commune's birth; ACCESS-01 the officer's own child.
    """
    if not 0 < len(births) <= LARGEST_BATCH or len({birth.message_id for birth in births}) < len(births):
        raise incomplete("Từ 1 đến 1000 thông điệp, mỗi mã một lần.", "1 to 1000 messages, each id once.")
    today = day_of(order.at)
    provinces = {code: commune(code, today)[1] for code in {birth.commune_code for birth in births}}
    for birth in births:
        _check(order, birth, provinces[birth.commune_code], today)
    claimed = _claim_messages(order, births, provinces)
    fresh = {birth: claimed[birth.message_id] for birth in births if birth.message_id in claimed}
    answers = _create(order, fresh, provinces) | _repeated([birth for birth in births if birth not in fresh])
    subjects = [Subject("person", str(answers[birth.message_id].person_id), birth.commune_code) for birth in births]
    return Done([answers[birth.message_id] for birth in births], subjects, {"births": len(births), "new": len(fresh)})


def register_birth(order: Order, *, birth: Birth) -> Registered:
    """Register one birth; as `register_births` with one message."""
    return register_births(order, births=[birth])[0]


def _check(order: Order, birth: Birth, province: str, today: date) -> None:
    must_reach(order, (birth.commune_code, province))
    for parent in birth.parents:
        require_other(order.actor, parent.person_id)
    clean_name(birth.full_name)
    if not 0 < len(birth.message_id) <= LONGEST_ID or birth.sex not in set(Sex):
        raise incomplete("Thiếu mã thông điệp hoặc giới tính.", "The id or the sex is missing.")
    if not is_partial_date(birth.birth_date) or latest(birth.birth_date) > today:
        raise incomplete("Ngày sinh không hợp lệ.", "The date of birth is none, or lies ahead.")
    kinds = [parent.kind for parent in birth.parents]
    if len(set(kinds)) < len(kinds) or not PARENTS_TOLD.issuperset(kinds):
        raise incomplete(
            "Cha, mẹ, người đại diện: mỗi loại một người.", "Father, mother, representative: one of each at most."
        )


def _claim_messages(order: Order, births: Sequence[Birth], provinces: dict[str, str]) -> dict[str, int]:
    """Messages nobody had answered, each with the id of the record to come, so that one statement per table writes the rest.

    Who sends the same at once waits here for the first answer.
    """
    rows = sorted(births, key=lambda birth: birth.message_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO population_civilmessage "
            "(message_id, digest, person_id, commune_code, province_code, received_at, act) "
            "SELECT m, d, nextval(pg_get_serial_sequence('population_person', 'id')), c, v, %s, %s "
            "FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS told(m, d, c, v) "
            "ON CONFLICT (message_id) DO NOTHING RETURNING message_id, person_id",
            [
                order.at,
                order.act,
                [birth.message_id for birth in rows],
                [birth.digest() for birth in rows],
                [birth.commune_code for birth in rows],
                [provinces[birth.commune_code] for birth in rows],
            ],
        )
        return dict(cursor.fetchall())


def _repeated(births: list[Birth]) -> dict[str, Registered]:
    """Answers to messages that had been answered: the number the newborn has today."""
    if not births:
        return {}
    rows = CivilMessage.objects.filter(pk__in=[birth.message_id for birth in births]).select_related("person")
    known = {row.message_id: row for row in rows}
    for birth in births:
        row = known.get(birth.message_id)
        if row is None or row.digest != birth.digest():
            raise SosachError(
                ErrorCode.CONFLICT,
                vi="Mã thông điệp đã dùng cho nội dung khác.",
                en="The id of the message was used for another content.",
                hint_vi="Gửi lại với mã mới.",
                hint_en="Send it again with an id of its own.",
            )
    return {key: Registered(key, row.person_id, row.person.pin or "", repeated=True) for key, row in known.items()}


def _create(order: Order, births: dict[Birth, int], provinces: dict[str, str]) -> dict[str, Registered]:
    """Write numbers, records, journal and relations of newborns, one statement per table."""
    if not births:
        return {}
    heads = [
        prefix(province_code=provinces[birth.commune_code], sex=birth.sex, birth_year=int(birth.birth_date[:4]))
        for birth in births
    ]
    pins = claim_numbers(dict(zip(births.values(), heads, strict=True)))
    told = {key: _columns(birth, pins[key], provinces[birth.commune_code]) for birth, key in births.items()}
    insert_rows(Person, [_row(key, columns) for key, columns in told.items()])
    fields = entry_fields(order, Change("register_birth"))
    entries = [
        {**fields, "subject_id": key, "changes": {**told[key], **_EVENT, STEPS: _relations(birth)}}
        for birth, key in births.items()
    ]
    journal = dict(insert_rows(JournalEntry, entries, returning="subject_id, id"))
    rows = [
        {"person_id": key, "origin": "entry", "key": journal[key], "position": position, **_kin(step)}
        for key, entry in zip(told, entries, strict=True)
        for position, step in enumerate(entry["changes"][STEPS])
    ]
    insert_rows(Relation, rows)
    return {
        birth.message_id: Registered(birth.message_id, key, pins[key], repeated=False) for birth, key in births.items()
    }


def _row(key: int, columns: dict[str, Any]) -> dict[str, Any]:
    found = keys(columns["full_name"])
    return {"id": key, **columns, "name_k1": found.k1[:LONGEST_KEY], "name_k2": found.k2[:LONGEST_KEY]}


def _kin(step: dict[str, Any]) -> dict[str, Any]:
    """Columns of a relation that begins; a newborn has no earlier one that it would end."""
    return {"slot": step["slot"], "begins_on": step["on"], "holds": True, **step["data"]}


def _columns(birth: Birth, pin: str, province: str) -> dict[str, Any]:
    return {
        "full_name": clean_name(birth.full_name),
        "pin": pin,
        "birth_date": birth.birth_date,
        "sex": birth.sex,
        "birth_place": birth.birth_place,
        "birth_registration_code": birth.commune_code,
        "hometown": birth.hometown,
        "ethnicity": birth.ethnicity,
        "nationality": birth.nationality,
        "marital_status": "",
        "life_status": Life.ALIVE.value,
        "commune_code": birth.commune_code,
        "province_code": province,
    }


def _relations(birth: Birth) -> list[dict[str, Any]]:
    born = latest(birth.birth_date)
    return [
        begin(
            Part.RELATION,
            parent.kind,
            born,
            kind=parent.kind,
            other_id=parent.person_id,
            full_name=parent.full_name,
            pin=parent.pin,
            nationality=parent.nationality,
        )
        for parent in birth.parents
    ]
