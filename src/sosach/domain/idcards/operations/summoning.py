"""Asks a citizen to come, again or at all; the clock stands still meanwhile."""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.operations.moving import locked_application, subjects_of, take
from sosach.domain.idcards.operations.stepping import forbidden, incomplete
from sosach.domain.idcards.queries.holders import is_captured
from sosach.domain.idcards.states.applications import Step
from sosach.domain.population.rules.days import day_of


@operation("idcards.citizen_summoned", roles=frozenset({Role.CARDS, Role.CARD_APPROVER}), nationwide=True)
def summon(order: Order, *, application_id: int) -> Done[Application]:
    """The citizen has to come, again or at all: the clock stands still until the next capture begins.

    Raises:
        SosachError: STATE-01; STATE-02, also under six: nothing would be captured; STATE-04 without a reason.
    """
    if not order.reason:
        raise incomplete("Thiếu lý do mời công dân.", "Why the citizen has to come is missing.")
    application = locked_application(order, application_id)
    if not is_captured(application, on=day_of(order.at)):
        raise forbidden(
            "Người dưới 6 tuổi không thu nhận sinh trắc học: không phải đến.",
            "Biometrics of somebody under six are not taken: there is nothing to come for.",
        )
    take(order, application, Step.SUMMON)
    return Done(application, subjects_of(application))
