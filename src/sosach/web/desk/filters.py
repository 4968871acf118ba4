"""What a list of the desk shows, as its address says it: read from it, written into it, turned into the filter of cases."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from sosach.domain.audit.rules import Actor
from sosach.domain.campaign.rules.wanted import Order, Wanted
from sosach.domain.campaign.states.cases import CLOSED, State
from sosach.vn.catalogue import catalogue

# Heaps of work → states; each is a tab with its count.
HEAPS: Mapping[str, tuple[Any, frozenset[State]]] = {
    "can-lam": (
        _("Cần xử lý"),
        frozenset({State.IMPORTED, State.ASSIGNED, State.DECLARED, State.RETURNED, State.MOVED}),
    ),
    "cho-dan": (_("Chờ người dân"), frozenset({State.CONTACTED, State.UNREACHABLE})),
    "cho-duyet": (_("Chờ duyệt"), frozenset({State.VERIFIED})),
    "kiem-tra": (_("Đang kiểm tra lại"), frozenset({State.APPROVED})),
    "tranh-chap": (_("Tranh chấp"), frozenset({State.CONFLICT})),
    "da-xong": (_("Đã xong"), frozenset(CLOSED)),
}
ORDERS: Mapping[str, tuple[Any, Order]] = {
    "rui-ro": (_("Rủi ro cao trước"), Order.RISK),
    "han": (_("Gần hạn trước"), Order.DUE),
    "dia-ban": (_("Theo tổ, thôn, đường"), Order.PLACE),
    "moi": (_("Mới trước"), Order.NEWEST),
}
WHOSE: Mapping[str, Any] = {
    "toi": _("Của tôi"),
    "chua-giao": _("Chưa ai nhận"),
    "tat-ca": _("Cả đơn vị"),
}
_NAMES = {
    "campaign_id": "chien-dich",
    "heap": "muc",
    "whose": "nguoi",
    "register": "so",
    "code": "ma",
    "within": "han",
    "group": "to",
    "locality": "thon",
    "outcome": "lan-den",
    "order": "xep",
    "after": "sau",
}
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Picked:
    """What somebody picked.

    Attributes:
        campaign_id: campaign; 0 before one is chosen.
        heap: heap of work; "" for every state.
        whose: on whose desk.
        register: one register; "" for all.
        code: one finding; "" for all.
        within: due within so many days; "" for all.
        group: residential group; "-" for cases without one.
        locality: hamlet or street.
        outcome: of the last visit.
        order: of the list.
        after: where the page begins.
    """

    campaign_id: int = 0
    heap: str = "can-lam"
    whose: str = "tat-ca"
    register: str = ""
    code: str = ""
    within: str = ""
    group: str = ""
    locality: str = ""
    outcome: str = ""
    order: str = "rui-ro"
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], usual: "Picked | None" = None) -> "Picked":
        """Read from the query of an address; what means nothing there is as usual."""
        usual = usual or cls()
        told = {name: query.get(said, "") for name, said in _NAMES.items()}
        number = told["campaign_id"]
        return cls(
            campaign_id=int(number) if number.isdecimal() and len(number) <= _DIGITS else usual.campaign_id,
            heap=told["heap"] if told["heap"] in {*HEAPS, "tat-ca"} else usual.heap,
            whose=told["whose"] if told["whose"] in WHOSE else usual.whose,
            register=told["register"] if told["register"] in {"vehicles", "licences", "population"} else "",
            code=told["code"] if told["code"] in catalogue() else "",
            within=told["within"] if told["within"].isdecimal() and len(told["within"]) <= 3 else "",
            group=told["group"][:120],
            locality=told["locality"][:200],
            outcome=told["outcome"][:16],
            order=told["order"] if told["order"] in ORDERS else usual.order,
            after=told["after"][:400],
        )

    def query(self, **changes: Any) -> str:
        """The query of the address that shows this, with changes; the page begins anew unless told."""
        shown = replace(self, **({"after": ""} | changes))
        told = [(said, str(getattr(shown, name))) for name, said in _NAMES.items() if getattr(shown, name)]
        return urlencode(told)

    @property
    def sorting(self) -> Order:
        """The order of the list."""
        return ORDERS[self.order][1]

    def wanted(self, actor: Actor, today: date) -> Wanted:
        """The filter of cases."""
        states = HEAPS[self.heap][1] if self.heap in HEAPS else frozenset()
        officer = {"toi": number_of(actor), "chua-giao": 0}.get(self.whose)
        return Wanted(
            registers=(self.register,) if self.register else (),
            states=tuple(sorted(states)),
            officer=officer,
            codes=(self.code,) if self.code else (),
            due_by=today + timedelta(days=int(self.within)) if self.within else None,
            group=self.group,
            locality=self.locality,
            outcomes=(self.outcome,) if self.outcome else (),
        )


def number_of(actor: Actor) -> int | None:
    """Id of an officer's account."""
    number = actor.key.rpartition("-")[2]
    return int(number) if number.isdecimal() else None
