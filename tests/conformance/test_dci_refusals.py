"""What DCI's registry interface refuses, scenario by scenario; every refusal is held against the file."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.conformance.conftest import Registry
from tests.conformance.dci_world import (
    ACTIONS,
    FILE,
    REFUSALS,
    There,
    erred,
    message_for,
    search,
    signed,
    world,
)
from tests.conformance.scenarios import fits, skip_if_absent

from sosach.web.frame import clock


@pytest.fixture(scope="module")
def there(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    with world(registry.pins, tmp_path_factory.mktemp("key")) as found:
        yield found


line = REFUSALS.line


@line("A message that is not as the file describes it is refused: every address")
def _(there: There) -> None:
    for path in ACTIONS:
        sound = there.envelope(path, message_for(path, there.pins[0]))
        for broken in ({"header": sound["header"]}, {"message": sound["message"]}, sound | {"message": {}}):
            erred(there, path, broken, "err.request.bad")
        for text in ("", "[]", "{", '{"header": NaN}', '"\\ud800"', json.dumps(sound | {"more": "\x00"})):
            erred(there, path, text, "err.request.bad")


@line("Another version, another action, another count, another time is refused")
def _(there: There) -> None:
    for path in ACTIONS:
        message = message_for(path, there.pins[0])
        erred(there, path, there.envelope(path, message, version="2.0.0"), "err.version.not_supported")
        erred(there, path, there.envelope(path, message, action="on-search"), "err.request.bad")
        erred(there, path, there.envelope(path, message, total_count=7), "err.request.bad")
        long_ago = (clock.now() - timedelta(days=1)).isoformat()
        erred(there, path, there.envelope(path, message, message_ts=long_ago), "err.request.bad")


@line("A message in another's name or to another is refused")
def _(there: There) -> None:
    for path in ACTIONS:
        message = message_for(path, there.pins[0])
        erred(there, path, there.envelope(path, message, sender_id="other"), "err.sender_id.invalid")
        erred(there, path, there.envelope(path, message, receiver_id="other"), "err.receiver_id.invalid")


@line("A message that came before is refused")
def _(there: There) -> None:
    envelope = there.envelope("search", search(there.pins[0]))
    assert there.post("search", envelope).json()["message"]["ack_status"] == "ACK"
    erred(there, "search", envelope, "err.request.bad")
    there.called()


@line("Nobody is called back at an address the agreement does not name")
def _(there: There) -> None:
    envelope = there.envelope("search", search(there.pins[0]), sender_uri="http://169.254.169.254/latest")
    erred(there, "search", envelope, "err.sender_uri.invalid")


@line("Every address asks for a bearer token")
def _(there: There) -> None:
    for path in (*ACTIONS, "on-search", "on-subscribe", "on-unsubscribe", "notify", "txn/on-status"):
        response = there.post(path, there.envelope(path, message_for(path, there.pins[0])), Authorization="")
        assert response.status_code == 401
        place = ("components", "responses", "HttpErrorResponse", "content", "application/json", "schema")
        fits(FILE, place, response.json())
        assert there.post(path, "{}", **there.sp.headers(scope="xroad")).status_code == 403


@line("A signature that holds is taken, one that does not is refused: sync and async")
def _(there: There) -> None:
    for path in ("sync/search", "search"):
        sound = signed(there, there.envelope(path, search(there.pins[0])))
        assert there.post(path, sound).status_code == 200
        for signature in ("", "unsigned-stub", sound["signature"]):
            erred(
                there,
                path,
                there.envelope(path, search(there.pins[0])) | {"signature": signature},
                "err.signature.invalid",
            )
    there.called()


@line(
    "Encrypted messages",
    but="refused with err.encryption.invalid: the file names no key agreement; the line is TLS",
)
def _(there: There) -> None:
    cipher = {
        "header": {"alg": "x", "enc": "x", "kid": "x"},
        "ciphertext": "x",
        "encrypted_key": "x",
        "tag": "x",
        "iv": "x",
    }
    for path in ACTIONS:
        erred(there, path, there.envelope(path, cipher), "err.encryption.invalid")
        plain = there.envelope(path, message_for(path, there.pins[0]), is_msg_encrypted=True)
        erred(there, path, plain, "err.encryption.invalid")


@pytest.mark.parametrize("text", REFUSALS.checks)
def test_dci_refuses(text: str, there: There) -> None:
    REFUSALS.checks[text](there)


def test_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{REFUSALS.counted()}\n")
    assert len(REFUSALS.checks) - len(REFUSALS.reasons) >= 7
    skip_if_absent(FILE)
