"""The peer: EF.SOD as one writes it with asn1crypto, an object model of CMS, tuned as far as it goes: what never changes is parsed once.

Compared with ours it has it easy: the groups are there already, and it writes EF.SOD alone.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from asn1crypto import algos, cms, core, x509

LDS_OBJECT = "2.23.136.1.1.1"


class DataGroupHash(core.Sequence):
    """Number and digest of one group."""

    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012 - the library's way


class DataGroupHashes(core.SequenceOf):
    """All of them."""

    _child_spec = DataGroupHash


class LdsSecurityObject(core.Sequence):
    """What is signed (Doc 9303-10 § 4.6.2), version 0."""

    _fields = [("version", core.Integer), ("algorithm", algos.DigestAlgorithm), ("hashes", DataGroupHashes)]  # noqa: RUF012 - the library's way


def maker(certificate: bytes, sign: Callable[[bytes], bytes], at: datetime) -> Callable[[Mapping[int, bytes]], bytes]:
    """What writes the EF.SOD of some groups, signed by ECDSA with SHA-256."""
    parsed = x509.Certificate.load(certificate)
    identifier = cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number})
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})

    def write(groups: Mapping[int, bytes]) -> bytes:
        hashes = [{"number": number, "value": hashlib.sha256(group).digest()} for number, group in groups.items()]
        content = LdsSecurityObject({"version": 0, "algorithm": digest, "hashes": hashes}).dump()
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [LDS_OBJECT]},
                {"type": "signing_time", "values": [cms.Time({"utc_time": core.UTCTime(at)})]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            ]
        )
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": identifier}),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": sign(attributes.dump()),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": LDS_OBJECT, "content": core.ParsableOctetString(content)},
            "certificates": [parsed],
            "signer_infos": [signer],
        }
        whole = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
        return core.Any.load(b"\x77\x82" + len(whole).to_bytes(2) + whole).dump()

    return write
