"""Numbered papers of an application."""

import hashlib
from datetime import date
from enum import StrEnum

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: read out on the telephone
_LETTERS = 10


class PaperKind(StrEnum):
    """Forms of procedures 2.000200 and 1.000757, and the request for data to be put right."""

    CC01 = "CC01"  # phiếu thu nhận thông tin căn cước: collection slip, signed by the citizen
    CC02 = "CC02"  # giấy hẹn trả thẻ căn cước: appointment slip
    CC03 = "CC03"  # phiếu từ chối: refusal, with its reason
    DC01 = "DC01"  # phiếu thu thập thông tin dân cư: the person comes into the population register first
    DC02 = "DC02"  # phiếu đề nghị điều chỉnh thông tin dân cư


TITLES: dict[PaperKind, tuple[str, str]] = {
    PaperKind.CC01: ("Phiếu thu nhận thông tin căn cước", "Collection slip"),
    PaperKind.CC02: ("Giấy hẹn trả thẻ căn cước", "Appointment slip"),
    PaperKind.CC03: ("Phiếu từ chối giải quyết thủ tục về căn cước", "Refusal"),
    PaperKind.DC01: ("Phiếu thu thập thông tin dân cư", "Collection of population data"),
    PaperKind.DC02: ("Phiếu đề nghị giải quyết thủ tục về căn cước", "Request"),
}


def number_of(prefix: str, on: date, seed: str) -> str:
    """A number nobody guesses from the one before, the same for the same seed.

    >>> number_of("CC02", date(2026, 11, 20), "x")
    'CC02-2026-TTTVJ22WNH'
    """
    digest = int.from_bytes(hashlib.sha256(f"{prefix}|{seed}".encode()).digest())
    letters = "".join(_ALPHABET[digest >> (5 * place) & 31] for place in range(_LETTERS))
    return f"{prefix}-{on.year}-{letters}"
