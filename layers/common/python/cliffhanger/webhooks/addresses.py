"""Where a delivery may go: URLs that an endpoint may have, and addresses that are anybody's to reach. Pure.

Partners choose where we connect to, so that without this they could have us speak to what only we can reach: what is
behind a network, the metadata service, ourselves (server-side request forgery; OWASP API7:2023). Two questions are
asked, the first when an endpoint is saved and both at every attempt: is this a URL whose meaning nobody can argue
about, and is every address that its name has now a public one?

A URL is held to a small grammar instead of being parsed leniently, because a lenient parser and whatever reads the name
after it may disagree. What is not in the grammar is refused, never mended.
"""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import NamedTuple

from cliffhanger.errors import EndpointAddressRefused

Networks = tuple[IPv4Network | IPv6Network, ...]
"""Networks that a stage allows though they are not public. Only the stage on one machine has any."""

HTTPS = 443
MAX_URL_CHARS = 2_048
MAX_NAME_CHARS = 253
"""RFC 1035 (2.3.4), less what encodes the name's length and root."""

_URL = re.compile(
    r"https://(?P<host>\[[^]/?#]*\]|[^:/?#\[\]]*)(?P<port>:[^/?#]*)?(?P<target>[/?][^#]*)?", re.IGNORECASE | re.DOTALL
)
_TARGET = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
"""Path and query after RFC 3986 (3.3, 3.4)."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label by which parsers of addresses take the whole name for a number (WHATWG URL, "ends in a number")."""
_PORT = re.compile(r"[1-9][0-9]{0,4}")

_SPECIAL_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a carrier's customers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # the IETF's protocols
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
"""IANA IPv4 Special-Purpose Address Registry, and multicast. By hand: Python's own list changes with its versions."""

_UNICAST_V6 = IPv6Network("2000::/3")
"""All that is given out of IPv6. Outside of it are loopback, link-local (fe80::/10), site-local and unique local
addresses (fc00::/7, with AWS's metadata at fd00:ec2::254), multicast, what is reserved, and addresses that stand for
one of IPv4: mapped, compatible and translated (::ffff:0:0/96, ::/96, 64:ff9b::/96, 64:ff9b:1::/48)."""

_SPECIAL_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # the IETF's protocols, with Teredo, which carries an address of IPv4
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an address of IPv4
        "3fff::/20",  # documentation
    )
)
"""What is special within it: IANA IPv6 Special-Purpose Address Registry."""


class Target(NamedTuple):
    """What a URL says, once it is sound: ``host`` is a name in lower case or an address without brackets."""

    host: str
    port: int
    path: str
    """With the query; never empty."""

    @property
    def is_address(self) -> bool:
        """Whether the host is an address and not a name."""
        return _address(self.host) is not None


def networks_of(text: str) -> Networks:
    """Networks as a setting holds them: CIDR, with commas between; of an empty text none.

    Raises:
        ValueError: one of them is no network.
    """
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def check_url(url: str, allowed: Networks) -> Target:
    """What an endpoint's URL says, if a delivery may go there.

    Where a stage allows networks, another port than 443 and a name without a full stop are allowed too: whether they
    lead there is seen at each attempt.

    Raises:
        EndpointAddressRefused: the URL is not one that deliveries are sent to; ``rule`` says which it breaks.
    """
    if len(url) > MAX_URL_CHARS:
        raise EndpointAddressRefused(f"An address has at most {MAX_URL_CHARS:,} characters.", rule="length")
    if any(not "!" <= char <= "~" or char == "\\" for char in url):
        raise EndpointAddressRefused(
            "An address is written in ASCII, without spaces or backslashes; a name in another script as xn--...",
            rule="characters",
        )
    parts = _URL.fullmatch(url)
    if parts is None:
        problem = "has no fragment" if "#" in url else "begins with https:// and a host"
        raise EndpointAddressRefused(f"An address {problem}.", rule="form")
    host, port, path = parts["host"].lower(), parts["port"], parts["target"] or "/"
    if "@" in host or "@" in (port or ""):
        raise EndpointAddressRefused("An address holds no name of a user and no password.", rule="user_info")
    if _TARGET.fullmatch(path) is None:
        raise EndpointAddressRefused("Path and query hold what a URL cannot (RFC 3986).", rule="characters")
    return Target(_host(host, allowed), _port(port, allowed), path if path.startswith("/") else f"/{path}")


def public(address: str) -> bool:
    """Whether an address of IPv4 or IPv6 is one that anybody can reach, and nothing else under another name.

    False too for text that is no address, and for an address with a zone.
    """
    parsed = _address(address)
    if parsed is None:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _SPECIAL_V4)
    return parsed in _UNICAST_V6 and not any(parsed in network for network in _SPECIAL_V6)


def within(address: str, allowed: Networks) -> bool:
    """Whether an address lies in one of the networks that a stage allows."""
    parsed = _address(address)
    return parsed is not None and any(parsed in network for network in allowed)


def may_connect(address: str, port: int, allowed: Networks) -> bool:
    """Whether an attempt may connect there: a public address at 443, or one that the stage allows."""
    return within(address, allowed) or (port == HTTPS and public(address))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is, in the one form that everybody reads alike."""
    if "%" in text:  # a zone: an address that means something on this machine only
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _host(host: str, allowed: Networks) -> str:
    """A name, or an address without its brackets."""
    bare = host[1:-1] if host.startswith("[") else host
    parsed = _address(bare)
    if parsed is not None and (parsed.version == 6) == host.startswith("["):
        if not public(bare) and not within(bare, allowed):
            raise EndpointAddressRefused("The address is not a public one.", rule="not_public")
        return str(parsed)
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]) or host.startswith("["):
        raise EndpointAddressRefused("The host is a number, but no address in its usual form.", rule="host")
    if len(host) > MAX_NAME_CHARS or any(_LABEL.fullmatch(label) is None for label in labels):
        raise EndpointAddressRefused("The host is not a name of the Internet.", rule="host")
    if len(labels) == 1 and not allowed:
        raise EndpointAddressRefused("The host is a name of one network only: it has no full stop.", rule="host")
    return host


def _port(port: str | None, allowed: Networks) -> int:
    if port is None or port == f":{HTTPS}":
        return HTTPS
    if not allowed or _PORT.fullmatch(port[1:]) is None or int(port[1:]) > 65_535:
        raise EndpointAddressRefused(f"Deliveries are sent to port {HTTPS}.", rule="port")
    return int(port[1:])
