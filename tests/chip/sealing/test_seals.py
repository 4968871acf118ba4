"""What is sealed opens for its owner alone: not with another key, in another row, as another version, or altered by a bit."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.chip.soft_token import NEEDED, soft_token

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.sealing import Sealed, open_, rewrap, seal
from sosach.chip.signing import SoftwareWrapper, TokenWrapper, Wrapper

FACE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
OWNER: dict[str, Any] = {"person": "p-1", "modality": "face", "version": 1}


@pytest.fixture(scope="module", params=["software", pytest.param("token", marks=NEEDED)])
def wrappers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Wrapper]]:
    """This month's key and last month's."""
    folder = tmp_path_factory.mktemp("keks")
    names = ("kek/2026-11", "kek/2026-10")
    if request.param == "software":
        yield [SoftwareWrapper(folder / name.replace("/", "-"), key_id=name) for name in names]
        return
    with soft_token(folder) as token:
        yield [TokenWrapper.make(token, name) for name in names]


def assert_refused(sealed: Sealed, wrapper: Wrapper, **owner: Any) -> None:
    with pytest.raises(SosachError) as refused:
        open_(sealed, **(OWNER | owner), wrapper=wrapper)
    assert refused.value.code is ErrorCode.SEAL_REFUSED


def test_it_opens_for_its_owner_and_hides_what_it_holds(wrappers: list[Wrapper]) -> None:
    now, _ = wrappers
    sealed = seal(FACE, **OWNER, wrapper=now)
    assert open_(sealed, **OWNER, wrapper=now) == FACE
    assert sealed.key_id == "kek/2026-11"
    assert FACE[:8] not in sealed.ciphertext
    assert len(sealed.ciphertext) == len(FACE) + 16


def test_every_seal_has_a_key_and_a_nonce_of_its_own(wrappers: list[Wrapper]) -> None:
    made = [seal(FACE, **OWNER, wrapper=wrappers[0]) for _ in range(50)]
    for part in ("wrapped_key", "nonce", "ciphertext"):
        assert len({getattr(sealed, part) for sealed in made}) == 50


def test_another_key_is_refused(wrappers: list[Wrapper]) -> None:
    now, old = wrappers
    sealed = seal(FACE, **OWNER, wrapper=now)
    assert_refused(sealed, old)
    assert_refused(replace(sealed, header=sealed.header.replace("2026-11", "2026-10")), old)


@pytest.mark.parametrize(
    "owner",
    [{"person": "p-2"}, {"modality": "finger-2"}, {"version": 2}, {"person": "p-1f", "modality": "ace"}],
)
def test_a_row_moved_to_another_owner_is_refused(wrappers: list[Wrapper], owner: dict[str, Any]) -> None:
    assert_refused(seal(FACE, **OWNER, wrapper=wrappers[0]), wrappers[0], **owner)


def test_parts_of_two_rows_do_not_mix(wrappers: list[Wrapper]) -> None:
    now, _ = wrappers
    mine, theirs = seal(FACE, **OWNER, wrapper=now), seal(FACE, **(OWNER | {"person": "p-2"}), wrapper=now)
    again = seal(FACE, **OWNER, wrapper=now)
    for part in ("wrapped_key", "nonce", "ciphertext"):
        assert_refused(replace(mine, **{part: getattr(theirs, part)}), now)
        assert_refused(replace(mine, **{part: getattr(again, part)}), now)


@pytest.mark.parametrize("part", ["wrapped_key", "nonce", "ciphertext"])
def test_a_changed_bit_is_refused(wrappers: list[Wrapper], part: str) -> None:
    sealed = seal(b"FIR\x00 010\x00", **OWNER, wrapper=wrappers[0])
    whole = getattr(sealed, part)
    for place in range(len(whole)):
        altered = whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :]
        assert_refused(replace(sealed, **{part: altered}), wrappers[0])
    for short in (b"", whole[:-1], whole + b"\x00"):
        assert_refused(replace(sealed, **{part: short}), wrappers[0])


def test_rotation_wraps_the_key_anew_and_touches_no_picture(wrappers: list[Wrapper]) -> None:
    now, old = wrappers
    before = seal(FACE, **OWNER, wrapper=old)
    after = rewrap(before, **OWNER, old=old, new=now)
    assert (after.nonce, after.ciphertext) == (before.nonce, before.ciphertext)
    assert after.key_id == "kek/2026-11"
    assert open_(after, **OWNER, wrapper=now) == FACE
    assert_refused(after, old)
    with pytest.raises(SosachError) as refused:
        rewrap(before, **(OWNER | {"person": "p-2"}), old=old, new=now)
    assert refused.value.code is ErrorCode.SEAL_REFUSED


def test_what_lost_its_wrapped_key_is_erased(wrappers: list[Wrapper]) -> None:
    sealed = seal(FACE, **OWNER, wrapper=wrappers[0])
    assert_refused(replace(sealed, wrapped_key=b""), wrappers[0])


def test_a_wrapping_key_in_a_file_is_closed_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "kek"
    sealed = seal(FACE, **OWNER, wrapper=SoftwareWrapper(file, key_id="kek/1"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_(sealed, **OWNER, wrapper=SoftwareWrapper(file, key_id="kek/1")) == FACE
    file.write_bytes(b"short")
    with pytest.raises(SosachError) as refused:
        SoftwareWrapper(file, key_id="kek/1")
    assert refused.value.code is ErrorCode.KEY_UNUSABLE
