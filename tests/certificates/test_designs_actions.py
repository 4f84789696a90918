"""Each change of a design is a new version; what was proposed keeps what it froze; two at once are told apart."""

import threading
from dataclasses import replace
from unittest.mock import patch

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.certificates.actions import deciding
from academy.certificates.actions import designs as actions
from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.designs import CertificateDesign
from academy.certificates.queries import designs, register
from academy.certificates.rules.designs import DEFAULTS, Design
from academy.certificates.rules.states import Series
from academy.ground import db
from academy.ground.access import Actor, operator
from academy.ground.errors import NotFound, Refused
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from tests import make
from tests.certificates.concluded import concluded

pytestmark = pytest.mark.usefixtures("database")

PLAIN = DEFAULTS[Series.COMPLETION]


def save(design: Design, *, seen: int = 0, series: Series = Series.COMPLETION) -> int | None:
    with db.transaction() as session:
        return actions.save(session, actor=operator(), series=series, design=design, seen=seen, now=make.NOW)


def in_use(series: Series = Series.COMPLETION) -> Design:
    with db.reading() as session:
        return designs.current(session, series)


def codes_of(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def test_a_change_is_a_new_version_of_its_series_alone() -> None:
    assert in_use() == PLAIN
    assert save(replace(PLAIN, title="结业证")) == 1
    assert save(replace(PLAIN, title="结业证", signatory="院长 张三"), seen=1) == 2
    assert in_use() == replace(PLAIN, title="结业证", signatory="院长 张三", version=2)
    assert in_use(Series.HOURS) == DEFAULTS[Series.HOURS]
    with db.reading() as session:
        kept = designs.versions(session, Series.COMPLETION)
        (noted, *_) = journal.newest(session, Wanted(code="certificate.design"), limit=9)
    assert [each.design.version for each in kept] == [2, 1, 0]
    assert [each.design.title for each in kept] == ["结业证", "结业证", "结业证书"]
    assert (noted.after or {})["signatory"] == "院长 张三"


def test_saving_what_is_in_use_changes_nothing() -> None:
    assert save(PLAIN) is None
    assert save(replace(PLAIN, ink="#000000")) == 1
    assert save(replace(PLAIN, ink="#000000"), seen=1) is None
    with db.reading() as session:
        assert len(designs.versions(session, Series.COMPLETION)) == 2


def test_going_back_makes_a_new_version_with_the_old_values() -> None:
    save(replace(PLAIN, title="结业证"))
    for version, made in ((0, 2), (1, 3), (1, None)):
        with db.transaction() as session:
            seen = designs.current(session, Series.COMPLETION).version
            got = actions.go_back(
                session, actor=operator(), series=Series.COMPLETION, version=version, seen=seen, now=make.NOW
            )
        assert got == made
    assert in_use() == replace(PLAIN, title="结业证", version=3)
    with pytest.raises(NotFound), db.transaction() as session:
        actions.go_back(session, actor=operator(), series=Series.COMPLETION, version=9, seen=3, now=make.NOW)


def test_what_cannot_be_printed_is_not_saved_and_all_of_it_told() -> None:
    with pytest.raises(Refused) as error:
        save(replace(PLAIN, title="", body="{nobody}", gold="none"))
    assert codes_of(error) == ["needed", "no_placeholder", "no_colour"]
    assert in_use() == PLAIN


def test_whoever_saves_over_another_version_is_told_so() -> None:
    save(replace(PLAIN, title="结业证"))
    with pytest.raises(Refused) as error:
        save(replace(PLAIN, title="结业证明"))
    assert codes_of(error) == ["changed_meanwhile"]


def saved_at_once(count: int) -> list[object]:
    """Let so many people save another design at one moment; tell what each was answered."""
    start = threading.Barrier(count)
    answers: list[object] = [None] * count

    def press(place: int) -> None:
        start.wait()
        try:
            answers[place] = save(replace(PLAIN, signatory=f"院长{place}"))
        except (Refused, IntegrityError) as error:
            answers[place] = error

    threads = [threading.Thread(target=press, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_saved_at_once_one_is_kept_and_the_other_told() -> None:
    answers = saved_at_once(4)
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "Refused", "Refused", "int"]
    with db.reading() as session:
        assert len(designs.versions(session, Series.COMPLETION)) == 2


def test_behind_the_waiting_turn_stands_a_constraint() -> None:
    save(replace(PLAIN, title="结业证"))
    row = {"series": Series.COMPLETION, "design": PLAIN.as_json(), "author_name": "", "created_at": make.NOW}
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.add(CertificateDesign(**row, version=1, author_id=None))


def propose(admin: Actor, code: str) -> int:
    with db.transaction() as session:
        return deciding.propose(session, actor=admin, code=code, now=make.NOW)


def test_a_proposal_freezes_the_design_in_use() -> None:
    of, later = concluded({"王伟": 400}), concluded({"李四": 400})
    first = propose(of.admin, of.code)
    save(replace(PLAIN, title="结业证"))
    second = propose(later.admin, later.code)
    with db.transaction() as session:
        deciding.sign(session, actor=of.admin2, batch_id=first, now=make.NOW)
    with db.reading() as session:
        assert designs.of_batch(session, first) == PLAIN
        assert designs.of_batch(session, second).title == "结业证"
        (one,) = register.to_make(session, first)
        assert (one.series, one.design) == (Series.COMPLETION, PLAIN)
        assert register.one_to_make(session, one.number) == one
        with pytest.raises(NotFound):
            designs.of_batch(session, 99)


def test_a_batch_of_before_has_the_packaged_design() -> None:
    of = concluded({"王伟": 400})
    batch_id = propose(of.admin, of.code)
    with db.transaction() as session:
        session.get_one(CertificateBatch, batch_id).design = {}
    with db.reading() as session:
        assert designs.of_batch(session, batch_id) == PLAIN


def test_the_turn_is_what_keeps_two_apart() -> None:
    """Without the key that is taken or refused, who comes second runs into the constraint."""

    def insert_blindly(session: Session, table: type[CertificateDesign], **values: object) -> bool:
        session.add(table(**values))
        session.flush()
        return True

    with patch.object(actions, "insert_once", insert_blindly):
        save(replace(PLAIN, title="结业证"))
        with patch.object(designs, "current", return_value=PLAIN), pytest.raises(IntegrityError):
            save(replace(PLAIN, title="结业证明"))
