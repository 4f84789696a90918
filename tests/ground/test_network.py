"""One household is one network."""

import pytest

from academy.ground.network import network


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        (None, ""),
    ],
)
def test_one_household_is_one_address(address: str | None, counted: str) -> None:
    assert network(address) == counted
