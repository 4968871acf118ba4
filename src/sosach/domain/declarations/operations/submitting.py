"""Sending: a declaration is checked, looked up, signed for, and on the desk of its commune; taken back by the citizen, answered."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.audit.rules.sealing import Signer
from sosach.domain.declarations.models import Attachment, Declaration
from sosach.domain.declarations.operations.applying import end_notice
from sosach.domain.declarations.operations.drafting import CleanPhoto, attached, kept
from sosach.domain.declarations.operations.opening import inserted, opened, used_otherwise
from sosach.domain.declarations.operations.recording import DECLARERS, locked, move_of, said, step, subject
from sosach.domain.declarations.operations.seeking import look_up, set_keys
from sosach.domain.declarations.queries.showing import receipt_of
from sosach.domain.declarations.rules import AnswersError, Receipt, check, due_on, kind_of, objecting_until
from sosach.domain.declarations.rules.kinds import OBJECTION
from sosach.domain.declarations.rules.receipts import digest_of
from sosach.domain.declarations.states import State, Verb
from sosach.domain.population.rules.days import day_of


@operation("declarations.submitted", roles=DECLARERS, nationwide=True)
def declare(  # noqa: PLR0913 - what a declaration consists of
    order: Order,
    *,
    kind: str,
    answers: Mapping[str, str],
    key: UUID,
    signer: Signer,
    photos: Sequence[CleanPhoto] = (),
    person_id: int | None = None,
) -> Done[Receipt]:
    """Declare in one go, without a draft: checked, looked up, stored and signed for in one short transaction.

    The same key gives the same receipt. What is found in the registers is for officers only: the answer is the same for a
    vehicle nobody knows and for somebody else's.

    Args:
        order: the citizen, or an officer who writes down what somebody says.
        kind: code of the catalogue.
        answers: code of the question → as typed.
        key: made by the client before the first try.
        signer: signs the receipt.
        photos: cleaned.
        person_id: who declares, for officers.

    Raises:
        AnswersError: STATE-04 with what has to be mended.
        SosachError: STATE-01 no such kind or person; STATE-02 not alive; ACCESS-01; REQUEST-02 the key stands for another one.
    """
    declaration = opened(order, kind, key, person_id)
    declaration.answers = kept(kind_of(kind), answers)
    _complete(order, declaration, [photo.sha256 for photo in photos], signer)
    declaration.state = State.SUBMITTED.value
    found, fresh = inserted(declaration)
    if fresh:
        for photo in photos:
            attached(order, found, photo)
    elif found.receipt.get("first", declaration.digest) != declaration.digest:
        raise used_otherwise()
    return Done(receipt_of(found), [subject(found)], {"kind": kind, "again": not fresh})


@operation("declarations.submitted", roles=DECLARERS, nationwide=True)
def submit(order: Order, *, declaration_id: int, version: int, signer: Signer) -> Done[Receipt]:
    """Send a draft. Sent already, in the version that is shown: the same receipt again.

    Args:
        order: who declares.
        declaration_id: of the draft.
        version: as the page of all answers showed it.
        signer: signs the receipt.

    Raises:
        AnswersError: STATE-04 with what has to be mended.
        SosachError: STATE-01; STATE-03 another device changed the draft meanwhile; STATE-02 it is no draft any more.
    """
    draft = locked(order, declaration_id)
    if draft.state != State.DRAFT and draft.submitted_at is not None and draft.receipt.get("version") == version:
        return Done(receipt_of(draft), [subject(draft)], {"kind": draft.kind, "again": True})
    if draft.version != version:
        draft = locked(order, declaration_id, version=version)
    _complete(order, draft, _own_photos(draft), signer)
    until = draft.objecting_until
    step(order, draft, move_of(order, Verb.SUBMIT, objecting_until=until))
    return Done(receipt_of(draft), [subject(draft)], {"kind": draft.kind, "again": False})


@operation("declarations.withdrawn", roles=DECLARERS, nationwide=True)
def withdraw(order: Order, *, declaration_id: int, reason: str = "") -> Done[None]:
    """Take the own declaration back before it is decided, or throw a draft away.

    Raises:
        SosachError: STATE-01; STATE-02 it is decided.
    """
    declaration = locked(order, declaration_id)
    step(order, declaration, move_of(order, Verb.WITHDRAW), text=said(reason, required=False))
    end_notice(order, declaration, record_id=declaration.record_id)
    close_objections(order, declaration)
    return Done(None, [subject(declaration)])


@operation("declarations.answered", roles=DECLARERS, nationwide=True)
def answer(
    order: Order, *, declaration_id: int, version: int, answers: Mapping[str, str], signer: Signer, text: str = ""
) -> Done[Receipt]:
    """Answer what the desk asked back: with other answers, photos attached before, or in words. The time limit begins anew.

    What was answered before stays in the thread.

    Raises:
        AnswersError: STATE-04 with what has to be mended.
        SosachError: STATE-01; STATE-02 nothing was asked; STATE-03 it changed meanwhile.
    """
    declaration = locked(order, declaration_id, version=version)
    before, record_before = dict(declaration.answers), declaration.record_id
    told = kept(kind_of(declaration.kind), answers)
    declaration.answers = {code: value for code, value in {**before, **told}.items() if value}
    first = declaration.submitted_at
    _complete(order, declaration, _own_photos(declaration), signer)
    if declaration.record_id != record_before:
        end_notice(order, declaration, record_id=record_before)
    changed = {code: before.get(code, "") for code, value in told.items() if before.get(code, "") != value}
    words = said(text, required=False)
    step(
        order,
        declaration,
        move_of(order, Verb.ANSWER),
        text=words,
        before=changed,
        first=first.isoformat() if first else "",
    )
    return Done(receipt_of(declaration), [subject(declaration)], {"changed": sorted(changed)})


def close_objections(order: Order, declaration: Declaration) -> None:
    """Objections against what is withdrawn or refused have nothing to object to any more."""
    declaration.objections.filter(outcome="").update(outcome="moot", decided_at=order.at, decided_by=order.actor.key)


def _own_photos(declaration: Declaration) -> list[str]:
    """Hashes of the photos the declarant answers for."""
    rows = Attachment.objects.filter(declaration=declaration, removed_at__isnull=True).exclude(slot=OBJECTION)
    return list(rows.values_list("sha256", flat=True))


def _complete(order: Order, declaration: Declaration, photos: Sequence[str], signer: Signer) -> None:
    """Check the answers, look the numbers up, set times, digest and receipt; nothing is saved.

    Raises:
        AnswersError: STATE-04.
    """
    kind, day = kind_of(declaration.kind), day_of(order.at)
    checked = check(kind, declaration.answers, today=day)
    if checked.problems:
        raise AnswersError(checked.problems)
    declaration.answers = checked.answers
    set_keys(declaration, checked.keys)
    look_up(kind, declaration)
    declaration.submitted_at = order.at
    declaration.due_on = due_on(kind, day)
    declaration.objecting_until = objecting_until(kind, day)
    declaration.digest = digest_of(declaration.kind, checked.answers, photos)
    unsigned = receipt_of(declaration)
    declaration.receipt = {
        "signature": signer.sign(unsigned.text.encode()).hex(),
        "key_id": signer.key_id,
        "version": declaration.version,
        "first": declaration.receipt.get("first", declaration.digest),
    }
