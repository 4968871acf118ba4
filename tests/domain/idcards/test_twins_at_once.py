"""Wallets at once: a code is redeemed by one of them, and an offer gives no more copies than it may."""

import pytest
from django.db import transaction
from tests.chip.twins.people import wallet
from tests.domain.idcards.holding import AT, PRESS, SECRET, HolderOfCard, holding
from tests.domain.idcards.office import keys
from tests.domain.idcards.test_at_once import at_once

from sosach.base.errors import ErrorCode
from sosach.chip.twins.content import Form, Kind
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.idcards.models import Twin
from sosach.domain.idcards.operations.twins import issue_twins, offer_twin, redeem_offer
from sosach.domain.idcards.queries.twin_contents import identity_of_card
from sosach.domain.idcards.queries.twins import DOOR, my_offer
from sosach.domain.idcards.rules.twins import COPIES, TRIES, transaction_code_of

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.slow]
__all__ = ["keys"]


@pytest.fixture
def holder(committed: str, keys: object) -> HolderOfCard:
    del committed, keys
    with transaction.atomic():
        return holding()


def test_a_code_serves_one_wallet_and_an_offer_its_copies(holder: HolderOfCard) -> None:
    number = offer_twin(Order(holder.actor, AT), kind=Kind.IDENTITY)
    key = my_offer(Look(holder.actor, "data-subject", AT, "thử"), offer_id=number).key
    digits = transaction_code_of(SECRET, key)
    told = at_once([lambda: redeem_offer(Order(DOOR, AT), key=key, digits=digits, secret=SECRET)] * 4)
    assert sorted(told) == [False, False, False, True]
    says = identity_of_card(Look(DOOR, "card-biometrics", AT, "twin-offer-1"), card_id=holder.card.pk)

    def issue() -> int:
        keys_of = [wallet().key, wallet().key]
        given = issue_twins(
            Order(holder.actor, AT),
            key=key,
            form=Form.MDOC,
            content=says,
            holders=dict.fromkeys(keys_of, "n-1"),
            press=PRESS,
        )
        return len(given.credentials)

    assert sorted(at_once([issue] * 4), key=str) == [2, 2, ErrorCode.STATE_FORBIDS, ErrorCode.STATE_FORBIDS]
    with acting(DOOR):
        assert Twin.objects.filter(offer__key=key).count() == COPIES


def test_guesses_at_once_are_counted_one_by_one(holder: HolderOfCard) -> None:
    number = offer_twin(Order(holder.actor, AT), kind=Kind.IDENTITY)
    key = my_offer(Look(holder.actor, "data-subject", AT, "thử"), offer_id=number).key
    wrong = f"{(int(transaction_code_of(SECRET, key)) + 1) % 10**6:06d}"
    at_once([lambda: redeem_offer(Order(DOOR, AT), key=key, digits=wrong, secret=SECRET)] * (TRIES + 1))
    right = transaction_code_of(SECRET, key)
    assert not redeem_offer(Order(DOOR, AT), key=key, digits=right, secret=SECRET)
