"""OSIA notification 1.2: topics, subscriptions, and messages to whoever subscribed."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.exchange.models import Subscription
from sosach.domain.exchange.operations.publishing import create_topic, delete_topic, publish
from sosach.domain.exchange.operations.subscribing import Wish, confirm_subscription, end_subscription, subscribe
from sosach.domain.exchange.queries.partners import PartnerRefusedError
from sosach.domain.exchange.queries.subscriptions import TopicSeen, subscriptions_of, topics_of
from sosach.domain.exchange.rules.agreements import Refused
from sosach.domain.exchange.rules.retrying import policy_told
from sosach.domain.exchange.rules.topics import topic_id
from sosach.domain.exchange.states.deliveries import SubscriptionState
from sosach.web.exchange.osia.answers import Asked, Operation, done, malformed, resource, told

# `plain/text` is what the standard's description says, `text/plain` what it means.
TEXTS = frozenset({"text/plain", "plain/text"})


def subscribe_to(asked: Asked) -> HttpResponse:
    """A subscription; the same wish again is the same one. It is confirmed with the token sent to its address."""
    topic, address = asked.word("topic"), asked.word("address")
    protocol = asked.request.GET.get("protocol", "http")
    if protocol not in {"http", "email"}:
        raise malformed("Giao thức phải là http hoặc email.", "The protocol is http or email.")
    if protocol == "email":
        raise PartnerRefusedError(
            Refused.CONTENT, vi="Tin chỉ được gửi qua HTTPS.", en="Notices are sent over HTTPS alone."
        )
    wish = Wish(topic, address, _policy(asked))
    row = subscribe(_order(asked), caller=asked.caller, wish=wish, loopback=settings.SOSACH_NOTICES_TO_LOOPBACK)
    return told(_subscription(row))


def _policy(asked: Asked) -> Any:
    if "policy" not in asked.request.GET:
        return None
    found = policy_told(asked.request.GET["policy"])
    if found is None:
        raise malformed("policy phải có dạng “3600,168”.", "The policy reads like “3600,168”.")
    return found


def list_subscriptions(asked: Asked) -> HttpResponse:
    """The partner's own subscriptions."""
    return told([_subscription(row) for row in subscriptions_of(_look(asked), caller=asked.caller)])


def confirm(asked: Asked) -> HttpResponse:
    """A subscription is confirmed."""
    confirm_subscription(_order(asked), caller=asked.caller, token=asked.word("token"))
    return done(200)


def unsubscribe(asked: Asked) -> HttpResponse:
    """A subscription ends."""
    end_subscription(_order(asked), uuid=_uuid(asked), partner_id=asked.caller.actor.number)
    return done(204)


def create(asked: Asked) -> HttpResponse:
    """A topic; the same name again is the same one."""
    return told(_topic(create_topic(_order(asked), caller=asked.caller, name=asked.word("name"))))


def list_topics(asked: Asked) -> HttpResponse:
    """Topics the partner may subscribe or publish to."""
    return told([_topic(topic) for topic in topics_of(_look(asked), caller=asked.caller)])


def delete(asked: Asked) -> HttpResponse:
    """A topic of the partner's own is closed."""
    delete_topic(_order(asked), caller=asked.caller, uuid=_uuid(asked))
    return done(204)


def publish_to(asked: Asked) -> HttpResponse:
    """A message to a topic of the partner's own."""
    subject = asked.request.GET.get("subject", "")
    publish(_order(asked), caller=asked.caller, uuid=_uuid(asked), subject_line=subject, content=_text(asked))
    return done(200)


def _text(asked: Asked) -> str:
    kind = asked.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in TEXTS:
        raise malformed("Nội dung phải là text/plain.", "The body must be text/plain.")
    try:
        return asked.request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed("Nội dung phải là UTF-8.", "The body must be UTF-8.") from None


def _uuid(asked: Asked) -> UUID:
    """The number in the address; what is no number of ours leads nowhere."""
    try:
        return UUID(asked.place["uuid"])
    except ValueError:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có số này.", en="There is no such number.") from None


def _order(asked: Asked) -> Order:
    return Order(asked.caller.actor, asked.at, {"case": asked.caller.reference} if asked.caller.reference else {})


def _look(asked: Asked) -> Look:
    return Look(asked.caller.actor, asked.caller.purpose, asked.at, asked.caller.reference)


def _topic(topic: TopicSeen) -> dict[str, Any]:
    return {"uuid": str(topic.uuid), "name": topic.name}


def _subscription(row: Subscription) -> dict[str, Any]:
    return {
        "uuid": str(row.uuid),
        "topic": str(topic_id(row.topic)),
        "protocol": "http",
        "address": row.address,
        "policy": f"{row.countdown},{row.most}",
        "active": row.state == SubscriptionState.CONFIRMED,
    }


_WRITE = ("notif.sub.write",)
_TOPIC = ("notif.topic.write",)
urlpatterns = [
    path(
        "v1/subscriptions",
        resource(
            post=Operation("subscribe", _WRITE, subscribe_to),
            get=Operation("listSubscription", ("notif.sub.read",), list_subscriptions),
        ),
    ),
    # no subscription is called `confirm`: ids are made here
    path("v1/subscriptions/confirm", resource(get=Operation("confirm", _WRITE, confirm))),
    path("v1/subscriptions/<str:uuid>", resource(delete=Operation("unsubscribe", _WRITE, unsubscribe))),
    path(
        "v1/topics",
        resource(
            post=Operation("createTopic", _TOPIC, create),
            get=Operation("listTopics", ("notif.topic.read",), list_topics),
        ),
    ),
    path("v1/topics/<str:uuid>", resource(delete=Operation("deleteTopic", _TOPIC, delete))),
    # the standard knows no 404 here: what is no topic of the partner's own is closed to it
    path(
        "v1/topics/<str:uuid>/publish",
        resource(post=Operation("publish", ("notif.topic.publish",), publish_to, {404: 403})),
    ),
]
