"""Vehicles: looked up by plate, chassis number and owner, read, and every procedure of registration."""

from typing import Any

from ninja import Router

from sosach.domain.vehicles.operations.blocks import (
    lift_seizure,
    pledge,
    release_pledge,
    report_recovered,
    report_stolen,
    seize,
)
from sosach.domain.vehicles.operations.corrections import correct, take_back
from sosach.domain.vehicles.operations.exchanges import (
    exchange,
    reissue_certificate,
    reissue_plate,
    report_papers_lost,
    report_plate_lost,
)
from sosach.domain.vehicles.operations.notices import (
    object_to,
    open_notice,
    refuse_notice,
    settle_objection,
    transfer_after_notice,
)
from sosach.domain.vehicles.operations.numbers import assign_auctioned, cancel_number, open_series
from sosach.domain.vehicles.operations.ownership import transfer, transfer_with_papers
from sosach.domain.vehicles.operations.registration import (
    register_first,
    register_temporarily,
    renew_temporary,
    withdraw,
)
from sosach.domain.vehicles.operations.statuses import confirm_status, declare_sale, declare_status
from sosach.domain.vehicles.queries import (
    Notice,
    by_chassis,
    by_owner,
    by_plate,
    ownership_chain,
    public_notices,
    vehicle_record,
)
from sosach.web.api.paging import Paged
from sosach.web.api.routes import Doing, Looking, register

router = Router(tags=["Vehicles"])


def _notices_ended(page: tuple[Notice, ...], limit: int) -> Any:
    return page[-1].vehicle_id if len(page) == limit else None


LOOKS = (
    Looking("/vehicles/by-plate", by_plate, "POST"),
    Looking("/vehicles/by-chassis", by_chassis, "POST"),
    Looking("/vehicles/notices", public_notices, paged=Paged(Notice, "after", _notices_ended, lambda place: place)),
    Looking("/vehicles/{vehicle}", vehicle_record),
    Looking("/vehicles/{vehicle}/chain", ownership_chain),
    Looking("/persons/{person}/vehicles", by_owner),
)
REGISTRATION = (
    Doing("/vehicles", register_first),
    Doing("/vehicles/temporary", register_temporarily),
    Doing("/vehicles/{vehicle}/temporary/renewal", renew_temporary),
    Doing("/vehicles/{vehicle}/withdrawal", withdraw),
    Doing("/vehicles/{vehicle}/transfer", transfer),
    Doing("/vehicles/{vehicle}/transfer/with-papers", transfer_with_papers),
    Doing("/vehicles/{vehicle}/notice", open_notice, gives="entry_id"),
    Doing("/vehicles/{vehicle}/notice/objections", object_to, gives="entry_id"),
    Doing("/vehicles/{vehicle}/notice/objections/{objection}/settlement", settle_objection),
    Doing("/vehicles/{vehicle}/notice/refusal", refuse_notice),
    Doing("/vehicles/{vehicle}/notice/transfer", transfer_after_notice),
    Doing("/vehicles/{vehicle}/exchange", exchange),
    Doing("/vehicles/{vehicle}/certificate/reissue", reissue_certificate),
    Doing("/vehicles/{vehicle}/plate/loss", report_plate_lost),
    Doing("/vehicles/{vehicle}/plate/reissue", reissue_plate),
    Doing("/vehicles/{vehicle}/papers/loss", report_papers_lost, gives="entry_id"),
)
NUMBERS = (
    Doing("/plates/series", open_series),
    Doing("/plates/auctioned", assign_auctioned),
    Doing("/plates/cancelled", cancel_number),
)
STATES = (
    Doing("/vehicles/{vehicle}/pledge", pledge, gives="entry_id"),
    Doing("/vehicles/{vehicle}/pledge/{pledge_entry}/release", release_pledge),
    Doing("/vehicles/{vehicle}/seizure", seize, gives="entry_id"),
    Doing("/vehicles/{vehicle}/seizure/{seizure_entry}/lifting", lift_seizure),
    Doing("/vehicles/{vehicle}/theft", report_stolen, gives="entry_id"),
    Doing("/vehicles/{vehicle}/recovery", report_recovered),
    Doing("/vehicles/{vehicle}/status", declare_status),
    Doing("/vehicles/{vehicle}/status/confirmation", confirm_status),
    Doing("/vehicles/{vehicle}/sales", declare_sale, gives="entry_id"),
    Doing("/vehicles/{vehicle}/corrections", correct, gives="entry_id"),
    Doing("/vehicles/{vehicle}/entries/{entry}/retraction", take_back),
)
register(router, (*LOOKS, *REGISTRATION, *NUMBERS, *STATES))
