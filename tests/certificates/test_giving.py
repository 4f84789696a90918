"""A class, a batch or a year as one ZIP that is written while it is handed on; and who took it."""

import hashlib
import tracemalloc
import zipfile
from io import BytesIO

import pytest

from academy.certificates.actions import deciding, giving, living, making
from academy.certificates.queries import giving as queries
from academy.certificates.queries import register
from academy.ground import db, storage, zipping
from academy.ground.errors import NotFound, Refused
from academy.ground.settings import Settings
from academy.ground.storage import PACK, SHARED, Place
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from tests import make
from tests.certificates.concluded import Concluded, concluded
from tests.certificates.conftest import SignIn
from tests.certificates.test_pages import issue, run_jobs

CODE = 0x4E00


def signed(people: int, *, files: bool = True) -> Concluded:
    """A class of so many certificates, each with a made-up file in one pack."""
    of = concluded({f"学员{chr(CODE + turn)}": 400 for turn in range(people)})
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
    with db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
    if files:
        give_files(of, batch_id)
    return of


def give_files(of: Concluded, batch_id: int) -> None:
    store = storage.bound()
    with db.reading() as session:
        waiting = register.to_make(session, batch_id)
    shared = b"%PDF-" + b"s" * 100_000
    own = [one.number.encode() for one in waiting]
    kept, pack = store.put(shared, SHARED), store.put(b"".join(own), PACK)
    made, at = {}, 0
    for one, data in zip(waiting, own, strict=True):
        digest = hashlib.sha256(shared + data).hexdigest()
        made[one.id] = Place(sha256=digest, shared=kept, pack=pack, offset=at, length=len(data))
        at += len(data)
    with db.transaction() as session:
        making.note_made(session, actor=of.admin, made=made, now=make.NOW)
        making.finish(session, actor=of.admin, batch_id=batch_id, now=make.NOW)


def take(of: Concluded, batch_id: int | None = None) -> zipfile.ZipFile:
    with db.transaction() as session:
        wanted = giving.take_class(session, actor=of.admin, code=of.code, batch_id=batch_id, now=make.NOW)
    return zipfile.ZipFile(BytesIO(b"".join(zipping.stored(queries.files(wanted)))))


@pytest.mark.usefixtures("database")
def test_a_zip_holds_every_valid_file_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_AT_ONCE", 2)
    of = signed(5)
    with db.transaction() as session:
        living.revoke(session, actor=of.admin, number="2026-J-000003", reason="误发", now=make.NOW)
    archive = take(of)
    assert archive.testzip() is None
    numbers = [name[:13] for name in archive.namelist()]
    assert numbers == [f"2026-J-{turn:06d}" for turn in (1, 2, 4, 5)]
    assert all(f"-学员{chr(CODE + turn)}-{of.code}.pdf" in "".join(archive.namelist()) for turn in (0, 1, 2, 4))
    assert {(each.compress_type, each.flag_bits) for each in archive.infolist()} == {(zipfile.ZIP_STORED, 0x800)}
    assert archive.read(archive.namelist()[0]).endswith(b"2026-J-000001")
    assert len(take(of, batch_id=1).namelist()) == 4


@pytest.mark.usefixtures("database")
def test_what_is_missing_is_told_before_anything_is_handed_out() -> None:
    of = signed(2, files=False)
    with pytest.raises(Refused, match="not_all_made"):
        take(of)
    nobody = concluded({"王伟": 300})
    with pytest.raises(Refused, match="nothing_issued"):
        take(nobody)
    other = signed(1)
    with pytest.raises(NotFound):
        take(other, batch_id=1)
    with db.transaction() as session, pytest.raises(Refused, match="nothing_issued"):
        giving.take_year(session, actor=of.admin, year=2020, now=make.NOW)


@pytest.mark.usefixtures("database")
def test_a_year_is_all_classes_of_it() -> None:
    signed(3)
    of = signed(2)
    signed(1, files=False)
    with db.transaction() as session:
        wanted = giving.take_year(session, actor=of.admin, year=2026, now=make.NOW)
    archive = zipfile.ZipFile(BytesIO(b"".join(zipping.stored(queries.files(wanted)))))
    assert len(archive.namelist()) == 5
    with db.reading() as session:
        assert queries.years(session) == (queries.Year(2026, 5, 1),)
        (noted,) = journal.newest(session, Wanted(code="certificate.packed"), limit=9)
    assert noted.after == {"year": 2026, "files": 5}


def test_a_zip_of_any_size_takes_up_the_space_of_one_file() -> None:
    tracemalloc.start()
    try:
        written = sum(map(len, zipping.stored((f"{turn}.pdf", bytes(100_000)) for turn in range(1000))))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written > 100_000_000
    assert peak < 3_000_000


def test_a_broken_file_breaks_the_download(database: object, settings: Settings) -> None:
    assert database
    of = signed(2)
    for file in (settings.var / "files" / PACK).rglob("*.pack"):
        file.write_bytes(b"x" * len(file.read_bytes()))
    with pytest.raises(ValueError, match="no longer holds"):
        take(of)


@pytest.mark.slow
def test_the_office_takes_a_class_and_a_year_by_a_press(of: Concluded, as_: SignIn, settings: Settings) -> None:
    batch_id = issue(of, as_, settings)
    run_jobs(settings)
    client = as_(of.admin)
    places = (
        (f"/admin/classes/{of.code}/certificates/zip", f"/admin/batches/{batch_id}"),
        (f"/admin/classes/{of.code}/certificates/zip", f"/admin/classes/{of.code}/certificates"),
        ("/admin/certificates/year/2026.zip", "/admin/certificates/"),
    )
    for place, page in places:
        answer = client.send(place, page)
        assert answer.mimetype == "application/zip"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
        archive = zipfile.ZipFile(BytesIO(answer.data))
        assert len(archive.namelist()) == 2
        assert archive.read(archive.namelist()[0]).startswith(b"%PDF-")
        assert client.get(place).status_code in {404, 405}
    assert client.send_bare("/admin/certificates/year/2019.zip").status_code == 409
    assert as_(of.people["张𬭎"]).send_bare(places[0][0]).status_code == 403
    with db.reading() as session:
        noted = journal.newest(session, Wanted(code="certificate.packed"), limit=9)
    assert [entry.after["files"] for entry in noted if entry.after] == [2, 2, 2]
