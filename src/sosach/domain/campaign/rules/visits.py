"""What can come of a visit, and when the next one is worth while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sosach.domain.campaign.rules.hours import Windows, next_open_day

MOST_VISITS = 3  # fruitless ones, before the case goes on the list for the province


class Outcome(StrEnum):
    """What came of a visit."""

    MET = "met"  # the owner was met and can declare
    PAPERS_LATER = "papers_later"  # met, the papers are elsewhere
    OWNER_ONLY = "owner_only"  # only relatives were met: nobody but the owner may give the data
    NOBODY = "nobody"  # nobody at home
    WORKS_AWAY = "works_away"  # the owner works in another place
    REFUSED = "refused"  # met, will not declare
    MOVED = "moved"  # lives elsewhere now
    UNKNOWN = "unknown"  # nobody knows such a person
    DECEASED = "deceased"  # the owner has died: heirs declare


@dataclass(frozen=True, slots=True)
class OutcomeKind:
    """An outcome of the closed list.

    Attributes:
        vi: Vietnamese.
        en: English.
        reached: whether the owner, or whoever stands for the owner, was spoken with.
        again_after: days until the next visit; None: no visit is proposed, something else is.
        weekend: whether the next visit is for a weekend, when people who work away come home.
        next_vi: what to do next, Vietnamese.
        next_en: what to do next, English.
    """

    vi: str
    en: str
    reached: bool
    again_after: int | None
    next_vi: str
    next_en: str
    weekend: bool = False


OUTCOMES: Mapping[str, OutcomeKind] = {
    Outcome.MET: OutcomeKind(
        "Đã gặp chủ",
        "The owner was met",
        True,
        None,
        "Hướng dẫn khai và quét mã căn cước.",
        "Help to declare; scan the card.",
    ),
    Outcome.PAPERS_LATER: OutcomeKind(
        "Đã gặp, giấy tờ để nơi khác",
        "Met, the papers are elsewhere",
        True,
        3,
        "Hẹn ngày có giấy tờ.",
        "Agree on a day with the papers.",
    ),
    Outcome.OWNER_ONLY: OutcomeKind(
        "Chỉ gặp người nhà; phải chính chủ khai",
        "Only relatives; the owner has to declare",
        False,
        3,
        "Để lại phiếu và số điện thoại, nhắn chủ xe tự khai qua mạng.",
        "Leave the form and a phone number; ask the owner to declare online.",
    ),
    Outcome.NOBODY: OutcomeKind(
        "Không có ai ở nhà",
        "Nobody at home",
        False,
        2,
        "Đến lại vào buổi khác trong ngày.",
        "Come again at another time of day.",
    ),
    Outcome.WORKS_AWAY: OutcomeKind(
        "Đi làm ăn xa",
        "Works away",
        False,
        7,
        "Xin số điện thoại, hướng dẫn khai qua mạng; đến lại cuối tuần.",
        "Ask for the phone number, explain the online form; come again at a weekend.",
        weekend=True,
    ),
    Outcome.REFUSED: OutcomeKind(
        "Từ chối kê khai",
        "Refused to declare",
        True,
        7,
        "Giải thích quyền, nghĩa vụ; mời làm việc tại trụ sở.",
        "Explain rights and duties; invite to the office.",
    ),
    Outcome.MOVED: OutcomeKind(
        "Đã chuyển đi nơi khác",
        "Moved elsewhere",
        False,
        None,
        "Chuyển vụ việc đến xã đang cư trú.",
        "Forward the case to the commune of residence.",
    ),
    Outcome.UNKNOWN: OutcomeKind(
        "Không ai biết người này",
        "Nobody knows such a person",
        False,
        14,
        "Xác minh lại địa chỉ; hết ba lần thì lập danh sách gửi cấp tỉnh.",
        "Check the address again; after three visits the list goes to the province.",
    ),
    Outcome.DECEASED: OutcomeKind(
        "Chủ đã mất",
        "The owner has died",
        True,
        None,
        "Hướng dẫn người thừa kế khai và làm thủ tục.",
        "Help the heirs to declare and to do the procedure.",
    ),
}
FRUITLESS = frozenset(name for name, kind in OUTCOMES.items() if not kind.reached)


def next_visit(outcome: str, *, on: date, visits: int, ends: date, windows: Windows) -> date | None:
    """The day proposed for the next visit, a day on which the campaign visits; None where no visit would help.

    Args:
        outcome: of this visit.
        on: its day.
        visits: made so far, this one counted: each fruitless one doubles the wait, so that officers try others first.
        ends: last day of the campaign; nothing is proposed behind it.
        windows: times of visits by weekday.
    """
    kind = OUTCOMES[outcome]
    if kind.again_after is None or (outcome in FRUITLESS and visits >= MOST_VISITS):
        return None
    wait = kind.again_after * (2 ** min(max(visits - 1, 0), 2) if outcome in FRUITLESS else 1)
    found = next_open_day(on + timedelta(days=wait), windows, weekend=kind.weekend)
    return found if found is not None and found <= ends else None
