from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from academy.ground.crypto import Vault, key_file, vault_of_folder

VAULT = Vault(sealing={1: b"1" * 32}, index=b"i" * 32)


def test_what_is_sealed_opens_again_and_looks_different_each_time() -> None:
    first, second = (
        VAULT.seal("329900199001011234", "person.id_number"),
        VAULT.seal("329900199001011234", "person.id_number"),
    )
    assert first != second
    assert VAULT.open(first, "person.id_number") == VAULT.open(second, "person.id_number") == "329900199001011234"


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(InvalidTag):
        VAULT.open(VAULT.seal("19900000000", "phone.number"), "message.address")


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    newer = Vault(sealing={1: b"1" * 32, 2: b"2" * 32}, index=b"i" * 32)
    assert newer.open(VAULT.seal("甲", "p.c"), "p.c") == "甲"
    assert newer.seal("甲", "p.c")[1] == 2


def test_blind_indexes_are_equal_for_equal_values_of_a_kind_only() -> None:
    assert VAULT.blind("19900000000", "phone") == VAULT.blind("19900000000", "phone")
    assert VAULT.blind("19900000000", "phone") != VAULT.blind("19900000000", "id")
    assert VAULT.blind("19900000000", "phone") != Vault(sealing={1: b"1" * 32}, index=b"j" * 32).blind(
        "19900000000", "phone"
    )


def test_keys_are_made_once_and_are_nobody_elses_to_read(tmp_path: Path) -> None:
    first, second = vault_of_folder(tmp_path / "keys"), vault_of_folder(tmp_path / "keys")
    assert first == second
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert len(key_file(tmp_path / "keys" / "another.key")) == 32
