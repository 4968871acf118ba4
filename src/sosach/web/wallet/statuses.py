"""Status lists of twins: what holds, what is suspended, what has ended; by place, signed, for everybody."""

from datetime import timedelta

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse

from sosach.chip.twins.status_list import MEDIA_TYPE, issue_status_list, packed
from sosach.domain.idcards.queries.twins import states_of_list
from sosach.domain.idcards.rules.twins import LIST_SIZE
from sosach.web.wallet.answering import WalletError, wallet_view
from sosach.web.wallet.contents import standings
from sosach.web.wallet.press import press

LIVES = timedelta(minutes=15)  # a verifier asks again after that
_KEPT = timedelta(seconds=20)  # a list made just now serves the next who ask
_LISTS = LocMemCache("status-lists", {"MAX_ENTRIES": 64})


@wallet_view("GET")
def status(request: HttpRequest, *, number: int) -> HttpResponse:
    """A list. It is made of the registers as they stand, so that it cannot lag behind them."""
    token = _LISTS.get(str(number)) or _made(request, number)
    answer = HttpResponse(token, content_type=f"application/{MEDIA_TYPE}")
    answer["Cache-Control"] = f"max-age={int(_KEPT.total_seconds())}"
    return answer


def _made(request: HttpRequest, number: int) -> str:
    used = press()
    states = states_of_list(number, secret=used.secret, standings=standings)
    if states is None:
        raise WalletError("not_found", "there is no such list", 404)
    content = packed(states, size=LIST_SIZE)
    token = issue_status_list(content, used.issuer, uri=used.address_of(number), at=request.sosach_at, lives=LIVES)
    _LISTS.set(str(number), token, _KEPT.total_seconds())
    return token
