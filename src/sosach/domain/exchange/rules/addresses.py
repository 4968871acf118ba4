"""Where notices may be sent: addresses of the agreement alone, on machines out in the world, never inside our own network."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

LONGEST_ADDRESS = 400
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*|\[[0-9a-f:.]+\]", re.IGNORECASE)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*")
_PORTS = {"https": 443, "http": 80}
# Networks of nobody that some versions of Python take for the world: protocol assignments, local NAT64, site-local, samples.
_NOBODYS = tuple(map(ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10", "3fff::/20")))
# What stands for an IPv4 address inside an IPv6 one leads wherever the IPv4 address leads.
_NAT64 = 0x0064_FF9B << 96


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart.

    Attributes:
        secure: whether it speaks TLS.
        host: name or number of the machine.
        port: its port.
        path: what is asked for.
    """

    secure: bool
    host: str
    port: int
    path: str


def target_of(address: str, *, loopback: bool = False) -> Target | None:
    """The parts of an address notices could go to; None when it is none.

    Only HTTPS without user, password, query or fragment; with `loopback` plain HTTP as well, for this machine only.

    >>> target_of("https://nhan.example.vn/tin")
    Target(secure=True, host='nhan.example.vn', port=443, path='/tin')
    >>> target_of("http://nhan.example.vn/tin"), target_of("https://a@b.vn/"), target_of("https://b.vn:0/"), target_of("x")
    (None, None, None, None)
    """
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    schemes = {"https", "http"} if loopback and host in {"127.0.0.1", "::1", "localhost"} else {"https"}
    if parts.scheme not in schemes or port == 0 or not _plain(parts, host):
        return None
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], parts.path or "/")


def _plain(parts: SplitResult, host: str) -> bool:
    """Whether an address says where, and nothing else."""
    shown = f"[{host}]" if ":" in host else host
    # whatever stands beside host and port (a user, a password, what a reader of numbers in brackets overlooks) makes it none
    bare = parts.netloc.lower() in {shown, f"{shown}:{parts.port}"} and not parts.query and not parts.fragment
    return bare and bool(_HOST.fullmatch(shown)) and bool(_PATH.fullmatch(parts.path))


def listed(address: str, allowed: Collection[str]) -> bool:
    """Whether an address is one of an agreement: the same, letter by letter.

    >>> listed("https://a.vn/tin", ["https://a.vn/tin"]), listed("https://a.vn/tin/khac", ["https://a.vn/tin"])
    (True, False)
    """
    return address in allowed


def may_be_called(number: str, *, loopback: bool = False) -> bool:
    """Whether a machine with that number may be called: it lies out in the world, or is this one and that is allowed.

    >>> may_be_called("10.0.0.1"), may_be_called("127.0.0.1"), may_be_called("169.254.169.254"), may_be_called("::ffff:10.0.0.1")
    (False, False, False, False)
    >>> may_be_called("127.0.0.1", loopback=True), may_be_called("113.160.0.1"), may_be_called("64:ff9b::a00:1")
    (True, True, False)
    """
    try:
        found = ip_address(number)
    except ValueError:
        return False
    if found.is_loopback:
        return loopback
    return all(_lies_outside(one) for one in _meant(found))


def _lies_outside(found: IPv4Address | IPv6Address) -> bool:
    return found.is_global and not found.is_multicast and not any(found in network for network in _NOBODYS)


def _meant(found: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, and those it wraps."""
    if isinstance(found, IPv4Address):
        return [found]
    inside = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
    if int(found) >> 32 == _NAT64 >> 32:
        inside.append(IPv4Address(int(found) & 0xFFFF_FFFF))
    return [found, *(one for one in inside if one is not None)] if found.ipv4_mapped is None else [found.ipv4_mapped]
