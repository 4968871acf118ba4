"""Points of the curves PACE uses, beside the arithmetic of OpenSSL."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    BrainpoolP256R1,
    EllipticCurve,
    derive_private_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.chip.applet.points import BRAINPOOL_P256R1, P256, Curve

PAIRS = [(P256, SECP256R1()), (BRAINPOOL_P256R1, BrainpoolP256R1())]


@pytest.mark.parametrize(("curve", "theirs"), PAIRS)
@settings(max_examples=25, deadline=None)
@given(one=st.integers(1, 2**255), other=st.integers(1, 2**255))
def test_multiples_are_those_of_openssl(curve: Curve, theirs: EllipticCurve, one: int, other: int) -> None:
    ours = [curve.multiply(factor, curve.generator) for factor in (one, other)]
    keys = [derive_private_key(factor, theirs) for factor in (one, other)]
    numbers = [key.public_key().public_numbers() for key in keys]
    assert ours == [(number.x, number.y) for number in numbers]
    assert ours[1] is not None
    shared = curve.multiply(one, ours[1])
    assert shared is not None
    assert shared[0].to_bytes(32) == keys[0].exchange(ECDH(), keys[1].public_key())


@pytest.mark.parametrize("curve", [P256, BRAINPOOL_P256R1])
def test_the_group_closes(curve: Curve) -> None:
    x, y = curve.generator
    opposite = (x, curve.p - y)
    assert curve.multiply(curve.order, curve.generator) is None
    assert curve.multiply(curve.order - 1, curve.generator) == opposite
    assert curve.add(curve.generator, opposite) is None
    assert curve.add(curve.generator, curve.generator) == curve.multiply(2, curve.generator)


@pytest.mark.parametrize("curve", [P256, BRAINPOOL_P256R1])
def test_only_points_of_the_curve_are_taken(curve: Curve) -> None:
    octets = curve.encode(curve.generator)
    assert curve.decode(octets) == curve.generator
    assert curve.decode(octets[:-1] + bytes([octets[-1] ^ 1])) is None
    assert curve.decode(octets[:-1]) is None
    assert curve.decode(b"\x02" + octets[1:]) is None
