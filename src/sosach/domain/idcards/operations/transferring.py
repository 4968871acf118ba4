"""Takes an application to another office: asked for by the applicant before anything is captured, or by the desk with a reason."""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, Subject
from sosach.domain.idcards.models import Application, ApplicationTransfer
from sosach.domain.idcards.operations.moving import impossible, locked_application, paper, subjects_of, take
from sosach.domain.idcards.operations.stepping import forbidden, incomplete
from sosach.domain.idcards.rules.papers import PaperKind
from sosach.domain.idcards.states.applications import State, Step, may_ask_for_transfer
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.operations.journal import commune
from sosach.domain.population.rules.days import day_of


@operation("idcards.application_transferred", roles=frozenset({Role.CARDS, Role.CITIZEN}), nationwide=True)
def transfer(order: Order, *, application_id: int, office: str) -> Done[Application]:
    """Let the police of another commune go on with an application; the clock goes on.

    The office that gives it away sees the transfer from then on, and nothing of the application.

    Args:
        order: the applicant, or the desk it lies at, with a reason.
        application_id: which.
        office: code of the commune.

    Raises:
        SosachError: STATE-01; STATE-02 it is approved, closed or in doubt, a capture is under way, or for the applicant: over;
            STATE-04 no such commune, the same one, or no reason of the desk.
    """
    application = locked_application(order, application_id)
    _require_movable(order, application)
    code, province = commune(office, day_of(order.at))
    before = application.commune_code
    if code == before:
        raise incomplete("Hồ sơ đang ở nơi này.", "The application is at this office already.")
    ApplicationTransfer.objects.create(
        application=application,
        number=application.number,
        commune_code=before,
        province_code=application.province_code,
        to_commune=code,
        at=order.at,
        act=order.act,
        actor_kind=order.actor.kind,
        actor_key=order.actor.key,
        reason=order.reason,
    )
    application.commune_code, application.province_code = code, province
    take(order, application, Step.TRANSFER)
    if application.due_on and application.papers.filter(kind=PaperKind.CC02.value).exists():
        paper(
            order, application, PaperKind.CC02, due=application.due_on.isoformat()
        )  # where the card is waited for now
    subjects = [Subject("card_application", str(application.pk), before), *subjects_of(application)]
    return Done(application, subjects, {"from": before, "to": code})


def _require_movable(order: Order, application: Application) -> None:
    by_applicant = order.actor.kind is ActorKind.CITIZEN
    if not by_applicant and not order.reason.strip():
        raise incomplete("Thiếu lý do chuyển hồ sơ.", "Why the application goes elsewhere is missing.")
    if application.packets.filter(state=PacketState.OPEN.value).exists():
        raise forbidden(
            "Đang thu nhận dở: kết thúc hoặc bỏ lần thu nhận trước.",
            "A capture is under way: it is finished or given up first.",
        )
    captured = application.packets.filter(state=PacketState.GOOD.value).exists()
    if by_applicant and not may_ask_for_transfer(State(application.state), captured=captured):
        raise impossible(application)
