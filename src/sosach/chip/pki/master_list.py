"""Master lists: the authorities one state trusts, signed by it (Doc 9303-12 § 9).

Standard: CMS SignedData (RFC 5652) over `2.23.136.1.1.2`; the certificates of the list's signer and of its authority lie beside.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sosach.chip import der
from sosach.chip.pki.authority import Authority, moment

CONTENT = "2.23.136.1.1.2"
SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _DIGEST, _TIME = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
_DIGESTS = {"sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3"}


def master_list(certificates: Iterable[bytes], signer: Authority, authority: bytes, *, at: datetime) -> bytes:
    """A master list, in DER; `authority` is the certificate of who certified the signer.

    Raises:
        SosachError: KEY-03 the signer is past its period of use.
    """
    signer.require(at)
    content = der.sequence(der.integer(0), der.set_of(*set(certificates)))
    digest = der.sequence(der.oid(_DIGESTS[signer.signer.algorithm.digest]))
    frame = der.sequence(
        der.integer(3),
        der.set_of(digest),
        der.sequence(der.oid(CONTENT), der.explicit(0, der.octets(content))),
        der.explicit(0, *sorted((signer.certificate, authority))),
        der.set_of(_signer_info(content, digest, signer, at)),
    )
    return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, frame))


def _signer_info(content: bytes, digest: bytes, signer: Authority, at: datetime) -> bytes:
    hashed = hashlib.new(signer.signer.algorithm.digest, content).digest()
    attributes = der.set_of(
        der.sequence(der.oid(_CONTENT_TYPE), der.set_of(der.oid(CONTENT))),
        der.sequence(der.oid(_DIGEST), der.set_of(der.octets(hashed))),
        der.sequence(der.oid(_TIME), der.set_of(moment(at))),
    )
    return der.sequence(
        der.integer(3),
        der.implicit(0, signer.key_identifier),
        digest,
        b"\xa0" + attributes[1:],
        signer.signer.algorithm.identifier,
        der.octets(signer.signer.sign(attributes)),
    )
