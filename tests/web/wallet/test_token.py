"""The key that signs digital credentials lies in a token: made there by the ceremony, used by the portal, never seen."""

import base64
from collections.abc import Iterator
from pathlib import Path

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from tests.chip.soft_token import LIBRARY, NEEDED, PIN, soft_token
from tests.domain.idcards.holding import HolderOfCard
from tests.web.portal.people import as_person
from tests.web.wallet.conftest import NOW
from tests.web.wallet.test_wallet import NAMES, Phone, code_of, offered
from typer.testing import CliRunner

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.signing import Token, TokenKeys, is_signed
from sosach.chip.signing.public_keys import spki_of_certificate
from sosach.chip.twins.signatures import Issuer
from sosach.cli import card_pki
from sosach.web.wallet import press

pytestmark = NEEDED
PEOPLE = ["--leader", "Chủ", "--custodian", "Giữ", "--witness", "Một", "--witness", "Hai"]


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    """A token of this test, named as the place of the key."""
    named = {"module": str(LIBRARY), "label": "card", "pin": PIN}
    monkeypatch.setattr("django.conf.settings.SOSACH_TWINS_TOKEN", named)
    with soft_token(tmp_path / "token") as opened:
        yield opened


def of_token(folder: Path) -> Issuer:
    """What signs; no key lies beside its certificates."""
    issuer = press.issuer()
    assert {each.name for each in folder.glob("*.pem")} == {"chain.pem", "root.pem"}
    return issuer


def test_both_formats_are_signed_in_the_token(token: Token, holder: HolderOfCard, tmp_path: Path) -> None:
    phone = Phone()
    link, digits = offered(as_person(holder.person.pin or ""))
    assert phone.token(**{"pre-authorized_code": code_of(link), "tx_code": digits}).status_code == 200
    mdoc, sd_jwt = (phone.credential(phone.proof(), name=name).json()["credentials"][0]["credential"] for name in NAMES)
    issuer = of_token(tmp_path / "twins")
    assert TokenKeys(token).open("twins").public_key == issuer.signer.public_key == spki_of_certificate(issuer.chain[0])
    head, body, signature = sd_jwt.split("~")[0].split(".")
    assert signed_by(issuer, f"{head}.{body}".encode(), base64.urlsafe_b64decode(signature + "=="))
    protected, _open, payload, seal = cbor2.loads(base64.urlsafe_b64decode(mdoc + "=="))["issuerAuth"]
    assert signed_by(issuer, cbor2.dumps(["Signature1", protected, b"", payload]), seal)


def signed_by(issuer: Issuer, message: bytes, signature: bytes) -> bool:
    """Whether r and s beside each other are the key's signature of a message, and of no other."""
    r, s = (int.from_bytes(signature[part]) for part in (slice(32), slice(32, 64)))
    der = encode_dss_signature(r, s)
    key = issuer.signer.public_key
    return is_signed(message, der, public_key=key) and not is_signed(message + b"!", der, public_key=key)


def test_the_ceremony_makes_the_key_in_the_token(token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passphrase").write_text("a long passphrase\n")
    (tmp_path / "pin").write_text(f"{PIN}\n")
    place = ["--folder", str(tmp_path / "pki"), "--passphrase-file", str(tmp_path / "passphrase")]
    folder = tmp_path / "out"

    def run(*arguments: str) -> BaseException | None:
        return CliRunner().invoke(card_pki.pki, [*place, *arguments, *PEOPLE]).exception

    monkeypatch.setattr(card_pki.typer, "prompt", lambda text: text.partition(": ")[2][:8])
    monkeypatch.setattr(card_pki, "_now", lambda: NOW)
    assert run("ceremony") is None
    assert incomplete(run("twins", "--out", str(folder)))
    in_token = ["twins", "--out", str(folder), "--out-token", str(LIBRARY), "card", str(tmp_path / "pin")]
    assert incomplete(run(*in_token, "--out-passphrase-file", str(tmp_path / "passphrase")))
    assert run(*in_token, "--out-key", "twins-2026") is None
    assert not TokenKeys(token).holds("twins")
    monkeypatch.setattr("django.conf.settings.SOSACH_TWINS", folder)
    monkeypatch.setattr("django.conf.settings.SOSACH_TWINS_KEY", "twins-2026")
    issuer = of_token(folder)
    assert TokenKeys(token).open("twins-2026").key_id == issuer.signer.key_id
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    x509.load_der_x509_certificate(issuer.chain[0]).verify_directly_issued_by(root)


def incomplete(refused: BaseException | None) -> bool:
    return isinstance(refused, SosachError) and refused.code is ErrorCode.INPUT_INCOMPLETE


def test_a_certificate_of_another_key_signs_nothing(
    token: Token, holder: HolderOfCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert holder
    one = of_token(tmp_path / "twins")
    other = tmp_path / "other"
    other.mkdir()
    pem = x509.load_der_x509_certificate(one.chain[0]).public_bytes(Encoding.PEM)
    (other / "chain.pem").write_bytes(pem)
    TokenKeys(token).destroy("twins")
    TokenKeys(token).make("twins", one.signer.kind)
    monkeypatch.setattr("django.conf.settings.SOSACH_TWINS", other)
    with pytest.raises(SosachError) as refused:
        press.issuer()
    assert refused.value.code is ErrorCode.KEY_UNUSABLE
