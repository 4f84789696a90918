"""Signing keys are made once, read by their owner alone, changed and revoked without harm to what they signed."""

import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from academy.documents.actions import filling, keys
from academy.documents.actions.keys import KeysExist, NoKeys
from academy.ground.settings import Settings
from tests import make
from tests.documents.facts import FACTS, judged


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(env="test", var=tmp_path, sample=False)


def signed(settings: Settings) -> bytes:
    made = filling.fill("certificate.html", FACTS, signer=keys.signer(settings), at=make.NOW)
    return made.shared.data + made.personal


def test_keys_are_readable_by_their_owner_alone(settings: Settings) -> None:
    keys.init(settings, now=make.NOW)
    place = keys.folder(settings)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.glob("*.key")} == {0o600}
    assert len(list(place.glob("*.key"))) == 2
    assert [view.current for view in keys.views(settings)] == [True]


def test_keys_are_never_written_over(settings: Settings) -> None:
    keys.init(settings, now=make.NOW)
    before = (keys.folder(settings) / "authority.key").read_bytes()
    with pytest.raises(KeysExist, match="rotate"):
        keys.init(settings, now=make.NOW)
    assert (keys.folder(settings) / "authority.key").read_bytes() == before


def test_another_key_signs_from_now_on_and_what_was_signed_stays_valid(settings: Settings) -> None:
    keys.init(settings, now=make.NOW)
    old = signed(settings)
    serial = keys.rotate(settings, now=make.NOW + timedelta(seconds=1))
    new = signed(settings)
    assert next((view.serial, view.current) for view in keys.views(settings)) == (serial, True)
    authorities = keys.authorities(settings)
    assert judged(old, authorities).bottom_line
    assert judged(new, authorities).bottom_line
    assert (
        judged(old, authorities).signing_cert.serial_number != judged(new, authorities).signing_cert.serial_number
    )


def test_a_revoked_key_is_destroyed_and_listed(settings: Settings) -> None:
    first = keys.init(settings, now=make.NOW)
    with pytest.raises(KeysExist, match="in use"):
        keys.revoke(settings, serial=first, reason="试", now=make.NOW)
    keys.rotate(settings, now=make.NOW)
    keys.revoke(settings, serial=first, reason="密钥文件外泄", now=make.NOW)
    assert not (keys.folder(settings) / f"signer-{first}.key").exists()
    listed = x509.load_pem_x509_crl((keys.folder(settings) / "revoked.pem").read_bytes())
    assert [f"{entry.serial_number:x}" for entry in listed] == [first]
    told = {view.serial: view.reason for view in keys.views(settings) if view.revoked_at}
    assert told == {first: "密钥文件外泄"}
    with pytest.raises(NoKeys, match="list"):
        keys.revoke(settings, serial="abc", reason="试", now=make.NOW)


def test_of_many_who_need_keys_at_once_one_makes_them(settings: Settings) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(keys.signer(settings).certificate)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8


def test_production_makes_no_keys_by_itself(tmp_path: Path) -> None:
    with pytest.raises(NoKeys, match="academy keys init"):
        keys.signer(Settings(env="production", var=tmp_path, sample=False))


def test_a_licensed_authoritys_key_signs_in_the_place_of_our_own(settings: Settings, tmp_path: Path) -> None:
    keys.init(settings, now=make.NOW)
    own = keys.signer(settings)
    packed = pkcs12.serialize_key_and_certificates(
        b"licensed", own.key, x509.load_der_x509_certificate(own.certificate),
        list(map(x509.load_der_x509_certificate, own.chain)),
        serialization.BestAvailableEncryption(b"secret"),
    )  # fmt: skip
    file = tmp_path / "licensed.p12"
    file.write_bytes(packed)
    licensed = Settings(
        env="production", var=tmp_path / "other", sample=False, signing_pkcs12=str(file), signing_password="secret"
    )
    assert judged(signed(licensed), keys.authorities(licensed)).bottom_line
    wrong = Settings(env="production", var=tmp_path, sample=False, signing_pkcs12=str(file), signing_password="no")
    with pytest.raises(NoKeys, match="cannot be read"):
        keys.signer(wrong)
