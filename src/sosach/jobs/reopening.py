"""A forked link from the province's side: what can still be answered is, people ask, the nation's people agree, then both begin anew."""

import json
from datetime import datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.operations.batches import batch_again
from sosach.domain.exchange.operations.links import NATION
from sosach.domain.exchange.operations.reopening import ask_reopening, reopen_link
from sosach.domain.exchange.operations.settling import settle
from sosach.domain.exchange.queries.calls import contact_of, last_receipt, made
from sosach.domain.exchange.queries.reopening import Ends, ends_of
from sosach.domain.exchange.rules.batches import canonical
from sosach.domain.exchange.rules.lines import Standing, signed, standing_told, unsigned
from sosach.domain.exchange.rules.reopening import Head, Reopening
from sosach.jobs.line import Line, LineError

ROOM = "reopening"
PURPOSE = "oversight"
# What a line without a common past says of itself, whichever side finds it first.
FORKED = frozenset({"forked", "reopening", "refused", str(ErrorCode.CONFLICT), str(ErrorCode.REQUEST_REPEATED)})


def look_at(line: Line, actor: Actor) -> Reopening:
    """Where both sides stand, once everything both have was answered.

    Raises:
        LineError: the nation does not answer as it should.
        SosachError: STATE-02 the line fares well: there is nothing to begin anew.
    """
    with acting(actor):
        fault = contact_of(NATION).fault
    if fault not in FORKED:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Kết nối không bị rẽ nhánh, không có gì phải mở chuỗi mới.",
            en="The link is not forked: there is nothing to begin anew.",
            hint_vi="Xem lỗi bằng `sosach link list`; thử lại bằng `sosach link push`.",
            hint_en="See its fault with `sosach link list`; try again with `sosach link push`.",
        )
    _finish(line, actor, standing_told(line.get("state")))
    return _seen(_ends(actor, line.clock()), standing_told(line.get("state")))


def ask(line: Line, order: Order, *, mark: str) -> Reopening:
    """Ask the nation's people to let both sides begin anew from where they stand, which people have looked at.

    Raises:
        LineError: the nation does not answer as it should; asked again with the next turn.
        SosachError: STATE-02 the line fares well; STATE-03 the sides stand elsewhere than people saw; STATE-04 no reason.
    """
    seen = look_at(line, order.actor)
    if seen.mark != mark:
        raise SosachError(
            ErrorCode.CONFLICT,
            vi=f"Mã xác nhận không phải của tình trạng hiện nay ({seen.mark}).",
            en=f"The mark is not that of how both sides stand now ({seen.mark}).",
            hint_vi="So lại hai bên rồi gõ đúng mã.",
            hint_en="Compare both sides again, then type the mark.",
        )
    ask_reopening(order, link=NATION, asked=seen)
    _tell(line, seen, order.reason)
    return seen


def go_on(line: Line, actor: Actor, standing: Standing) -> None:
    """Begin anew where people have asked for it and the nation has done so; nothing where nobody asked, or both stand elsewhere.

    Raises:
        LineError: `reopening`: the nation's people have not agreed yet.
    """
    ends = _ends(actor, line.clock())
    if ends.asked is None:
        return
    up, down = ends.asked.beginnings
    if (standing.received, standing.received_chain, standing.sent, standing.sent_chain) == (
        up.number,
        up.chain,
        down.number,
        down.chain,
    ):
        reopen_link(Order(actor, line.clock(), reason=ends.reason), link=NATION, mark=ends.asked.mark)
    elif _seen(ends, standing) == ends.asked:
        _tell(line, ends.asked, ends.reason)
        raise LineError("reopening")


def _ends(actor: Actor, at: datetime) -> Ends:
    return ends_of(Look(actor, PURPOSE, at), link=NATION)


def _seen(ends: Ends, standing: Standing) -> Reopening:
    up = ends.sent, Head(standing.received, standing.received_chain)
    return Reopening(ends.province, ends.there, up, (ends.received, Head(standing.sent, standing.sent_chain)))


def _tell(line: Line, asked: Reopening, reason: str) -> None:
    answer = json.loads(line.post(ROOM, canonical({**asked.as_json(), "reason": reason})))
    if answer != {"mark": asked.mark}:
        raise LineError("refused")


def _finish(line: Line, actor: Actor, standing: Standing) -> None:
    """Have what both sides hold answered on both, so that neither tells it again."""
    with acting(actor):
        here, receipt = made(NATION, number=standing.received), last_receipt(NATION)
    if here.chain == standing.received_chain and here.answered < standing.received:
        order = Order(actor, line.clock())
        batch = batch_again(order, link=NATION, number=standing.received, signer=line.signer)
        raw, signature = unsigned(line.post("batches", signed(batch.raw, batch.signature)))
        settle(order, link=NATION, raw=raw, signature=signature)
    if receipt is not None and (standing.sent, standing.sent_chain) == (here.received, here.received_chain):
        line.post("receipts", signed(*receipt))
