"""Every operation of OSIA's notification interface against its own file, and what its words say beyond the file."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from tests.conformance import frame
from tests.conformance.conftest import SCOPES, Registry
from tests.web.exchange.agency import EVERYTHING, PLENTY

from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import Delivery, Subscription
from sosach.domain.exchange.rules.topics import TOPICS, topic_id
from sosach.jobs.deliveries import TELLING

frame.require_specs()
NAME = "notification"
ADDRESSES = ["https://tonys-server.com", "https://nhan.example.vn/tin"]
OWN = "thử.tin"
BASE = f"{frame.BASE}/{NAME}/v1"


@pytest.fixture(scope="module")
def subscriber(registry: Registry) -> Iterator[Registry]:
    """The agency, with topics and addresses in its agreement."""
    registry.by.agree(
        scopes=list(SCOPES),
        attributes=EVERYTHING,
        roles=["civil_status", "population"],
        topics=[topic.name for topic in TOPICS],
        addresses=ADDRESSES,
        volume=PLENTY,
    )
    with override_settings(SOSACH_NOTICES_TO_LOOPBACK=False):
        yield registry


def _send(here: Registry, method: str, path: str, body: str = "", **told: str) -> HttpResponse:
    headers = {"Authorization": f"Bearer {here.token()}"}
    client = Client(raise_request_exception=False)
    kind = "text/plain" if body or "publish" in path else "application/json"
    return client.generic(method, BASE + path, body, kind, headers=headers, query_params=told)


def _there(here: Registry) -> dict[str, list[str]]:
    """What cases mean: earlier ones may have taken it out."""
    topic = _send(here, "POST", "/topics", name=OWN).json()["uuid"]
    subscribed = _send(here, "POST", "/subscriptions", topic="population.death", address=ADDRESSES[0]).json()["uuid"]
    with acting(TELLING):
        tokens = list(Subscription.objects.exclude(token="").order_by("-pk").values_list("token", flat=True)[:1])
    return {
        "uuid": [topic, subscribed, str(topic_id("population.birth"))],
        "topic": ["population.death", "vehicles.transferred", OWN],
        "address": ADDRESSES,
        "name": [OWN, "population.birth"],
        "token": tokens,
        "policy": ["3600,-1", "60"],
    }


def _asked(case: Any, here: Registry) -> None:
    frame.ask(NAME, case, token=here.token(), known=_there(here))


def test_every_operation_of_the_file_is_asked() -> None:
    assert len(frame.operations(frame.document(NAME))) == 8


notification = frame.schema(NAME)


@notification.parametrize()
@frame.same_cases
@frame.SHORT
def test_notification_briefly(case: Any, subscriber: Registry) -> None:
    _asked(case, subscriber)


@pytest.mark.heavy
@pytest.mark.conformance
@notification.parametrize()
@frame.same_cases
@frame.LONG
def test_notification(case: Any, subscriber: Registry) -> None:
    _asked(case, subscriber)


def test_subscribing_twice_is_one_subscription_and_so_is_a_topic(subscriber: Registry) -> None:
    wish = {"topic": "licences.changed", "address": ADDRESSES[1], "policy": "60,-1"}
    first = _send(subscriber, "POST", "/subscriptions", **wish).json()
    assert first == _send(subscriber, "POST", "/subscriptions", **wish).json()
    assert first["active"] is False
    assert (first["topic"], first["policy"]) == (str(topic_id("licences.changed")), "60,-1")
    listed = _send(subscriber, "GET", "/subscriptions").json()
    assert [each for each in listed if each["uuid"] == first["uuid"]] == [first]
    topics = {each["name"]: each["uuid"] for each in _send(subscriber, "GET", "/topics").json()}
    assert {topic.name for topic in TOPICS} <= topics.keys()
    with acting(TELLING):
        token = Subscription.objects.get(uuid=first["uuid"]).token
    for _ in range(2):
        assert _send(subscriber, "GET", "/subscriptions/confirm", token=token).status_code == 200
    listed = _send(subscriber, "GET", "/subscriptions").json()
    assert [each["active"] for each in listed if each["uuid"] == first["uuid"]] == [True]
    assert _send(subscriber, "DELETE", f"/subscriptions/{first['uuid']}").status_code == 204
    assert _send(subscriber, "DELETE", f"/subscriptions/{first['uuid']}").status_code == 404
    assert _send(subscriber, "GET", "/subscriptions/confirm", token=token).status_code == 400


def test_what_the_agreement_does_not_say_is_forbidden_and_what_is_malformed_is_told(subscriber: Registry) -> None:
    asked = {"topic": "population.death", "address": ADDRESSES[0]}
    for changed, status in (
        ({"address": "https://169.254.169.254/latest"}, 403),
        ({"address": "http://127.0.0.1:8000/"}, 403),
        ({"topic": "another"}, 403),
        ({"protocol": "email"}, 403),
        ({"protocol": "smtp"}, 400),
        ({"policy": "often"}, 400),
    ):
        answer = _send(subscriber, "POST", "/subscriptions", **(asked | changed))
        assert answer.status_code == status, changed
        assert set(json.loads(answer.content)) == {"code", "message"}
    assert _send(subscriber, "POST", "/subscriptions", topic="population.death").status_code == 400
    registers = topic_id("population.death")
    assert _send(subscriber, "DELETE", f"/topics/{registers}").status_code == 403
    assert _send(subscriber, "POST", f"/topics/{registers}/publish", "tin").status_code == 403


def test_a_deleted_topic_ends_its_subscriptions(subscriber: Registry) -> None:
    topic = _send(subscriber, "POST", "/topics", name="thử.đóng").json()["uuid"]
    made = _send(subscriber, "POST", "/subscriptions", topic="thử.đóng", address=ADDRESSES[0]).json()
    with acting(TELLING):
        row = Subscription.objects.get(uuid=made["uuid"])
    assert _send(subscriber, "GET", "/subscriptions/confirm", token=row.token).status_code == 200
    assert _send(subscriber, "POST", f"/topics/{topic}/publish", "một tin", subject="thử").status_code == 200
    with acting(TELLING):
        assert (
            Delivery.objects.filter(subscription=row, sort="message", state="waiting", content="một tin").count() == 1
        )
    assert _send(subscriber, "DELETE", f"/topics/{topic}").status_code == 204
    assert _send(subscriber, "DELETE", f"/topics/{topic}").status_code == 404
    with acting(TELLING):
        assert list(Delivery.objects.filter(subscription=row, sort="message").values_list("state", "content")) == [
            ("dropped", "")
        ]
        assert Subscription.objects.get(pk=row.pk).state == "ended"
