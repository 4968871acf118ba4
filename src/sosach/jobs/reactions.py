"""The table of reactions: what happens below and matters above (a death, a merge) → the operations that follow.

Reactions are read from the evidence log, below the horizon of running transactions: whatever was recorded is followed up,
also after a crash; each operation once for each event. A reaction follows what holds when it runs, not what the event said:
jobs may run late and in another order, and what happened may be taken back meanwhile. What must follow is noted when the event
is read and ticked off in the transaction that does it (`domain/exchange/operations/following.py`): what has not followed shows.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from procrastinate.contrib.django import app

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.exchange.operations.following import (
    Owed,
    note_followed,
    note_owed,
    note_stuck,
    take_asked_again,
)
from sosach.jobs.call_backs import LIFE_EVENTS, WATCHED, tell_watchers
from sosach.jobs.changed_records import REGISTER_OF, changing
from sosach.jobs.consequences import (
    APPLIED,
    CAPTURED,
    CARD_CHANGES,
    CARDS_RESTORED,
    DECIDED,
    DECLARATIONS,
    DECLARED,
    DIED,
    IDCARDS,
    LICENCES,
    MERGED,
    MOVES,
    NATIONALITY,
    POPULATION,
    REACTING,
    RECORD_CHANGES,
    RENUMBERED,
    TAKEN_BACK,
    VEHICLES,
    Event,
    Reaction,
    applied,
    card_told,
    compare_capture,
    licences_move,
    look_again,
    note_claim,
    prove_claimed,
    recheck,
    refused,
    show_out,
    stays,
    taken_back,
    vehicles_move,
)
from sosach.jobs.once import act_of, once

LOCK_KEY = 7309943  # of the advisory lock: one reads the log at a time
_MOVED = (
    "Xe, biển số và các vụ việc chuyển vào danh sách của xã nơi chủ xe ở",
    "Vehicles, numbers and cases come onto the work list of the commune the owner lives in",
)
_MOVED_LICENCE = (
    "Giấy phép lái xe và các vụ việc chuyển vào danh sách của xã nơi người được cấp ở",
    "Licences and cases come onto the work list of the commune the holder lives in",
)
_SHOWN_OUT = (
    "Phiên đăng nhập của người chết, của hồ sơ đã gộp bị đóng",
    "Sessions of the dead, and of records that became another's, are closed",
)
_PROVEN = "Vụ việc của bản ghi được kiểm tra lại", "Cases of the record are proven anew"

REACTIONS: tuple[Reaction, ...] = (
    Reaction(
        DIED,
        "vehicles.owner_died",
        VEHICLES[DIED],
        "Xe của người chết được đề xuất xử lý theo diện thừa kế",
        "Vehicles of the dead: the heirs' case is proposed",
    ),
    Reaction(
        DIED,
        "licences.holder_died",
        LICENCES[DIED],
        "Giấy phép lái xe của người chết hết hiệu lực",
        "Licences of the dead end",
    ),
    Reaction(
        DIED,
        "population.cards_ended",
        POPULATION[DIED],
        "Thẻ căn cước của người chết hết hiệu lực",
        "Cards of the dead end",
    ),
    Reaction(
        DIED,
        "idcards.holder_died",
        IDCARDS[DIED],
        "Thẻ căn cước đang dùng, đang chờ trả của người chết hết hiệu lực, hồ sơ thẻ dừng",
        "ID cards the dead had or were to get end, and so does their application",
    ),
    Reaction(
        MERGED,
        "idcards.holder_merged",
        IDCARDS[MERGED],
        "Thẻ căn cước mang số định danh không còn dùng hết hiệu lực, hồ sơ thẻ dừng",
        "ID cards that bear a number no longer used end, and so does the application of the record that is gone",
    ),
    Reaction(
        NATIONALITY,
        "idcards.nationality_changed",
        IDCARDS[NATIONALITY],
        "Hồ sơ thẻ, thẻ chờ trả của người mất quốc tịch Việt Nam dừng",
        "Applications and waiting ID cards of whoever lost the Vietnamese nationality end",
    ),
    Reaction(
        RENUMBERED,
        "idcards.number_cancelled",
        IDCARDS[RENUMBERED],
        "Thẻ chờ trả ghi số định danh đã hủy bị loại, làm thẻ khác",
        "Waiting ID cards that bear a cancelled number are spoiled, and others are made",
    ),
    *(
        Reaction(
            event,
            f"population.card_follow:{event}",
            card_told,
            "Cơ sở dữ liệu dân cư ghi thẻ căn cước hiện hành",
            "The population register holds the present ID card",
            subject="card",
        )
        for event in CARD_CHANGES
    ),
    Reaction(
        MERGED,
        "vehicles.repoint_owner",
        VEHICLES[MERGED],
        "Xe, biển số về bản ghi còn lại của chủ xe",
        "Vehicles and numbers belong to the owner's record that stays",
    ),
    Reaction(
        MERGED,
        "licences.repoint_holder",
        LICENCES[MERGED],
        "Giấy phép lái xe về bản ghi còn lại của người được cấp",
        "Licences belong to the holder's record that stays",
    ),
    Reaction(
        MERGED,
        "declarations.repoint_person",
        DECLARATIONS[MERGED],
        "Tờ khai về bản ghi còn lại của người khai",
        "Declarations belong to the declarant's record that stays",
    ),
    *(Reaction(event, f"access.shown_out_{event}", show_out, *_SHOWN_OUT) for event in (DIED, MERGED, APPLIED)),
    *(Reaction(event, f"exchange.watched_{event}", tell_watchers, *WATCHED) for event in LIFE_EVENTS),
    *(Reaction(event, f"vehicles.follow_{event}", vehicles_move, *_MOVED) for event in MOVES),
    *(Reaction(event, f"licences.follow_{event}", licences_move, *_MOVED_LICENCE) for event in MOVES),
    Reaction(
        DECLARED,
        "campaign.note_declared",
        note_claim,
        "Vụ việc về bản ghi được khai chờ người xác minh",
        "Cases about the declared record wait for whoever verifies",
        subject="declaration",
    ),
    *(Reaction(event, f"campaign.prove_{event}", prove_claimed, *_PROVEN, subject="declaration") for event in DECIDED),
    Reaction(
        CAPTURED,
        "idcards.compare_capture",
        compare_capture,
        "Lượt thu nhận đạt yêu cầu được so trùng với mọi người",
        "A good capture is compared with everybody's",
        subject="card_application",
    ),
    Reaction(
        CARDS_RESTORED,
        "idcards.compare_restored",
        compare_capture,
        "Hồ sơ thẻ được khôi phục tiếp tục so trùng",
        "An application that goes on again is compared with everybody's",
        subject="card_application",
    ),
    *(
        Reaction(
            event,
            f"idcards.recheck_{event}",
            look_again,
            "Hồ sơ thẻ căn cước tiếp tục, hoặc chờ, theo dữ liệu dân cư hiện nay",
            "An application for an ID card goes on, or waits, as the record now is",
        )
        for event in RECORD_CHANGES
    ),
    Reaction(
        TAKEN_BACK,
        "vehicles.undo",
        taken_back(VEHICLES, vehicles_move),
        "Xe trở lại như trước việc bị thu hồi",
        "Vehicles are as before what was taken back",
    ),
    Reaction(
        TAKEN_BACK,
        "licences.undo",
        taken_back(LICENCES, licences_move),
        "Giấy phép lái xe trở lại như trước việc bị thu hồi",
        "Licences are as before what was taken back",
    ),
    Reaction(
        TAKEN_BACK,
        "population.undo",
        taken_back(POPULATION, stays),
        "Thẻ căn cước trở lại như trước việc bị thu hồi",
        "Cards are as before what was taken back",
    ),
    Reaction(
        TAKEN_BACK,
        "idcards.undo",
        taken_back(IDCARDS, stays),
        "Thẻ căn cước đã cấp trở lại như trước việc bị thu hồi",
        "ID cards are as before what was taken back",
    ),
    Reaction(
        TAKEN_BACK,
        "declarations.undo",
        taken_back(DECLARATIONS, stays),
        "Tờ khai trở lại như trước việc bị thu hồi",
        "Declarations are as before what was taken back",
    ),
    Reaction(
        APPLIED,
        "vehicles.follow_told",
        applied(VEHICLES, vehicles_move),
        "Xe theo thay đổi của chủ xe do cấp kia gửi: chết, gộp hồ sơ, chuyển nơi ở",
        "Vehicles follow what the other level told of their owner: a death, a merge, a move",
    ),
    Reaction(
        APPLIED,
        "licences.follow_told",
        applied(LICENCES, licences_move),
        "Giấy phép lái xe theo thay đổi của người được cấp do cấp kia gửi",
        "Licences follow what the other level told of their holder",
    ),
    Reaction(
        APPLIED,
        "population.follow_told",
        applied(POPULATION, stays),
        "Thẻ căn cước theo thay đổi do cấp kia gửi",
        "Cards follow what the other level told",
    ),
    Reaction(
        APPLIED,
        "idcards.follow_told",
        applied(IDCARDS, stays),
        "Thẻ căn cước đã cấp theo thay đổi của người được cấp do cấp kia gửi",
        "ID cards follow what the other level told of their holder",
    ),
    Reaction(
        APPLIED,
        "declarations.follow_told",
        applied(DECLARATIONS, stays),
        "Tờ khai theo thay đổi của người khai do cấp kia gửi",
        "Declarations follow what the other level told of the declarant",
    ),
    *(
        Reaction(
            "exchange.upload_refused",
            f"campaign.refused_{subject}",
            partial(refused, register=register),
            "Mở hoặc mở lại vụ việc của xã khi cấp kia từ chối hoặc hai bên sửa khác nhau",
            "The commune's case is opened, or opened again, where the other level refused or both changed the record",
            subject,
        )
        for subject, register in REGISTER_OF.items()
    ),
    *(
        Reaction(APPLIED, f"campaign.recheck_told_{subject}", partial(recheck, subject=subject), *_PROVEN, subject)
        for subject in REGISTER_OF
    ),
    *(
        Reaction(event, f"campaign.recheck_{subject}:{event}", partial(recheck, subject=subject), *_PROVEN, subject)
        for subject in REGISTER_OF
        for event in changing(subject)
    ),
)
AT_ONCE = 1000  # events read in one transaction: while it runs, nothing later is sealed or told to anybody
# Where a portion ends: before the transaction that would make it too large; one that is larger by itself is read whole.
_END_SQL = """
SELECT coalesce(
    (SELECT greatest(xid, %s + 1) FROM audit_auditevent
     WHERE xid >= %s AND xid < %s AND event = ANY(%s) ORDER BY xid, id OFFSET %s LIMIT 1),
    %s)
"""
_NEW_SQL = """
SELECT id, event, subject_kind, subject_key, at FROM audit_auditevent
WHERE xid >= %s AND xid < %s AND event = ANY(%s) ORDER BY xid, id
"""


def follow_up(reactions: Sequence[Reaction] = REACTIONS, *, most: int = AT_ONCE) -> int:
    """Put a job into the queue for every new event somebody reacts to, and for what is to be tried anew; how many.

    The place in the log moves with them, a portion of events a transaction.
    """
    made, is_more = _portion(reactions, most)
    while is_more:
        more, is_more = _portion(reactions, most)
        made += more
    return made


def _portion(reactions: Sequence[Reaction], most: int) -> tuple[int, bool]:
    """How many jobs were made of the next events, and whether there are more."""
    wanted = [reaction.event for reaction in reactions]
    with acting(REACTING), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        if not cursor.fetchone()[0]:
            return 0, False
        cursor.execute(
            "SELECT to_xid, pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM installation.reactions_read"
        )
        start, horizon = cursor.fetchone()
        cursor.execute(_END_SQL, [start, start, horizon, wanted, most, horizon])
        (end,) = cursor.fetchone()
        cursor.execute(_NEW_SQL, [start, end, wanted])
        owed = [
            Owed(event_id, reaction.name, event, kind, key, happened_at)
            for event_id, event, kind, key, happened_at in cursor.fetchall()
            for reaction in reactions
            if (reaction.event, reaction.subject) == (event, kind)
        ]
        note_owed(owed)
        jobs = [(one.event_id, one.reaction) for one in owed] + take_asked_again()
        for event_id, name in jobs:
            app.configure_task("react").defer(event_id=event_id, reaction=name)
        cursor.execute("UPDATE installation.reactions_read SET to_xid = %s", [end])
    return len(jobs), end < horizon


def react(event_id: int, name: str, at: datetime, reactions: Sequence[Reaction] = REACTIONS) -> bool:
    """Do one reaction to one event, once; whether it was done now.

    Raises:
        LookupError: there is no such reaction, or no such event.
    """
    reaction = next((known for known in reactions if known.name == name), None)
    if reaction is None:
        raise LookupError(f"there is no reaction {name}")
    with acting(REACTING), connection.cursor() as cursor:
        cursor.execute(
            "SELECT event, subject_key, details::text, act::text FROM audit_auditevent WHERE id = %s", [event_id]
        )
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"there is no event {event_id}")
    act = act_of("reaction", name, event_id)
    order = Order(REACTING, at, reason=f"event {event_id}", act=act)
    event = Event(found[0], int(found[1]), json.loads(found[2]), found[3])

    def work() -> None:
        with acting(REACTING):
            reaction.verb(order, event)

    with transaction.atomic():
        done = once(act, work)
        note_followed(REACTING, event_id=event_id, reaction=name, at=at)
    return done


def note_failed(event_id: int, name: str, failure: BaseException, *, last: bool, at: datetime) -> None:
    """Note that a reaction failed: the code of the error or its kind, never its message, which may quote values."""
    why = str(failure.code) if isinstance(failure, SosachError) else type(failure).__name__
    note_stuck(REACTING, event_id=event_id, reaction=name, why=why, last=last, at=at)
