"""A sealing key that never leaves its token: made once, found again, verified by anybody."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sosach.base.errors import ErrorCode, SosachError
from sosach.site import token_key
from sosach.site.token_key import MODULE, PIN_FILE, TOKEN, TokenKey

LIBRARY = next(
    (
        path
        for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so"))
        if path.exists()
    ),
    None,
)
NEEDED = pytest.mark.skipif(
    token_key.pkcs11 is None or LIBRARY is None or shutil.which("softhsm2-util") is None,
    reason="python-pkcs11 or SoftHSM 2 is not installed",
)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A token of the test's own."""
    (tmp_path / "tokens").mkdir()
    (tmp_path / "conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    (tmp_path / "pin").write_text("1234\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "conf"))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "test", "--pin", "1234", "--so-pin", "4321"]
    subprocess.run(command, check=True, capture_output=True)
    return {MODULE: str(LIBRARY), TOKEN: "test", PIN_FILE: str(tmp_path / "pin")}


@NEEDED
def test_the_key_is_made_once_and_signs_what_anybody_can_verify(token: dict[str, str]) -> None:
    key = TokenKey(token)
    signature = key.sign(b"checkpoint")
    public = Ed25519PublicKey.from_public_bytes(key.public_key)
    public.verify(signature, b"checkpoint")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"another")
    key.close()
    again = TokenKey(token)
    assert again.key_id == key.key_id
    again.close()


@NEEDED
def test_a_token_that_is_not_there_is_told(token: dict[str, str]) -> None:
    for wrong in ({TOKEN: "other"}, {MODULE: "/nowhere.so"}, {PIN_FILE: "/nowhere"}):
        with pytest.raises(SosachError) as refused:
            TokenKey(token | wrong)
        assert refused.value.code is ErrorCode.DATABASE_RIGHTS


def test_without_the_package_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_key, "pkcs11", None)
    with pytest.raises(SosachError, match="python-pkcs11 is not installed"):
        TokenKey({})
