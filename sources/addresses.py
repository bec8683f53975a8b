"""Which addresses may be fetched from: public ones, and those in the local network that a setting names.

Whoever writes a feed or submits a link must not reach what stands beside this machine. Names are resolved here,
and the connection goes to exactly the addresses that were looked at, so that no second answer of the DNS counts.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sources.base import FetchError

_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address in its last 32 bits: RFC 6052


def public(address: str) -> bool:
    """Whether an IP address is one of the open internet. One that holds another inside counts as that one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inside = ip_address(found.packed[-4:])  # type: ignore[assignment]  # four bytes make an IPv4 address
        if inside is not None:
            return public(str(inside))
    return found.is_global and not found.is_multicast


def refused(host: str, port: int, allowed: Collection[str]) -> FetchError | None:
    """Why an address written out as numbers may not be fetched from; None if it may, or is a name."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return None if public(host) or _named(host, port, allowed) else _refusal(host)


class Resolver(AbstractResolver):
    """Resolves names to the addresses that may be fetched from. `allowed` holds hosts, or hosts with a port."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = allowed
        self._asked = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises FetchError if all of them are in the local network."""
        found = await self._asked.resolve(host, port, family)
        if _named(host, port, self._allowed):
            return found
        fine = [each for each in found if public(each["host"])]
        if found and not fine:
            raise _refusal(host)
        return fine

    async def close(self) -> None:
        """Nothing is held."""


def _named(host: str, port: int, allowed: Collection[str]) -> bool:
    host = host.rstrip(".").lower()
    return host in allowed or f"{host}:{port}" in allowed


def _refusal(host: str) -> FetchError:
    return FetchError(
        f"{host} is in the local network, where no feed and no link may lead.",
        "If it is a server of yours, name it in PAPERROUND_LOCAL_HOSTS.",
    )
