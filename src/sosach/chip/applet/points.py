"""Points of an elliptic curve, in plain Python: PACE multiplies by a generator of its own, which no library offers.

Not made to withstand measurement of time: it serves a virtual chip and readers of test cards, never a chip in the field.
"""

from dataclasses import dataclass

Affine = tuple[int, int]
_Jacobian = tuple[int, int, int]
_NOWHERE: _Jacobian = (1, 1, 0)
_WINDOW = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve y² = x³ + ax + b over a prime field, with cofactor 1.

    Attributes:
        p: prime of the field.
        a: first coefficient.
        b: second coefficient.
        generator: its base point.
        order: how many points it has.
    """

    p: int
    a: int
    b: int
    generator: Affine
    order: int

    @property
    def size(self) -> int:
        """Bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    def decode(self, octets: bytes) -> Affine | None:
        """An uncompressed point; None when it is none, or not on the curve."""
        if len(octets) != 1 + 2 * self.size or octets[0] != 4:
            return None
        x, y = int.from_bytes(octets[1 : 1 + self.size]), int.from_bytes(octets[1 + self.size :])
        if max(x, y) >= self.p or (y * y - x * x * x - self.a * x - self.b) % self.p:
            return None
        return x, y

    def encode(self, point: Affine) -> bytes:
        """A point, uncompressed."""
        return b"\x04" + b"".join(coordinate.to_bytes(self.size) for coordinate in point)

    def add(self, one: Affine, other: Affine) -> Affine | None:
        """The sum; None for the point at infinity."""
        return self._affine(self._plus((*one, 1), (*other, 1)))

    def multiply(self, factor: int, point: Affine) -> Affine | None:
        """A multiple; None for the point at infinity. Four bits at a time."""
        table: list[_Jacobian] = [_NOWHERE]
        for _ in range(2**_WINDOW - 1):
            table.append(self._plus(table[-1], (*point, 1)))
        total = _NOWHERE
        for shift in range((factor.bit_length() + _WINDOW - 1) // _WINDOW - 1, -1, -1):
            for _ in range(_WINDOW):
                total = self._double(total)
            digit = factor >> shift * _WINDOW & 2**_WINDOW - 1
            if digit:
                total = self._plus(total, table[digit])
        return self._affine(total)

    def _affine(self, point: _Jacobian) -> Affine | None:
        x, y, z = point
        if not z:
            return None
        inverse = pow(z, -1, self.p)
        square = inverse * inverse % self.p
        return x * square % self.p, y * square * inverse % self.p

    def _double(self, point: _Jacobian) -> _Jacobian:
        x, y, z = point
        if not z or not y:
            return _NOWHERE
        p = self.p
        yy = y * y % p
        s = 4 * x * yy % p
        zz = z * z % p
        m = (3 * x * x + self.a * zz * zz) % p
        new_x = (m * m - 2 * s) % p
        return new_x, (m * (s - new_x) - 8 * yy * yy) % p, 2 * y * z % p

    def _plus(self, one: _Jacobian, other: _Jacobian) -> _Jacobian:
        if not one[2] or not other[2]:
            return other if not one[2] else one
        p = self.p
        (x1, y1, z1), (x2, y2, z2) = one, other
        zz1, zz2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * zz2 % p, x2 * zz1 % p
        s1, s2 = y1 * zz2 * z2 % p, y2 * zz1 * z1 % p
        h, r = (u2 - u1) % p, (s2 - s1) % p
        if not h:
            return _NOWHERE if r else self._double(one)
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, h * z1 * z2 % p


P256 = Curve(
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    a=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    generator=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
BRAINPOOL_P256R1 = Curve(
    p=0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
    a=0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9,
    b=0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6,
    generator=(
        0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
        0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
    ),
    order=0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
)
STANDARD_CURVES = {12: P256, 13: BRAINPOOL_P256R1}
"""Standardised domain parameters by their number (Doc 9303 part 11, § 9.5.1)."""
