"""Two records of one person: declarations, claims about the own vehicle and objections follow a merge, and go back with it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.domain.declarations.ward import (
    CHIEF,
    REGISTRAR,
    SIGNER,
    Town,
    again,
    citizen,
    look,
    order,
    receipt_for,
    refused,
    sent,
)
from tests.domain.vehicles.town import SYSTEM, merge

from sosach.base.errors import ErrorCode
from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations import (
    object_to,
    receipt_keys,
    repoint_back,
    repoint_person,
    verify,
    withdraw_objection,
)
from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.domain.declarations.queries import mine, notices_to_me
from sosach.domain.declarations.rules import Receipt, verify_receipt
from sosach.domain.declarations.states import State


@pytest.fixture
def town(db: None) -> Town:
    del db
    return Town.founded()


def follow(town: Town, *, back: bool = False) -> int:
    """The third citizen turns out to be the second, or not to be."""
    verb = repoint_back if back else repoint_person
    merge(town.chi, None if back else town.binh)
    return verb(order(SYSTEM), from_person=town.chi, to_person=town.binh)


def test_what_is_declared_follows_and_goes_back(town: Town) -> None:
    vehicle = town.registered(town.chi)
    own, claim = sent(town.chi, "vehicle_in_use", vehicle), sent(town.an, "vehicle_bought_with_papers", vehicle)
    assert refused(repoint_person, order(SYSTEM), from_person=town.chi, to_person=town.binh) is ErrorCode.STATE_FORBIDS
    assert follow(town) == 2
    assert [line.id for line in mine(look(citizen(town.binh)))] == [own.pk]
    assert [notice.declaration_id for notice in notices_to_me(look(citizen(town.binh)))] == [claim.pk]
    assert refused(repoint_back, order(SYSTEM), from_person=town.chi, to_person=town.binh) is ErrorCode.STATE_FORBIDS
    assert follow(town, back=True) == 2
    assert [line.id for line in mine(look(citizen(town.chi)))] == [own.pk]
    assert (mine(look(citizen(town.binh))), notices_to_me(look(citizen(town.binh)))) == ((), ())
    assert follow(town) == 2  # found out once more
    assert [line.id for line in mine(look(citizen(town.binh)))] == [own.pk]


def test_an_objection_follows_and_is_still_the_objectors(town: Town) -> None:
    vehicle = town.registered(town.chi)
    claim = sent(town.an, "vehicle_bought_with_papers", vehicle)
    objection = object_to(order(citizen(town.chi)), declaration_id=claim.pk, statement="Tôi chưa bán")
    follow(town)
    assert again(claim).state == State.OBJECTED
    withdraw_objection(order(citizen(town.binh)), objection_id=objection)
    assert again(claim).state == State.SUBMITTED


def test_nobody_objects_to_the_own_declaration_after_a_merge(town: Town) -> None:
    vehicle = town.registered(town.chi)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=claim.pk)
    object_to(order(citizen(town.chi)), declaration_id=claim.pk, statement="Tôi chưa bán")
    follow(town)
    assert again(claim).state == State.VERIFIED


def test_the_key_of_receipts_is_made_once(tmp_path: Path, town: Town) -> None:
    file = tmp_path / "keys" / "receipt.key"
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: receipt_signer.__wrapped__(file).key_id, range(16)))
    assert len(names) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in sorted(file.parent.iterdir())] == ["receipt.key", "receipt.pub"]
    receipt = receipt_for(town.an, "vehicle_in_use")
    assert not verify_receipt(receipt, receipt_keys(file))
    signature = receipt_signer(file).sign(receipt.text.encode()).hex()
    told = {name: getattr(receipt, name) for name in Receipt.__slots__}
    mine_now = Receipt(**{**told, "signature": signature, "key_id": receipt_signer(file).key_id})
    assert verify_receipt(mine_now, [SIGNER.public_key, *receipt_keys(file)])


def test_only_the_system_follows(town: Town) -> None:
    merge(town.chi, town.binh)
    told = {"from_person": town.chi, "to_person": town.binh}
    assert refused(repoint_person, Order(CHIEF, order(CHIEF).at), **told) is ErrorCode.ACCESS_DENIED
