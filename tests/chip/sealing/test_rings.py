"""Rings of wrapping keys, in files and in a token: one in use, older ones that still open, each purpose apart."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chip.soft_token import NEEDED, soft_token

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.sealing.rings import FileRing, KeyRing, TokenRing


@pytest.fixture(params=["files", pytest.param("token", marks=NEEDED)])
def ring(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyRing]:
    if request.param == "files":
        yield FileRing(tmp_path / "keys")
        return
    with soft_token(tmp_path) as token:
        yield TokenRing(token)


def test_the_first_key_is_made_at_the_first_use_and_stays(ring: KeyRing) -> None:
    first = ring.current("pictures")
    wrapped = first.wrap(b"k" * 32, bound_to=b"p")
    assert (first.key_id, ring.current("pictures").key_id) == ("pictures/1", "pictures/1")
    assert ring.current("pictures").unwrap(wrapped, bound_to=b"p") == b"k" * 32


def test_a_newer_key_is_used_and_the_older_one_still_opens(ring: KeyRing) -> None:
    wrapped = ring.current("pictures").wrap(b"k" * 32, bound_to=b"p")
    assert [ring.renew("pictures").key_id for _ in range(10)][-1] == "pictures/11"
    assert ring.current("pictures").key_id == "pictures/11"
    assert ring.named("pictures/1").unwrap(wrapped, bound_to=b"p") == b"k" * 32
    with pytest.raises(SosachError) as refused:
        ring.named("pictures/11").unwrap(wrapped, bound_to=b"p")
    assert refused.value.code is ErrorCode.SEAL_REFUSED


def test_each_purpose_has_its_own_keys(ring: KeyRing) -> None:
    wrapped = ring.current("pictures").wrap(b"k" * 32, bound_to=b"p")
    ring.renew("pictures")
    assert ring.current("templates").key_id == "templates/1"
    with pytest.raises(SosachError):
        ring.named("templates/1").unwrap(wrapped, bound_to=b"p")


@pytest.mark.parametrize("name", ["pictures/9", "pictures", "", "pictures/x", "../pictures/1"])
def test_a_key_that_is_not_there_opens_nothing(ring: KeyRing, name: str) -> None:
    ring.current("pictures")
    with pytest.raises(SosachError) as refused:
        ring.named(name)
    assert refused.value.code is ErrorCode.SEAL_REFUSED


def test_key_files_are_closed_to_others_and_a_key_thrown_away_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    FileRing(folder).current("pictures")
    other = FileRing(folder)
    assert other.current("pictures").key_id == "pictures/1"
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    other.renew("pictures")
    file.unlink()
    with pytest.raises(SosachError):
        other.named("pictures/1")
    assert other.current("pictures").key_id == "pictures/2"
