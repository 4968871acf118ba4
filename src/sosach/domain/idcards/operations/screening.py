"""Compares a capture with everybody's, takes the answer of a matcher elsewhere, and lets two people judge what looks alike.

Our own engine answers at once. Where `SOSACH_CARD_MATCHER` names another one, `screen` only notes that it is to be asked; whoever
speaks with it reads `queries.pictures.screening_waits`, and brings its answer by `take_answer`.
"""

from collections.abc import Iterator, Sequence

from django.conf import settings

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.idcards.models import Application, Doubt, DoubtVerdict, Packet, SealedPicture
from sosach.domain.idcards.operations.moving import locked_application, require_state, subjects_of, take
from sosach.domain.idcards.operations.stepping import forbidden, incomplete, not_found
from sosach.domain.idcards.queries.holders import packet_of
from sosach.domain.idcards.queries.seals import capture_of, opened
from sosach.domain.idcards.rules.matching import NAME, TEMPLATE, Candidate, Capture, search, unpacked
from sosach.domain.idcards.states.applications import State, Step
from sosach.domain.idcards.states.doubts import Outcome, Verdict, outcome_of
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.queries import survivor_of

SCREENERS = frozenset({Role.CARDS, Role.CARD_APPROVER, Role.PARTNER, Role.SYSTEM})


def matcher_elsewhere() -> str:
    """Name of the matcher that is asked instead of our own engine; "" for none."""
    return str(getattr(settings, "SOSACH_CARD_MATCHER", ""))


@operation("idcards.screened", roles=SCREENERS, nationwide=True)
def screen(order: Order, *, application_id: int) -> Done[Application]:
    """Compare a capture with everybody's: clear, in doubt, or a matcher elsewhere is to be asked.

    Raises:
        SosachError: STATE-01; STATE-02 not captured; KEY-02 a template does not open.
    """
    application = locked_application(order, application_id)
    require_state(application, State.CAPTURED, State.BARRED)
    packet = _packet(application)
    if named := matcher_elsewhere():
        take(order, application, Step.ASK)
        return Done(application, subjects_of(application), {"matcher": named, "packet": packet.pk})
    probe = capture_of(packet)
    gallery = list(_gallery(packet)) if probe else []
    candidates = search(probe, gallery) if probe else ()
    people = _doubt(order, application, packet, candidates, NAME)
    details = {"matcher": NAME, "packet": packet.pk, "compared": len(gallery), "alike": len(people)}
    return Done(application, subjects_of(application, *people), details)


@operation("idcards.screening_answered", roles=frozenset({Role.SYSTEM}), nationwide=True)
def take_answer(order: Order, *, packet_id: int, candidates: Sequence[Candidate], matcher: str) -> Done[Application]:
    """Take the answer of a matcher elsewhere. The same answer again changes nothing.

    Raises:
        SosachError: STATE-01 no such packet, or a candidate we know nothing of.
    """
    packet = Packet.objects.filter(pk=packet_id).first()
    if packet is None:
        raise not_found("Không có lượt thu nhận này.", "There is no such capture.")
    application = locked_application(order, packet.application_id)
    if State(application.state) is not State.SCREENING or _packet(application).pk != packet.pk:
        return Done(application, subjects_of(application), {"again": True})
    people = _doubt(order, application, packet, candidates, matcher)
    details = {"matcher": matcher, "packet": packet.pk, "alike": len(people)}
    return Done(application, subjects_of(application, *people), details)


@operation("idcards.doubt_judged", roles=frozenset({Role.CARD_APPROVER}), nationwide=True)
def judge_doubt(order: Order, *, doubt_id: int, says: Verdict) -> Done[Doubt]:
    """Say whether two captures are of one person. Two people have to say the same; neither has captured either of them.

    Raises:
        SosachError: STATE-01; STATE-02 settled, not waited for any more, own capture, or said already; STATE-04 without a reason.
    """
    told = Doubt.objects.filter(pk=doubt_id).values_list("application_id", flat=True).first()
    if told is None:
        raise not_found("Không có nghi vấn này.", "There is no such doubt within reach.")
    application = locked_application(order, told)
    doubt = Doubt.objects.select_related("packet", "other_packet").get(pk=doubt_id)
    _may_judge(order, application, doubt)
    DoubtVerdict.objects.create(
        doubt=doubt,
        at=order.at,
        act=order.act,
        actor_key=order.actor.key,
        says=Verdict(says).value,
        reason=order.reason,
    )
    outcome = outcome_of(Verdict(said) for said in doubt.verdicts.order_by("pk").values_list("says", flat=True))
    if outcome is not Outcome.OPEN:
        doubt.outcome, doubt.settled_at = outcome.value, order.at
        doubt.save()
        _settle(order, application, doubt.packet_id)
    subjects = subjects_of(application, doubt.other_person_id)
    return Done(doubt, subjects, {"doubt": doubt.pk, "says": Verdict(says).value, "outcome": doubt.outcome})


def _may_judge(order: Order, application: Application, doubt: Doubt) -> None:
    if not order.reason:
        raise incomplete("Thiếu căn cứ của kết luận.", "What the judgement rests on is missing.")
    if doubt.outcome:
        raise forbidden("Nghi vấn đã kết luận.", "The doubt is settled.")
    require_state(application, State.DOUBTED)
    if doubt.packet.state != PacketState.GOOD.value:
        raise forbidden("Lượt thu nhận này đã được thay bằng lượt khác.", "Another capture took the place of this one.")
    if any(order.actor.is_also(packet.captured_by) for packet in (doubt.packet, doubt.other_packet)):
        raise forbidden("Người thu nhận không được kết luận.", "Whoever captured does not judge.")
    if doubt.verdicts.filter(actor_key=order.actor.key).exists():
        raise forbidden("Đã có ý kiến của cán bộ này.", "This officer has spoken already.")


def _packet(application: Application) -> Packet:
    packet = packet_of(application)
    if packet is None:
        raise forbidden("Chưa có lượt thu nhận đạt yêu cầu.", "There is no good capture.")
    return packet


def _gallery(packet: Packet) -> Iterator[Capture]:
    """Templates of every other person's good captures; records merged into one are one person."""
    own = survivor_of(packet.person_id)
    rows = SealedPicture.objects.filter(slot=TEMPLATE, dropped_at=None, packet__state=PacketState.GOOD.value)
    for row in rows.exclude(packet__person_id=packet.person_id).select_related("packet__person").order_by("packet_id"):
        other = row.packet
        if other.person.merged_into_id is not None and survivor_of(other.person_id) == own:
            continue
        yield Capture(other.pk, other.person_id, unpacked(opened(row, other)))


def _doubt(
    order: Order, application: Application, packet: Packet, candidates: Sequence[Candidate], matcher: str
) -> list[int]:
    """Raise a doubt for each candidate that was not judged different before; ids of the people they are of."""
    own, raised = survivor_of(packet.person_id), []
    for candidate in candidates:
        other = Packet.objects.filter(pk=candidate.packet_id).first()
        if other is None or other.person_id != candidate.person_id:
            raise not_found(
                "Hệ thống so trùng nêu lượt thu nhận không có.", "The matcher names a capture we do not know."
            )
        if survivor_of(other.person_id) == own:
            continue
        doubt, _ = Doubt.objects.get_or_create(
            packet=packet,
            other_packet=other,
            defaults={
                "application": application,
                "other_person_id": other.person_id,
                "matcher": matcher[:40],
                "score": candidate.score,
                "slots": list(candidate.slots),
                "raised_at": order.at,
            },
        )
        if doubt.outcome != Outcome.DIFFERENT.value:
            raised.append(other.person_id)
    if Doubt.objects.filter(packet=packet, outcome=Outcome.SAME.value, other_person_id__in=raised).exists():
        raise forbidden(
            "Đã kết luận trùng với hồ sơ khác: gộp hồ sơ dân cư trước, hoặc từ chối.",
            "Judged to be another record's person: merge the records first, or refuse.",
        )
    take(order, application, Step.ALIKE if raised else Step.UNLIKE)
    return raised


def _settle(order: Order, application: Application, packet_id: int) -> None:
    """When every doubt about a capture is settled, the application goes on or is barred."""
    outcomes = set(Doubt.objects.filter(packet_id=packet_id).values_list("outcome", flat=True))
    if Outcome.OPEN.value not in outcomes:
        take(order, application, Step.SAME if Outcome.SAME.value in outcomes else Step.DIFFERENT)
