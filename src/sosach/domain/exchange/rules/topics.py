"""What others may subscribe to: which entry of which journal is news of which topic.

The journal is read, not the name of the verb that wrote it: what another level told, what was corrected and what was taken back
is news as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

_SPACE = UUID("6d0a7c52-3b8e-5d1c-9d1e-4f4a1f0b7c21")
LONGEST_NAME = 120
REGISTER_OF = {"person": "population", "vehicle": "vehicles", "licence": "licences"}
SUBJECT_OF = {register: subject for subject, register in REGISTER_OF.items()}
_HOME = frozenset({"commune_code", "province_code"})
_OWNER = frozenset({"owner_kind", "owner_person_id", "owner_name", "owner_id_number"})
_DEAD = "deceased"
# The record follows its person: the same owner or holder as before, whatever number the record of the person has now.
_FOLLOWING = frozenset({"repoint_owner", "repoint_user", "move_records", "repoint_holder", "follow_residence"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a journal, as far as a topic asks.

    Attributes:
        register: whose.
        procedure: what was done.
        changes: column → new value.
        first: nothing was known of the record before.
    """

    register: str
    procedure: str
    changes: Mapping[str, Any]
    first: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to be told of.

    Attributes:
        name: stable name.
        register: whose records.
        is_news: whether an entry of that register is news of it.
        vi: what is told, Vietnamese.
        en: what is told, English.
    """

    name: str
    register: str
    is_news: Callable[[Entry], bool]
    vi: str
    en: str

    @property
    def kind(self) -> str:
        """What happened, as a notice says it: the name without its register."""
        return self.name.partition(".")[2]


def _touches(columns: frozenset[str]) -> Callable[[Entry], bool]:
    """Known records of which one of the columns changed, unless they only follow their person."""
    return lambda entry: not entry.first and entry.procedure not in _FOLLOWING and not columns.isdisjoint(entry.changes)


TOPICS: tuple[Topic, ...] = (
    Topic(
        "population.birth",
        "population",
        lambda entry: entry.first,
        "Có người mới trong cơ sở dữ liệu dân cư: khai sinh, lần đầu ghi nhận",
        "Somebody new in the population register: a birth, or a first record",
    ),
    Topic(
        "population.death",
        "population",
        lambda entry: entry.changes.get("life_status") == _DEAD or (not entry.first and "died_on" in entry.changes),
        "Có người chết, hoặc việc khai tử bị thu hồi",
        "Somebody died, or a death was taken back",
    ),
    Topic(
        "population.moved",
        "population",
        _touches(_HOME),
        "Có người chuyển đến xã khác",
        "Somebody lives in another commune",
    ),
    Topic(
        "population.merged",
        "population",
        _touches(frozenset({"merged_into"})),
        "Hai bản ghi của một người được gộp, hoặc thôi gộp",
        "Two records of one person were merged, or parted again",
    ),
    Topic(
        "population.number",
        "population",
        _touches(frozenset({"pin"})),
        "Số định danh được xác lập, hoặc hủy và xác lập lại",
        "A PIN was established, or cancelled and established anew",
    ),
    Topic(
        "vehicles.transferred",
        "vehicles",
        _touches(_OWNER),
        "Xe đổi chủ",
        "A vehicle has another owner",
    ),
    Topic(
        "vehicles.registration",
        "vehicles",
        lambda entry: "registration" in entry.changes,
        "Xe được đăng ký, thu hồi đăng ký",
        "A vehicle was registered, or its registration ended",
    ),
    Topic(
        "licences.changed",
        "licences",
        lambda entry: entry.procedure not in _FOLLOWING and bool(entry.changes),
        "Giấy phép lái xe được cấp, đổi, bị tước, thu hồi, hết hiệu lực, thay đổi khác",
        "A driving licence was issued, exchanged, suspended, revoked, ended or changed otherwise",
    ),
)
BY_NAME: Mapping[str, Topic] = {topic.name: topic for topic in TOPICS}


def topic_id(name: str) -> UUID:
    """The number under which a topic is known: the same name, the same number.

    >>> topic_id("population.death") == topic_id("population.death") != topic_id("population.birth")
    True
    """
    return uuid5(_SPACE, name)


def news(entry: Entry) -> tuple[Topic, ...]:
    """The topics an entry is news of.

    >>> [topic.name for topic in news(Entry("population", "register_death", {"died_on": "2026", "life_status": "deceased"}))]
    ['population.death']
    >>> news(Entry("vehicles", "move_records", {"commune_code": "00004"}))
    ()
    """
    return tuple(topic for topic in TOPICS if topic.register == entry.register and topic.is_news(entry))


def is_undone(topic: Topic, entry: Entry, *, retracted: bool) -> bool:
    """Whether what a topic tells of is no more: its entry was taken back, or another level told that it never was.

    >>> is_undone(BY_NAME["population.death"], Entry("population", "upload", {"died_on": "", "life_status": "alive"}), retracted=False)
    True

    Args:
        topic: what is told of.
        entry: news of it.
        retracted: the entry is told of because it was taken back.
    """
    told = entry.changes
    if topic.name == "population.death":
        never = told.get("life_status") != _DEAD and not told.get("died_on")
    else:
        never = topic.name == "population.merged" and told["merged_into"] is None
    return retracted != never
