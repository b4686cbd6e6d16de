"""Who reads at once, and how much of the room one of them may take.

Pure. Readers behind a web server in front all come from its address, so they are told apart by what it
says of them (`X-Forwarded-For`), and by nothing that they say themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Network = IPv4Network | IPv6Network

THIS_MACHINE: Final = (ip_network("127.0.0.1"), ip_network("::1"))
"""What comes from here is a web server in front, or whoever sits at the machine."""

_HOUSEHOLD_BITS: Final = 64
"""Whoever has one address of the sixth version has all that begin like it."""

_SITE_BITS: Final = 48
"""Somebody may have all that begin like this, too: that are 65,536 households."""

_MAPPED_BITS: Final = 96
"""What stands before an address of the fourth version (::ffff:10.0.0.1)."""

NOBODY: Final = ""
"""Who asks where that is not known: many may be behind it."""


class Front:
    """The web servers that stand in front, and who is behind them."""

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        """`proxies` are the addresses or networks of those that are not on this machine."""
        self._networks = (*THIS_MACHINE, *map(_network, proxies))

    def peer(self, address: str) -> str:
        """From whom a connection comes; nobody in particular where it is a web server's."""
        return NOBODY if self._is_in_front(address) else _household(address)

    def asker(self, address: str, forwarded: Sequence[str]) -> str:
        """Who asks for something; behind web servers the last one that they name and that is none."""
        if not self._is_in_front(address):
            return _household(address)
        named = [each.strip() for line in forwarded for each in line.split(",")]
        return next((_household(it) for it in reversed(named) if not self._is_in_front(it)), NOBODY)

    def _is_in_front(self, address: str) -> bool:
        found = _read(address)
        return found is not None and any(found in each for each in self._networks)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _network(text: str) -> Network:
    """A network; one of the fourth version may be written as the sixth has it."""
    found = ip_network(text, strict=False)
    inside = getattr(found.network_address, "ipv4_mapped", None)
    bits = found.prefixlen - _MAPPED_BITS
    return ip_network((int(inside), bits)) if inside and bits >= 0 else found


def _household(address: str) -> str:
    """Whose an address is; nobody's where it is none."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found), _HOUSEHOLD_BITS), strict=False))
    return str(found) if found else NOBODY


def _site(who: str) -> str:
    """The wider network that a household of the sixth version is in; nothing for others."""
    return str(ip_network(who).supernet(new_prefix=_SITE_BITS)) if "/" in who else NOBODY


class Places:
    """So many places for all, and so many for each; where nobody knows who comes, only those of all.

    All households of one site have half of them at most.
    """

    def __init__(self, most: int, each: int) -> None:
        """All of them are free."""
        self.most, self.each = most, each
        self._taken: Counter[str] = Counter()
        self._by_site: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._taken.total()

    def take(self, who: str) -> bool:
        """Take one; whether there was one for them."""
        site = _site(who)
        if self.taken >= self.most or (who != NOBODY and self._taken[who] >= self.each):
            return False
        if site != NOBODY and self._by_site[site] >= self.most // 2:
            return False
        self._taken[who] += 1
        self._by_site[site] += 1
        return True

    def leave(self, who: str) -> None:
        """Give one back."""
        for taken, key in ((self._taken, who), (self._by_site, _site(who))):
            taken[key] -= 1
            if not taken[key]:
                del taken[key]
