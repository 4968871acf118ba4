"""Production jobs: planned over approved applications, data made and signed, released by a second person, or cancelled.

Keys of chips are made here, card by card, go into the package that only the machine can open, and are kept nowhere else.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sosach.base.errors import SosachError
from sosach.chip.content import CardContent
from sosach.chip.files.card import CardFiles, build
from sosach.chip.files.sod import SodTemplate, seal_with
from sosach.chip.line.chip_keys import make_chip_keys
from sosach.chip.line.packing import pack, package_digest
from sosach.chip.line.sheet import CardRecord, ChipSecrets, JobSheet
from sosach.chip.printed.faces import printed_values
from sosach.chip.printed.layouts import Layout
from sosach.chip.profiles import Profile, profile_named
from sosach.chip.signing.ports import Signer
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Blank, Card, Job, JobPackage, Machine
from sosach.domain.idcards.operations.keys import spend
from sosach.domain.idcards.operations.moving import back_to_waiting, into_work
from sosach.domain.idcards.operations.stepping import (
    forbidden,
    incomplete,
    locked_cards,
    locked_job,
    not_found,
    step_cards,
    step_job,
    subjects_of,
)
from sosach.domain.idcards.queries.waiting import blanks_in_stock, waiting_applications
from sosach.domain.idcards.rules.sampling import sample
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState, CardStep
from sosach.domain.idcards.states.jobs import JobStep

KEEPERS = frozenset({Role.CARD_STOCK})
LARGEST = 500  # a package of so many cards is about 20 MB


@dataclass(frozen=True, slots=True)
class Press:
    """What the data of cards are made with.

    Attributes:
        content: what a card says, of its application and the serial of its blank.
        signer: the document signer.
        sender: signs packages.
    """

    content: Callable[[Order, Application, str], CardContent]
    signer: Signer
    sender: Signer


@dataclass(frozen=True, slots=True)
class _Draft:
    """A card before its signature."""

    card: Card
    content: CardContent
    secrets: ChipSecrets
    files: CardFiles
    printed: dict[str, str]


@operation("idcards.job_planned", roles=KEEPERS)
def plan_job(
    order: Order, /, *, machine_id: int, profile: str, limit: int = LARGEST, read_one_in: int = 1
) -> Done[Job]:
    """Plan a job over the approved applications that are urgent and due first, and reserve a blank for each.

    Args:
        order: who, when.
        machine_id: which machine makes them.
        profile: of the cards; blanks are of the same.
        limit: at most so many cards.
        read_one_in: share of the cards that is read back; 1 for all.

    Raises:
        SosachError: STATE-01, no such machine or profile; STATE-02, nothing waits or no blanks are in stock; STATE-04, no size.
    """
    if not 1 <= limit <= LARGEST or not 1 <= read_one_in <= LARGEST:
        raise incomplete(f"Lệnh sản xuất có từ 1 đến {LARGEST} thẻ.", f"A job has 1 to {LARGEST} cards.")
    profile_named(profile)
    machine = Machine.objects.filter(pk=machine_id, retired_at__isnull=True).first()
    if machine is None:
        raise not_found("Không tìm thấy máy đang dùng.", "There is no such machine in use.")
    applications = list(waiting_applications(profile).select_for_update(skip_locked=True)[:limit])
    if not applications:
        raise forbidden("Không có hồ sơ nào chờ sản xuất.", "No application waits for its card.")
    free = blanks_in_stock(profile).select_for_update(skip_locked=True, of=("self",))
    blanks = list(free[: len(applications)])
    if not blanks:
        raise forbidden("Trong kho không còn phôi loại này.", "No blanks of this kind are in stock.")
    job = Job.objects.create(
        profile=profile,
        machine=machine,
        read_one_in=read_one_in,
        planned_by=order.actor.key,
        planned_at=order.at,
        act=order.act,
    )
    cards = _reserved(order, job, list(zip(applications, blanks, strict=False)))
    return Done(job, [Subject("card_job", str(job.pk)), *subjects_of(cards)], {"cards": len(cards)})


def _reserved(order: Order, job: Job, pairs: list[tuple[Application, Blank]]) -> list[Card]:
    drawn = sample((blank.pk for _, blank in pairs), seed=str(order.act), one_in=job.read_one_in)
    serials = [blank.pk for _, blank in pairs]
    Blank.objects.filter(pk__in=serials).update(state=BlankState.RESERVED, changed_at=order.at)
    into_work(order, (application for application, _ in pairs))
    return Card.objects.bulk_create(
        [
            Card(
                application=application,
                person_id=application.person_id,
                blank=blank,
                job=job,
                sampled=blank.pk in drawn,
                commune_code=application.commune_code,
                province_code=application.province_code,
                changed_at=order.at,
            )
            for application, blank in pairs
        ]
    )


@operation("idcards.job_signed", roles=KEEPERS)
def sign_job(order: Order, /, *, job_id: int, press: Press) -> Done[Job]:
    """Make the data of a job's cards, sign them, and pack them for the machine; the signer's use is counted with it.

    An application whose card cannot be made (its holder died, its record was changed) is left out and waits again.

    Raises:
        SosachError: STATE-01, no such job or signer; STATE-02, not planned, or nothing can be made; KEY-03, the signer is spent.
    """
    job = locked_job(job_id)
    step_job(job, JobStep.SIGN)
    profile = profile_named(job.profile)
    cards = locked_cards(Card.objects.filter(job=job, state=CardState.PLANNED))
    drafts: list[_Draft] = []
    left_out: dict[str, str] = {}
    for card in cards:
        try:
            drafts.append(_drafted(card, press.content(order, card.application, card.blank_id), profile))
        except SosachError as refused:
            left_out[card.blank_id] = str(refused.code)
            _give_up(order, [card], why=str(refused.code))
    if not drafts:
        raise forbidden("Không thẻ nào trong lệnh làm được.", "No card of the job can be made.")
    signer = spend(press.signer, len(drafts), order.at)
    template = SodTemplate(
        certificate=bytes(signer.certificate),
        algorithm=press.signer.algorithm,
        lds=profile.lds,
        digest=profile.digest,
        signed_at=order.at,
    )
    records = [_record(draft, template, press.signer) for draft in drafts]
    sheet = JobSheet(str(job.pk), order.at, profile.name, len(records), signer.key_id)
    package = pack(sheet, records, issuer=press.sender, machine_key=bytes(job.machine.transport_key))
    digest = package_digest(package)
    JobPackage.objects.create(job=job, content=package, digest=digest, size=len(package), made_at=order.at)
    made = [draft.card for draft in drafts]
    step_cards(order, made, CardStep.SIGN, columns=("number", "issued_on", "expires_on", "sod_digest"))
    job.signer, job.signed_by, job.signed_at = signer, order.actor.key, order.at
    job.save()
    return Done(
        job, [Subject("card_job", str(job.pk)), *subjects_of(cards)], {"cards": len(made), "left_out": left_out}
    )


def _drafted(card: Card, content: CardContent, profile: Profile) -> _Draft:
    """One card: keys of its chip, its files without their signature, and what is printed; all that may not be possible."""
    secrets, publics = make_chip_keys(profile)
    printed = printed_values(content, layout=Layout(profile.texts))
    return _Draft(card, content, secrets, build(content, profile, publics), printed)


def _record(draft: _Draft, template: SodTemplate, signer: Signer) -> CardRecord:
    """One card under its signature; the register keeps the digest of EF.SOD."""
    card, content = draft.card, draft.content
    files = seal_with(draft.files, template, signer)
    card.number, card.issued_on, card.expires_on = content.pin, content.issued, content.expires
    card.sod_digest = hashlib.sha256(files.sod).hexdigest()
    return CardRecord(card.blank_id, content.reference, files.by_identifier(), draft.secrets, draft.printed)


@operation("idcards.job_released", roles=KEEPERS | {Role.CARD_APPROVER})
def release_job(order: Order, /, *, job_id: int) -> Done[Job]:
    """Let the machine have a job: by somebody else than who signed it.

    Raises:
        SosachError: STATE-01; STATE-02, not signed, or signed by the same person.
    """
    job = locked_job(job_id)
    step_job(job, JobStep.RELEASE)
    if order.actor.is_also(job.signed_by):
        raise forbidden(
            "Người khác với người đã ký mới được cho phép sản xuất.",
            "Somebody else than who signed it has to release it.",
        )
    cards = locked_cards(Card.objects.filter(job=job, state=CardState.SIGNED))
    step_cards(order, cards, CardStep.RELEASE)
    job.released_by, job.released_at = order.actor.key, order.at
    job.save()
    return Done(job, [Subject("card_job", str(job.pk)), *subjects_of(cards)], {"cards": len(cards)})


@operation("idcards.job_cancelled", roles=KEEPERS | {Role.CARD_APPROVER})
def cancel_job(order: Order, /, *, job_id: int) -> Done[Job]:
    """Give a job up before the machine has it: blanks go back into stock, applications wait again; `reason` says why.

    Raises:
        SosachError: STATE-01; STATE-02, released already; STATE-04, no reason.
    """
    if not order.reason.strip():
        raise incomplete("Cần ghi lý do.", "A reason is needed.")
    job = locked_job(job_id)
    step_job(job, JobStep.CANCEL)
    cards = locked_cards(Card.objects.filter(job=job, state__in=[CardState.PLANNED, CardState.SIGNED]))
    _give_up(order, cards, why=order.reason[:200])
    JobPackage.objects.filter(job=job).update(content=b"")
    job.closed_at = order.at
    job.save()
    return Done(job, [Subject("card_job", str(job.pk)), *subjects_of(cards)], {"cards": len(cards)})


def _give_up(order: Order, cards: list[Card], *, why: str) -> None:
    step_cards(order, cards, CardStep.CANCEL, why=why)
    wait_again(order, cards, why=why)


def wait_again(order: Order, cards: list[Card], *, why: str) -> None:
    """The applications of cards nothing came of need another card."""
    back_to_waiting(order, [card.application_id for card in cards], reason=why)


def spoil_misnumbered(order: Order, cards: list[Card]) -> list[Card]:
    """Spoil finished, locked cards that bear a number their holder has no more: another one is made; which they were."""
    wrong = [card for card in cards if card.number != card.person.pin]
    step_cards(order, wrong, CardStep.SPOIL, why="number")
    wait_again(order, wrong, why="number")
    return wrong
