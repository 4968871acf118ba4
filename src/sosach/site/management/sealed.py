"""Every table that holds sealed contents: what the rotation of keys goes through. A table that is missing here fails a test."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model

from sosach.domain.exchange.models import EnrollmentFile
from sosach.domain.exchange.operations.enrollments import PURPOSE as ENROLLMENTS
from sosach.domain.exchange.operations.enrollments import rewrap_files
from sosach.domain.idcards.models import SealedPicture
from sosach.domain.idcards.operations.sealing import rewrap_pictures
from sosach.domain.idcards.queries.seals import PICTURES, TEMPLATES


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table of sealed contents.

    Attributes:
        model: with the columns `header` and `wrapped_key`.
        purposes: of the keys that wrap.
        rewrap: verb that wraps a portion anew; takes an order, returns how many it was.
        vi: what is sealed, Vietnamese.
        en: what is sealed, English.
    """

    model: type[Model]
    purposes: tuple[str, ...]
    rewrap: Callable[..., int]
    vi: str
    en: str


SEALED = (
    SealedTable(
        SealedPicture, (PICTURES, TEMPLATES), rewrap_pictures, "ảnh và mẫu sinh trắc học", "pictures and templates"
    ),
    SealedTable(
        EnrollmentFile, (ENROLLMENTS,), rewrap_files, "tệp hồ sơ thu nhận của đối tác", "files of partners' enrolments"
    ),
)
