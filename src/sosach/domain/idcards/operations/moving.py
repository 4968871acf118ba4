"""Locks applications and takes steps with them: the only place that writes the state of an application, its pauses and its clock."""

from collections.abc import Iterable, Sequence

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, ApplicationStep, Paper
from sosach.domain.idcards.operations.stepping import forbidden, not_found
from sosach.domain.idcards.queries.applications import within_reach
from sosach.domain.idcards.rules.applications import WORDS, Problem
from sosach.domain.idcards.rules.clock import Pause, due_on
from sosach.domain.idcards.rules.papers import PaperKind, number_of
from sosach.domain.idcards.states import applications as states
from sosach.domain.idcards.states.applications import CLOSED, STOPPED, State, Step
from sosach.domain.population.rules.days import day_of

STATE_WORDS: dict[State, tuple[str, str]] = {
    State.WAITING_DATA: ("đang chờ điều chỉnh dữ liệu dân cư", "waiting for the population register to be put right"),
    State.AWAITED: ("đang chờ công dân đến", "waiting for the citizen to come"),
    State.OPEN: ("đang thu nhận", "being captured"),
    State.CAPTURED: ("đã thu nhận, chờ so trùng", "captured and to be compared"),
    State.SCREENING: ("đang so trùng", "being compared"),
    State.DOUBTED: ("nghi trùng, chờ kết luận", "in doubt, two people judge"),
    State.BARRED: ("trùng với hồ sơ khác", "the same person as another record"),
    State.CLEAR: ("chờ phê duyệt", "to be approved"),
    State.APPROVED: ("đã phê duyệt, chờ sản xuất", "approved, a card is to be made"),
    State.MADE: ("đang sản xuất thẻ", "being made into a card"),
    State.DONE: ("đã trả thẻ", "done, the card was handed over"),
    State.REFUSED: ("đã bị từ chối", "refused"),
    State.WITHDRAWN: ("đã rút", "withdrawn"),
    State.LAPSED: ("đã dừng giải quyết", "lapsed: nobody can be given its card"),
}


class ApplicantRefusedError(SosachError):
    """No application can be taken in for this person now; `problems` says why, in the order to put them right."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        vi, en = zip(*(WORDS[problem] for problem in problems), strict=True)
        unknown = Problem.NOT_IN_REGISTER in problems
        super().__init__(
            ErrorCode.NOT_FOUND if unknown else ErrorCode.STATE_FORBIDS,
            vi=" ".join(vi),
            en=" ".join(en),
            hint_vi="Lập phiếu DC01, cập nhật dân cư, rồi làm lại."
            if unknown
            else "Giải quyết các nội dung này trước.",
            hint_en="Fill in form DC01, have the person registered, then come back."
            if unknown
            else "Have this settled first.",
        )
        self.problems = tuple(problems)


def subjects_of(application: Application, *more: int) -> list[Subject]:
    """An application, its person, and further people it is about, as the log names them."""
    people = [application.person_id, *more]
    return [
        Subject("card_application", str(application.pk), application.commune_code),
        *(Subject("person", str(person_id), application.commune_code) for person_id in people),
    ]


def locked_application(order: Order, application_id: int) -> Application:
    """An application within reach, locked until the transaction ends.

    Raises:
        SosachError: STATE-01.
    """
    # the application alone is locked: who only reads the person's record may not lock it
    rows = Application.objects.select_for_update(no_key=True, of=("self",)).filter(pk=application_id)
    found = within_reach(rows, order.actor, on=day_of(order.at)).first()
    if found is None:
        raise not_found("Không tìm thấy hồ sơ thẻ căn cước.", "There is no such application within reach.")
    return found


def require_state(application: Application, *allowed: State) -> None:
    """Refuse what is not possible now.

    Raises:
        SosachError: STATE-02.
    """
    if State(application.state) not in allowed:
        raise impossible(application)


def impossible(application: Application) -> SosachError:
    """STATE-02: not in this state."""
    vi, en = STATE_WORDS[State(application.state)]
    return forbidden(f"Không thực hiện được: hồ sơ {vi}.", f"Not possible: the application is {en}.")


def take(order: Order, application: Application, step: Step, *, reason: str = "") -> State:
    """Take a step with a locked application: state, clock, history.

    Raises:
        SosachError: STATE-02, not possible in its state.
    """
    to = states.after(State(application.state), step)
    if to is None:
        raise impossible(application)
    enter(order, application, to, step=step, reason=reason)
    return to


def enter(order: Order, application: Application, to: State, *, step: str, reason: str = "") -> None:
    """Put a locked application into a state, and write down when and by whom; the clock follows."""
    known = application.pauses.values_list("begins_on", "ends_on")
    # an order that comes late tells of an earlier day: the clock does not run backwards
    day = max([day_of(order.at), application.received_on, *(each for pair in known for each in pair if each)])
    application.state = to.value
    application.closed_at = order.at if to in CLOSED else None
    if to in STOPPED:
        application.pauses.get_or_create(ends_on=None, defaults={"begins_on": day, "why": to.value})
    else:
        application.pauses.filter(ends_on=None).update(ends_on=day)
    application.due_on = due_on(application.received_on, pauses_of(application))
    application.save()
    ApplicationStep.objects.create(
        application=application,
        at=order.at,
        act=order.act,
        step=step,
        state=to.value,
        actor_kind=order.actor.kind,
        actor_key=order.actor.key,
        reason=reason or order.reason,
    )


def pauses_of(application: Application) -> list[Pause]:
    """Pauses of the clock, in their order."""
    return [Pause(*each) for each in application.pauses.order_by("pk").values_list("begins_on", "ends_on")]


def paper(order: Order, application: Application, kind: PaperKind, **terms: str) -> Paper:
    """Make a numbered paper of an application."""
    seed = f"{application.number} {application.papers.filter(kind=kind.value).count()}"
    return Paper.objects.create(
        application=application,
        kind=kind.value,
        number=number_of(kind.value, day_of(order.at), seed),
        at=order.at,
        act=order.act,
        terms=terms,
    )


def into_work(order: Order, applications: Iterable[Application]) -> None:
    """A job takes approved, locked applications."""
    for application in applications:
        take(order, application, Step.MAKE)


def back_to_waiting(order: Order, application_ids: Iterable[int], *, reason: str) -> None:
    """A card failed, or its job was given up: another one is to be made, unless its application has lapsed.

    Raises:
        SosachError: STATE-02 no card of it is in work.
    """
    for application in Application.objects.select_for_update(no_key=True).filter(pk__in=application_ids).order_by("pk"):
        if State(application.state) is not State.LAPSED:
            take(order, application, Step.MAKE_AGAIN, reason=reason)


def handed_over(order: Order, application_id: int) -> None:
    """The card of an application is in its holder's hand: the application is done.

    Raises:
        SosachError: STATE-02 no card of it was in work.
    """
    application = Application.objects.select_for_update(no_key=True).get(pk=application_id)
    take(order, application, Step.HAND_OVER)
