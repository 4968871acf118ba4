"""A twin as SD-JWT VC: each claim a salted disclosure beside a signed token that holds only digests (RFC 9901)."""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import date
from typing import Any

from sosach.chip.twins.content import TYPES, Content
from sosach.chip.twins.holder import encoded
from sosach.chip.twins.mdoc import Terms
from sosach.chip.twins.signatures import Issuer

MEDIA_TYPE = "dc+sd-jwt"
SALT = 16  # bytes (§ 4.2.1)
_NESTED = "age_equal_or_over"  # each age may be shown without the others
_STEP = 4  # digests come in multiples of this: decoys hide how many claims there are (§ 4.2.7)


def issue_sd_jwt(content: Content, terms: Terms, issuer: Issuer, *, today: date) -> str:
    """The token and all disclosures, each followed by `~`.

    Args:
        content: what it says.
        terms: what it is bound to.
        issuer: who signs.
        today: day on which ages are told.
    """
    claims = dict(content.claims(today))
    ages, shown = _disclosures(claims.pop(_NESTED), decoys=False)
    digests, others = _disclosures(claims, decoys=True)
    uri, place = terms.status
    payload = {
        "vct": TYPES[content.kind],
        "iat": int(terms.at.timestamp()),
        "exp": int(terms.ends.timestamp()),
        "cnf": {"jwk": terms.holder.jwk()},
        "status": {"status_list": {"idx": place, "uri": uri}},
        "_sd_alg": "sha-256",
        "_sd": digests,
        _NESTED: {"_sd": ages},
    }
    token = issuer.jws(issuer.jws_head(MEDIA_TYPE), payload)
    return "~".join([token, *others, *shown, ""])


def _disclosures(claims: Mapping[str, Any], *, decoys: bool) -> tuple[list[str], list[str]]:
    """Digests in the order of the alphabet, which tells nothing, and the disclosures."""
    salts = os.urandom(SALT * len(claims))
    disclosures = [
        _disclosure(encoded(salts[SALT * at : SALT * (at + 1)]), name, value)
        for at, (name, value) in enumerate(claims.items())
    ]
    digests = [encoded(hashlib.sha256(each.encode("ascii")).digest()) for each in disclosures]
    if decoys:
        digests += [encoded(os.urandom(32)) for _ in range(-len(digests) % _STEP)]
    return sorted(digests), disclosures


def _disclosure(salt: str, name: str, value: Any) -> str:
    return encoded(json.dumps([salt, name, value], ensure_ascii=False, separators=(",", ":")).encode())
