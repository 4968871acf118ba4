"""Digital twins as bytes: undisclosed values are absent, salts and places are drawn, keys are strict, lists pack."""

import base64
import hashlib
import json
import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from tests.chip.twins.people import DAO, DRIVING, IDENTITY, PORTRAIT, TODAY, issuer, terms, wallet

from sosach.base.errors import SosachError
from sosach.chip.signing import KeyKind
from sosach.chip.twins.content import Content, Driving, Form, Holder, Identity, Kind, names
from sosach.chip.twins.holder import HolderKey, encoded
from sosach.chip.twins.mdoc import issue_mdoc
from sosach.chip.twins.sd_jwt import issue_sd_jwt
from sosach.chip.twins.signatures import Issuer
from sosach.chip.twins.status_list import State, issue_status_list, packed

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
ISSUER, _ROOT = issuer(AT)


def decoded(part: str) -> Any:
    """JSON of a part of a token."""
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def proved(message: bytes, signature: bytes, who: Issuer) -> None:
    """Raise where the signature, r and s beside each other, is not the issuer's."""
    half = len(signature) // 2
    r, s = (int.from_bytes(each, "big") for each in (signature[:half], signature[half:]))
    key = x509.load_der_x509_certificate(who.chain[0]).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    digest = hashes.SHA256() if key.curve.name == "secp256r1" else hashes.SHA384()
    key.verify(encode_dss_signature(r, s), message, ec.ECDSA(digest))


@pytest.mark.parametrize("content", [IDENTITY, DRIVING])
@pytest.mark.parametrize("kind", [KeyKind.P256, KeyKind.P384])
def test_an_mdoc_holds_digests_of_exactly_its_items(content: Content, kind: KeyKind) -> None:
    who, _ = issuer(AT, kind)
    holder = wallet().key
    found = cbor2.loads(issue_mdoc(content, terms(holder, AT), who, today=TODAY))
    protected, head, payload, signature = found["issuerAuth"]
    proved(cbor2.dumps(["Signature1", protected, b"", payload]), signature, who)
    assert head == {33: who.chain[0]}
    signed = cbor2.loads(cbor2.loads(payload).value)
    told = content.elements(TODAY)
    assert {space: len(items) for space, items in found["nameSpaces"].items()} == {s: len(v) for s, v in told.items()}
    for space, items in found["nameSpaces"].items():
        opened = [cbor2.loads(each.value) for each in items]
        digests = {
            one["digestID"]: hashlib.sha256(cbor2.dumps(each)).digest() for one, each in zip(opened, items, strict=True)
        }
        assert digests == signed["valueDigests"][space]
        assert [one["elementIdentifier"] for one in opened] == list(told[space])
        assert min(len(one["random"]) for one in opened) == 32
    assert signed["deviceKeyInfo"]["deviceKey"] == holder.cose()
    assert signed["status"] == {"status_list": {"idx": 7, "uri": "https://issuer.example/status/0"}}
    assert signed["validityInfo"]["signed"] == AT
    assert DAO.full_name.encode() not in payload
    assert DAO.pin.encode() not in payload


@pytest.mark.parametrize("content", [IDENTITY, DRIVING])
def test_an_sd_jwt_says_nothing_that_is_not_disclosed(content: Content) -> None:
    token, *disclosures, end = issue_sd_jwt(content, terms(wallet().key, AT), ISSUER, today=TODAY).split("~")
    assert end == ""
    head, body, signature = token.split(".")
    proved(f"{head}.{body}".encode(), base64.urlsafe_b64decode(signature + "=="), ISSUER)
    assert decoded(head)["typ"] == "dc+sd-jwt"
    told = decoded(body)
    assert set(told) == {"vct", "iat", "exp", "cnf", "status", "_sd_alg", "_sd", "age_equal_or_over"}
    digests = {encoded(hashlib.sha256(each.encode()).digest()) for each in disclosures}
    assert digests <= {*told["_sd"], *told["age_equal_or_over"]["_sd"]}
    assert told["_sd"] == sorted(told["_sd"])
    assert len(told["_sd"]) % 4 == 0
    claims = dict(content.claims(TODAY))
    ages = claims.pop("age_equal_or_over")
    shown = {name: value for _, name, value in map(decoded, disclosures)}
    assert shown == claims | ages
    assert min(len(decoded(each)[0]) for each in disclosures) >= 22


def test_two_twins_of_one_person_have_nothing_in_common_to_follow() -> None:
    one, other = (issue_mdoc(IDENTITY, terms(wallet().key, AT), ISSUER, today=TODAY) for _ in range(2))
    first, second = (cbor2.loads(cbor2.loads(cbor2.loads(each)["issuerAuth"][2]).value) for each in (one, other))
    digests = [{d for ids in each["valueDigests"].values() for d in ids.values()} for each in (first, second)]
    assert not digests[0] & digests[1]
    tokens = [issue_sd_jwt(IDENTITY, terms(wallet().key, AT), ISSUER, today=TODAY).split("~") for _ in range(2)]
    assert not set(tokens[0][1:-1]) & set(tokens[1][1:-1])


def test_ids_of_digests_are_drawn_by_lot() -> None:
    orders = set()
    for _ in range(8):
        found = cbor2.loads(issue_mdoc(DRIVING, terms(wallet().key, AT), ISSUER, today=TODAY))
        orders.add(tuple(cbor2.loads(each.value)["digestID"] for each in found["nameSpaces"]["org.iso.18013.5.1"]))
    assert len(orders) > 1


def test_a_twin_leaves_out_what_its_purpose_does_not_need() -> None:
    said = {path[-1] for kind in Kind for form in Form for path in names(kind, form)}
    assert not said & {"ethnicity", "religion", "father", "mother", "spouse", "fingerprint", "marks", "blood_type"}
    licence = {path[-1] for form in Form for path in names(Kind.LICENCE, form)}
    assert not licence & {"resident_address", "address", "person_id", "personal_administrative_number", "sex"}


@pytest.mark.parametrize(
    ("born", "today", "adult"),
    [
        (date(2008, 11, 22), date(2026, 11, 22), True),
        (date(2008, 11, 23), date(2026, 11, 22), False),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
    ],
)
def test_the_age_of_eighteen_comes_on_the_birthday(born: date, today: date, *, adult: bool) -> None:
    holder = Holder(pin="001208000017", full_name="An", birth=born, sex="M", portrait=PORTRAIT)
    assert holder.is_adult(today) is adult
    assert (holder.family_name, holder.given_name) == ("An", "An")


@pytest.mark.parametrize("wrong", [{"pin": "12"}, {"full_name": " "}, {"full_name": "x" * 151}, {"portrait": b""}])
def test_nobody_without_number_name_and_portrait_gets_one(wrong: dict[str, Any]) -> None:
    told = {"pin": "001199000017", "full_name": "An", "birth": date(1999, 1, 1), "sex": "F", "portrait": PORTRAIT}
    with pytest.raises(SosachError, match="STATE-04"):
        Holder(**(told | wrong))


def test_who_may_drive_nothing_gets_no_licence() -> None:
    with pytest.raises(SosachError, match="STATE-04"):
        Driving(holder=DAO, licence_number="790199000017", issued=TODAY, privileges=())


def test_no_expiry_is_told_as_the_last_day_there_is() -> None:
    lifelong = Identity(
        holder=DAO, nationality="VN", residence="", birth_place="", issued=TODAY, expires=None, document_number="A"
    )
    elements = lifelong.elements(TODAY)["org.iso.23220.1"]
    assert elements["expiry_date"] == date(9999, 12, 31)
    assert not {"resident_address", "birthplace"} & set(elements)
    assert "date_of_expiry" not in lifelong.claims(TODAY)


def test_a_key_is_public_on_its_curve_and_written_in_one_way() -> None:
    jwk: dict[str, Any] = dict(wallet().key.jwk())
    assert HolderKey.of_jwk(jwk).jwk() == jwk
    other = {"x": encoded(bytes(31)), "y": jwk["x"], "kty": "RSA", "crv": "P-384", "d": "AA"}
    for name, value in other.items():
        with pytest.raises(SosachError, match="REQUEST-01"):
            HolderKey.of_jwk(jwk | {name: value})
    for missing in ("x", "y"):
        with pytest.raises(SosachError, match="REQUEST-01"):
            HolderKey.of_jwk({name: value for name, value in jwk.items() if name != missing})
    with pytest.raises(SosachError, match="REQUEST-01"):
        HolderKey.of_jwk(jwk | {"x": f"{jwk['x']}="})


def test_a_thumbprint_is_that_of_the_standard() -> None:
    key = HolderKey.of_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    )
    assert key.thumbprint() == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"


def test_only_keys_wallets_read_sign_twins() -> None:
    signer = type(ISSUER.signer).make(KeyKind.RSA2048)
    with pytest.raises(SosachError, match="KEY-01"):
        Issuer(signer, ISSUER.chain)
    with pytest.raises(SosachError, match="KEY-01"):
        Issuer(ISSUER.signer, ())


@given(st.dictionaries(st.integers(0, 255), st.sampled_from([State.INVALID, State.SUSPENDED]), max_size=40))
def test_states_are_found_where_they_were_put(states: dict[int, State]) -> None:
    content = packed(states, size=256)
    assert len(content) == 64
    found = {place: content[place // 4] >> 2 * (place % 4) & 3 for place in range(256)}
    assert {place: state for place, state in found.items() if state} == states


def test_a_status_list_is_signed_and_says_how_long_it_serves() -> None:
    content = packed({3: State.INVALID}, size=1 << 16)
    token = issue_status_list(
        content, ISSUER, uri="https://issuer.example/status/0", at=AT, lives=timedelta(minutes=15)
    )
    head, body, signature = token.split(".")
    proved(f"{head}.{body}".encode(), base64.urlsafe_b64decode(signature + "=="), ISSUER)
    told = decoded(body)
    assert decoded(head)["typ"] == "statuslist+jwt"
    assert (told["sub"], told["ttl"]) == ("https://issuer.example/status/0", 900)
    assert told["exp"] > told["iat"] == int(AT.timestamp())
    lst = told["status_list"]["lst"]
    assert zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4))) == content
