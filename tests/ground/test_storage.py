"""One file store a process, opened by whoever needs it."""

import hashlib
import multiprocessing
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from academy.ground import storage
from academy.ground.storage import Place


@pytest.fixture
def bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(storage, "_bound", [])
    storage.bind(f"file://{tmp_path}/files")
    return tmp_path / "files"


def test_binding_opens_nothing_and_the_store_is_opened_once(bound: Path) -> None:
    assert not bound.exists()
    assert storage.bound() is storage.bound()
    digest = storage.bound().put(b"paper", "pdf")
    assert storage.bound().put(b"paper", "pdf") == digest
    assert storage.bound().get(digest, "pdf") == b"paper"


@pytest.mark.usefixtures("bound")
def test_a_file_is_put_together_of_what_it_shares_and_a_stretch_of_a_pack() -> None:
    store = storage.bound()
    shared, pack = store.put(b"paper of ", storage.SHARED), store.put(b"one and another", storage.PACK)
    alone = store.put(b"paper", "pdf")
    of_both = Place(sha256=sha256(b"paper of another"), shared=shared, pack=pack, offset=8, length=7)
    of_its_own = Place(sha256=sha256(b"one"), shared=None, pack=pack, offset=0, length=3)
    assert store.read(of_both, "pdf") == b"paper of another"
    assert store.read(of_its_own, "pdf") == b"one"
    assert store.read(Place(sha256=alone, shared=None, pack=alone), "pdf") == b"paper"


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(
    "change", [{"offset": 7}, {"length": 6}, {"offset": 40}, {"shared": None}, {"offset": None}]
)
def test_bytes_that_are_not_those_of_the_file_are_not_given_out(change: dict[str, Any]) -> None:
    store = storage.bound()
    shared, pack = store.put(b"paper of ", storage.SHARED), store.put(b"one and another", storage.PACK)
    store.put(b"one and another", "pdf")
    place = Place(sha256=sha256(b"paper of another"), shared=shared, pack=pack, offset=8, length=7)
    with pytest.raises(ValueError, match=r"no longer holds|shorter than|pack of its own"):
        store.read(replace(place, **change), "pdf")


@pytest.mark.usefixtures("bound")
def test_a_file_whose_part_is_gone_is_not_there() -> None:
    store = storage.bound()
    pack = store.put(b"one", storage.PACK)
    for place in (
        Place(sha256=pack, shared=None, pack="0" * 64, offset=0, length=3),
        Place(sha256=pack, shared="0" * 64, pack=pack, offset=0, length=3),
        Place(sha256="0" * 64, shared=None, pack="0" * 64),
    ):
        with pytest.raises(FileNotFoundError):
            store.read(place, "pdf")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_without_a_binding_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_bound", [])
    with pytest.raises(RuntimeError, match="No file store is bound"):
        storage.bound()


def _use(answers: Connection) -> None:
    try:
        storage.bound()
    except RuntimeError as problem:
        answers.send(str(problem))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_forked_too_late_is_told_and_does_not_hang(bound: Path) -> None:
    storage.bound().put(b"paper", "pdf")
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=_use, args=(there,))
    child.start()
    assert here.poll(10)
    assert "before this process was forked" in here.recv()
    child.join()
    assert bound.exists()
