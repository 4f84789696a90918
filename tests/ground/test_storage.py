"""One file store a process, opened by whoever needs it."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from academy.ground import storage


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
