"""DCI's registry interface for civil registration, scenario by scenario; every answer is held against the file."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.conformance.conftest import Registry, order
from tests.conformance.dci_world import (
    BASE,
    FILE,
    SP,
    TABLE,
    There,
    erred,
    held,
    key_told,
    now,
    rejected,
    search,
    status,
    unwatch,
    watch,
    world,
)
from tests.conformance.scenarios import skip_if_absent
from tests.web.exchange.agency import order as steward

from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import CallBack, LifeWatch
from sosach.domain.exchange.operations.call_backs import COURIER
from sosach.domain.exchange.operations.partners import resume, suspend
from sosach.domain.exchange.rules.calls import signed_by
from sosach.domain.exchange.rules.dci import read_signature, signing_text
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.queries.resolving import person_of_pin
from sosach.jobs.call_backs import call_back, tell_watchers
from sosach.jobs.reactions import Event
from sosach.web.frame import clock


@pytest.fixture(scope="module")
def there(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    with world(registry.pins, tmp_path_factory.mktemp("key")) as found:
        yield found


line = TABLE.line


@line("Sync search by UIN is answered with a SearchResponse")
def _(there: There) -> None:
    asked = search(there.pins[0])
    told = there.ask("sync/search", asked)
    assert told["header"]["status"] == "succ"
    assert told["message"]["transaction_id"] == asked["transaction_id"]
    assert told["message"]["search_response"][0]["reference_id"] == "ref-1"


@line("The answer to a search holds an array of records, in the fields of CRVSPerson, as far as the agreement lets")
def _(there: There) -> None:
    found = there.ask("sync/search", search(there.pins[0]))["message"]["search_response"][0]
    assert found["pagination"] == {"page_size": 1, "page_number": 1, "total_count": 1}
    record = found["data"]["reg_records"][0]
    assert record.pop("@context")
    assert record == {
        "@type": "CRVS_Person",
        "identifier": [{"@type": "Identifier", "identifier_type": "UIN", "identifier_value": there.pins[0]}],
        "name": {"@type": "Name", "surname": "Nguyễn", "given_name": "Văn An"},
        "birth_date": "1990-02-01",
        "sex": "male",
    }


@line("A number nobody has is a search that found nothing")
def _(there: There) -> None:
    found = there.ask("sync/search", search("001099999999"))["message"]["search_response"][0]
    assert (found["status"], found["data"]["reg_records"]) == ("succ", [])


@line("Async search is acknowledged, and answered by on-search with the same numbers")
def _(there: There) -> None:
    asked = search(there.pins[0])
    ack = there.ask("search", asked)["message"]
    assert ack["ack_status"] == "ACK"
    told = there.called()
    assert told["header"]["action"] == "on-search"
    assert told["message"]["transaction_id"] == asked["transaction_id"]
    assert told["message"]["correlation_id"] == ack["correlation_id"]
    assert told["message"]["search_response"][0]["data"]["reg_records"][0]["name"]["given_name"] == "Văn An"


@line("Async subscribe is acknowledged, and answered by on-subscribe with the code of the subscription")
def _(there: There) -> None:
    asked = watch(there.pins[0], "MARRIAGE")
    ack = there.ask("subscribe", asked)["message"]
    told = there.called()["message"]
    assert (told["transaction_id"], told["correlation_id"]) == (asked["transaction_id"], ack["correlation_id"])
    subscription = told["subscribe_response"][0]["subscriptions"][0]
    with acting(COURIER):
        assert LifeWatch.objects.get(code=subscription["code"]).event == "Marriage"


@line("Async unsubscribe is acknowledged, and answered by on-unsubscribe")
def _(there: There) -> None:
    there.ask("subscribe", watch(there.pins[1], "DIVORCE"))
    code = there.called()["message"]["subscribe_response"][0]["subscriptions"][0]["code"]
    ack = there.ask("unsubscribe", unwatch(code))["message"]
    told = there.called()["message"]
    assert told["correlation_id"] == ack["correlation_id"]
    assert told["status"] == "succ"
    assert told["subscription_status"] == [{"code": code, "status": "unsubscribe"}]


@line("Async txn/status is acknowledged, and answered by txn/on-status")
def _(there: There) -> None:
    ack = there.ask("txn/status", status("search", "transaction_id", "never"))["message"]
    told = there.called()["message"]
    assert told["correlation_id"] == ack["correlation_id"]
    assert told["txnstatus_response"]["txn_status"]["search_response"] == []


@line("Sync txn/status tells how a search stands: by transaction, correlation and references")
def _(there: There) -> None:
    asked = search(there.pins[0])
    asked["search_request"][0]["reference_id"] = "ref-of-this"
    ack = there.ask("search", asked)["message"]
    ways = {
        "transaction_id": asked["transaction_id"],
        "correlation_id": ack["correlation_id"],
        "reference_id_list": ["ref-of-this"],
    }
    for expected in ("pdng", "succ"):
        for attribute, value in ways.items():
            told = there.ask("sync/txn/status", status("search", attribute, value))["message"]["txnstatus_response"]
            assert told["txn_type"] == "search"
            assert [one["status"] for one in told["txn_status"]["search_response"]] == [expected], attribute
            assert "reg_records" not in json.dumps(told)
        if expected == "pdng":
            there.called()


@line("Sync txn/status tells how subscribing and unsubscribing stand")
def _(there: There) -> None:
    there.ask("subscribe", watch(there.pins[2], "MARRIAGE"))
    code = there.called()["message"]["subscribe_response"][0]["subscriptions"][0]["code"]
    asked = status("subscribe", "subscription_code_list", [code])
    told = there.ask("sync/txn/status", asked)["message"]["txnstatus_response"]["txn_status"]
    assert told["subscribe_response"][0]["subscriptions"][0]["code"] == code
    there.ask("unsubscribe", unwatch(code))
    there.called()
    asked = status("unsubscribe", "subscription_code_list", [code])
    told = there.ask("sync/txn/status", asked)["message"]["txnstatus_response"]["txn_status"]
    assert told["status"] == "succ"


@line("A life event of somebody watched is told by notify, once")
def _(there: There) -> None:
    with acting(COURIER):
        person = person_of_pin(there.pins[3])
    assert person is not None
    there.ask("subscribe", watch(there.pins[3]))
    there.called()
    register_death(order(), person_id=person.pk, died_on="2026-11-20")
    with acting(COURIER):
        tell_watchers(order(), Event("population.death_registered", person.pk, {}))
    data = there.called()["message"]["notify_event"][0]["data"]
    assert data["reg_event_type"] == "Death"
    assert data["reg_records"]["identifier"][0]["identifier_value"] == there.pins[3]
    assert data["reg_records"]["death_date"] == "2026-11-20"
    assert call_back(there.sender, name="sosach", clock=clock.now) == 0


@line("Search by predicate: one expression, UIN eq, is answered")
def _(there: There) -> None:
    query = [{"expression1": {"attribute_name": "UIN", "operator": "eq", "attribute_value": there.pins[0]}}]
    found = there.ask("sync/search", search("", kind="predicate", query=query))["message"]["search_response"][0]
    assert len(found["data"]["reg_records"]) == 1


_BY_NUMBER = (
    "answered, with rjct.search_criteria.invalid: people are looked up by a number they told, not by what many share"
)


@line("Search by predicate over other attributes, sync and async", but=_BY_NUMBER)
def _(there: There) -> None:
    query = [{"expression1": {"attribute_name": "birth_date", "operator": "gt", "attribute_value": "1990"}}]
    for path in ("sync/search", "search"):
        rejected(there, path, search("", kind="predicate", query=query), "rjct.search_criteria.invalid")


@line("Search by expression, sync and async", but=_BY_NUMBER)
def _(there: There) -> None:
    query = {"type": "ns:org:QueryType:expression", "value": {"expression": "name like 'Ng%'"}}
    for path in ("sync/search", "search"):
        rejected(there, path, search("", kind="expression", query=query), "rjct.search_criteria.invalid")


@line("Search by GraphQL, sync and async", but=_BY_NUMBER)
def _(there: There) -> None:
    query = {"type": "ns:org:QueryType:graphql", "value": {"expression": "{ person { name } }"}}
    for path in ("sync/search", "search"):
        rejected(there, path, search("", kind="graphql", query=query), "rjct.search_criteria.invalid")


@line(
    "Subscribing to live births",
    but="answered, with rjct.notify_types.invalid: nobody has the number of a child not yet born; notices of births are "
    "OSIA's topic population.birth",
)
def _(there: There) -> None:
    rejected(there, "subscribe", watch(there.pins[0], "LiveBirth"), "rjct.notify_types.invalid")


@line(
    "Subscribing with a frequency",
    but="answered, with rjct.notify_details.invalid: the file asks for a cron expression of seven fields and shows one that no "
    "cron reads; notices are sent when something happens",
)
def _(there: There) -> None:
    frequency = {"start_time": now(), "end_time": now(), "frequency": "0 0 0 5,15 * ? *"}
    rejected(there, "subscribe", watch(there.pins[0], frequency=frequency), "rjct.notify_details.invalid")


@line("Subscribing about a number nobody has, or twice, is rejected")
def _(there: There) -> None:
    rejected(there, "subscribe", watch("001099999999"), "rjct.person_id.invalid")
    there.ask("subscribe", watch(there.pins[0], "ANNULMENT"))
    there.called()
    rejected(there, "subscribe", watch(there.pins[0], "annulment"), "rjct.event.already_subscribed")


@line("Unsubscribing what is not one's own, or ended, is rejected")
def _(there: There) -> None:
    there.ask("subscribe", watch(there.pins[2], "DIVORCE"))
    code = there.called()["message"]["subscribe_response"][0]["subscriptions"][0]["code"]
    for codes, reason in (
        ([code, str(uuid4())], "rjct.subscription_code.invalid"),
        (["sub-test-001"], "rjct.subscription_code.invalid"),
    ):
        there.ask("unsubscribe", unwatch(*codes))
        assert there.called()["message"]["status_reason_code"] == reason
    for reason in (None, "rjct.event.already_unsubscribed"):
        there.ask("unsubscribe", unwatch(code))
        assert there.called()["message"].get("status_reason_code") == reason


@line("Answers and call-backs carry a signature that holds, by the key at .well-known/jwks.json")
def _(there: There) -> None:
    told = there.ask("sync/search", search(there.pins[0]))
    keys = there.browser.get(f"{BASE}/.well-known/jwks.json").json()["keys"]
    signature = read_signature(told["signature"])
    assert [key["kid"] for key in keys] == [signature.key_id]
    there.ask("search", search(there.pins[0]))
    back = there.called()
    for message, public in ((told, key_told(keys[0]["x"])), (back, there.sender.signer.public_key)):
        found = read_signature(message["signature"])
        text = signing_text(message["header"], message["message"], created=found.created, expires=found.expires)
        assert found.covers(clock.now())
        assert signed_by(public, found.value, text)
        assert not signed_by(public, found.value, text + b" ")


@line("A message as a file in a form is read like one in the body")
def _(there: There) -> None:
    envelope = json.dumps(there.envelope("search", search(there.pins[0]))).encode()
    form = {"action": "search", "fileName": SimpleUploadedFile("m.json", envelope, "application/json")}
    response = there.browser.post(f"{BASE}/registry/search", form, headers=there.sp.headers(scope="dci"))
    assert held("search", response)["message"]["ack_status"] == "ACK"
    there.called()


_NOTHING_ASKED = "acknowledged with NACK and err.request.not_found: we ask no registry, so nothing follows"


@line(
    "Answers and notices of other registries: on-search, on-subscribe, on-unsubscribe, notify, txn/on-status",
    but=_NOTHING_ASKED,
)
def _(there: There) -> None:
    for path in ("on-search", "on-subscribe", "on-unsubscribe", "notify", "txn/on-status"):
        action = "txn-on-status" if "txn" in path else path
        envelope = there.envelope(path, {"transaction_id": "1"}, action=action, status="succ")
        told = held(path, there.post(path, envelope))["message"]
        assert (told["ack_status"], told["error"]["code"]) == ("NACK", "err.request.not_found")
        erred(there, path, {"header": {}}, "err.request.bad")


@line("A call-back that fails is made again with the same body; what was told is forgotten when it arrived")
def _(there: There) -> None:
    there.receiver.statuses[:] = [500]
    ack = there.ask("search", search(there.pins[0]))["message"]
    began = clock.now()
    assert call_back(there.sender, name="sosach", clock=lambda: began) == 0
    assert call_back(there.sender, name="sosach", clock=lambda: began) == 0  # not at once
    later = began + timedelta(minutes=5)
    assert call_back(there.sender, name="sosach", clock=lambda: later) == 1
    first, second = there.receiver.calls[-2:]
    assert first == second
    with acting(COURIER):
        row = CallBack.objects.get(correlation_id=ack["correlation_id"])
    assert (row.state, row.asked, row.content, row.tries) == ("delivered", None, "", 2)


@line("A partner suspended meanwhile is not called back")
def _(there: There) -> None:
    ack = there.ask("search", search(there.pins[0]))["message"]
    suspend(steward("thử"), partner=SP)
    try:
        before = len(there.receiver.calls)
        assert call_back(there.sender, name="sosach", clock=clock.now) == 0
    finally:
        resume(steward(), partner=SP)
    assert len(there.receiver.calls) == before
    with acting(COURIER):
        row = CallBack.objects.get(correlation_id=ack["correlation_id"])
    assert (row.state, row.asked) == ("dead", None)


@pytest.mark.parametrize("text", TABLE.checks)
def test_dci(text: str, there: There) -> None:
    TABLE.checks[text](there)


def test_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{TABLE.counted()}\n")
    assert len(TABLE.checks) - len(TABLE.reasons) >= 16
    skip_if_absent(FILE)
