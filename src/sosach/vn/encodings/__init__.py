"""Legacy Vietnamese encodings: values and whole files written in TCVN3, VNI, VISCII, Windows-1258, VIQR, Telex or mojibake."""

from sosach.vn.encodings.files import decode_bytes, to_text
from sosach.vn.encodings.values import Decoded, Encoding, decode, finding

__all__ = ["Decoded", "Encoding", "decode", "decode_bytes", "finding", "to_text"]
