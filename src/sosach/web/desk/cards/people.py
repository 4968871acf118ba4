"""Who did something with a card or an application: colleagues by name, everybody else by what they are."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.access.queries import Look
from sosach.domain.access.queries.colleagues import names
from sosach.domain.audit.rules import ActorKind, account_key

# A citizen is never named here: the page tells whose card it is, and a representative stands among its facts.
_KINDS: Final[Mapping[ActorKind, Any]] = {
    ActorKind.OFFICER: gettext_lazy("cán bộ đơn vị khác"),
    ActorKind.CITIZEN: gettext_lazy("công dân, trên mạng"),
    ActorKind.PARTNER: gettext_lazy("hệ thống của cơ quan khác"),
    ActorKind.MACHINE: gettext_lazy("chương trình"),
}


def called(asked: Look, keys: Iterable[str]) -> dict[str, str]:
    """What accounts are called, by their keys; nobody for an empty one.

    Args:
        asked: who looks: officers of the own territory are named.
        keys: of accounts.
    """
    wanted = {key for key in keys if key}
    if not wanted:
        return {"": ""}
    known = names(asked, keys=wanted)
    return {"": "", **{key: known.get(key) or _kind(key) for key in wanted}}


def _kind(key: str) -> str:
    for kind, text in _KINDS.items():
        if key.startswith(account_key(kind, 0).removesuffix("0")):
            return str(text)
    return _("tự động")
