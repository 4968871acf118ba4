"""The wallet's door before somebody who guesses, comes late, or brings what belongs to another offer."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.chip.twins.people import wallet
from tests.domain.idcards.holding import OFFICE, HolderOfCard, holding
from tests.domain.idcards.works import Works, order
from tests.web.portal.people import as_person
from tests.web.wallet.conftest import NOW, holder
from tests.web.wallet.test_wallet import BASE, ISSUER, Phone, code_of, error, offered

from sosach.chip.twins.holder import encoded
from sosach.domain.idcards.operations.life import report
from sosach.domain.idcards.rules.endings import Complaint
from sosach.domain.idcards.rules.twins import OFFER_LIVES, TOKEN_LIVES, TRIES
from sosach.web.frame import clock
from sosach.web.frame.throttle import BY_ADDRESS
from sosach.web.wallet import answering, statuses

__all__ = ["holder"]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the clock of pages and wallets."""

    def move(by: timedelta) -> None:
        for module in (clock, answering):
            monkeypatch.setattr(module, "now", lambda: NOW + by)

    return move


def redeemed(who: HolderOfCard) -> Phone:
    made = Phone()
    link, digits = offered(as_person(who.person.pin or ""))
    assert made.token(**{"pre-authorized_code": code_of(link), "tx_code": digits}).status_code == 200
    return made


def test_whoever_has_the_code_alone_guesses_a_few_times_and_then_it_is_dead(holder: HolderOfCard) -> None:
    link, digits = offered(as_person(holder.person.pin or ""))
    code, phone = code_of(link), Phone()
    for turn in range(1, TRIES + 1):
        guess = f"{(int(digits) + turn) % 10**6:06d}"
        assert error(phone.token(**{"pre-authorized_code": code, "tx_code": guess})) == "invalid_grant"
    assert error(phone.token(**{"pre-authorized_code": code, "tx_code": digits})) == "invalid_grant"


def test_codes_and_tokens_end(holder: HolderOfCard, later: Any) -> None:
    link, digits = offered(as_person(holder.person.pin or ""))
    phone = redeemed(holder)  # a newer offer: the older one is over
    assert error(Phone().token(**{"pre-authorized_code": code_of(link), "tx_code": digits})) == "invalid_grant"
    proof = phone.proof()
    later(TOKEN_LIVES + timedelta(seconds=1))
    assert error(phone.credential(proof), 401) == "invalid_token"
    link, digits = offered(as_person(holder.person.pin or ""))
    later(TOKEN_LIVES + OFFER_LIVES + timedelta(seconds=2))
    assert error(Phone().token(**{"pre-authorized_code": code_of(link), "tx_code": digits})) == "invalid_grant"


def test_a_key_past_its_period_signs_nothing(holder: HolderOfCard, later: Any) -> None:
    redeemed(holder)  # the key is made
    later(timedelta(days=100))
    phone = redeemed(holder)
    proof = phone.proof(iat=int((NOW + timedelta(days=100)).timestamp()))
    assert error(phone.credential(proof)) == "credential_request_denied"
    assert "signs from" in phone.credential(proof).json()["error_description"]


def test_guessing_codes_runs_dry(holder: HolderOfCard) -> None:
    del holder
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.7")
    told = {"grant_type": "urn:ietf:params:oauth:grant-type:pre-authorized_code", "tx_code": "000000"}
    for turn in range(BY_ADDRESS.requests.size + 2):
        answer = client.post(f"{BASE}token", {**told, "pre-authorized_code": f"{turn:032x}.{'0' * 64}"})
    assert (answer.status_code, answer.json()["error"]) == (429, "slow_down")
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_proof_made_with_a_secret_everybody_knows_is_none(holder: HolderOfCard) -> None:
    phone = redeemed(holder)
    head = encoded(json.dumps({"alg": "HS256", "typ": "openid4vci-proof+jwt", "jwk": phone.jwk}).encode())
    body = {"aud": ISSUER, "iat": int(NOW.timestamp()), "nonce": phone.nonce()}
    signed = f"{head}.{encoded(json.dumps(body).encode())}"
    for secret in (
        json.dumps(phone.jwk).encode(),
        phone.jwk["x"].encode(),
        base64.urlsafe_b64decode(phone.jwk["x"] + "="),
    ):
        mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
        assert error(phone.credential(f"{signed}.{encoded(mac)}")) == "invalid_proof"
    other = wallet().key.jwk()
    assert error(phone.credential(phone.proof({"jwk": other | {"crv": "P-384"}}))) == "invalid_proof"
    x = base64.urlsafe_b64decode(phone.jwk["x"] + "=")
    assert error(phone.credential(phone.proof({"jwk": phone.jwk | {"x": encoded(x[::-1])}}))) == "invalid_proof"


def test_a_token_opens_its_own_offer_and_nobody_elses(holder: HolderOfCard) -> None:
    Works.opened(blanks=1).deliver(2, 1)
    other = holding("1991-01-01")
    mine, theirs = redeemed(holder), redeemed(other)
    given = mine.credential(mine.proof()).json()
    told = {"notification_id": given["notification_id"], "event": "credential_deleted"}
    assert error(theirs.post("notification", told)) == "credential_request_denied"
    mixed = mine.bearer.partition(".")[0] + "." + theirs.bearer.partition(".")[2]
    assert error(mine.post("credential", {}, bearer=mixed), 401) == "invalid_token"
    for bearer in ("", ".", "é", "0" * 32 + "." + "0" * 64, mine.bearer + "0", mine.bearer.upper()):
        assert error(mine.post("credential", {}, bearer=bearer), 401) == "invalid_token"


def test_a_card_that_is_lost_between_offer_and_wallet_gives_nothing(holder: HolderOfCard) -> None:
    phone = redeemed(holder)
    statuses._LISTS.clear()
    assert phone.credential(phone.proof()).status_code == 200
    report(order(OFFICE), card_id=holder.card.pk, what=Complaint.LOST)
    assert error(phone.credential(phone.proof())) == "credential_request_denied"
