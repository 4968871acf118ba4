"""Procedures on vehicles and numbers: each is a verb with its time limit, recorded as due day in `last_step`."""

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
from sosach.domain.vehicles.operations.numbers import (
    assign_auctioned,
    cancel_number,
    open_series,
    return_expired_numbers,
)
from sosach.domain.vehicles.operations.ownership import transfer, transfer_with_papers
from sosach.domain.vehicles.operations.people import (
    move_records,
    owner_died,
    owner_lives,
    repoint_back,
    repoint_owner,
)
from sosach.domain.vehicles.operations.registration import (
    register_first,
    register_temporarily,
    renew_temporary,
    withdraw,
)
from sosach.domain.vehicles.operations.statuses import confirm_status, declare_sale, declare_status

__all__ = [
    "assign_auctioned",
    "cancel_number",
    "confirm_status",
    "correct",
    "declare_sale",
    "declare_status",
    "exchange",
    "lift_seizure",
    "move_records",
    "object_to",
    "open_notice",
    "open_series",
    "owner_died",
    "owner_lives",
    "pledge",
    "refuse_notice",
    "register_first",
    "register_temporarily",
    "reissue_certificate",
    "reissue_plate",
    "release_pledge",
    "renew_temporary",
    "repoint_back",
    "repoint_owner",
    "report_papers_lost",
    "report_plate_lost",
    "report_recovered",
    "report_stolen",
    "return_expired_numbers",
    "seize",
    "settle_objection",
    "take_back",
    "transfer",
    "transfer_after_notice",
    "transfer_with_papers",
    "withdraw",
]
