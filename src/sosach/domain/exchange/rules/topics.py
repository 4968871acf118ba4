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
_BORN = frozenset({"register_birth", "register_person"})
_HOME = frozenset({"commune_code", "province_code"})
_OWNER = frozenset({"owner_kind", "owner_person_id", "owner_name", "owner_id_number"})
_FIRST = frozenset({"register_first", "register_temporarily"})
# The record follows its person: the same owner or holder as before, whatever number the record of the person has now.
_FOLLOWING = frozenset({"repoint_owner", "repoint_user", "move_records", "repoint_holder", "follow_residence"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a journal, as far as a topic asks.

    Attributes:
        register: whose.
        procedure: what was done.
        changes: column → new value.
    """

    register: str
    procedure: str
    changes: Mapping[str, Any]


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


def _touches(columns: frozenset[str], *, but: frozenset[str]) -> Callable[[Entry], bool]:
    return lambda entry: entry.procedure not in but and not columns.isdisjoint(entry.changes)


TOPICS: tuple[Topic, ...] = (
    Topic(
        "population.birth",
        "population",
        lambda entry: entry.procedure in _BORN,
        "Có người mới trong cơ sở dữ liệu dân cư: khai sinh",
        "Somebody new in the population register: a birth",
    ),
    Topic(
        "population.death",
        "population",
        lambda entry: entry.changes.get("life_status") == "deceased" or "died_on" in entry.changes,
        "Có người chết, hoặc việc khai tử bị thu hồi",
        "Somebody died, or a death was taken back",
    ),
    Topic(
        "population.moved",
        "population",
        _touches(_HOME, but=_BORN),
        "Có người chuyển đến xã khác",
        "Somebody lives in another commune",
    ),
    Topic(
        "population.merged",
        "population",
        lambda entry: entry.changes.get("merged_into") is not None,
        "Hai bản ghi của một người được gộp, hoặc thôi gộp",
        "Two records of one person were merged, or parted again",
    ),
    Topic(
        "population.number",
        "population",
        _touches(frozenset({"pin"}), but=_BORN),
        "Số định danh được xác lập, hoặc hủy và xác lập lại",
        "A PIN was established, or cancelled and established anew",
    ),
    Topic(
        "vehicles.transferred",
        "vehicles",
        _touches(_OWNER, but=_FIRST | _FOLLOWING),
        "Xe đổi chủ",
        "A vehicle has another owner",
    ),
    Topic(
        "vehicles.registration",
        "vehicles",
        _touches(frozenset({"registration"}), but=_FOLLOWING),
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

    >>> [topic.name for topic in news(Entry("population", "register_death", {"died_on": "2026-11", "life_status": "deceased"}))]
    ['population.death']
    >>> news(Entry("vehicles", "move_records", {"commune_code": "00004"}))
    ()
    """
    return tuple(topic for topic in TOPICS if topic.register == entry.register and topic.is_news(entry))
