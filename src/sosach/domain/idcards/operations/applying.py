"""Takes applications in: found by PIN, compared with the population register, sent away or to wait where that comes first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.profiles import profile_named
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, Level, Subject
from sosach.domain.idcards.models import Application, Attempt
from sosach.domain.idcards.operations.moving import (
    ApplicantRefusedError,
    enter,
    impossible,
    locked_application,
    paper,
    require_state,
    subjects_of,
    take,
)
from sosach.domain.idcards.operations.sealing import drop_captures
from sosach.domain.idcards.operations.stepping import conflict, incomplete
from sosach.domain.idcards.queries.holders import (
    differing,
    holder_of,
    is_captured,
    is_child,
    represents,
    reusable_packet,
    somebody,
)
from sosach.domain.idcards.rules.applications import (
    CORRECTED_FIRST,
    GROUNDS,
    ORDINARY,
    Channel,
    Delivery,
    Ground,
    Kind,
    Problem,
    Wanted,
    captured_for,
    fee_of,
    problems_of,
)
from sosach.domain.idcards.rules.papers import PaperKind, number_of
from sosach.domain.idcards.states.applications import BEFORE_APPROVAL, CLOSED, IN_DOUBT, State, Step
from sosach.domain.population.models import Person, Petition
from sosach.domain.population.operations.corrections import ask_correction
from sosach.domain.population.operations.journal import commune, must_reach
from sosach.domain.population.rules.days import day_of

TAKERS = frozenset({Role.CARDS, Role.CITIZEN, Role.PARTNER, Role.SYSTEM})
_LOCK = 7_309_947  # class of advisory locks: one application of a person at a time
_TO_CAPTURE = frozenset({State.OPEN, State.AWAITED})
_GUARDIANSHIP = "guardianship"  # a paper shown by a representative the register does not name


def apply_for_card(
    order: Order, *, pin: str, wanted: Wanted, stated: Mapping[str, str] | None = None, key: UUID | None = None
) -> Application:
    """Take an application in, or keep the attempt and say what has to be done first.

    Args:
        order: who, when; evidence `guardianship` where the register does not name the representative.
        pin: of the person the card is for.
        wanted: what is applied for.
        stated: column → what the applicant says of it, where it was asked (`holders.STATED`).
        key: made by the client; the same key is the same application.

    Raises:
        ApplicantRefusedError: STATE-01 not in the register, STATE-02 another problem; the attempt is kept.
        SosachError: as `open_application`.
    """
    try:
        return open_application(order, pin=pin, wanted=wanted, stated=stated, key=key)
    except ApplicantRefusedError as refused:
        turn_away(replace(order, act=uuid4()), pin=pin, wanted=wanted, problems=refused.problems)
        raise


@operation("idcards.application_opened", roles=TAKERS, nationwide=True)
def open_application(
    order: Order, *, pin: str, wanted: Wanted, stated: Mapping[str, str] | None = None, key: UUID | None = None
) -> Done[Application]:
    """Take in an application for a first card, an exchange or a reissue; the clock of 7 working days begins.

    Where the record lacks something or says otherwise than the applicant, a correction is asked for and the clock stands still.

    Raises:
        ApplicantRefusedError: STATE-01 not in the register; STATE-02 no card can be made for this person.
        SosachError: STATE-02 an application is under way; STATE-03 the key was used otherwise; STATE-04; ACCESS-01, also for how
            urgent one's own is; ACCESS-02.
    """
    check_wanted(wanted)
    _check_urgency(order, wanted.priority)
    person = somebody(pin)
    if person is None:
        raise ApplicantRefusedError([Problem.NOT_IN_REGISTER])
    representative = _representative(order, person, wanted)
    _wait_for_others(person)
    if key is not None and (there := Application.objects.filter(person=person, key=key).first()) is not None:
        if (there.kind, there.ground) != (wanted.kind, wanted.ground):
            raise conflict("Khóa đã dùng cho hồ sơ khác.", "The key was used for another application.")
        return Done(there, subjects_of(there), {"again": True})
    if Application.objects.filter(person=person).exclude(state__in=[each.value for each in CLOSED]).exists():
        raise conflict("Người này có hồ sơ thẻ đang giải quyết.", "An application of this person is under way.")
    day = day_of(order.at)
    found, differs = _standing(order, person, wanted, representative, stated or {})
    if stops := [problem for problem in found if problem not in CORRECTED_FIRST]:
        raise ApplicantRefusedError(stops)
    application = _made(order, person, wanted, representative, key or uuid4())
    application.problems, application.stated, application.differing = found, differs, sorted(differs)
    application.save()
    paper(order, application, PaperKind.DC02)
    if found:
        application.petition_id = _asked(order, person, differs)
        enter(order, application, State.WAITING_DATA, step="open")
    else:
        _begin(order, application, person, day, step="open")
    details = {"kind": wanted.kind, "ground": wanted.ground, "state": application.state, "problems": found}
    return Done(application, subjects_of(application), details)


@operation("idcards.applicant_turned_away", roles=TAKERS, nationwide=True)
def turn_away(order: Order, *, pin: str, wanted: Wanted, problems: tuple[Problem, ...]) -> Done[Attempt]:
    """Keep that somebody came whom no card can be made for yet; who is not in the register gets the number of a form DC01.

    Raises:
        SosachError: STATE-04 without a problem.
    """
    if not problems:
        raise incomplete("Thiếu lý do.", "The reason is missing.")
    person = somebody(pin)
    unit = order.actor.unit if order.actor.level is Level.COMMUNE else (person.commune_code or "" if person else "")
    code, province = commune(unit, day_of(order.at)) if unit else (None, None)
    kind = PaperKind.DC01 if Problem.NOT_IN_REGISTER in problems else PaperKind.CC03
    attempt = Attempt.objects.create(
        at=order.at,
        act=order.act,
        number=number_of(kind.value, day_of(order.at), str(order.act)),
        pin=pin.strip()[:12],
        person=person,
        kind=wanted.kind.value,
        problems=[problem.value for problem in problems],
        actor_key=order.actor.key,
        commune_code=code,
        province_code=province,
    )
    subjects = [Subject("card_attempt", str(attempt.pk), code or "")]
    subjects += [Subject("person", str(person.pk), person.commune_code or "")] if person else []
    return Done(attempt, subjects, {"problems": [problem.value for problem in problems]})


@operation("idcards.application_rechecked", roles=TAKERS | {Role.CARD_APPROVER}, nationwide=True)
def recheck(order: Order, *, application_id: int) -> Done[Application]:
    """Compare an application with the population register again: it goes on, or waits, as the record now is.

    A correction that was refused leaves the record as it is: the card will say what the register says.

    Raises:
        SosachError: STATE-01; STATE-02 it is approved or closed.
    """
    application = locked_application(order, application_id)
    require_state(application, *BEFORE_APPROVAL)
    person = application.person
    wanted = wanted_of(application)
    stated = {} if _petition_refused(application) else application.stated
    found, differs = _standing(order, person, wanted, application.representative, stated, represented=True)
    stops = [problem for problem in found if problem not in CORRECTED_FIRST]
    application.problems, application.differing = found, sorted(differs)
    if State(application.state) is not State.WAITING_DATA and found:
        take(order, application, Step.SEND_FOR_DATA)
    elif State(application.state) is State.WAITING_DATA and not found:
        take(order, application, Step.DATA_RIGHT)
        _go_on(order, application, person)
    elif State(application.state) in _TO_CAPTURE and not is_captured(application, on=day_of(order.at)):
        take(order, application, Step.REUSE)  # the record says by now that it is somebody under six
    else:
        application.save()
    return Done(application, subjects_of(application), {"problems": found, "stops": stops, "state": application.state})


@operation("idcards.application_changed", roles=TAKERS, nationwide=True)
def change_application(
    order: Order, *, application_id: int, delivery: Delivery, address: str = "", priority: int = ORDINARY
) -> Done[Application]:
    """Change how the card is delivered, or how urgent it is.

    Raises:
        SosachError: STATE-01; STATE-02 it is closed; STATE-04 a parcel without address; ACCESS-01 the own one more urgent.
    """
    application = locked_application(order, application_id)
    _check_urgency(order, priority, before=application.priority)
    if State(application.state) in CLOSED:
        raise impossible(application)
    check_wanted(replace(wanted_of(application), delivery=delivery, address=address, priority=priority))
    application.delivery, application.address, application.priority = delivery.value, address, priority
    application.save()
    return Done(application, subjects_of(application), {"delivery": delivery, "priority": priority})


@operation("idcards.application_withdrawn", roles=TAKERS, nationwide=True)
def withdraw(order: Order, *, application_id: int) -> Done[Application]:
    """The applicant takes the application back, as long as it is not approved.

    What was captured for it is dropped, except where it is in doubt: nobody takes back what shows a second identity.

    Raises:
        SosachError: STATE-01; STATE-02.
    """
    application = locked_application(order, application_id)
    kept = State(application.state) in IN_DOUBT
    take(order, application, Step.WITHDRAW)
    if not kept:
        drop_captures(order, application)
    return Done(application, subjects_of(application))


def check_wanted(wanted: Wanted) -> None:
    """Refuse what no procedure knows.

    Raises:
        SosachError: STATE-04.
    """
    profile_named(wanted.profile)
    if wanted.ground not in GROUNDS[wanted.kind]:
        raise incomplete("Lý do không thuộc thủ tục này.", "The ground does not belong to this procedure.")
    if not 0 <= wanted.priority <= 9:
        raise incomplete("Mức ưu tiên từ 0 đến 9.", "The priority lies between 0 and 9.")
    if (wanted.delivery is Delivery.POST) != bool(wanted.address):
        raise incomplete(
            "Gửi bưu điện cần địa chỉ nhận.", "A card sent by post needs an address, another one has none."
        )


def _check_urgency(order: Order, priority: int, *, before: int = ORDINARY) -> None:
    """Refuse a citizen who says how urgent the own application is (ACCESS-01)."""
    if order.actor.kind is ActorKind.CITIZEN and priority != before:
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Mức ưu tiên do cơ quan xác định.",
            en="How urgent an application is, the office decides.",
        )


def wanted_of(application: Application) -> Wanted:
    """What an application asks for."""
    return Wanted(
        kind=Kind(application.kind),
        ground=Ground(application.ground),
        profile=application.profile,
        office=application.commune_code,
        channel=Channel(application.channel),
        representative_pin=(application.representative.pin or "") if application.representative else "",
        old_card=application.old_card,
        delivery=Delivery(application.delivery),
        address=application.address,
        priority=application.priority,
    )


def _wait_for_others(person: Person) -> None:
    """Let applications of one person come one after the other; who only takes applications may not lock the record itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [_LOCK, person.pk])


def _representative(order: Order, person: Person, wanted: Wanted) -> Person | None:
    """Whoever acts for a child; a citizen acts for the own record or the own child only.

    Raises:
        SosachError: ACCESS-01.
    """
    found = somebody(wanted.representative_pin) if wanted.representative_pin else None
    if order.actor.kind is ActorKind.CITIZEN:
        own = order.actor.person_id == person.pk
        child = found is not None and found.pk == order.actor.person_id and represents(found, person)
        if not own and not child:
            raise SosachError(
                ErrorCode.ACCESS_DENIED,
                vi="Chỉ nộp hồ sơ cho bản thân hoặc người mình đại diện.",
                en="An application is made for oneself, or for somebody one represents.",
            )
    return found


def _standing(
    order: Order,
    person: Person,
    wanted: Wanted,
    representative: Person | None,
    stated: Mapping[str, str],
    *,
    represented: bool = False,
) -> tuple[list[Problem], dict[str, str]]:
    """What stands against an application, and what was stated otherwise than the record says."""
    try:
        differs = differing(person, stated)
    except KeyError as unknown:
        raise incomplete(f"Không đối chiếu mục {unknown}.", f"{unknown} is not compared.") from unknown
    shown = (
        represented
        or represents(representative, person)
        or (representative is not None and bool(order.evidence.get(_GUARDIANSHIP)))
    )
    found = list(problems_of(holder_of(person), wanted, on=day_of(order.at), represented=shown))
    return found + ([Problem.DIFFERS] if differs else []), differs


def _made(order: Order, person: Person, wanted: Wanted, representative: Person | None, key: UUID) -> Application:
    """A row of an application, without its state yet.

    Raises:
        SosachError: STATE-04 no such commune; ACCESS-02 the office is none of the officer's.
    """
    day = day_of(order.at)
    own = order.actor.unit if order.actor.level is Level.COMMUNE else ""
    code, province = commune(wanted.office or own or person.commune_code or "", day)
    if order.actor.kind is not ActorKind.CITIZEN:
        must_reach(order, (code, province))
    return Application(
        number=number_of("HS", day, str(key)),
        key=key,
        person=person,
        kind=wanted.kind.value,
        ground=wanted.ground.value,
        profile=wanted.profile,
        channel=wanted.channel.value,
        delivery=wanted.delivery.value,
        address=wanted.address,
        representative=representative if is_child(person, day) else None,
        old_card=wanted.old_card,
        priority=wanted.priority,
        fee=fee_of(wanted.kind, channel=wanted.channel, on=day),
        state=State.OPEN.value,
        commune_code=code,
        province_code=province,
        received_at=order.at,
        received_on=day,
        opened_by=order.actor.key,
    )


def _asked(order: Order, person: Person, differs: Mapping[str, str]) -> int | None:
    """The petition by which the register is put right: a new one, the one that is open, or none where another unit has to ask."""
    if not differs:
        return None
    there = Petition.objects.filter(person=person, kind="correction", outcome="").first()
    if there is not None:
        return int(there.pk)
    try:
        return int(ask_correction(replace(order, act=uuid4()), person_id=person.pk, changes=differs).pk)
    except SosachError as refused:
        if refused.code in {ErrorCode.ACCESS_DENIED, ErrorCode.NOT_FOUND}:
            return None  # the record lies elsewhere: its own commune takes the request
        raise


def _petition_refused(application: Application) -> bool:
    if application.petition_id is None:
        return False
    return Petition.objects.filter(pk=application.petition_id, outcome="refused").exists()


def _begin(order: Order, application: Application, person: Person, day: date, *, step: str) -> None:
    """The first state of an application nothing stands against."""
    reused = reusable_packet(person.pk)
    if not captured_for(Kind(application.kind), person.birth_date, on=day, earlier_pictures=reused is not None):
        enter(order, application, State.CLEAR, step=step)
    elif application.channel == Channel.OFFICE:
        enter(order, application, State.OPEN, step=step)
    else:
        enter(order, application, State.AWAITED, step=step)


def _go_on(order: Order, application: Application, person: Person) -> None:
    """After the record was put right: the citizen has to come where a capture is still needed."""
    day = day_of(order.at)
    reused = reusable_packet(person.pk)
    if not captured_for(Kind(application.kind), person.birth_date, on=day, earlier_pictures=reused is not None):
        take(order, application, Step.REUSE)
