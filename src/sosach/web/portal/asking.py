"""How the portal asks for what is the citizen's own; everything else is not there."""

from django.http import HttpRequest

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look
from sosach.domain.declarations.queries import Mine, my_declaration
from sosach.domain.declarations.rules import Kind, kind_of
from sosach.domain.declarations.states import State
from sosach.web.frame.pages import look

PURPOSE = "data-subject"
LONGEST_ID = 18  # digits of a whole number the database holds


def own(request: HttpRequest, about: str = "portal") -> Look:
    """A look at the own data; the case it belongs to is the citizen's own request."""
    return look(request, PURPOSE, reference=about)


def gone() -> SosachError:
    """STATE-01: the same for what does not exist and what is somebody else's."""
    return SosachError(ErrorCode.NOT_FOUND, vi="Không có trang này.", en="There is no such page.")


def declared(request: HttpRequest, declaration_id: int) -> tuple[Mine, Kind]:
    """An own declaration, and what kind it is.

    Raises:
        SosachError: STATE-01 it is not there, or somebody else's.
    """
    found = my_declaration(own(request, f"declaration-{declaration_id}"), declaration_id=declaration_id)
    if found is None:
        raise gone()
    return found, kind_of(found.line.kind)


def draft(request: HttpRequest, declaration_id: int) -> tuple[Mine, Kind]:
    """An own declaration that is not sent yet.

    Raises:
        SosachError: STATE-01; STATE-02 it was sent.
    """
    found, kind = declared(request, declaration_id)
    if found.line.state is not State.DRAFT:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Tờ khai đã gửi, không sửa được nữa.",
            en="It was sent and cannot be changed any more.",
            hint_vi="Mở mục “Tờ khai của tôi” để xem việc giải quyết hoặc nhắn cho cán bộ.",
            hint_en="Open “My declarations” to see how it goes or to write to the officers.",
        )
    return found, kind


def whole(text: str) -> int | None:
    """A whole number somebody sent, or None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None
