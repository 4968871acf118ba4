"""`sosach pin issue RECORD`: the number of a citizen who has none yet."""

from datetime import UTC, datetime
from uuid import UUID

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.population.operations.numbers import issue_pin
from sosach.site.fitness import facts, require_durable
from sosach.site.management.administrator import whoever
from sosach.site.management.site_command import SiteCommand
from sosach.web.api.opaque import read_reference


class Command(SiteCommand):
    """One record, one number, on the strength of a paper (Decree 70/2024 art. 11(4))."""

    def carry_out(self, *, lang: str, record: str, paper: str, officer: str, password: str) -> None:
        """Issue it and tell it."""
        require_durable(facts())
        at = datetime.now(UTC)
        actor = whoever(officer, password, at=at)
        number = issue_pin(Order(actor, at, {"paper": paper}), person_id=key_of(record))
        self.say(lang, vi=f"Đã cấp số định danh: {number}", en=f"PIN issued: {number}")


def key_of(record: str) -> int:
    """Id of a record, told as the reference that screens and the API show, or as the id itself."""
    if record.isascii() and record.isdecimal() and len(record) < 19:
        return int(record)
    try:
        told = UUID(record)
    except ValueError:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"“{record}” không phải mã tham chiếu hay id của bản ghi dân cư.",
            en=f"“{record}” is neither a reference nor an id of a person's record.",
        ) from None
    return read_reference("person", told)
