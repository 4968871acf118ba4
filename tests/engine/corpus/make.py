"""The corpus of broken inputs: every case, made the same on every machine."""

from collections.abc import Iterator

from tests.engine.corpus.books import books
from tests.engine.corpus.cases import Case
from tests.engine.corpus.columnar import parquets
from tests.engine.corpus.folders import folders
from tests.engine.corpus.texts import texts
from tests.engine.corpus.tops import headings


def cases() -> Iterator[Case]:
    """Every case of the corpus."""
    yield from texts()
    yield from headings()
    yield from books()
    yield from parquets()
    yield from folders()
