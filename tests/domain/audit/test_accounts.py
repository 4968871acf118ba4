"""A key names one account of one kind: officers, programs and citizens are never taken for each other."""

import pytest

from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (ActorKind.OFFICER, "person-7"),
        (ActorKind.MACHINE, "person-7"),
        (ActorKind.SYSTEM, "person-7"),
        (ActorKind.CITIZEN, "7"),
        (ActorKind.CITIZEN, "officer-7"),
        (ActorKind.CITIZEN, "person-"),
    ],
)
def test_nobody_else_has_the_key_of_a_citizen(kind: ActorKind, key: str) -> None:
    with pytest.raises(ValueError, match=key):
        Actor(kind, key, Level.NATION)


def test_the_same_number_is_another_account_for_each_kind() -> None:
    kinds = (ActorKind.OFFICER, ActorKind.MACHINE, ActorKind.CITIZEN)
    actors = [Actor(kind, account_key(kind, 7), Level.NOBODY) for kind in kinds]
    assert len({actor.key for actor in actors}) == len(kinds)
    assert {actor.number for actor in actors} == {7}
    assert [actor.person_id for actor in actors] == [None, None, 7]
    assert not any(one.is_also(other.key) for one in actors for other in actors if one is not other)
