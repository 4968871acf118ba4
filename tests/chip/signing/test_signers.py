"""Keys that sign: in files closed to others or in a token they never leave; always low-s, always who they say they are."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from tests.chip.soft_token import LIBRARY, NEEDED, PIN, soft_token

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.signing import (
    FileKeys,
    KeyKind,
    Signer,
    SoftwareSigner,
    Token,
    TokenKeys,
    TokenSigner,
    TokenWrapper,
    is_signed,
)
from sosach.chip.signing import token as token_module
from sosach.chip.signing.software import HASHES
from sosach.chip.signing.token import opened_token

KINDS = list(KeyKind)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    with soft_token(tmp_path_factory.mktemp("token")) as opened:
        yield opened


def assert_signs(signer: Signer) -> None:
    """Twenty messages, each signed for itself alone, in the lower half of the curve."""
    key = load_der_public_key(signer.public_key)
    for number in range(20):
        message = f"message {number}".encode()
        signature = signer.sign(message)
        assert is_signed(message, signature, public_key=signer.public_key)
        assert not is_signed(message + b"!", signature, public_key=signer.public_key)
        if isinstance(key, ec.EllipticCurvePublicKey):
            first, second = decode_dss_signature(signature)
            assert second <= key.curve.group_order // 2
            high = encode_dss_signature(first, key.curve.group_order - second)
            key.verify(high, message, ec.ECDSA(HASHES[signer.algorithm.digest]))  # the twin others would accept …
            assert not is_signed(message, high, public_key=signer.public_key)  # … and we do not


@pytest.mark.parametrize("kind", KINDS)
def test_software_signs(kind: KeyKind) -> None:
    signer = SoftwareSigner.make(kind)
    assert signer.kind is kind
    assert signer.algorithm is kind.algorithm
    assert_signs(signer)


@NEEDED
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_signs(token: Token, kind: KeyKind) -> None:
    keys = TokenKeys(token)
    made = keys.make(f"sign-{kind}", kind)
    assert made.kind is kind
    assert_signs(made)
    again = keys.open(f"sign-{kind}")
    assert (again.key_id, again.public_key) == (made.key_id, made.public_key)


@NEEDED
def test_a_key_never_leaves_its_token(token: Token) -> None:
    TokenSigner.make(token, "stays", KeyKind.P256)
    private = token.key("stays", "PRIVATE_KEY")
    names = token_module.pkcs11.Attribute
    assert private[names.SENSITIVE]
    assert not private[names.EXTRACTABLE]
    with pytest.raises(token_module.pkcs11.exceptions.AttributeSensitive):
        private[names.VALUE]


@NEEDED
def test_a_wrapping_key_never_leaves_its_token(token: Token) -> None:
    TokenWrapper.make(token, "kek/2026-11")
    key = token.key("kek/2026-11", "SECRET_KEY")
    names = token_module.pkcs11.Attribute
    assert key[names.SENSITIVE]
    assert not key[names.EXTRACTABLE]
    with pytest.raises(token_module.pkcs11.exceptions.AttributeSensitive):
        key[names.VALUE]
    with pytest.raises(SosachError):
        TokenWrapper.make(token, "kek/2026-11")
    with pytest.raises(SosachError):
        TokenWrapper(token, "kek/2026-10")


@NEEDED
def test_a_label_is_used_once_and_a_destroyed_key_is_gone(token: Token) -> None:
    keys = TokenKeys(token)
    keys.make("once", KeyKind.P256)
    with pytest.raises(SosachError) as refused:
        keys.make("once", KeyKind.P256)
    assert refused.value.code is ErrorCode.KEY_UNUSABLE
    keys.destroy("once")
    assert not keys.holds("once")
    with pytest.raises(SosachError):
        keys.open("once")


@NEEDED
def test_a_process_has_one_session_and_others_share_its_login(token: Token) -> None:
    TokenSigner.make(token, "shared", KeyKind.P256)
    first = opened_token(LIBRARY, "card", PIN)
    assert opened_token(LIBRARY, "card", PIN) is first
    assert TokenSigner(first, "shared").sign(b"message")


@NEEDED
def test_another_pin_opens_nothing(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from sosach.chip.signing import Token; "
        "Token(module=pathlib.Path(sys.argv[1]), label='card', pin=sys.argv[2])"
    )
    (tmp_path / "tokens").mkdir()
    (tmp_path / "conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    environ = {**os.environ, "SOFTHSM2_CONF": str(tmp_path / "conf")}
    made = ["softhsm2-util", "--init-token", "--free", "--label", "card", "--pin", PIN, "--so-pin", "4321"]
    subprocess.run(made, check=True, capture_output=True, env=environ)
    said = {
        pin: subprocess.run(
            [sys.executable, "-c", program, str(LIBRARY), pin], capture_output=True, text=True, check=False, env=environ
        )
        for pin in (PIN, "9999")
    }
    assert said[PIN].returncode == 0, said[PIN].stderr
    assert "KEY-01" in said["9999"].stderr
    assert "PinIncorrect" in said["9999"].stderr


@NEEDED
def test_a_token_that_is_not_there_is_told(token: Token) -> None:
    assert token.session
    for module, label, pin in ((LIBRARY, "other", "1234"), (Path("/nowhere.so"), "card", "1234")):
        with pytest.raises(SosachError) as refused:
            Token(module=module, label=label, pin=pin)
        assert refused.value.code is ErrorCode.KEY_UNUSABLE


def test_without_the_package_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_module, "pkcs11", None)
    with pytest.raises(SosachError, match="python-pkcs11 is not installed"):
        Token(module=LIBRARY, label="card", pin="1234")


def test_a_key_file_is_closed_encrypted_and_never_overwritten(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys", passphrase=b"a long passphrase")
    made = keys.make("card-ds-1", KeyKind.P256)
    file = tmp_path / "keys" / "card-ds-1.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert [left.name for left in file.parent.iterdir()] == ["card-ds-1.pem"]
    assert keys.open("card-ds-1").key_id == made.key_id
    with pytest.raises(SosachError):
        keys.make("card-ds-1", KeyKind.P256)
    for wrong in (
        FileKeys(tmp_path / "keys", passphrase=b"another"),
        FileKeys(tmp_path, passphrase=b"a long passphrase"),
    ):
        with pytest.raises(SosachError) as refused:
            wrong.open("card-ds-1")
        assert refused.value.code is ErrorCode.KEY_UNUSABLE
    keys.destroy("card-ds-1")
    assert not keys.holds("card-ds-1")


def test_a_key_is_not_kept_without_a_passphrase(tmp_path: Path) -> None:
    with pytest.raises(SosachError):
        FileKeys(tmp_path, passphrase=b"").make("card-ds-1", KeyKind.P256)
    assert not list(tmp_path.iterdir())
