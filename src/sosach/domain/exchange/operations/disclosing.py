"""Every answer to a partner: values of the agreement and no others, or yes and no; one transaction with its event and its trace."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.sensitivity import Sensitivity, Withheld
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.release import withheld_from
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import Disclosure
from sosach.domain.exchange.operations.partners import note_refusal
from sosach.domain.exchange.operations.pseudonyms import pseudonyms_of
from sosach.domain.exchange.queries.attributes import MODELS, Number, attributes_of, records_of, subjects_of, values_of
from sosach.domain.exchange.queries.partners import Caller, PartnerRefusedError
from sosach.domain.exchange.queries.questions import answer
from sosach.domain.exchange.queries.searching import SEARCHES, searched
from sosach.domain.exchange.rules.agreements import Agreement, Refused
from sosach.domain.exchange.rules.questions import MATCHES, QUESTIONS
from sosach.domain.population.models import Person
from sosach.domain.population.queries.views import subject_of
from sosach.domain.population.rules.days import day_of

PARTNERS = frozenset({Role.PARTNER})
MOST = 1_000  # records in one answer
_HIDDEN = Withheld(Sensitivity.BASIC)


@dataclass(frozen=True, slots=True)
class Ask:
    """A partner's question at a moment.

    Attributes:
        caller: who asks.
        at: when, as the edge read the clock.
        act: id of the act; the log and the trace share it.
    """

    caller: Caller
    at: datetime
    act: UUID = field(default_factory=uuid4)

    @property
    def look(self) -> Look:
        """The question as a look."""
        return Look(self.caller.actor, self.caller.purpose, self.at, self.caller.reference)


def disclose(
    ask: Ask, *, register: str, record_ids: Sequence[int], attributes: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Values of records, in the order of their ids: what the agreement and the release let, the rest named as `Withheld`.

    Args:
        ask: who asks and when.
        register: of the records.
        record_ids: which.
        attributes: names; None: all that were agreed.

    Raises:
        PartnerRefusedError: ACCESS-01, nothing of that register was agreed, or a consent is missing.
        SosachError: STATE-01, no such record; REQUEST-01, a name that stands for nothing, or too many records.
    """
    with _counted(ask):
        return values_given(ask.look, ask=ask, register=register, record_ids=tuple(record_ids), attributes=attributes)


def confirm(
    ask: Ask, *, register: str, record_id: int | None, question: str, told: Mapping[str, Any]
) -> bool | dict[str, bool]:
    """Yes or no; for the question `matches`, attribute by attribute. For a record there is not, the same noes in the same time.

    Args:
        ask: who asks and when.
        register: of the record.
        record_id: which; None: there is none.
        question: of the catalogue (`rules.questions`), or `matches`.
        told: what the partner tells with it.

    Raises:
        PartnerRefusedError: ACCESS-01, the question or a compared attribute was not agreed, or a consent is missing.
        SosachError: REQUEST-01, what the question needs was not told.
    """
    with _counted(ask):
        found = question_answered(
            ask.look, ask=ask, register=register, record_id=record_id, question=question, told=dict(told)
        )
    guess = question == MATCHES or QUESTIONS[question].guess
    no = not all(found.values()) if isinstance(found, dict) else not found
    # asked for a yes as well, with nothing to charge: the time must not tell
    take_misses(ask.caller.actor, at=ask.at, limits=ask.caller.agreement.by_minute(), count=int(guess and no))
    return found


def find_by(ask: Ask, *, register: str, key: str, value: str, kind: str = "") -> int | None:
    """The one record a number stands for, exactly; None where there is none or several. What is not found is charged.

    Args:
        ask: who asks and when.
        register: where.
        key: `pin` (or the partner's own number for the person), `old_number`, `plate`, `chassis_number`, `licence_number`.
        value: the number.
        kind: kind of the plate, where it is known.

    Raises:
        PartnerRefusedError: ACCESS-01, nothing of that register was agreed, or a consent is missing.
        SosachError: REQUEST-01, no such way to search.
    """
    with _counted(ask):
        found = record_sought(ask.look, ask=ask, register=register, key=key, value=value, kind=kind)
    take_misses(ask.caller.actor, at=ask.at, limits=ask.caller.agreement.by_minute(), count=int(found is None))
    return found


@contextmanager
def _counted(ask: Ask) -> Iterator[None]:
    """Notes a refusal: the transaction of the answer is gone with it, the partner's month tells of it."""
    try:
        yield
    except PartnerRefusedError as refused:
        note_refusal(Order(ask.caller.actor, ask.at), why=refused.why)
        raise


@reading("exchange.disclosed", roles=PARTNERS)
def values_given(
    look: Look, *, ask: Ask, register: str, record_ids: tuple[int, ...], attributes: Sequence[str] | None
) -> Seen[list[dict[str, Any]]]:
    """Values under an agreement, with their trace; see `disclose`.

    Raises:
        PartnerRefusedError: ACCESS-01.
        SosachError: STATE-01, REQUEST-01.
    """
    agreed = covered(ask.caller, register)
    asked = tuple(dict.fromkeys(attributes)) if attributes is not None else tuple(sorted(agreed.may_tell(register)))
    known = attributes_of(register)
    if set(asked) - known.keys() or len(record_ids) > MOST:
        raise _invalid(
            "Thuộc tính không có, hoặc quá nhiều bản ghi.", "An attribute that is none, or too many records."
        )
    given = [name for name in asked if name in released_to(agreed, register, look.purpose)]
    rows = records_of(register, record_ids)
    if len(rows) < len(set(record_ids)):
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bản ghi này.", en="There is no such record.")
    values = [values_of(register, row, given, day=day_of(ask.at)) for row in rows]
    named = {name: Withheld(known[name].sensitivity) for name in asked if name not in given}
    people = _people_in(values)
    found = [each | named for each in _named_for(ask, values, people)]
    note(ask, "values", register, [row.pk for row in rows], asked=given, withheld=tuple(named))
    subjects = [subject for row in rows for subject in subjects_of(register, row)]
    seen = {subject.key for subject in subjects if subject.kind == "person"}
    subjects += [subject_of(one) for one in people.values() if str(one.pk) not in seen]
    return Seen(
        [{name: each[name] for name in asked} for each in found], subjects, details=details_of(ask, given), act=ask.act
    )


@reading("exchange.confirmed", roles=PARTNERS)
def question_answered(
    look: Look, *, ask: Ask, register: str, record_id: int | None, question: str, told: dict[str, Any]
) -> Seen[bool | dict[str, bool]]:
    """A question under an agreement, answered with its trace; see `confirm`.

    Raises:
        PartnerRefusedError: ACCESS-01.
        SosachError: REQUEST-01.
    """
    del look
    agreed = covered(ask.caller, register)
    _may_ask(agreed, register, question, told)
    row = next(iter(records_of(register, [record_id if record_id is not None else 0])), None)
    # the same statements for a record there is not: the time must not tell
    found = answer(ask.caller.actor, register, row or MODELS[register](pk=0), question, told, day=day_of(ask.at))
    if row is None:
        found = dict.fromkeys(found, False) if isinstance(found, dict) else False
    asked = sorted(told) if question == MATCHES else [question]
    note(ask, "question", register, [row.pk if row is not None else None], asked=asked)
    subjects = subjects_of(register, row) if row is not None else []
    return Seen(found, subjects, details=details_of(ask, asked), act=ask.act)


@reading("exchange.record_sought", roles=PARTNERS)
def record_sought(look: Look, *, ask: Ask, register: str, key: str, value: str, kind: str) -> Seen[int | None]:
    """A record sought by number under an agreement, with its trace; see `find_by`.

    Raises:
        PartnerRefusedError: ACCESS-01.
        SosachError: REQUEST-01.
    """
    del look
    covered(ask.caller, register)
    if key not in SEARCHES[register]:
        raise _invalid("Không tra cứu được theo cách này.", "There is no such way to search.")
    row = searched(ask.caller.actor, register, key, value, kind=kind)
    note(ask, "search", register, [row.pk if row is not None else None], asked=[key])
    subjects: list[Subject] = subjects_of(register, row) if row is not None else []
    return Seen(row.pk if row is not None else None, subjects, details=details_of(ask, [key]), act=ask.act)


def released_to(agreed: Agreement, register: str, purpose: str) -> frozenset[str]:
    """What a partner is told of a register for a purpose: agreed, and released to partners at all."""
    hidden = withheld_from(frozenset({Role.PARTNER}), purpose).get(register, frozenset())
    known = attributes_of(register)
    return frozenset(
        name for name in agreed.may_tell(register) if name in known and known[name].sensitivity not in hidden
    )


def covered(caller: Caller, register: str) -> Agreement:
    """The agreement, when it has anything to do with the register and its consent was given.

    Raises:
        PartnerRefusedError: ACCESS-01.
    """
    agreed = caller.agreement
    asks = any(QUESTIONS[name].register == register for name in agreed.questions)
    if register not in SEARCHES or not (agreed.may_match(register) or asks):
        raise PartnerRefusedError(
            Refused.CONTENT, vi="Thỏa thuận không có dữ liệu này.", en="The agreement does not cover this."
        )
    if agreed.consent and not caller.consent:
        raise PartnerRefusedError(
            Refused.CONSENT,
            vi="Cần mã xác nhận sự đồng ý của công dân (Luật Căn cước, Điều 10 khoản 8).",
            en="The reference of the person's consent is needed (Law 26/2023 art. 10(8)).",
        )
    return agreed


def _may_ask(agreed: Agreement, register: str, question: str, told: Mapping[str, Any]) -> None:
    if question == MATCHES:
        allowed = bool(told) and not set(told) - agreed.may_match(register)
    else:
        allowed = question in agreed.questions and QUESTIONS[question].register == register
    if not allowed:
        raise PartnerRefusedError(
            Refused.CONTENT, vi="Câu hỏi không có trong thỏa thuận.", en="The question was not agreed."
        )
    needed = () if question == MATCHES else QUESTIONS[question].told
    if any(not isinstance(told.get(name), str | int) for name in needed):
        raise _invalid("Câu hỏi thiếu thông tin kèm theo.", "What the question needs was not told.")


def _people_in(values: Sequence[dict[str, Any]]) -> dict[int, Person]:
    """Everybody whom a value names by number: owners, holders, relatives; they are looked at as well."""
    return Person.objects.only("pin", "commune_code").in_bulk(
        {one.person_id for each in values for one in _numbers(each) if one.person_id is not None}
    )


def _named_for(ask: Ask, values: Sequence[dict[str, Any]], people: Mapping[int, Person]) -> list[dict[str, Any]]:
    """Values with the numbers of people as this partner may have them: PINs, or its own for them."""
    pins = {key: one.pin for key, one in people.items()}
    if not ask.caller.agreement.pseudonyms:
        return [_shown(each, lambda one: one.text or pins.get(one.person_id or 0)) for each in values]
    own = pseudonyms_of(ask.caller.actor, people.keys(), at=ask.at)
    shown = [_shown(each, lambda one: own.get(one.person_id or 0) or _HIDDEN) for each in values]
    # somebody may have typed a number into a name or an address
    return [_without(each, frozenset(filter(None, pins.values()))) for each in shown]


def _numbers(value: Any) -> Iterable[Number]:
    if isinstance(value, Number):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _numbers(one)


def _shown(value: Any, number: Any) -> Any:
    if isinstance(value, Number):
        return number(value)
    if isinstance(value, dict):
        return {name: _shown(one, number) for name, one in value.items()}
    return [_shown(one, number) for one in value] if isinstance(value, list) else value


def _without(value: Any, pins: frozenset[str]) -> Any:
    """The value with texts withheld in which one of the numbers stands."""
    if isinstance(value, dict):
        return {name: _without(one, pins) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, pins) for one in value]
    return _HIDDEN if isinstance(value, str) and any(pin in value for pin in pins) else value


def details_of(ask: Ask, names: Sequence[str]) -> dict[str, Any]:
    """What the log adds: names of what was asked and given, who asked for whom, on which paper."""
    caller = ask.caller
    told = {
        "partner": caller.partner,
        "agreement": f"{caller.agreement.number}/{caller.agreement.version}",
        "names": list(names),
        "user": caller.user,
        "represented": caller.represented,
        "consent": caller.consent,
    }
    return {name: value for name, value in told.items() if value}


def note(
    ask: Ask,
    kind: str,
    register: str,
    record_ids: Sequence[int | None],
    *,
    asked: Sequence[str],
    withheld: Sequence[str] = (),
) -> None:
    """Keep what was asked and given, a row per record: the statement of the partner is made of these."""
    caller = ask.caller
    Disclosure.objects.bulk_create(
        Disclosure(
            id=uuid4(),
            act=ask.act,
            at=ask.at,
            partner_id=caller.actor.number,
            version=caller.agreement.version,
            kind=kind,
            register=register,
            subject_id=key,
            asked=list(asked),
            withheld=list(withheld),
            scope=caller.scope[:64],
            purpose=caller.purpose,
            reference=caller.reference,
            consent=caller.consent,
            user=caller.user,
            represented=caller.represented,
        )
        for key in record_ids
    )


def _invalid(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.REQUEST_INVALID, vi=vi, en=en)
