"""Where a delivery may go, and every way of writing something else."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import EndpointAddressRefused
from cliffhanger.webhooks.addresses import MAX_URL_CHARS, Target, check_url, may_connect, networks_of, public

LOOPBACK = networks_of("127.0.0.0/8, ::1/128")

NOT_PUBLIC = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "this host": ["0.0.0.0", "0.1.2.3", "::"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "unique local": ["fc00::1", "fd12:3456:789a::1"],
    "link-local": ["169.254.0.1", "fe80::1", "febf::1"],
    "site-local": ["fec0::1"],
    "metadata": ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "broadcast": ["255.255.255.255"],
    "reserved": ["240.0.0.1", "4000::1", "fe00::1", "1000::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "the IETF's protocols": ["192.0.0.1", "192.0.0.8", "192.88.99.1", "2001:1::1", "2001:20::1", "2001:1ff::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "::ffff:8.8.8.8"],
    "compatible": ["::127.0.0.1", "::7f00:1", "::8.8.8.8"],
    "translated, as SIIT does": ["::ffff:0:127.0.0.1"],
    "6to4": ["2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:808:808::1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::808:808"],
    "NAT64 of a network's own": ["64:ff9b:1::7f00:1", "64:ff9b:1:ffff::a9fe:a9fe"],
    "Teredo": ["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "discard": ["100::1", "100:0:0:1::1"],
    "segment routing": ["5f00::1"],
    "with a zone": ["fe80::1%eth0", "fe80::1%1", "2606:2800:21f::1%lo"],
    "no address": ["", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "1.2.3.4.", " 8.8.8.8"],
}
PUBLIC = [
    *("8.8.8.8", "1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0"),
    *("11.0.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "223.255.255.255", "198.20.0.0"),
    *("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2001:4860:4860::8888", "2001:200::1", "2a00:1450::1", "2003::1"),
]


@pytest.mark.parametrize("address", [one for many in NOT_PUBLIC.values() for one in many])
def test_an_address_that_is_not_everybody_s_is_not_public(address: str):
    assert not public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_that_anybody_can_reach_is_public(address: str):
    assert public(address)


@given(address=st.ip_addresses())
def test_nothing_that_python_knows_as_private_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address):
    """A second opinion: the library's list, which is shorter in older versions."""
    private = (
        *(address.is_private, address.is_loopback, address.is_link_local, address.is_multicast, address.is_reserved),
        *(address.is_unspecified, not address.is_global),
    )
    assert not (public(str(address)) and any(private))


@given(inner=st.ip_addresses(v=4))
def test_no_address_of_ipv6_that_stands_for_one_of_ipv4_is_public(inner: ipaddress.IPv4Address):
    """Whatever translates them on the way would lead to the inner one, public or not; nobody needs to be told so."""
    number = int(inner)
    for carrier in (
        0xFFFF << 32 | number,
        number,
        0xFFFF << 48 | number,
        0x64FF9B << 96 | number,
        0x64FF9B0001 << 80 | number,
        0x2002 << 112 | number << 80,
        0x20010000 << 96 | (number ^ 0xFFFFFFFF),
    ):
        assert not public(str(ipaddress.IPv6Address(carrier)))


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.com", Target("hooks.example.com", 443, "/")),
        ("https://hooks.example.com/", Target("hooks.example.com", 443, "/")),
        ("HTTPS://Hooks.Example.COM:443/A/b?c=D&e=%2f", Target("hooks.example.com", 443, "/A/b?c=D&e=%2f")),
        ("https://hooks.example.com?token=1", Target("hooks.example.com", 443, "/?token=1")),
        ("https://xn--bcher-kva.example/@me:1", Target("xn--bcher-kva.example", 443, "/@me:1")),
        ("https://a-b.c-d.example/~x/;y=1", Target("a-b.c-d.example", 443, "/~x/;y=1")),
        ("https://93.184.215.14/hook", Target("93.184.215.14", 443, "/hook")),
        ("https://[2606:2800:21F::8B2C]/", Target("2606:2800:21f::8b2c", 443, "/")),
    ],
)
def test_an_address_of_https_is_taken_as_it_is_written(url: str, target: Target):
    assert check_url(url, ()) == target


def hosts(names: str) -> list[str]:
    return [f"https://{name}/" for name in names.split()]


TRICKS = {
    "form": [
        *("", "https", "https:", "//hooks.example.com/", "hooks.example.com", "/hook", "https:/a.example/"),
        *("http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://a.example/"),
        *("javascript:alert(1)", "data:,x", "https:hooks.example.com", "httpss://a.example/", "dict://a.example/"),
        *("https://hooks.example.com/#fragment", "https://a.example#@b.example/", "https://[::1/", "https://a]/"),
    ],
    "user_info": [
        *("https://user@hooks.example.com/", "https://user:password@hooks.example.com/", "https://@a.example/"),
        *("https://hooks.example.com@127.0.0.1/", "https://hooks.example.com:443@127.0.0.1/", "https://:@a.example/"),
        "https://user:password@[::1]/",
    ],
    "port": [
        *("https://a.example:80/", "https://a.example:22/", "https://a.example:8443/", "https://a.example:0/"),
        *("https://a.example:/", "https://a.example:00443/", "https://a.example:+443/", "https://a.example:443:443/"),
        *("https://a.example:65979/", "https://a.example:4%343/", "https://a.example:0x1bb/", "https://1.1.1.1:6379/"),
    ],
    "characters": [
        *(
            "https://a.example\\@127.0.0.1/",
            "https:\\\\a.example/",
            "https://a.example/\\",
            "https://10.0.0.1\\.a.example/",
        ),
        *(" https://a.example/", "https://a.example/ ", "https://a.example/a b", "https://a .example/"),
        *(
            "https://a.example/\r\nHost: 127.0.0.1",
            "https://a.example/\n",
            "https://a.example\r/",
            "https://a\t.example/",
        ),
        *("https://a.example/\0", "https://a.example/\x7f", "https://a.example/%", "https://a.example/%0"),
        *("https://a.example/%zz", 'https://a.example/"', "https://a.example/<x>", "https://a.example/{x}"),
        *("https://a.example/[x]", "https://a.example/|", "https://a.example/^", "https://a.example/`"),
        # Names that look like others: an umlaut, Cyrillic letters among Latin ones, a soft hyphen, a space of no width.
        *(
            "https://b\xfccher.example/",
            "https://g\u043e\u043egle.com/",
            "https://a\xad.example/",
            "https://a\u200b.example/",
        ),
        # Names that become others once something folds their characters: circled, full-width, ideographic full stops.
        *("https://\u24dbocalhost/", "https://\uff11\uff12\uff17.0.0.1/", "https://127\u30020\u30020\u30021/"),
        *(
            "https://\u2460\u2461\u2466.0.0.1/",
            "https://\xdf.example/",
            "https://a.example\u2044b/",
            "https://a.example/\xe9",
        ),
    ],
    "host": [
        *("https://", "https:///hook", f"https://{'a' * 64}.example/", f"https://{'a.' * 127}example/"),
        *hosts(". .. a..example .a.example a.example. 127.0.0.1. localhost. localhost intranet metadata kubernetes"),
        *hosts("0x7f.1 2130706433 0177.0.0.1 127.1 0 0x7f000001 017700000001 0x7f.0x0.0x0.0x1 127.0.0.0x1 127.0.0"),
        *hosts("1.2.3.4.5 256.256.256.256 00000127.0.0.1 a.example.0x a.1 -a.example a-.example a_b.example"),
        *hosts("a%2eexample %31%32%37.0.0.1 a,b.example *.example [127.0.0.1] [] [v1.a] [a.example]"),
        *hosts("[fe80::1%25eth0] [fe80::1%eth0] [::1%251] [2606:2800::1%25lo]"),
    ],
    "not_public": [
        *hosts("127.0.0.1 169.254.169.254 10.0.0.1 0.0.0.0 192.168.0.1 100.64.0.1 224.0.0.1 255.255.255.255"),
        *hosts("[::1] [::] [fd00:ec2::254] [fe80::1] [ff02::1] [::ffff:127.0.0.1] [0:0:0:0:0:ffff:7f00:1]"),
        *hosts("[::ffff:169.254.169.254] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::1] [2002:7f00:1::]"),
        *hosts("[2001:0:4136:e378::1]"),
    ],
    "length": [f"https://a.example/{'x' * MAX_URL_CHARS}"],
}


@pytest.mark.parametrize(("rule", "url"), [(rule, url) for rule, urls in TRICKS.items() for url in urls])
def test_an_address_that_leads_or_could_be_read_to_lead_elsewhere_is_refused(rule: str, url: str):
    with pytest.raises(EndpointAddressRefused) as refused:
        check_url(url, ())
    assert refused.value.members == {"rule": rule}


@given(text=st.text())
def test_whatever_is_sent_is_a_target_or_refused(text: str):
    for url in (text, f"https://{text}", f"https://{text}/", f"https://a.example{text}", f"https://a.example/{text}"):
        try:
            host, port, path = check_url(url, ())
        except EndpointAddressRefused:
            continue
        assert port == 443
        assert path.startswith("/")
        assert path.isascii()
        assert path.isprintable()
        assert public(host) or "." in host


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://127.0.0.1:8443/hook", Target("127.0.0.1", 8443, "/hook")),
        ("https://[::1]:8443/", Target("::1", 8443, "/")),
        ("https://localhost:8443/", Target("localhost", 8443, "/")),
    ],
)
def test_a_stage_that_allows_its_own_networks_is_reached_there_at_any_port(url: str, target: Target):
    assert check_url(url, LOOPBACK) == target
    assert may_connect("127.0.0.1", 8443, LOOPBACK)


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://169.254.169.254/", "https://[::ffff:127.0.0.1]/"])
def test_a_stage_that_allows_some_networks_allows_no_others(url: str):
    with pytest.raises(EndpointAddressRefused):
        check_url(url, LOOPBACK)


@pytest.mark.parametrize(
    ("address", "port"), [("10.0.0.1", 443), ("93.184.215.14", 8443), ("::ffff:127.0.0.1", 443), ("fe80::1%lo", 443)]
)
def test_another_port_is_for_the_networks_that_a_stage_allows_alone(address: str, port: int):
    assert not may_connect(address, port, LOOPBACK)


def test_without_networks_of_its_own_a_stage_connects_to_public_addresses_at_443_only():
    assert may_connect("93.184.215.14", 443, ())
    assert not may_connect("93.184.215.14", 8443, ())
    assert not may_connect("127.0.0.1", 443, ())


def test_networks_are_a_list_with_commas():
    assert networks_of("") == ()
    assert [str(network) for network in LOOPBACK] == ["127.0.0.0/8", "::1/128"]
    with pytest.raises(ValueError):
        networks_of("127.0.0.1/8")
