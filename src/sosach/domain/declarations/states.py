"""The way of a declaration, from draft to what the registers took over, and who may move it. Plain Python.

Three rules hold whatever the order of steps: an owner never changes by fewer than two people, never by somebody outside the
territory, and never while an objection is open. Everything that writes goes through `after`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sosach.domain.access.rules import Role, reaches
from sosach.domain.audit.rules import Actor, ActorKind, account_key


class State(StrEnum):
    """Where a declaration stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ASKED_BACK = "asked_back"  # the citizen has to say more
    FORWARDED = "forwarded"  # another commune has it now
    CONFLICT = "conflict"  # contradicts another declaration; somebody has to find out
    VERIFIED = "verified"  # an officer compared it with papers and registers
    OBJECTED = "objected"  # somebody disputes it; nothing is decided before that is
    APPROVED = "approved"  # accepted; nothing was to be written into a register
    APPLIED = "applied"  # accepted and written into a register
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"  # accepted once, taken back since


class Verb(StrEnum):
    """What may be done with a declaration."""

    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ASK_BACK = "ask_back"
    ANSWER = "answer"
    FORWARD = "forward"
    VERIFY = "verify"
    REFUSE = "refuse"
    APPROVE = "approve"
    APPLY = "apply"
    MARK_CONFLICT = "mark_conflict"
    CLEAR_CONFLICT = "clear_conflict"
    OBJECT = "object_to"
    WITHDRAW_OBJECTION = "withdraw_objection"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    ASK_RETRACTION = "ask_retraction"
    RETRACT = "retract"


FINAL = frozenset({State.APPROVED, State.APPLIED, State.REFUSED, State.WITHDRAWN, State.RETRACTED})
ON_DESK = frozenset({State.SUBMITTED, State.FORWARDED, State.CONFLICT, State.VERIFIED, State.OBJECTED})
"""States in which an officer has something to do."""
OPEN = ON_DESK | {State.ASKED_BACK}
_FRESH = frozenset({State.SUBMITTED, State.FORWARDED})
_FROM: dict[Verb, frozenset[State]] = {
    Verb.SAVE: frozenset({State.DRAFT}),
    Verb.SUBMIT: frozenset({State.DRAFT}),
    Verb.WITHDRAW: OPEN | {State.DRAFT},
    Verb.ASK_BACK: _FRESH | {State.CONFLICT, State.VERIFIED},
    Verb.ANSWER: frozenset({State.ASKED_BACK}),
    Verb.FORWARD: _FRESH | {State.CONFLICT, State.VERIFIED},
    Verb.VERIFY: _FRESH,
    Verb.REFUSE: _FRESH | {State.ASKED_BACK, State.CONFLICT, State.VERIFIED},
    Verb.APPROVE: frozenset({State.VERIFIED}),
    Verb.APPLY: frozenset({State.APPROVED}),
    Verb.MARK_CONFLICT: _FRESH | {State.VERIFIED},
    Verb.CLEAR_CONFLICT: frozenset({State.CONFLICT}),
    Verb.OBJECT: OPEN,
    Verb.WITHDRAW_OBJECTION: frozenset({State.OBJECTED}),
    Verb.UPHOLD: frozenset({State.OBJECTED}),
    Verb.DISMISS: frozenset({State.OBJECTED}),
    Verb.ASK_RETRACTION: frozenset({State.APPLIED}),
    Verb.RETRACT: frozenset({State.APPLIED}),
}
_TO: dict[Verb, State] = {
    Verb.SUBMIT: State.SUBMITTED,
    Verb.WITHDRAW: State.WITHDRAWN,
    Verb.ASK_BACK: State.ASKED_BACK,
    Verb.ANSWER: State.SUBMITTED,
    Verb.FORWARD: State.FORWARDED,
    Verb.VERIFY: State.VERIFIED,
    Verb.REFUSE: State.REFUSED,
    Verb.APPROVE: State.APPROVED,
    Verb.APPLY: State.APPLIED,
    Verb.MARK_CONFLICT: State.CONFLICT,
    Verb.CLEAR_CONFLICT: State.SUBMITTED,
    Verb.RETRACT: State.RETRACTED,
}
BY_CITIZEN = frozenset({Verb.SAVE, Verb.SUBMIT, Verb.WITHDRAW, Verb.ANSWER})
BY_OBJECTOR = frozenset({Verb.OBJECT, Verb.WITHDRAW_OBJECTION})
# What an earlier look at the papers found holds no longer after these.
_UNVERIFIES = frozenset({Verb.ASK_BACK, Verb.FORWARD, Verb.MARK_CONFLICT, Verb.CLEAR_CONFLICT, Verb.ANSWER})
APPROVERS = frozenset({Role.VERIFIER, Role.CHIEF})


class ImpossibleError(Exception):
    """A step that cannot be taken; `why` is a key of `REASONS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


REASONS: dict[str, tuple[str, str]] = {
    "state": ("Không thực hiện được ở trạng thái hiện tại.", "Not possible in its present state."),
    "outside": ("Tờ khai thuộc địa bàn khác.", "The declaration belongs to another territory."),
    "own": ("Không giải quyết tờ khai của chính mình.", "Nobody decides the own declaration."),
    "not_declarant": ("Chỉ người khai mới làm được việc này.", "Only whoever declared it can do this."),
    "role": ("Tài khoản không có quyền phê duyệt.", "The account has no right to approve."),
    "second": (
        "Cần người thứ hai phê duyệt, khác người đã kiểm tra.",
        "A second person has to approve, other than the one who verified it.",
    ),
    "objection": ("Đang có phản đối chưa giải quyết.", "An objection is open."),
    "objecting": ("Chưa hết thời gian để chủ xe phản đối.", "The holder on record may still object."),
    "own_objection": (
        "Người đã kiểm tra hoặc người phản đối không tự giải quyết phản đối.",
        "Neither whoever verified it nor whoever objects decides an objection at the desk.",
    ),
    "objected_already": ("Bạn đã phản đối tờ khai này.", "You have objected already."),
    "no_objection": ("Không có phản đối này đang mở.", "There is no such open objection."),
    "asked_already": ("Đã có đề nghị thu hồi.", "Taking it back was asked for already."),
    "not_asked": (
        "Thu hồi thay đổi chủ xe cần hai người: một người đề nghị, người khác quyết định.",
        "Taking back a change of owner takes two people: one asks, another decides.",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about the next step of a declaration.

    Attributes:
        declarant: id of the person who declared.
        people: how many people it takes to accept it.
        commune: code of the commune in charge.
        province: of that commune.
        state: where it stands.
        resumes: where it stood before somebody objected.
        objections: people with an open objection.
        verified_by: who verified it; None: nobody, or no longer.
        approved_by: who approved it.
        retraction_by: who asked to take it back.
        objecting_until: last day for the holder on record to object; None: there is no such time.
        consented: whether the holder on record agreed.
    """

    declarant: int
    people: int
    commune: str | None
    province: str | None
    state: State = State.DRAFT
    resumes: State | None = None
    objections: frozenset[int] = frozenset()
    verified_by: Actor | None = None
    approved_by: Actor | None = None
    retraction_by: Actor | None = None
    objecting_until: date | None = None
    consented: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step somebody takes.

    Attributes:
        verb: which.
        actor: who.
        day: when.
        objector: for objections: the person who objects or objected.
        place: for forwarding: commune and province it goes to.
        objecting_until: for verifying: last day of the notice that begins with it.
    """

    verb: Verb
    actor: Actor
    day: date
    objector: int | None = None
    place: tuple[str, str] | None = None
    objecting_until: date | None = None


def after(standing: Standing, move: Move) -> Standing:
    """The standing after a step.

    Raises:
        ImpossibleError: the state, the person, the place or an open objection forbid it.
    """
    if standing.state not in _FROM[move.verb]:
        raise ImpossibleError("objection" if standing.state is State.OBJECTED else "state")
    _refuse_wrong_person(standing, move)
    special = _SPECIAL.get(move.verb)
    if special is not None:
        return special(standing, move)
    return _moved(standing, move)


def possible(standing: Standing, actor: Actor, day: date) -> frozenset[Verb]:
    """Steps somebody may take now, as buttons show them; those of objectors aside."""
    found = set()
    for verb in Verb:
        if verb in BY_OBJECTOR or verb is Verb.APPLY:
            continue
        objector = next(iter(standing.objections), None)
        place = (standing.commune or "", standing.province or "")
        try:
            after(standing, Move(verb, actor, day, objector=objector, place=place))
        except ImpossibleError:
            continue
        found.add(verb)
    return frozenset(found)


def joined(standing: Standing, gone: int, kept: int) -> Standing:
    """The standing after two records of one person became one. Nobody objects to the own declaration: such an objection ends."""
    declarant = kept if standing.declarant == gone else standing.declarant
    objections = frozenset(kept if person == gone else person for person in standing.objections) - {declarant}
    found = replace(standing, declarant=declarant, objections=objections)
    if standing.state is State.OBJECTED and not objections:
        return replace(found, state=standing.resumes or State.SUBMITTED, resumes=None)
    return found


def is_same_human(one: Actor | None, other: Actor) -> bool:
    """Whether two accounts are one human: the same account, the own one as a citizen, or two accounts of one person."""
    if one is None:
        return False
    same_person = one.person_id is not None and one.person_id == other.person_id
    return same_person or one.is_also(other.key) or other.is_also(one.key)


def _refuse_wrong_person(standing: Standing, move: Move) -> None:
    if move.verb in BY_OBJECTOR:
        return
    own = move.actor.is_also(account_key(ActorKind.CITIZEN, standing.declarant))
    if move.verb in BY_CITIZEN:
        at_the_desk = move.actor.kind is ActorKind.OFFICER and not own and _reaches(standing, move.actor)
        if not at_the_desk and not own:
            raise ImpossibleError("not_declarant")
        return
    if move.actor.kind is not ActorKind.OFFICER or not _reaches(standing, move.actor):
        raise ImpossibleError("outside")
    if own:
        raise ImpossibleError("own")


def _reaches(standing: Standing, actor: Actor) -> bool:
    return reaches(actor, commune_code=standing.commune, province_code=standing.province)


def _moved(standing: Standing, move: Move) -> Standing:
    state = _TO.get(move.verb, standing.state)
    if move.verb in _UNVERIFIES:
        return replace(standing, state=state, verified_by=None)
    if state in FINAL:  # nobody objects to what is over
        return replace(standing, state=state, resumes=None, objections=frozenset())
    return replace(standing, state=state)


def _submitted(standing: Standing, move: Move) -> Standing:
    return replace(standing, state=State.SUBMITTED, objecting_until=move.objecting_until)


def _verified(standing: Standing, move: Move) -> Standing:
    until = move.objecting_until or standing.objecting_until
    return replace(standing, state=State.VERIFIED, verified_by=move.actor, objecting_until=until)


def _approved(standing: Standing, move: Move) -> Standing:
    if move.actor.roles.isdisjoint(APPROVERS):
        raise ImpossibleError("role")
    if standing.people > 1 and (standing.verified_by is None or is_same_human(standing.verified_by, move.actor)):
        raise ImpossibleError("second")
    if standing.objections:
        raise ImpossibleError("objection")
    until = standing.objecting_until
    if until is not None and move.day <= until and not standing.consented:
        raise ImpossibleError("objecting")
    return replace(standing, state=State.APPROVED, approved_by=move.actor)


def _forwarded(standing: Standing, move: Move) -> Standing:
    commune, province = move.place or (standing.commune, standing.province)
    moved = replace(standing, commune=commune, province=province)
    return replace(moved, state=State.FORWARDED, verified_by=None)


def _objected(standing: Standing, move: Move) -> Standing:
    objector = _objector(move)
    if objector == standing.declarant:
        raise ImpossibleError("own")
    if objector in standing.objections:
        raise ImpossibleError("objected_already")
    resumes = standing.resumes if standing.state is State.OBJECTED else standing.state
    return replace(standing, state=State.OBJECTED, resumes=resumes, objections=standing.objections | {objector})


def _objector(move: Move) -> int:
    if move.objector is None:
        raise ImpossibleError("no_objection")
    return move.objector


def _without(standing: Standing, move: Move) -> Standing:
    objector = _objector(move)
    if objector not in standing.objections:
        raise ImpossibleError("no_objection")
    left = standing.objections - {objector}
    if left:
        return replace(standing, objections=left)
    return replace(standing, objections=left, state=standing.resumes or State.SUBMITTED, resumes=None)


def _given_up(standing: Standing, move: Move) -> Standing:
    if move.actor.kind is ActorKind.OFFICER:  # whoever writes it down for the objector ends it as a decision would
        _decided(standing, move)
    return _without(standing, move)


def _decided(standing: Standing, move: Move) -> None:
    objector = account_key(ActorKind.CITIZEN, _objector(move))
    if move.actor.roles.isdisjoint(APPROVERS):
        raise ImpossibleError("role")
    if is_same_human(standing.verified_by, move.actor) or move.actor.is_also(objector):
        raise ImpossibleError("own_objection")


def _dismissed(standing: Standing, move: Move) -> Standing:
    _decided(standing, move)
    return _without(standing, move)


def _upheld(standing: Standing, move: Move) -> Standing:
    _decided(standing, move)
    left = _without(standing, move)
    return replace(left, state=State.REFUSED, resumes=None, objections=frozenset())


def _retraction_asked(standing: Standing, move: Move) -> Standing:
    if standing.retraction_by is not None:
        raise ImpossibleError("asked_already")
    return replace(standing, retraction_by=move.actor)


def _retracted(standing: Standing, move: Move) -> Standing:
    if move.actor.roles.isdisjoint(APPROVERS):
        raise ImpossibleError("role")
    if standing.people > 1:
        if standing.retraction_by is None:
            raise ImpossibleError("not_asked")
        if is_same_human(standing.retraction_by, move.actor):
            raise ImpossibleError("second")
    return replace(standing, state=State.RETRACTED)


_SPECIAL: dict[Verb, Callable[[Standing, Move], Standing]] = {
    Verb.SUBMIT: _submitted,
    Verb.VERIFY: _verified,
    Verb.APPROVE: _approved,
    Verb.FORWARD: _forwarded,
    Verb.OBJECT: _objected,
    Verb.WITHDRAW_OBJECTION: _given_up,
    Verb.DISMISS: _dismissed,
    Verb.UPHOLD: _upheld,
    Verb.ASK_RETRACTION: _retraction_asked,
    Verb.RETRACT: _retracted,
}
