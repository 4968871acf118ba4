"""Cards a second on one core, as a share of what the signer alone signs; pictures sealed a second, as a share of what the key alone wraps.

    python benchmarks/cards/rate.py [--rounds 31] [--seconds 0.06] [--write]

A card is DG1, DG2 with a face of 20 kB, DG13, the small DG14 of a chip without keys of its own, EF.COM and EF.SOD, made from
what it says of a person. A digital credential is the identity with a face of 8 kB, as mobile document and as SD-JWT VC, under P-256. Beside it, round by
round, the key alone signs: the library's own call, without our low-s and DER around it. Both in seconds of CPU of one process,
so that what else the machine does falls on neither. The token is SoftHSM, made for the run. `--write` writes the page.
"""

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import peer
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from twins import makers

from sosach.chip.content import CardContent
from sosach.chip.files.card import ChipPublics, build
from sosach.chip.files.sod import SodTemplate, seal_with
from sosach.chip.pki import SYNTHETIC, Authority, csca, document_signer
from sosach.chip.profiles import PROFILES
from sosach.chip.sealing import seal
from sosach.chip.signing import (
    KeyKind,
    Signer,
    SoftwareSigner,
    SoftwareWrapper,
    Token,
    TokenSigner,
    TokenWrapper,
    Wrapper,
)
from sosach.chip.signing.software import HASHES
from sosach.chip.signing.token import pkcs11

AT = datetime(2026, 11, 22, tzinfo=UTC)
FACE_BYTES = 20_000
PROFILE = replace(PROFILES["VN-CC-2024"], active=False, agreement=False)
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "card-rates.md"
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "1234"
WANTED = {
    ("P-256", "software"): 0.30,
    ("P-256", "PKCS#11"): 0.50,
    ("P-384", "software"): 0.75,
    ("P-384", "PKCS#11"): 0.75,
    ("RSA-2048", "software"): 0.90,
    ("RSA-2048", "PKCS#11"): 0.90,
    ("seal of 20 kB", "PKCS#11"): 0.50,
    ("mdoc", "software"): 0.15,
    ("mdoc", "PKCS#11"): 0.40,
    ("SD-JWT VC", "software"): 0.25,
    ("SD-JWT VC", "PKCS#11"): 0.40,
}


@dataclass(frozen=True, slots=True)
class Row:
    """Medians over the rounds: a second alone, a second as a whole, the share of the one in the other."""

    name: str
    keys: str
    alone: float
    whole: float
    share: float
    wanted: float | None


@contextmanager
def soft_token() -> Iterator[Token]:
    """A token in a folder of its own, gone with the run."""
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "softhsm2.conf")
        configuration.write_text(f"directories.tokendir = {folder}\n", "utf-8")
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        command = ["softhsm2-util", "--init-token", "--free", "--label", "card", "--pin", PIN, "--so-pin", "4321"]
        subprocess.run(command, check=True, capture_output=True)
        yield Token(module=MODULE, label="card", pin=PIN)


def people() -> Iterator[CardContent]:
    """Thirty-two people nobody is, over and over."""
    face = (
        b"\xff\xd8\xff\xc0\x00\x11\x08"
        + (400).to_bytes(2)
        + (300).to_bytes(2)
        + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    )
    return cycle(
        [
            CardContent(
                pin=f"001190{number:06}",
                full_name=f"Nguyễn Thị Đào {chr(65 + number % 26)}",
                birth=date(1990, 1 + number % 12, 1 + number % 28),
                sex="F",
                ethnicity="Kinh",
                religion="Không",
                origin="Phúc Xá, Ba Đình, Hà Nội",
                residence=f"Số {number}, ngõ 12, Hồng Hà, Hà Nội",
                birth_place="Hồng Hà, Hà Nội",
                marks="Nốt ruồi cách 1 cm dưới trước cánh mũi phải",
                issued=date(2026, 11, 18),
                expires=date(2030, 1 + number % 12, 1 + number % 28),
                father="Nguyễn Văn Bố",
                mother="Trần Thị Mẹ",
                old_id=f"{number:09}",
                reference=f"VN{number:014}",
                portrait=face + os.urandom(FACE_BYTES - len(face)),
            )
            for number in range(32)
        ]
    )


def certified(signer: Signer) -> bytes:
    """A document signer's certificate, under an authority nobody needs again."""
    key = SoftwareSigner.make(KeyKind.P384)
    return document_signer(Authority(csca(key, SYNTHETIC, at=AT), key), signer, SYNTHETIC, name="CARD-DS-1", at=AT)


def card_maker(signer: Signer) -> Callable[[], object]:
    """What makes the next card, signed."""
    certificate = certified(signer)
    template = SodTemplate(
        certificate=certificate, algorithm=signer.algorithm, lds=PROFILE.lds, digest=PROFILE.digest, signed_at=AT
    )
    said, none = people(), ChipPublics()
    return lambda: seal_with(build(next(said), PROFILE, none), template, signer)


def software_alone(kind: KeyKind, key: Any) -> Callable[[], object]:
    """The library's own call."""
    message, digest = os.urandom(110), HASHES[kind.algorithm.digest]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        scheme = ec.ECDSA(digest)
        return lambda: key.sign(message, scheme)
    return lambda: key.sign(message, padding.PKCS1v15(), digest)


def token_alone(kind: KeyKind, key: Any) -> Callable[[], object]:
    """The token's own call."""
    message = os.urandom(110)
    if kind.value.startswith("RSA"):
        return lambda: key.sign(message, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
    hashed = hashlib.new(kind.algorithm.digest, message).digest()
    return lambda: key.sign(hashed, mechanism=pkcs11.Mechanism.ECDSA)


def rate(work: Callable[[], object], seconds: float) -> float:
    """How often a second of CPU."""
    count, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < seconds:
        for _ in range(10):
            work()
        count += 10
    return count / spent


def measured(name: str, keys: str, alone: Callable[[], object], whole: Callable[[], object], told: Any) -> Row:
    """Both, turn by turn; the share is taken within each turn."""
    rate(whole, told.seconds / 4)
    pairs = [(rate(alone, told.seconds), rate(whole, told.seconds)) for _ in range(told.rounds)]
    row = Row(
        name,
        keys,
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(pair[1] / pair[0] for pair in pairs),
        WANTED.get((name, keys)),
    )
    print(f"{name:>16} {keys:8} {row.alone:9,.0f} alone {row.whole:9,.0f} whole  {row.share:.2f}", flush=True)
    return row


def rows(told: Any, token: Token) -> Iterator[Row]:
    """Every kind of key, in files and in the token; then seals."""
    for kind in (KeyKind.P256, KeyKind.P384, KeyKind.RSA2048, KeyKind.RSA3072, KeyKind.BRAINPOOL384):
        soft = SoftwareSigner.make(kind)
        yield measured(kind.value, "software", software_alone(kind, soft._key), card_maker(soft), told)  # noqa: SLF001 - the key alone is what is measured beside
        hard = TokenSigner.make(token, kind.value, kind)
        key = token.key(kind.value, "PRIVATE_KEY")
        yield measured(kind.value, "PKCS#11", token_alone(kind, key), card_maker(hard), told)
    soft, hard = SoftwareSigner.make(KeyKind.P256), TokenSigner.make(token, "twins", KeyKind.P256)
    beside = {
        "software": (soft, software_alone(KeyKind.P256, soft._key)),  # noqa: SLF001 - as above
        "PKCS#11": (hard, token_alone(KeyKind.P256, token.key("twins", "PRIVATE_KEY"))),
    }
    for keys, (signer, alone) in beside.items():
        for name, work in makers(signer, AT).items():
            yield measured(name, keys, alone, work, told)
    with tempfile.TemporaryDirectory() as folder:
        soft_kek = SoftwareWrapper(Path(folder, "kek"), key_id="kek/1")
        yield measured("seal of 20 kB", "software", software_wraps(Path(folder, "kek")), sealer(soft_kek), told)
    hard_kek = TokenWrapper.make(token, "kek/1")
    yield measured("seal of 20 kB", "PKCS#11", token_wraps(token.key("kek/1", "SECRET_KEY")), sealer(hard_kek), told)


def beside_peer(told: Any) -> Row:
    """A whole card of ours beside EF.SOD alone, written with an object model."""
    signer = SoftwareSigner.make(KeyKind.P256)
    certificate = certified(signer)
    groups = build(next(people()), PROFILE, ChipPublics()).groups
    write = peer.maker(certificate, signer.sign, AT)
    return measured("asn1crypto", "software", lambda: write(groups), card_maker(signer), told)


def software_wraps(file: Path) -> Callable[[], object]:
    """The library's own call, with a nonce of its own each time."""
    cipher, data_key, bound = AESGCM(file.read_bytes()), os.urandom(32), os.urandom(60)
    return lambda: cipher.encrypt(os.urandom(12), data_key, bound)


def token_wraps(key: Any) -> Callable[[], object]:
    """The token's own call, with a nonce of its own each time."""
    data_key, bound = os.urandom(32), os.urandom(60)
    mechanism = pkcs11.Mechanism.AES_GCM
    return lambda: key.encrypt(data_key, mechanism=mechanism, mechanism_param=pkcs11.GCMParams(os.urandom(12), bound))


def sealer(wrapper: Wrapper) -> Callable[[], object]:
    """What seals a picture."""
    picture = os.urandom(FACE_BYTES)
    return lambda: seal(picture, person="1", modality="face", version=1, wrapper=wrapper)


def page(found: list[Row], other: Row, told: Any) -> str:
    """The page of reference."""
    lines = [
        "# Cards a second / Số thẻ mỗi giây",
        "",
        "*Written by `python benchmarks/cards/rate.py --write`; do not edit it by hand.*",
        "",
        "Một nhân CPU. Thẻ gồm DG1, DG2 (ảnh 20 kB), DG13, DG14, EF.COM và EF.SOD, làm từ nội dung thẻ đến khi đã ký. Cột “khóa đo riêng”",
        "là chính khóa đó ký (hoặc bọc khóa) một mình, đo xen kẽ trong cùng lần chạy. Chỉ so tỷ lệ; đừng so số giây của hai máy.",
        "One core, CPU time. A card is DG1, DG2 (a face of 20 kB), DG13, DG14, EF.COM and EF.SOD, from what it says to its signature. “Alone” is the",
        "same key signing (or wrapping) by the library's own call, measured in turns in the same run. Read shares; seconds of two machines say nothing.",
        "mdoc, SD-JWT VC: căn cước điện tử, ảnh 8 kB, khóa P-256 / the identity as digital credential, a face of 8 kB, a P-256 key.",
        "",
        f"Medians of {told.rounds} turns of {told.seconds} s. The token is SoftHSM 2, a program of the same machine: a real token is slower and its share higher.",
        "",
        "| Khóa / Key | Nơi giữ / Kept in | Khóa đo riêng / Alone, a second | Cả thẻ / Whole, a second | Tỷ lệ / Share | Cần / Wanted |",
        "|---|---|---|---|---|---|",
    ]
    for row in found:
        wanted = f"≥ {row.wanted:.2f}" if row.wanted else "–"
        lines.append(f"| {row.name} | {row.keys} | {row.alone:,.0f} | {row.whole:,.0f} | {row.share:.2f} | {wanted} |")
    lines += [
        "",
        f"Chỉ riêng EF.SOD viết bằng asn1crypto (`benchmarks/cards/peer.py`): {other.alone:,.0f} mỗi giây; cả thẻ ở đây nhanh gấp {other.share:.0f} lần.",
        f"EF.SOD alone, written with asn1crypto (`benchmarks/cards/peer.py`): {other.alone:,.0f} a second; a whole card here is {other.share:.0f} times as fast.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print; the exit code tells whether every share is reached."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=31)
    options.add_argument("--seconds", type=float, default=0.06)
    options.add_argument("--write", action="store_true")
    told = options.parse_args()
    with soft_token() as token:
        found = list(rows(told, token))
    other = beside_peer(told)
    if told.write:
        PAGE.write_text(page(found, other, told), "utf-8")
    missed = [row for row in found if row.wanted and row.share < row.wanted]
    for row in missed:
        print(f"{row.name} {row.keys}: {row.share:.2f} where {row.wanted:.2f} is wanted")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
