"""A class session may ask for a certificate: issued, not revoked, and as old as its first issue."""

from datetime import date, timedelta

import pytest

from academy.certificates.queries import held
from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.rules import ClassState
from academy.enrolment.actions import admission as composing
from academy.enrolment.queries import admission
from academy.enrolment.rules.admission import RuleKind
from academy.ground import db
from academy.ground.clock import local_date
from academy.people.models.register import Person
from tests import make
from tests.certificates.concluded import Concluded, concluded
from tests.certificates.lives import LATER, give_files, rename, replaced, revoke, signed
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("database")
ISSUED_ON = local_date(make.NOW)


def since(of: Concluded) -> dict[str, date]:
    """Tell by name from which day on the certificates of a class's people count."""
    names = {person.person_id: name for name, person in of.people.items()}
    with db.reading() as session:
        found = held.credentials(session, [person_id for person_id in names if person_id])
        return {names[each.person_id]: each.issued_on for each in found if each.class_session_id == of.class_id}


def next_class(of: Concluded, *, months: int | None = None, starts_on: date = ISSUED_ON + timedelta(20)) -> str:
    """A class session that asks for a certificate of that programme."""
    with db.transaction() as session:
        class_ = make.class_session(session, starts_on=starts_on)
        composing.add_rule(
            session, actor=of.admin, code=class_.code, kind=RuleKind.PROGRAMME, months=months, certified=True,
            keys=[session.get_one(ClassSession, of.class_id).programme_id], now=make.NOW,
        )  # fmt: skip
        return class_.code


def lacking(of: Concluded, code: str) -> list[str]:
    """Name who may not come for want of a certificate."""
    with db.reading() as session:
        class_ = classes.class_session(session, code)
        assert class_
        ids = {person.person_id: name for name, person in of.people.items() if person.person_id}
        found = admission.unmet(session, class_, list(ids))
        return [
            name for person_id, name in ids.items() if [each.code for each in found[person_id]] == ["programme"]
        ]


def test_a_completed_class_is_no_certificate_until_one_is_issued() -> None:
    of = concluded({"王伟": 400, "李四": 100})
    code = next_class(of)
    assert lacking(of, code) == ["王伟", "李四"]
    batch_id = signed(of, files=False)
    assert since(of) == {}
    give_files(of, batch_id)
    assert since(of) == {"王伟": ISSUED_ON}
    assert lacking(of, code) == ["李四"]


def test_a_revoked_certificate_counts_no_more() -> None:
    of = concluded({"王伟": 400})
    signed(of)
    code = next_class(of)
    assert lacking(of, code) == []
    revoke(of)
    assert since(of) == {}
    assert lacking(of, code) == ["王伟"]


def test_a_replaced_certificate_is_as_old_as_the_first() -> None:
    of = concluded({"王伟": 400})
    signed(of)
    rename(of, "王伟", "王炜")
    replaced(of)
    assert local_date(LATER) > ISSUED_ON
    assert since(of) == {"王伟": ISSUED_ON}


def test_its_age_counts_from_the_day_of_issue() -> None:
    of = concluded({"王伟": 400})
    signed(of)
    assert lacking(of, next_class(of, months=1, starts_on=ISSUED_ON + timedelta(28))) == []
    assert lacking(of, next_class(of, months=1, starts_on=ISSUED_ON + timedelta(32))) == ["王伟"]


def test_the_office_asks_for_a_certificate_and_the_trainee_reads_it(client: PageClient) -> None:
    of = concluded({"王伟": 400})
    with db.transaction() as session:
        class_ = make.class_session(session, state=ClassState.ENROLLING)
        make.pool(session, class_)
        programme_id = session.get_one(ClassSession, of.class_id).programme_id
        admin = session.get_one(Person, of.admin.person_id)
        trainee = session.get_one(Person, of.people["王伟"].person_id)
    sign_in(client, admin)
    url = f"/admin/classes/{class_.code}/admission"
    assert "以有效证书为准" not in text_of(client.get(f"{url}/unit"))
    assert "以有效证书为准" in text_of(client.get(f"{url}/programme"))
    assert client.send(f"{url}/programme", keys=str(programme_id), certified="y").status_code == 303
    client.send("/logout", "/account/")
    sign_in(client, trainee)
    page = text_of(client.get(f"/classes/{class_.code}"))
    assert "须持有“网格员岗前培训方案”的结业证书。" in page
    assert "不符合" in page
    assert client.send_bare(f"/classes/{class_.code}/enrol").status_code == 409
    signed(of)
    assert client.send(f"/classes/{class_.code}/enrol", f"/classes/{class_.code}").status_code == 303


def test_without_certificates_none_can_be_asked_for() -> None:
    of = concluded({"王伟": 400})
    admission.plug_credentials([])
    code = next_class(of)
    with db.reading() as session:
        class_ = classes.class_session(session, code)
        assert class_
        assert not admission.rules_of(session, class_.id)[0].certified
    assert lacking(of, code) == []
