"""Digital credentials for the measurement of rates: the same identity as mobile document and as SD-JWT VC, under a key."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from sosach.chip.pki import SYNTHETIC, Authority, csca, twin_signer
from sosach.chip.signing import KeyKind, Signer, SoftwareSigner
from sosach.chip.twins.content import Holder, Identity
from sosach.chip.twins.holder import HolderKey
from sosach.chip.twins.mdoc import Terms, issue_mdoc
from sosach.chip.twins.sd_jwt import issue_sd_jwt
from sosach.chip.twins.signatures import Issuer

PORTRAIT_BYTES = 8_000
TODAY = date(2026, 11, 22)
IDENTITY = Identity(
    holder=Holder(
        pin="001190000017",
        full_name="Nguyễn Thị Đào",
        birth=date(1990, 1, 15),
        sex="F",
        portrait=b"\xff\xd8" + os.urandom(PORTRAIT_BYTES),
    ),
    nationality="VN",
    residence="Số 7, ngõ 12, Hồng Hà, Hà Nội",
    birth_place="Hồng Hà, Hà Nội",
    issued=date(2026, 11, 18),
    expires=date(2030, 1, 15),
    document_number="VN00000000000017",
)


def makers(signer: Signer, at: datetime) -> dict[str, Callable[[], object]]:
    """What makes the next credential of each format."""
    root = SoftwareSigner.make(KeyKind.P384)
    authority = Authority(csca(root, SYNTHETIC, at=at), root)
    issuer = Issuer(signer, (twin_signer(authority, signer, SYNTHETIC, name="TWIN-1", at=at),))
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    holder = HolderKey(point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big"))
    terms = Terms(holder, at, at + timedelta(days=180), ("https://sosach.example/status/0", 7))
    return {
        "mdoc": lambda: issue_mdoc(IDENTITY, terms, issuer, today=TODAY),
        "SD-JWT VC": lambda: issue_sd_jwt(IDENTITY, terms, issuer, today=TODAY),
    }
