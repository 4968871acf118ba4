"""The desk: ask back, forward, verify, refuse, mark as conflict, approve. Approving writes through the verbs of the registers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.applying import Accepted, apply, begin_notice, end_notice
from sosach.domain.declarations.operations.recording import DESK, locked, move_of, note, said, step, subject
from sosach.domain.declarations.operations.refusals import forbidden, incomplete
from sosach.domain.declarations.operations.seeking import named, refresh
from sosach.domain.declarations.operations.submitting import close_objections
from sosach.domain.declarations.queries.standing import competing, standing_of
from sosach.domain.declarations.rules import LEGAL_NOTICE_DAYS, kind_of, objecting_until
from sosach.domain.declarations.states import Verb
from sosach.domain.places.queries import unit
from sosach.domain.population.rules.days import day_of

APPROVERS = frozenset({Role.VERIFIER, Role.CHIEF})


@operation("declarations.asked_back", roles=DESK)
def ask_back(order: Order, *, declaration_id: int, text: str, version: int | None = None) -> Done[None]:
    """Ask the citizen for something more; what was verified has to be verified again afterwards.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-03 it changed meanwhile; STATE-04 nothing is asked.
    """
    declaration = locked(order, declaration_id, version=version)
    step(order, declaration, move_of(order, Verb.ASK_BACK), text=said(text))
    return Done(None, [subject(declaration)])


@operation("declarations.forwarded", roles=DESK, nationwide=True)
def forward(
    order: Order, *, declaration_id: int, commune_code: str, text: str, version: int | None = None
) -> Done[None]:
    """Pass a declaration on to the commune in charge; it verifies anew.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-03; STATE-04 no such commune, the own one, or no reason.
    """
    declaration = locked(order, declaration_id, version=version)
    place = unit(level="commune", code=commune_code, at=day_of(order.at))
    if place is None or commune_code == declaration.commune_code:
        raise incomplete("Không có xã, phường này, hoặc tờ khai đang ở đó.", "No such commune, or it is there already.")
    left = declaration.commune_code or ""
    move = move_of(order, Verb.FORWARD, place=(place.code, place.province_code))
    step(order, declaration, move, text=said(text), came_from=left)
    return Done(None, [subject(declaration)], {"from": left, "to": place.code})


@operation("declarations.verified", roles=DESK, nationwide=True)
def verify(
    order: Order, *, declaration_id: int, record_id: int | None = None, text: str = "", version: int | None = None
) -> Done[None]:
    """Say that claim, papers and registers were compared and fit. For papers missing, the public notice of 30 days begins.

    Whoever verifies what a registrar has to write (owner, certificate, licence) needs that role, or whoever approves does.

    Args:
        order: who, when.
        declaration_id: which.
        record_id: the record it is about, where its numbers lead to none or to several.
        text: what was compared; officers only.
        version: as the screen showed it.

    Raises:
        SosachError: STATE-01 no such declaration or record; STATE-02; STATE-03; ACCESS-01 the notice needs a registrar.
    """
    declaration = locked(order, declaration_id, version=version)
    kind = kind_of(declaration.kind)
    before, record_before = declaration.holder_id, declaration.record_id
    if record_id is not None:
        declaration.record_id, declaration.holder_id = named(order, kind, declaration, record_id)
    else:
        refresh(kind, declaration)
    if declaration.record_id != record_before:  # nobody objects at a notice on a vehicle it is not about any more
        end_notice(order, declaration, record_id=record_before)
    until = None
    if kind.objecting == str(LEGAL_NOTICE_DAYS):
        until = begin_notice(order, declaration)
        declaration.due_on = max(declaration.due_on, until + timedelta(days=1))
    elif declaration.holder_id not in {None, before}:  # who is told only now has time from now on
        until = objecting_until(kind, day_of(order.at))
    move = move_of(order, Verb.VERIFY, objecting_until=until)
    step(order, declaration, move, text=said(text, required=False), public=False)
    return Done(None, [subject(declaration)], {"record": declaration.record_id})


@operation("declarations.refused", roles=DESK, nationwide=True)
def refuse(order: Order, *, declaration_id: int, text: str, version: int | None = None) -> Done[None]:
    """Refuse a declaration, with the reason the citizen reads.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-03; STATE-04 no reason.
    """
    declaration = locked(order, declaration_id, version=version)
    step(order, declaration, move_of(order, Verb.REFUSE), text=said(text))
    end_notice(order, declaration, record_id=declaration.record_id)
    close_objections(order, declaration)
    return Done(None, [subject(declaration)])


@operation("declarations.approved", roles=APPROVERS, nationwide=True)
def approve(
    order: Order,
    *,
    declaration_id: int,
    terms: Mapping[str, Any] | None = None,
    text: str = "",
    version: int | None = None,
) -> Done[str]:
    """Accept a verified declaration and write it into the register, in one transaction; ownership by a second person only.

    Args:
        order: who, when.
        declaration_id: which.
        terms: what the procedure of the register needs besides (`rules.TERMS`).
        text: to the citizen.
        version: as the screen showed it.

    Returns:
        State: `applied`, or `approved` where no register changes.

    Raises:
        SosachError: STATE-01; STATE-02 not verified, an objection or its time is open, somebody else claims the same, or the
            register forbids it; STATE-03; STATE-04 what the procedure needs is missing; ACCESS-01 a role or the second
            person is missing; ACCESS-02 another territory.
    """
    declaration = locked(order, declaration_id, version=version)
    kind = kind_of(declaration.kind)
    told = declaration.holder_id
    refresh(kind, declaration)
    if kind.changes_owner and declaration.holder_id != told:
        raise _holder_changed()
    _refuse_doubtful(declaration)
    step(order, declaration, move_of(order, Verb.APPROVE), text=said(text, required=False), terms=dict(terms or {}))
    verifier = standing_of(declaration).verified_by or order.actor
    accepted = Accepted(order, declaration, kind, verifier, dict(terms or {}))
    apply(accepted)
    if accepted.acts:
        declaration.applied = accepted.acts
        step(order, declaration, move_of(order, Verb.APPLY), public=False)
    return Done(declaration.state, [subject(declaration)], {"verifier": verifier.key, "acts": len(accepted.acts)})


@operation("declarations.conflict_marked", roles=DESK)
def mark_conflict(
    order: Order, *, declaration_id: int, text: str, others: Sequence[int] = (), version: int | None = None
) -> Done[None]:
    """Say that a declaration contradicts others; nothing is decided before somebody found out.

    Args:
        order: who, when.
        declaration_id: which.
        text: what contradicts; officers only.
        others: declarations it contradicts; kept in the thread.
        version: as the screen showed it.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-03; STATE-04 nothing is said.
    """
    declaration = locked(order, declaration_id, version=version)
    step(order, declaration, move_of(order, Verb.MARK_CONFLICT), text=said(text), public=False, others=list(others))
    return Done(None, [subject(declaration)], {"others": len(others)})


@operation("declarations.conflict_cleared", roles=DESK)
def clear_conflict(order: Order, *, declaration_id: int, text: str, version: int | None = None) -> Done[None]:
    """Say how a contradiction was resolved; the declaration is looked at anew.

    Raises:
        SosachError: STATE-01; STATE-02 there is none; STATE-03; STATE-04 nothing is said.
    """
    declaration = locked(order, declaration_id, version=version)
    step(order, declaration, move_of(order, Verb.CLEAR_CONFLICT), text=said(text), public=False)
    return Done(None, [subject(declaration)])


@operation("declarations.noted", roles=DESK)
def note_visit(order: Order, *, declaration_id: int, text: str) -> Done[int]:
    """Write down what was found out about a declaration, for officers: a visit, a telephone call, a look at the vehicle.

    Returns:
        Id of the line.

    Raises:
        SosachError: STATE-01; STATE-04 nothing is said.
    """
    declaration = locked(order, declaration_id)
    written = note(order, declaration, "noted", text=said(text), public=False)
    return Done(written.pk, [subject(declaration)], {"note": written.pk})


def _holder_changed() -> SosachError:
    """STATE-02: whoever the register names now was never told of the claim."""
    return SosachError(
        ErrorCode.STATE_FORBIDS,
        vi="Chủ xe trong sổ đã thay đổi từ lúc kiểm tra.",
        en="The register names another owner than when it was verified.",
        hint_vi="Đánh dấu mâu thuẫn rồi kiểm tra lại, để chủ xe hiện nay có thời gian phản đối.",
        hint_en="Mark it as a conflict and verify it again, so that the present owner has time to object.",
    )


def _refuse_doubtful(declaration: Declaration) -> None:
    """Refuse what two people claim, and claims about a record that names somebody else as owner or holder.

    Raises:
        SosachError: STATE-02.
    """
    kind = kind_of(declaration.kind)
    if kind.changes_owner and competing(declaration).exists():
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Người khác cũng khai là chủ của xe này.",
            en="Somebody else claims to own this vehicle, too.",
            hint_vi="Giải quyết tờ khai kia trước.",
            hint_en="Decide about the other declaration first.",
        )
    holder = declaration.holder_id
    if kind.is_direct and holder is not None and holder != declaration.person_id:
        raise forbidden(
            "Sổ ghi tên người khác; người khai không phải chủ hoặc người có giấy phép.",
            "The register names somebody else as owner or holder.",
        )
