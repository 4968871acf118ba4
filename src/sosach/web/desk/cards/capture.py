"""The capture station: face, fingers, irises; each slot with what its quality check says, sealed as it comes in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.capturing import (
    add_picture,
    begin_packet,
    describe_packet,
    drop_packet,
    finish_packet,
)
from sosach.domain.idcards.operations.preparing import Picture, prepare
from sosach.domain.idcards.queries.applications import ApplicationSeen, PacketSeen, PictureSeen, application
from sosach.domain.idcards.rules.applications import Kind, captured_for
from sosach.domain.idcards.rules.enrolment import FACE, FINGERS, SLOTS, Absence, Shot, may_be_absent, missing_slots
from sosach.domain.idcards.rules.quality import WORDS as FAULTS
from sosach.domain.idcards.rules.quality import Fault
from sosach.domain.idcards.states.applications import CLOSED, PAUSED, State
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.cards.follows import follows
from sosach.web.desk.cards.words import ABSENCES, APPLICATIONS, CLERKS, PURPOSE, badge, said
from sosach.web.desk.cards.words import SLOTS as SLOT_WORDS
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either, of_error
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Badge, Key


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the packet as the page shows it.

    Attributes:
        key: its name in the form.
        name: what people call it.
        badge: whether there is a picture, a reason, or nothing.
        faults: what the quality check said.
        absent: why there is none.
        reasons: why there may be none.
        wsq: a fingerprint, which comes as a file of its reader.
    """

    key: str
    name: str
    badge: Badge
    faults: tuple[str, ...]
    absent: str
    reasons: tuple[tuple[str, str], ...]
    wsq: bool


@officer_page(roles=CLERKS)
def capture(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take pictures, a few at a time or all at once; finish when every slot is answered."""
    refused = ""
    seen = application(look(request, PURPOSE), application_id=application_id)
    if request.method == "POST":
        try:
            pictures = _prepared(request)
            return once(request, lambda order: _done(request, order, seen, pictures))
        except SosachError as refusal:
            refused = "\n".join(filter(None, of_error(refusal)))
        seen = application(look(request, PURPOSE), application_id=application_id)
    stopped = not_captured(seen, day_of(request.sosach_at))
    packet = _open(seen)
    last = packet or (seen.packets[0] if seen.packets else None)
    slots = [_slot(slot, packet, last) for slot in SLOTS]
    context = {
        "room": "cards",
        "tab": "applications",
        "application": seen.line,
        "state": badge(APPLICATIONS, seen.line.state),
        "stopped": stopped,
        "slots": slots,
        "done": sum(each.badge.tone == "good" or bool(each.absent) for each in slots),
        "features": last.features if last else "",
        "device": last.device if last else "",
        "open": packet is not None,
        "dropping": follows("drop"),
        "refused": refused,
        "keys": [] if stopped else [Key("l", _("lưu phần đã có")), Key("a", _("lưu và kết thúc"))],
    }
    return render(request, "desk/cards/capture.html", context, status=409 if refused else 200)


def not_captured(seen: ApplicationSeen, day: date) -> str:
    """What is to be done where nothing is captured: under six, or where capture is over or comes later; else "".

    Legal source: Law 26/2023/QH15: no biometrics of somebody under six.
    """
    state = State(seen.line.state)
    if state in CLOSED:
        return _("Hồ sơ đã kết thúc, không thu nhận nữa. Cần thẻ khác thì tiếp nhận hồ sơ mới.")
    if state in {State.APPROVED, State.MADE}:
        return _("Hồ sơ đã duyệt, thẻ đang được làm: không thu nhận nữa.")
    if not is_captured(seen, day):
        return _(
            "Người dưới 6 tuổi không chụp ảnh, không lấy vân tay, mống mắt (Luật Căn cước số 26/2023/QH15). "
            "Không phải đến thu nhận: hồ sơ đủ dữ liệu thì chờ duyệt ngay, thẻ làm theo mẫu không có ảnh."
        )
    if state is State.WAITING_DATA:
        return _("Phải sửa dữ liệu dân cư trước. Sửa xong, bấm “So lại với dữ liệu dân cư” ở hồ sơ rồi thu nhận.")
    if state in {State.OPEN, *PAUSED}:
        return ""
    return _("Đã thu nhận xong. Cần thu nhận lại thì bấm “Mời công dân đến” ở hồ sơ, khi hồ sơ còn cho mời.")


def is_captured(seen: ApplicationSeen, day: date) -> bool:
    """Whether anything of this person may be captured: not under six."""
    return captured_for(Kind(seen.line.kind), seen.holder.birth_date, on=day, earlier_pictures=False)


def _pictures(packet: PacketSeen | None) -> tuple[PictureSeen, ...]:
    return packet.pictures if packet else ()


def _open(seen: ApplicationSeen) -> PacketSeen | None:
    return next((each for each in seen.packets if each.state == PacketState.OPEN), None)


def _prepared(request: HttpRequest) -> list[Picture]:
    """What was sent, decoded and judged before any record is touched.

    Raises:
        PhotoRefusedError: INPUT-07 one is no picture we take.
    """
    return [prepare(Shot(slot, request.FILES[slot].read())) for slot in SLOTS if slot in request.FILES]


def _done(request: HttpRequest, order: Order, seen: ApplicationSeen, pictures: list[Picture]) -> str:
    """Seal what came, note what is absent, finish where asked to; the way on."""
    key, there = seen.line.application_id, _open(seen)
    here = reverse("desk:card-capture", args=[key])
    what = request.POST.get("lam", "")
    if what == "drop" and there is not None:
        drop_packet(order, packet_id=there.packet_id)
        flash(request, _("Đã bỏ lần thu nhận này; ảnh đã xóa."), tone="warn")
        return here
    device = request.POST.get("device", "").strip()[:64]
    packet = there.packet_id if there else begin_packet(order, application_id=key, device=device).pk
    for picture in pictures:
        add_picture(order, packet_id=packet, picture=picture)
    # a finger that stays poor may be told as absent, and be captured again before the end
    taken = {each.slot for each in pictures} | {each.slot for each in _pictures(there) if not each.faults}
    describe_packet(
        order, packet_id=packet, features=request.POST.get("features", "").strip(), absent=_absent(request, taken)
    )
    if pictures:
        flash(request, _("Đã niêm phong %(count)s ảnh.") % {"count": len(pictures)})
    left = _left(request, key)
    if what != "finish" or left:
        flash(request, left or _("Đã lưu."), tone="warn" if left else "good")
        return here
    finish_packet(order, packet_id=packet)
    flash(request, _("Thu nhận đạt. In phiếu CC01 để công dân ký, giấy hẹn CC02 để đưa công dân."))
    return reverse("desk:card-application", args=[key])


def _left(request: HttpRequest, key: int) -> str:
    """What is still to be done before the capture can be finished; "" for nothing. What is good is kept meanwhile."""
    there = _open(application(look(request, PURPOSE), application_id=key))
    if there is None:
        return ""
    poor = [each.slot for each in there.pictures if each.faults]
    lacking = missing_slots((each.slot for each in there.pictures), there.absent)
    told = [
        (_("Chưa đạt, thu nhận lại hoặc ghi lý do không lấy được: %(slots)s."), poor),
        (_("Còn thiếu: %(slots)s."), lacking),
    ]
    return " ".join(
        text % {"slots": ", ".join(said(SLOT_WORDS, slot) for slot in slots)} for text, slots in told if slots
    )


def _absent(request: HttpRequest, taken: set[str]) -> dict[str, Absence]:
    told = {slot: request.POST.get(f"absent-{slot}", "") for slot in SLOTS if slot not in taken}
    return {slot: Absence(why) for slot, why in told.items() if why in set(Absence)}


def _slot(slot: str, packet: PacketSeen | None, last: PacketSeen | None) -> Slot:
    """How a slot stands: in the open packet, or what was wrong with it in the last one."""
    pictures = {each.slot: each for each in _pictures(packet)}
    absent = str(packet.absent.get(slot, "")) if packet else ""
    quality: Any = (last.quality if last and last.state in {PacketState.OPEN, PacketState.POOR} else {}).get(slot, {})
    faults = () if absent else tuple(either(FAULTS[Fault(each)]) for each in quality.get("faults", ()))
    if slot in pictures:
        state = Badge(_("Đã có, chưa đạt"), "bad") if faults else Badge(_("Đã có, đạt"), "good")
    elif absent:
        state = Badge(_("Không lấy: %(why)s") % {"why": said(ABSENCES, absent)}, "plain")
    else:
        state = Badge(pgettext("card", "Chưa có"), "warn")
    reasons = (
        ()
        if slot == FACE or (slot in pictures and not faults)
        else tuple((why.value, said(ABSENCES, why)) for why in Absence if may_be_absent(slot, why))
    )
    return Slot(slot, said(SLOT_WORDS, slot), state, faults, absent, reasons, slot in FINGERS)
