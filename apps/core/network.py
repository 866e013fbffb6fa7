"""The client's address: the socket peer, or what a trusted proxy says (contract http.md, rule 1.6)."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
UNKNOWN = "0.0.0.0"  # noqa: S104 - a key of counters, never bound


def parse_address(text: str) -> Address | None:
    """An address with or without port, brackets or zone; IPv4 mapped into IPv6 becomes IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The right-most untrusted X-Forwarded-For entry if the peer is trusted, else the peer; "" when unknown.

    An unreadable entry ends the walk: what stands left of it was written by nobody we trust.
    """
    current = parse_address(peer)
    if current is None:
        return ""
    for entry in reversed(forwarded_for.split(",")):
        if not is_trusted(current, trusted):
            break
        claimed = parse_address(entry)
        if claimed is None:
            break
        current = claimed
    return str(current)


def is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    """Whether the address belongs to one of the networks."""
    return any(address.version == network.version and address in network for network in trusted)


TRANSLATED = tuple(IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Networks whose IPv6 addresses are an IPv4 address inside: what they lead to may be private."""


def is_public(address: Address) -> bool:
    """Whether it is somebody's on the internet: not private, local, shared, reserved, or for many."""
    address = getattr(address, "ipv4_mapped", None) or address
    if is_trusted(address, TRANSLATED) or address.is_multicast or address.is_reserved:
        return False
    return address.is_global


def bucket(address: str | None) -> str:
    """What counts as one client: an IPv4 address, or the /64 network that an IPv6 host has for itself."""
    known = parse_address(address or "")
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, 64), strict=False).network_address)
    return str(known or UNKNOWN)


def request_address(request: HttpRequest) -> str | None:
    """The client's address that RequestIdMiddleware found out; None outside of requests."""
    return getattr(request, "client_ip", None) or None
