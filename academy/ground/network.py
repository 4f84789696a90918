"""Whose network an address belongs to, for all that is counted and limited."""

from ipaddress import AddressValueError, IPv6Address


def network(address: str | None) -> str:
    """Name what an attempt is counted for: the address, and of IPv6 the /64 that one household holds."""
    try:
        whole = IPv6Address(address or "")
    except AddressValueError:
        return (address or "")[:64]
    if whole.ipv4_mapped:
        return str(whole.ipv4_mapped)
    return str(IPv6Address(int(whole) >> 64 << 64)) + "/64"
