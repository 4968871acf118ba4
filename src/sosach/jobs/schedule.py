"""The table of scheduled verbs: what is done how often. Each is idempotent and takes the moment it runs at."""

import logging
from collections.abc import Callable, Sized
from dataclasses import dataclass
from datetime import datetime

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.sessions import clear_sessions
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.campaign.operations.moving import follow_records
from sosach.domain.campaign.operations.noting import note_day
from sosach.domain.campaign.operations.solving import draw_opinions
from sosach.domain.declarations.operations import remind_due
from sosach.domain.exchange.operations.civil import expire_waiting
from sosach.domain.exchange.operations.enrollments import drop_overdue_files
from sosach.domain.idcards.operations.life import expire_due
from sosach.domain.idcards.operations.retaining import drop_overdue
from sosach.domain.licences.operations import points
from sosach.domain.vehicles.operations import numbers
from sosach.jobs.levels import exchange_levels
from sosach.jobs.matching import ask_when_set
from sosach.jobs.rechecking import recheck_waiting
from sosach.vn.working_days import day_of

LOG = logging.getLogger("sosach.jobs")
CALENDAR = Actor(ActorKind.SYSTEM, "calendar", Level.NATION, roles=frozenset({Role.SYSTEM}))
PORTION = 1000
PORTIONS = 1000  # of one run: whoever finds a whole portion every time may be finding the same one


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One line of the table.

    Attributes:
        name: stable name; of the job, of its lock.
        cron: when: minute, hour, day, month, weekday, UTC.
        verb: what is done; takes the moment it runs at, returns how many records it changed.
        vi: what it is for, Vietnamese.
        en: what it is for, English.
    """

    name: str
    cron: str
    verb: Callable[[datetime], int]
    vi: str
    en: str


def _until_done(verb: Callable[..., Sized | int]) -> Callable[[datetime], int]:
    """Repeat a verb that works in portions until nothing is left; what is left after very many is for the next run, and is said."""

    def run(at: datetime) -> int:
        changed = 0
        for _ in range(PORTIONS):
            done = verb(Order(CALENDAR, at), limit=PORTION)
            portion = done if isinstance(done, int) else len(done)
            changed += portion
            if portion < PORTION:
                return changed
        LOG.warning("%s stopped after %d portions of %d: more is left, or nothing changes", verb, PORTIONS, PORTION)
        return changed

    return run


def _clear_sessions(at: datetime) -> int:
    """What ended of itself opens nothing; its rows go."""
    return clear_sessions(at=at)


def _note_campaigns(at: datetime) -> int:
    """Cases lie where their records lie, then the figures of the day are noted."""
    return follow_records(Order(CALENDAR, at)) + note_day(Order(CALENDAR, at), day=day_of(at))


def _recheck(at: datetime) -> int:
    return sum(recheck_waiting(Order(CALENDAR, at)).values())


SCHEDULE: tuple[Scheduled, ...] = (
    Scheduled(
        "records_rechecked",
        "* * * * * */3",  # every three seconds: an officer waits for it
        _recheck,
        "Kiểm tra lại các bản ghi vừa được sửa, đóng vụ việc đã sạch",
        "Records that were just mended are checked anew; clean ones close their cases",
    ),
    Scheduled(
        "levels_exchanged",
        "* * * * * */5",  # a turn takes four of them at most, also while there is a backlog
        exchange_levels,
        "Gửi thay đổi lên cấp quốc gia, nhận thay đổi từ cấp quốc gia",
        "Changes go up to the nation, those of the nation come down",
    ),
    Scheduled(
        "matcher_asked",
        "* * * * * */10",
        ask_when_set,
        "Hỏi hệ thống so trùng sinh trắc học bên ngoài, nếu có",
        "The biometric matcher elsewhere is asked, where there is one",
    ),
    Scheduled(
        "opinions_drawn",
        "*/10 * * * *",
        _until_done(draw_opinions),
        "Đưa một phần vụ việc đã trả lời cho cán bộ khác xem lại độc lập",
        "A share of the answers is put before officers who have not seen them",
    ),
    Scheduled(
        "points_restored",
        "5 17 * * *",  # just after midnight in Viet Nam
        _until_done(points.restore_points_due),
        "Phục hồi điểm giấy phép lái xe sau 12 tháng không bị trừ",
        "Points of licences are full again after 12 quiet months",
    ),
    Scheduled(
        "licences_expired",
        "15 17 * * *",
        _until_done(points.expire_due),
        "Giấy phép lái xe hết hạn, hết thời gian tước",
        "Licences that expired, suspensions that ended",
    ),
    Scheduled(
        "id_cards_expired",
        "10 17 * * *",
        _until_done(expire_due),
        "Thẻ căn cước hết thời hạn",
        "ID cards that expired",
    ),
    Scheduled(
        "captures_over",
        "45 * * * *",
        _until_done(drop_overdue),
        "Xóa lượt thu nhận bỏ dở quá một ngày, ảnh của hồ sơ thẻ đã đóng mà không cấp thẻ quá 30 ngày",
        "Captures left unfinished for a day are dropped, and pictures of applications closed without a card 30 days ago",
    ),
    Scheduled(
        "enrollment_files_over",
        "50 * * * *",
        _until_done(drop_overdue_files),
        "Xóa tệp hồ sơ thu nhận của đối tác chưa chốt sau 30 ngày",
        "Files of partners' enrolments that were not made final within 30 days are dropped",
    ),
    Scheduled(
        "numbers_returned",
        "25 17 * * *",
        _until_done(numbers.return_expired_numbers),
        "Biển số định danh quá năm năm không đăng ký xe được đưa về kho",
        "Plates kept for five years without a vehicle go back to the pool",
    ),
    Scheduled(
        "campaign_day",
        "50 16 * * *",  # just before midnight in Viet Nam
        _note_campaigns,
        "Chốt số liệu trong ngày của các chiến dịch",
        "The figures of campaigns at the end of the day",
    ),
    Scheduled(
        "sessions_over",
        "20 * * * *",
        _clear_sessions,
        "Xóa phiên đăng nhập đã hết hạn",
        "Sessions that have ended are forgotten",
    ),
    Scheduled(
        "civil_messages_over",
        "40 * * * *",
        _until_done(expire_waiting),
        "Từ chối thông điệp hộ tịch đã chờ thông điệp trước quá 30 ngày",
        "Messages of civil status that have waited for earlier ones for 30 days are refused",
    ),
    Scheduled(
        "declarations_due",
        "35 * * * *",
        _until_done(remind_due),
        "Nhắc tờ khai sắp đến hạn, báo cấp trên tờ khai quá hạn",
        "Declarations that fall due are brought up, those that are late escalated",
    ),
)
