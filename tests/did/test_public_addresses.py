from __future__ import annotations

from ipaddress import ip_address

import pytest

from did.public_addresses import is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
NOT_PUBLIC = {
    "this network": ["0.0.0.0", "0.1.2.3", "::"],  # noqa: S104  # nothing is bound
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1"],
    "loopback": ["127.0.0.1", "127.255.255.255", "::1"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%lo", "fec0::1"],
    "carrier's": ["100.64.0.1", "100.127.255.255"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "2001:2::1"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1", "100::1", "4000::1"],
    "mapped": ["::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "::ffff:0:8.8.8.8"],
    "NAT64": ["64:ff9b::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1"],
    "6to4": ["2002:808:808::1", "2002:7f00:1::"],
    "Teredo": ["2001::1"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", [address for several in NOT_PUBLIC.values() for address in several]
)
def test_an_address_of_ones_own_or_of_nobody_is_not(address: str) -> None:
    assert not is_public(ip_address(address))
