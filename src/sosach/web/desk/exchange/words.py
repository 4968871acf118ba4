"""What the pages of the exchange call states, faults and things, and how long something has waited."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sosach.domain.exchange.rules.topics import TOPICS
from sosach.domain.exchange.states.deliveries import DeliveryState, SubscriptionState
from sosach.domain.exchange.states.following import FollowingState
from sosach.domain.exchange.states.items import ItemState
from sosach.vn import dates
from sosach.web.frame import words
from sosach.web.frame.language import said
from sosach.web.frame.parts import Badge

NATION = "nation"
ITEMS: Mapping[str, tuple[Any, str]] = {
    ItemState.WAITING: (gettext_lazy("Chờ gửi"), "plain"),
    ItemState.SENT: (gettext_lazy("Đã gửi, chờ biên nhận"), "info"),
    ItemState.APPLIED: (gettext_lazy("Đã ghi"), "good"),
    ItemState.PRESENT: (gettext_lazy("Đã có sẵn"), "good"),
    ItemState.REFUSED: (gettext_lazy("Bị từ chối"), "bad"),
    ItemState.CONFLICT: (gettext_lazy("Xung đột"), "warn"),
}
SUBSCRIPTIONS: Mapping[str, tuple[Any, str]] = {
    SubscriptionState.PENDING: (gettext_lazy("Chờ xác nhận"), "info"),
    SubscriptionState.CONFIRMED: (gettext_lazy("Đang nhận tin"), "good"),
    SubscriptionState.SUSPENDED: (gettext_lazy("Đang giữ lại"), "warn"),
    SubscriptionState.ENDED: (gettext_lazy("Đã chấm dứt"), "plain"),
}
DELIVERIES: Mapping[str, tuple[Any, str]] = {
    DeliveryState.WAITING: (gettext_lazy("Chờ gửi"), "plain"),
    DeliveryState.SENDING: (gettext_lazy("Đang gửi"), "info"),
    DeliveryState.DELIVERED: (gettext_lazy("Đã đến"), "good"),
    DeliveryState.DEAD: (gettext_lazy("Không gửi được"), "bad"),
    DeliveryState.DROPPED: (gettext_lazy("Đã bỏ"), "plain"),
}
CALL_BACKS: Mapping[str, Any] = {
    "on-search": gettext_lazy("Kết quả tra cứu"),
    "on-subscribe": gettext_lazy("Trả lời đăng ký theo dõi"),
    "on-unsubscribe": gettext_lazy("Trả lời thôi theo dõi"),
    "notify": gettext_lazy("Sự kiện hộ tịch của người được theo dõi"),
}
FOLLOWINGS: Mapping[str, tuple[Any, str]] = {
    FollowingState.WAITING: (gettext_lazy("Đang chờ"), "info"),
    FollowingState.DONE: (gettext_lazy("Đã xong"), "good"),
    FollowingState.FAILED: (gettext_lazy("Hỏng"), "bad"),
    FollowingState.AGAIN: (gettext_lazy("Chạy lại"), "info"),
}
RECORD_KINDS: Mapping[str, Any] = {
    "person": pgettext_lazy("one", "Người"),
    "vehicle": pgettext_lazy("one", "Xe"),
    "licence": pgettext_lazy("one", "Giấy phép lái xe"),
    "declaration": pgettext_lazy("one", "Tờ khai"),
    "subscription": pgettext_lazy("one", "Đăng ký nhận tin"),
    "message": pgettext_lazy("one", "Thông điệp"),
}
REGISTER_OF: Mapping[str, str] = {"person": "population", "vehicle": "vehicles", "licence": "licences"}
PROOFS: Mapping[str, Any] = {
    "signature": gettext_lazy("Khóa ký"),
    "certificate": gettext_lazy("Chứng thư TLS"),
    "member": gettext_lazy("Thành viên X-Road"),
}
DIRECTIONS: Mapping[str, Any] = {"out": gettext_lazy("Gửi đi"), "in": gettext_lazy("Nhận về")}


def badge(table: Mapping[str, tuple[Any, str]], name: str) -> Badge:
    """A state in a word; one that is not known yet as it is called."""
    text, tone = table.get(name, (name, "plain"))
    return Badge(str(text), tone)


def link_name(name: str) -> str:
    """The other side of a link."""
    return _("Cấp quốc gia") if name == NATION else words.place(name)


def topic(name: str) -> str:
    """What is told of; topics of partners by their own names."""
    return next((said(each) for each in TOPICS if each.name == name), name)


def day_of(text: str) -> date | None:
    """A day as an address or a field tells it; None for none."""
    read = dates.explain(text[:10], kind="expiry")
    return date.fromisoformat(read.iso) if read.precision == "day" and read.iso else None


def whole(text: str) -> int:
    """A number of an address; 0 for none."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def today(at: datetime) -> date:
    """The day a moment falls on in Viet Nam."""
    return timezone.localtime(at).date()
