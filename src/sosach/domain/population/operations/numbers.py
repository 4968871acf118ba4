"""PINs: claimed once for ever, established for citizens without one, cancelled and established anew on the four grounds."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import OperationalError, connection, transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person, Petition
from sosach.domain.population.operations.journal import (
    Change,
    enter,
    home,
    incomplete,
    locked,
    must_reach,
    subject,
)
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.numbers import (
    ONLY_ON_WISH,
    RENUMBERING_WORKING_DAYS,
    Ground,
    choose_free,
    draw,
    prefix,
)
from sosach.vn.working_days import add_working_days

POLICE = frozenset({Role.POPULATION, Role.CHIEF})
_ROUNDS_AT_RANDOM = 10
_ROUNDS = 40
_PATIENCE = "100ms"


def claim_numbers(heads: Mapping[int, str]) -> dict[int, str]:
    """Draw and claim a number for each person; whoever comes second to a number draws another.

    The first round claims in ascending order, so that two who wait for each other's numbers cannot both wait; later rounds
    hold numbers already and therefore wait a moment only. Where hardly any number is left, drawing meets taken ones again and
    again: then the free ones are listed, and one of them is drawn.

    Args:
        heads: id of a person → first six digits (`rules.numbers.prefix`). The records may be written later in the transaction.

    Raises:
        SosachError: STATE-03, no free number was found.
    """
    found: dict[int, str] = {}
    for turn in range(_ROUNDS):
        waiting = {key: head for key, head in heads.items() if key not in found}
        if not waiting:
            return found
        numbers = draw(waiting.values()) if turn < _ROUNDS_AT_RANDOM else _free(waiting)
        if None in numbers:
            break
        found |= _claim(sorted(zip(filter(None, numbers), waiting, strict=True)), patient=turn == 0)
    raise SosachError(
        ErrorCode.CONFLICT,
        vi="Không còn số định danh trống cho tỉnh, giới tính và năm sinh này.",
        en="No number is free for this province, sex and year of birth.",
    )


def _free(waiting: Mapping[int, str]) -> list[str | None]:
    """A number for each that nobody has, as far as is visible; None for whom none is left."""
    left: dict[str, list[str]] = {}
    for head, wanted in Counter(waiting.values()).items():
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM population_issuednumber WHERE starts_with(number, %s)", [head])
            left[head] = choose_free(head, wanted, taken={number for (number,) in cursor.fetchall()})
    return [left[head].pop() if left[head] else None for head in waiting.values()]


def _claim(drawn: list[tuple[str, int]], *, patient: bool) -> dict[int, str]:
    if patient:
        return _insert(drawn)
    try:
        with transaction.atomic():
            usual = _wait_at_most(_PATIENCE)
            found = _insert(drawn)
            _wait_at_most(usual)
            return found
    except OperationalError as failure:
        if getattr(failure.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
            raise
        return {}


def _insert(drawn: list[tuple[str, int]]) -> dict[int, str]:
    """Claim what nobody has: id of the person → number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO population_issuednumber (number, person_id) "
            "SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT (number) DO NOTHING "
            "RETURNING person_id, number",
            [[number for number, _ in drawn], [key for _, key in drawn]],
        )
        return dict(cursor.fetchall())


def _wait_at_most(time: str) -> str:
    """Set how long a statement of this transaction waits for another's lock; returns what was set before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [time])
        return str(cursor.fetchone()[0])


def _head(person: Person) -> str:
    """First digits of a new number from the record.

    Raises:
        SosachError: STATE-04, province, sex or year of birth is missing.
    """
    try:
        return prefix(
            province_code=person.province_code or "", sex=person.sex, birth_year=int(person.birth_date[:4] or 0)
        )
    except ValueError as missing:
        raise incomplete(
            "Cần tỉnh, giới tính và năm sinh để xác lập số định danh.",
            "A number needs province, sex and year of birth.",
        ) from missing


@operation("population.pin_issued", roles=POLICE | {Role.SYSTEM})
def issue_pin(order: Order, *, person_id: int) -> Done[str]:
    """Establish a PIN for a citizen registered before there were PINs (Decree 70/2024 art. 11(4)).

    Raises:
        SosachError: STATE-01 no such person within reach; STATE-02 there is a PIN, or the person is not alive;
            STATE-04 the record is too poor.
    """
    (person,) = locked(person_id)
    if person.pin is not None:
        raise SosachError(
            ErrorCode.STATE_FORBIDS, vi="Người này đã có số định danh.", en="The person has a PIN already."
        )
    number = claim_numbers({person.pk: _head(person)})[person.pk]
    enter(order, person, Change("issue_pin", {"pin": number}))
    return Done(number, [subject(person)])


@operation("population.new_pin_asked", roles=POLICE | {Role.CLERK})
def ask_new_pin(order: Order, *, person_id: int, ground: Ground, wished: bool = True) -> Done[Petition]:
    """Take in form DC02: the PIN is to be cancelled and another established; the time limit begins.

    Decree 70/2024 art. 11(7), (8): grounds a and b only when the citizen wishes it. Circular 17/2024: 15 working days.

    Raises:
        SosachError: STATE-01; STATE-02 the person has no PIN, or such a petition is under way; STATE-04 nobody wishes it.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy người này.", en="There is no such person.")
    if person.pin is None or person.petitions.filter(kind="new_pin", outcome="").exists():
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Chưa có số định danh, hoặc đề nghị trước chưa giải quyết xong.",
            en="There is no PIN to cancel, or an earlier petition is still open.",
        )
    if ground in ONLY_ON_WISH and not wished:
        raise incomplete("Căn cứ a, b chỉ áp dụng khi công dân có nhu cầu.", "Grounds a and b need the citizen's wish.")
    today = day_of(order.at)
    petition = Petition.objects.create(
        person=person,
        kind="new_pin",
        ground=ground,
        wished=wished,
        received_at=order.at,
        due_on=add_working_days(today, RENUMBERING_WORKING_DAYS),
        act=order.act,
    )
    return Done(petition, [subject(person)], {"petition": petition.pk, "ground": str(ground)})


@operation("population.new_pin_established", roles=POLICE)
def establish_new_pin(order: Order, *, petition_id: int) -> Done[str]:
    """Cancel the PIN and establish another; the old one stays known and leads to the person (art. 11(7)).

    Raises:
        SosachError: STATE-01 no such open petition; STATE-02 the person is dead; STATE-04 the record is too poor.
    """
    petition, person = open_petition(order, petition_id, kind="new_pin")
    number = claim_numbers({person.pk: _head(person)})[person.pk]
    change = Change("establish_new_pin", {"pin": number}, details={"ground": petition.ground})
    enter(order, person, change)
    close_petition(order, petition, outcome="granted")
    return Done(
        number, [subject(person)], {"petition": petition.pk, "ground": petition.ground, **_late(order, petition)}
    )


@operation("population.petition_refused", roles=POLICE)
def refuse_petition(order: Order, *, petition_id: int) -> Done[None]:
    """Refuse a petition; the order's reason is told to the citizen.

    Raises:
        SosachError: STATE-01 no such open petition; STATE-04 without a reason.
    """
    if not order.reason:
        raise incomplete("Cần nêu lý do từ chối.", "A refusal needs a reason.")
    petition, person = open_petition(order, petition_id)
    close_petition(order, petition, outcome="refused")
    return Done(None, [subject(person)], {"petition": petition.pk, **_late(order, petition)})


def open_petition(order: Order, petition_id: int, *, kind: str | None = None) -> tuple[Petition, Person]:
    """A petition that is under way, and its person, both locked.

    Raises:
        SosachError: STATE-01; ACCESS-02 another territory's.
    """
    wanted: dict[str, Any] = {"pk": petition_id, "outcome": ""} | ({"kind": kind} if kind else {})
    person_id = Petition.objects.filter(**wanted).values_list("person_id", flat=True).first()
    if person_id is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có đề nghị này.", en="There is no such open petition.")
    (person,) = locked(person_id)
    must_reach(order, home(person))
    petition = Petition.objects.select_for_update().filter(**wanted).first()
    if petition is None:
        raise SosachError(ErrorCode.CONFLICT, vi="Đề nghị vừa được giải quyết.", en="It was decided meanwhile.")
    return petition, person


def close_petition(order: Order, petition: Petition, *, outcome: str) -> None:
    """Write down what came of a petition."""
    petition.outcome, petition.decided_at, petition.decided_act = outcome, order.at, order.act
    petition.save(update_fields=["outcome", "decided_at", "decided_act"])


def _late(order: Order, petition: Petition) -> dict[str, bool]:
    return {"late": day_of(order.at) > petition.due_on}
