"""A twin as SD-JWT VC: each claim a salted disclosure beside a signed token that holds only digests (RFC 9901)."""

import hashlib
import os
from collections.abc import Mapping
from datetime import date
from json.encoder import encode_basestring
from typing import Any

from sosach.chip.twins.content import TYPES, Content
from sosach.chip.twins.holder import encoded, encoded_bytes
from sosach.chip.twins.mdoc import Terms
from sosach.chip.twins.signatures import Issuer, json_text

MEDIA_TYPE = "dc+sd-jwt"
SALT = 18  # bytes (§ 4.2.1 asks for 16): 24 characters without a rest, so that all are drawn and encoded at once
_CHARACTERS = 24
_DIGEST = 32
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
    salts = encoded(os.urandom(SALT * len(claims)))
    disclosures = [
        encoded_bytes(f'["{salts[_CHARACTERS * at : _CHARACTERS * (at + 1)]}","{name}",{_text(value)}]'.encode())
        for at, (name, value) in enumerate(claims.items())
    ]
    digests = [hashlib.sha256(each).digest() for each in disclosures]
    if decoys:
        digests += [os.urandom(_DIGEST) for _ in range(-len(digests) % _STEP)]
    # encoded together: a byte after each makes it 44 characters, of which the last is only that byte's
    together = encoded(b"".join(each + b"\0" for each in digests))
    told = sorted(together[44 * at : 44 * at + 43] for at in range(len(digests)))
    return told, [each.decode("ascii") for each in disclosures]


def _text(value: Any) -> str:
    """A value as JSON; texts and numbers, which most are, on the short way."""
    if type(value) is str:
        return encode_basestring(value)
    return str(value) if type(value) is int else json_text(value)
