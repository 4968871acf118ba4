"""EF.SOD in shapes nobody writes, all under good signatures, and keys of shapes nobody should trust: whoever holds a signer's key gains nothing by them."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.chip.cards import AT, Issuing, issuing, small
from tests.chip.verifying.forging import ORDER_P256, sealed

from sosach.base.errors import SosachError
from sosach.chip import der
from sosach.chip.files import sod
from sosach.chip.files.card import CardFiles
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.public_keys import EXPONENT, RSA_BITS, kind_of
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying.verdict import verify

SHA256, SHA512 = sod._DIGESTS["sha256"], sod._DIGESTS["sha512"]
P256 = der.oid("1.2.840.10045.3.1.7")


def attributes(files: CardFiles) -> list[bytes]:
    """The signed attributes of a card, each whole."""
    return [node.raw for node in der.whole(sod.read(files.sod).signers[0].signed).children()]


def signed(
    files: CardFiles,
    *,
    told: list[bytes] | None = None,
    digest: bytes = SHA256,
    content: bytes | None = None,
    after: bytes = b"",
) -> CardFiles:
    """The files with an EF.SOD of parts that may be odd, signed by the signer's own key over just these attributes."""
    issuer, parts = issuing(), sod.read(files.sod)
    said = parts.content if content is None else content
    told = told if told is not None else attributes(files)
    covered = b"".join(told) if told else said
    signature = issuer.signer.sign(der.tlv(der.SET, covered) if told else covered)
    signer = der.sequence(
        der.integer(1),
        parts.signers[0].identifier,
        digest,
        *((der.explicit(0, covered),) if told else ()),
        parts.signers[0].algorithm.identifier,
        der.octets(signature),
    )
    body = der.sequence(
        der.integer(3),
        der.set_of(digest),
        der.sequence(sod._LDS_OBJECT, der.explicit(0, der.octets(said))),
        der.explicit(0, issuer.certificate),
        der.set_of(signer),
        after,
    )
    return replace(files, sod=der.tlv(sod.TAG, der.sequence(sod._SIGNED_DATA, der.explicit(0, body))))


def other_content(files: CardFiles, change: Callable[[list[bytes]], list[bytes]]) -> CardFiles:
    """Another list of digests, rightly named in the attributes."""
    version, algorithm, hashes, *rest = der.whole(sod.read(files.sod).content).children()
    listed = der.sequence(*change([node.raw for node in hashes.children()]))
    content = der.sequence(version.raw, algorithm.raw, listed, *(node.raw for node in rest))
    named = sod._attributes(hashlib.sha256(content).digest(), AT)
    return signed(files, told=[node.raw for node in der.whole(named).children()], content=content)


def short(entry: bytes) -> bytes:
    """A digest cut to half its length."""
    number, value = der.whole(entry).children()
    return der.sequence(number.raw, der.octets(value.body[:16]))


SHAPES: dict[str, Callable[[CardFiles], CardFiles]] = {
    "attributes absent": lambda files: signed(files, told=[]),
    "an attribute twice": lambda files: signed(files, told=sorted([*attributes(files), attributes(files)[0]])),
    "an attribute missing": lambda files: signed(files, told=attributes(files)[1:]),
    "an attribute more": lambda files: signed(
        files, told=[*attributes(files), der.sequence(der.oid("1.2.840.113549.1.9.52"), der.set_of(der.integer(1)))]
    ),
    "another digest named": lambda files: signed(files, digest=SHA512),
    "something after the signatures": lambda files: signed(files, after=der.integer(1)),
    "a byte after the end": lambda files: replace(signed(files), sod=signed(files).sod + b"\0"),
    "a group listed twice": lambda files: other_content(files, lambda entries: [entries[0], *entries]),
    "a group listed out of order": lambda files: other_content(files, lambda entries: entries[::-1]),
    "a group of no number": lambda files: other_content(
        files, lambda entries: [*entries, der.sequence(der.integer(17), der.octets(bytes(32)))]
    ),
    "a digest cut short": lambda files: other_content(files, lambda entries: [short(entries[0]), *entries[1:]]),
}


def test_the_shape_in_use_is_taken() -> None:
    files, issuer = small(), issuing()
    assert verify(signed(files), issuer.trust).genuine
    assert verify(other_content(files, list), issuer.trust).genuine


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_no_other_shape_is_taken_though_it_is_signed(shape: Callable[[CardFiles], CardFiles]) -> None:
    assert not verify(shape(small()), issuing().trust).genuine


def certified(spki: bytes) -> Issuing:
    """The issuer with a certificate the authority signed for a key in another form."""
    base = issuing()
    parts = [node.raw for node in sod.certificate_parts(base.certificate)]
    _, algorithm, _ = der.whole(base.certificate).children()
    content = der.sequence(*parts[:6], spki, parts[7])
    made = der.sequence(content, algorithm.raw, der.bits(base.authority.signer.sign(content)))
    return replace(base, certificate=made)


class Forger(SoftwareSigner):
    """Signs by secret 1 on the curve whose generator is somebody's key: what it needs of that key is public."""

    def sign(self, message: bytes) -> bytes:
        own, nonce = self._key.private_numbers().private_value, 2**200 + 1
        moved = derive_private_key(own * nonce % ORDER_P256, SECP256R1()).public_key().public_numbers()
        first, said = moved.x % ORDER_P256, int.from_bytes(hashlib.sha256(message).digest())
        second = (said + first) * pow(nonce, -1, ORDER_P256) % ORDER_P256
        return encode_dss_signature(first, min(second, ORDER_P256 - second))


def test_a_key_on_a_curve_of_its_own_is_taken_by_nobody() -> None:
    """A curve told by its numbers may be any, with the key itself for generator its secret is one (as in CVE-2020-0601)."""
    base = issuing()
    algorithm, key = der.whole(base.signer.public_key).children()
    prime = (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1
    second = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    generator = (
        derive_private_key(1, SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )

    def told(point: bytes) -> bytes:
        return der.sequence(
            der.integer(1),
            der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(prime)),
            der.sequence(der.octets((prime - 3).to_bytes(32)), der.octets(second.to_bytes(32))),
            der.octets(point),
            der.integer(ORDER_P256),
            der.integer(1),
        )

    def judged(curve: bytes, signer: SoftwareSigner) -> bool:
        issuer = certified(der.sequence(der.sequence(algorithm.children()[0].raw, curve), key.raw))
        return verify(sealed(small(), replace(issuer, signer=signer)), base.trust).genuine

    forger = Forger(derive_private_key(base.signer._key.private_numbers().private_value, SECP256R1()))
    assert judged(P256, base.signer)
    assert judged(told(generator), base.signer), "the same curve in more words"
    assert not judged(told(key.body[1:]), forger)
    assert not judged(P256, forger)


@pytest.mark.parametrize("exponent", [3, 17, 65_539])
def test_a_key_of_rsa_with_another_exponent_signs_nothing(exponent: int) -> None:
    good = rsa.generate_private_key(EXPONENT, RSA_BITS[KeyKind.RSA2048]).public_key()
    assert kind_of(good) is KeyKind.RSA2048
    with pytest.raises(SosachError, match="KEY-01"):
        kind_of(rsa.RSAPublicNumbers(exponent, good.public_numbers().n).public_key())
