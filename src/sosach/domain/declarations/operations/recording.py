"""Locks a declaration, takes a step, writes the thread: the way every verb of this subject writes."""

from collections.abc import Mapping
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Subject
from sosach.domain.declarations.models import Declaration, Note
from sosach.domain.declarations.operations.refusals import changed_meanwhile, impossible, incomplete, not_found
from sosach.domain.declarations.queries.standing import meeting, standing_of
from sosach.domain.declarations.states import FINAL, OPEN, ImpossibleError, Move, Standing, State, after
from sosach.domain.population.rules.days import day_of

DESK = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.VEHICLES, Role.LICENCES})
DECLARERS = DESK | {Role.CITIZEN}
LONGEST_TEXT = 4_000


def locked(order: Order, declaration_id: int, *, version: int | None = None, anywhere: bool = False) -> Declaration:
    """The declaration, locked until the transaction ends.

    Args:
        order: who.
        declaration_id: which.
        version: as the screen showed it; None where it does not matter.
        anywhere: for those it is about, whom it does not belong to.

    Raises:
        SosachError: STATE-01 none within reach; STATE-03 it changed meanwhile.
    """
    rows = Declaration.objects.select_for_update(of=("self",)).filter(pk=declaration_id)
    found = (rows if anywhere else scoped(rows, order.actor, person="person_id")).first()
    if found is None:
        raise not_found()
    if version is not None and found.version != version:
        raise changed_meanwhile()
    return found


def told_of(actor: Actor) -> dict[str, Any]:
    """An actor as columns keep him: with the rights held when he stood for something."""
    return {
        "kind": str(actor.kind),
        "key": actor.key,
        "level": str(actor.level),
        "unit": actor.unit,
        "roles": sorted(map(str, actor.roles)),
        "person_id": actor.person_id,
    }


def step(
    order: Order, declaration: Declaration, move: Move, *, text: str = "", public: bool = True, **terms: Any
) -> Standing:
    """Take a step: check it, write columns and one line of the thread.

    Args:
        order: who, when.
        declaration: locked; saved.
        move: the step.
        text: what is said with it.
        public: whether the citizen reads the line.
        terms: more that the thread keeps.

    Raises:
        SosachError: STATE-02, ACCESS-01, ACCESS-02: the step cannot be taken now, or not by this actor.
    """
    _refuse_concerned(declaration, move)
    try:
        standing = after(standing_of(declaration), move)
    except ImpossibleError as error:
        raise impossible(error) from error
    take_over(declaration, standing)
    if standing.state in FINAL:
        declaration.closed_at = order.at
    declaration.version += 1
    declaration.save()
    note(order, declaration, str(move.verb), text=text, public=public, terms=terms)
    return standing


def _refuse_concerned(declaration: Declaration, move: Move) -> None:
    """Refuse officers who hold what the declaration is about, or claim it as citizens.

    Raises:
        SosachError: ACCESS-01.
    """
    own = move.actor.person_id if move.actor.kind is ActorKind.OFFICER else None
    if own is None:
        return
    holds = declaration.holder_id == own and declaration.person_id != own
    if holds or meeting(declaration).filter(person_id=own).exists():
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Tờ khai về tài sản của chính mình.",
            en="It is about what one owns or claims oneself.",
            hint_vi="Để cán bộ khác của đơn vị giải quyết.",
            hint_en="Leave it to a colleague of the unit.",
        )


def take_over(declaration: Declaration, standing: Standing) -> None:
    """Set the columns a standing decides over; nothing is saved."""
    declaration.state = str(standing.state)
    declaration.resumes = str(standing.resumes or "")
    declaration.commune_code, declaration.province_code = standing.commune, standing.province
    declaration.objecting_until = standing.objecting_until
    for column in ("verified_by", "approved_by", "retraction_by"):
        actor: Actor | None = getattr(standing, column)
        setattr(declaration, column, told_of(actor) if actor is not None else None)


def note(
    order: Order,
    declaration: Declaration,
    what: str,
    *,
    text: str = "",
    public: bool = True,
    terms: Mapping[str, Any] | None = None,
) -> Note:
    """Write one line of the thread."""
    return Note.objects.create(
        declaration=declaration,
        at=order.at,
        act=order.act,
        what=what,
        public=public,
        actor_kind=order.actor.kind,
        actor_key=order.actor.key,
        actor_unit=order.actor.unit,
        text=text,
        terms=dict(terms or {}),
    )


def said(text: str, *, required: bool = True) -> str:
    """What somebody writes, without blanks around.

    Raises:
        SosachError: STATE-04 nothing is said, or too much.
    """
    clean = text.strip()
    if (required and not clean) or len(clean) > LONGEST_TEXT or "\0" in clean:
        raise incomplete(
            f"Cần nêu nội dung, nhiều nhất {LONGEST_TEXT} ký tự.",
            f"Something must be said, at most {LONGEST_TEXT} characters.",
        )
    return clean


def subject(declaration: Declaration) -> Subject:
    """The declaration as the log names it."""
    return Subject("declaration", str(declaration.pk), declaration.commune_code or "")


def is_open(declaration: Declaration) -> bool:
    """Whether somebody still has to do something about it."""
    return State(declaration.state) in OPEN


def move_of(order: Order, verb: Any, **terms: Any) -> Move:
    """A step of whoever gives the order, on the day of it in Viet Nam."""
    return Move(verb, order.actor, day_of(order.at), **terms)
