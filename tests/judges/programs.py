"""Five judges of signed cards that nobody here wrote; each says yes or why not, card by card.

OpenSSL, GnuTLS and NSS judge signature and path; what they judged is then compared with the data groups by `groups_signed`, read by
asn1crypto. Bouncy Castle and PKI.js compare the groups themselves.
"""

import hashlib
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from asn1crypto import algos, cms, core
from tests.chip.cards import AT

MOMENT = AT + timedelta(hours=1)
HERE = Path(__file__).parent
JARS = [Path("/usr/share/java") / f"{name}.jar" for name in ("bcprov", "bcutil", "bcpkix")]
Verdicts = dict[str, str]


class _Hash(core.Sequence):
    """One DataGroupHash."""

    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012 - the library's way


class _Hashes(core.SequenceOf):
    """All of them."""

    _child_spec = _Hash


class _LdsObject(core.Sequence):
    """LDSSecurityObject (Doc 9303-10 § 4.6.2)."""

    _fields = [  # noqa: RUF012 - the library's way
        ("version", core.Integer),
        ("algorithm", algos.DigestAlgorithm),
        ("hashes", _Hashes),
        ("lds", core.Any, {"optional": True}),
    ]


def groups_signed(card: Path, content: bytes) -> str:
    """Compare what a judge found signed with the groups of a card."""
    found = _LdsObject.load(content)
    digest = found["algorithm"]["algorithm"].native
    said = {f"dg{entry['number'].native}.bin": entry["value"].native for entry in found["hashes"]}
    there = {file.name: hashlib.new(digest, file.read_bytes()).digest() for file in card.glob("dg*.bin")}
    return "yes" if said and said == there else "no groups and hashes differ"


def _of_every_card(folder: Path, judge: Callable[[Path], str]) -> Verdicts:
    cards = sorted((folder / "cards").iterdir())
    with ThreadPoolExecutor(2) as pool:
        return dict(zip((card.name for card in cards), pool.map(judge, cards), strict=True))


def _program(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, errors="replace")


def openssl(folder: Path) -> Verdicts:
    """`openssl cms -verify`, strictly, with revocation lists."""
    trusted = folder / "trust" / "all.pem"

    def judge(card: Path) -> str:
        content = card / "openssl.out"
        done = _program(
            "openssl", "cms", "-verify", "-inform", "DER", "-in", card / "sod.cms", "-CAfile", trusted,
            "-purpose", "any", "-x509_strict", "-crl_check", "-attime", int(MOMENT.timestamp()), "-out", content,
        )  # fmt: skip
        if done.returncode or "CMS Verification successful" not in done.stderr:
            return f"no {done.stderr.strip()}"
        return groups_signed(card, content.read_bytes())

    return _of_every_card(folder, judge)


def gnutls(folder: Path) -> Verdicts:
    """`certtool --p7-verify`; of authorities of one name it tries the first alone, so it is given the one the card names."""

    def judge(card: Path) -> str:
        named = folder / "trust" / f"{_authority_of(card)}.pem"
        trusted = named if named.exists() else folder / "trust" / "all.pem"
        content = card / "gnutls.out"
        done = _program(
            "certtool", "--p7-verify", "--inder", "--infile", card / "sod.cms", "--load-ca-certificate", trusted,
            "--p7-show-data", "--outfile", content,
        )  # fmt: skip
        if done.returncode or not re.search(r"^\s*Signature status: ok$", done.stdout + done.stderr, re.MULTILINE):
            return f"no {done.stdout} {done.stderr}"
        return groups_signed(card, content.read_bytes())

    return _of_every_card(folder, judge)


def _authority_of(card: Path) -> str:
    """Key identifier of the authority, as the card's certificate names it."""
    parsed = cms.ContentInfo.load((card / "sod.cms").read_bytes())
    certificate = parsed["content"]["certificates"][0].chosen
    return str(certificate.authority_key_identifier.hex())


def nss(folder: Path) -> Verdicts:
    """`cmsutil -D`, all cards in one batch; it shows no content that is not data, so that is read from the same file."""
    base, batch = folder / "nss", folder / "batch"
    base.mkdir()
    _program("certutil", "-N", "-d", f"sql:{base}", "--empty-password").check_returncode()
    for file in sorted((folder / "trust").glob("*.der")):
        _program("certutil", "-A", "-d", f"sql:{base}", "-n", file.stem, "-t", "C,C,C", "-i", file).check_returncode()
    cards = {str(card / "sod.cms"): card for card in sorted((folder / "cards").iterdir())}
    batch.write_text("".join(f"{name}\n" for name in cards))
    done = _program("cmsutil", "-D", "-b", "-d", f"sql:{base}", "-i", batch, "-h", "0", "-n")
    told = re.split(r"^========== (.+) ==========$", done.stdout, flags=re.MULTILINE)[1:]
    verdicts = dict.fromkeys((card.name for card in cards.values()), "no word")
    for name, words in zip(told[::2], told[1::2], strict=True):
        card = cards[name]
        states = re.findall(r"signer\d+\.status=(\w+);", words)
        if states == ["GoodSignature"] and "nsigners=1;" in words:
            parsed = cms.ContentInfo.load((card / "sod.cms").read_bytes())
            verdicts[card.name] = groups_signed(card, parsed["content"]["encap_content_info"]["content"].contents)
        else:
            verdicts[card.name] = f"no {states}"
    return verdicts


def bouncy_castle(folder: Path) -> Verdicts:
    """Bouncy Castle in one process: `JudgeCards.java`."""
    path = ":".join(map(str, JARS))
    return _told(_program("java", "-cp", path, HERE / "JudgeCards.java", folder, f"{MOMENT:%Y-%m-%dT%H:%M:%SZ}"))


def pkijs(folder: Path) -> Verdicts:
    """PKI.js in one process: `js/cms.mjs`."""
    return _told(_program("node", HERE / "js" / "cms.mjs", folder, f"{MOMENT:%Y-%m-%dT%H:%M:%SZ}"))


def _told(done: subprocess.CompletedProcess[str]) -> Verdicts:
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())
