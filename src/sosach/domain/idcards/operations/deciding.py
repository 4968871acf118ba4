"""Approves and refuses applications: by somebody who neither took them in nor captured."""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.operations.own_matters import require_other
from sosach.domain.access.rules import Role
from sosach.domain.idcards.models import Application, Paper
from sosach.domain.idcards.operations.applying import wanted_of
from sosach.domain.idcards.operations.moving import (
    ApplicantRefusedError,
    locked_application,
    paper,
    require_state,
    subjects_of,
    take,
)
from sosach.domain.idcards.operations.sealing import drop_captures
from sosach.domain.idcards.operations.stepping import forbidden, incomplete
from sosach.domain.idcards.queries.holders import holder_of, packet_of
from sosach.domain.idcards.rules.applications import captured_for, problems_of
from sosach.domain.idcards.rules.papers import PaperKind
from sosach.domain.idcards.states.applications import IN_DOUBT, State, Step
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of

APPROVERS = frozenset({Role.CARD_APPROVER})


@operation("idcards.application_approved", roles=APPROVERS, nationwide=True)
def approve(order: Order, *, application_id: int) -> Done[Application]:
    """Approve an application: a card is to be made. The record is looked at once more.

    Raises:
        SosachError: STATE-01; STATE-02 not clear, own application, own capture, no capture that opens any more; ACCESS-01.
        ApplicantRefusedError: STATE-02 the record has changed so that no card can be made.
    """
    application = locked_application(order, application_id)
    require_state(application, State.CLEAR)
    person = Person.objects.get(pk=application.person_id)
    require_other(order.actor, person.pk)
    packet = packet_of(application)
    hands = {application.opened_by, application.captured_by, packet.captured_by if packet else ""} - {""}
    if any(order.actor.is_also(key) for key in hands):
        raise forbidden(
            "Người tiếp nhận, thu nhận không được phê duyệt.",
            "Whoever took the application in or captured does not approve.",
        )
    wanted, day = wanted_of(application), day_of(order.at)
    if found := problems_of(holder_of(person), wanted, on=day, represented=True):
        raise ApplicantRefusedError(found)
    if packet is None and captured_for(wanted.kind, person.birth_date, on=day, earlier_pictures=False):
        raise forbidden("Không có lượt thu nhận mở được.", "There is no capture that opens.")
    application.approved_by, application.approved_at = order.actor.key, order.at
    take(order, application, Step.APPROVE)
    return Done(application, subjects_of(application))


@operation("idcards.application_refused", roles=APPROVERS, nationwide=True)
def refuse(order: Order, *, application_id: int) -> Done[Paper]:
    """Refuse an application with a reason: form CC03. What was captured for it stays sealed where it is in doubt, else is dropped.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04 without a reason; ACCESS-01 the own one.
    """
    if not order.reason.strip():
        raise incomplete("Thiếu lý do từ chối.", "The reason of the refusal is missing.")
    application = locked_application(order, application_id)
    require_other(order.actor, application.person_id)
    kept = State(application.state) in IN_DOUBT
    take(order, application, Step.REFUSE)
    if not kept:
        drop_captures(order, application)
    made = paper(order, application, PaperKind.CC03, reason=order.reason.strip())
    return Done(made, subjects_of(application), {"paper": made.pk})
