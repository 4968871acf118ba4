"""Keys of this interface: what opens messages partners encrypt to us, what seals pictures, and the public part for everybody."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from sosach.domain.exchange.queries.partners import standing_of
from sosach.domain.exchange.rules.protection import Fetch, Keys, opened, public_part
from sosach.web.exchange.answering import answering
from sosach.web.exchange.osia.answers import Asked, malformed


def keys_of(asked: Asked, fetch: Fetch) -> Keys:
    """With what a message of this partner is proved and opened."""
    standing = standing_of(asked.caller.partner, at=asked.at)
    return Keys(json.loads(settings.SOSACH_MESSAGE_KEY), standing.keys if standing is not None else {}, fetch)


def opened_body(asked: Asked, body: Any, fetch: Fetch | None = None) -> Any:
    """A body as it was before it was encrypted, once what was said about it is proved.

    Raises:
        SosachError: REQUEST-01.
    """
    return opened(body, keys_of(asked, fetch or nothing))


def nothing(address: str) -> bytes:
    """Fetch nothing.

    Raises:
        SosachError: REQUEST-01.
    """
    del address
    raise malformed("Không lấy tệp từ nơi khác.", "No file is fetched from elsewhere.")


@answering("GET")
def published(request: HttpRequest) -> HttpResponse:
    """The public part of our key (RFC 7517), for whoever encrypts a message to this installation."""
    del request
    told = {"keys": [public_part(json.loads(settings.SOSACH_MESSAGE_KEY))]}
    return HttpResponse(json.dumps(told), "application/jwk-set+json")


urlpatterns = [path("", published)]
