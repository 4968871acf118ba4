"""Makes the numbered papers of an application that somebody asks for: collection slip, appointment slip, request."""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.idcards.models import Paper
from sosach.domain.idcards.operations.moving import locked_application, paper, require_state, subjects_of
from sosach.domain.idcards.operations.stepping import incomplete
from sosach.domain.idcards.rules.papers import PaperKind
from sosach.domain.idcards.states.applications import BEFORE_APPROVAL, State

_BY_HAND = frozenset({PaperKind.CC01, PaperKind.CC02, PaperKind.DC02})


@operation("idcards.paper_issued", roles=frozenset({Role.CARDS, Role.PARTNER}), nationwide=True)
def issue_paper(order: Order, *, application_id: int, kind: PaperKind) -> Done[Paper]:
    """Make a paper anew, under a number of its own: the appointment moved, the slip was lost. A refusal is made by refusing.

    Raises:
        SosachError: STATE-01; STATE-02 the application is closed; STATE-04 not a paper made by hand.
    """
    if kind not in _BY_HAND:
        raise incomplete("Giấy này do thủ tục lập.", "This paper is made by its procedure.")
    application = locked_application(order, application_id)
    require_state(application, *BEFORE_APPROVAL, State.APPROVED, State.MADE)
    terms = {"due": application.due_on.isoformat()} if kind is PaperKind.CC02 and application.due_on else {}
    made = paper(order, application, kind, **terms)
    return Done(made, subjects_of(application), {"paper": made.pk, "kind": kind.value})
