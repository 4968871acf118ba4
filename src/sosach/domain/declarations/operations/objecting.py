"""Objections: whoever the register names as owner disputes somebody's claim; nothing is decided while one is open."""

from collections.abc import Sequence
from dataclasses import replace

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, Subject
from sosach.domain.declarations.models import Declaration, Objection
from sosach.domain.declarations.operations.applying import end_notice
from sosach.domain.declarations.operations.drafting import CleanPhoto, attached
from sosach.domain.declarations.operations.recording import DECLARERS, locked, move_of, said, step, subject
from sosach.domain.declarations.operations.refusals import forbidden, not_found
from sosach.domain.declarations.queries.standing import meeting
from sosach.domain.declarations.rules.kinds import OBJECTION
from sosach.domain.declarations.states import REASONS, Verb

APPROVERS = frozenset({Role.VERIFIER, Role.CHIEF})
UPHELD, DISMISSED, GIVEN_UP, MOOT = "upheld", "dismissed", "withdrawn", "moot"


@operation("declarations.objected", roles=DECLARERS, nationwide=True)
def object_to(
    order: Order,
    *,
    declaration_id: int,
    statement: str,
    objector_id: int | None = None,
    photos: Sequence[CleanPhoto] = (),
) -> Done[int]:
    """Dispute somebody's declaration about a vehicle one owns, or claims to own.

    Open to the owner on record and to whoever declared about the same numbers; to everybody else the declaration does not exist.

    Args:
        order: the citizen, or an officer in charge of the declaration who takes it in.
        declaration_id: which.
        statement: what is disputed.
        objector_id: who objects, for officers.
        photos: of papers that prove it, cleaned, in the place `objection`: for the desk, not for whoever declared.

    Returns:
        Id of the objection.

    Raises:
        SosachError: STATE-01 no such declaration, or nothing of the objector's; STATE-02 it is decided, or objected to
            already; STATE-04 nothing is said, or a photo cannot be kept.
    """
    declaration = locked(order, declaration_id, anywhere=True)
    objector = _objector(order, declaration, objector_id)
    step(order, declaration, move_of(order, Verb.OBJECT, objector=objector))
    made = Objection.objects.create(
        declaration=declaration,
        person_id=objector,
        at=order.at,
        act=order.act,
        taken_in_by=order.actor.key,
        statement=said(statement),
    )
    for photo in photos:
        attached(order, declaration, replace(photo, slot=OBJECTION))
    told = {"objection": made.pk, "photos": len(photos)}
    return Done(made.pk, [subject(declaration), Subject("person", str(objector))], told)


@operation("declarations.objection_withdrawn", roles=DECLARERS, nationwide=True)
def withdraw_objection(order: Order, *, objection_id: int, text: str = "") -> Done[None]:
    """Give an objection up: whoever made it, or an officer in charge who is told so and writes down how.

    At the desk it takes whoever may decide an objection: else a verifier could put one aside without a decision.

    Raises:
        SosachError: STATE-01 no such objection of one's own; STATE-02 it is decided, or by whoever verified the declaration;
            STATE-04 an officer gives no reason; ACCESS-01 an officer who may not decide objections.
    """
    objection, declaration = _locked(order, objection_id)
    own = order.actor.kind is ActorKind.CITIZEN and order.actor.person_id == objection.person_id
    if not own and not _in_charge(order, declaration):
        raise not_found()
    move = move_of(order, Verb.WITHDRAW_OBJECTION, objector=objection.person_id)
    step(order, declaration, move, text=said(text, required=not own), public=False)
    _close(order, objection, GIVEN_UP, text)
    return Done(None, [subject(declaration)], {"objection": objection.pk})


@operation("declarations.objection_decided", roles=APPROVERS, nationwide=True)
def decide_objection(order: Order, *, objection_id: int, upheld: bool, text: str) -> Done[None]:
    """Decide an objection: upheld, the declaration is refused; dismissed, it goes on where it stood.

    Raises:
        SosachError: STATE-01 no such open objection within reach; STATE-02 decided, or by whoever verified the declaration;
            STATE-04 no reason; ACCESS-01.
    """
    objection, declaration = _locked(order, objection_id)
    if not _in_charge(order, declaration):
        raise not_found()
    verb = Verb.UPHOLD if upheld else Verb.DISMISS
    step(order, declaration, move_of(order, verb, objector=objection.person_id), text=said(text))
    _close(order, objection, UPHELD if upheld else DISMISSED, text)
    if upheld:
        open_ones = declaration.objections.filter(outcome="")
        open_ones.update(outcome=MOOT, decided_at=order.at, decided_by=order.actor.key)
        end_notice(order, declaration, record_id=declaration.record_id)
    told = [subject(declaration), Subject("person", str(objection.person_id))]
    return Done(None, told, {"objection": objection.pk, "upheld": upheld})


def _objector(order: Order, declaration: Declaration, objector_id: int | None) -> int:
    """Who objects: somebody concerned.

    Raises:
        SosachError: STATE-01.
    """
    if order.actor.kind is ActorKind.CITIZEN:
        objector = order.actor.person_id
        if objector_id not in {None, objector}:
            raise not_found()
    else:
        objector = objector_id if _in_charge(order, declaration) else None
    if objector is None or declaration.person_id == objector:
        raise not_found()
    if declaration.holder_id != objector and not _claims_too(declaration, objector):
        raise not_found()
    return objector


def _claims_too(declaration: Declaration, person_id: int) -> bool:
    return meeting(declaration).filter(person_id=person_id).exists()


def _in_charge(order: Order, declaration: Declaration) -> bool:
    """Whether the officer's territory holds the declaration; the verb itself acts in the whole country."""
    rows = Declaration.objects.filter(pk=declaration.pk)
    return order.actor.kind is ActorKind.OFFICER and scoped(rows, order.actor).exists()


def _locked(order: Order, objection_id: int) -> tuple[Objection, Declaration]:
    told = Objection.objects.filter(pk=objection_id).first()
    if told is None:
        raise not_found()
    declaration = locked(order, told.declaration_id, anywhere=True)
    told.refresh_from_db()
    if told.outcome:
        raise forbidden(*REASONS["no_objection"])
    return told, declaration


def _close(order: Order, objection: Objection, outcome: str, reason: str) -> None:
    objection.outcome, objection.decided_at = outcome, order.at
    objection.decided_by, objection.reason = order.actor.key, reason.strip()
    objection.save(update_fields=["outcome", "decided_at", "decided_by", "reason"])
