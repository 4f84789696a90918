"""The life of a certificate on its pages: for the office, its holder, and whoever checks it."""

import hashlib

import pytest
from flask import Flask

from academy.certificates.queries import batches, register
from academy.classes.models import ClassSession
from academy.ground import db, storage
from academy.ground.access import operator
from academy.ground.settings import Settings
from academy.people.models.register import Person
from tests.certificates.concluded import Concluded
from tests.certificates.conftest import SignIn
from tests.certificates.test_pages import certificate, issue, run_jobs
from tests.pages import PageClient, text_of


@pytest.fixture
def held(of: Concluded, as_: SignIn, settings: Settings) -> register.Held:
    """An issued certificate of 欧阳娜娜, with its file."""
    return certificate(issue(of, as_, settings), "欧阳娜娜")


def office(held: register.Held) -> str:
    return f"/admin/certificates/{held.number}"


def rename(of: Concluded, to: str) -> None:
    with db.transaction() as session:
        session.get_one(Person, of.people["欧阳娜娜"].person_id).name = to


def replace(of: Concluded, as_: SignIn, settings: Settings, held: register.Held) -> register.Held:
    """Correct the name, propose, sign, make the file; give the new certificate."""
    rename(of, "欧阳娜")
    page = f"{office(held)}/replace"
    batch = str(as_(of.admin).send(page, page, reason="姓名更正").location)
    as_(of.admin2).send(f"{batch}/sign", batch)
    run_jobs(settings)
    with db.reading() as session:
        (entry,) = batches.entries(session, int(batch.rpartition("/")[2]))
        return register.held(session, entry.number or "", operator())


def anonymous(visitor: PageClient) -> PageClient:
    visitor.delete_cookie("academy")
    with visitor.session_transaction() as cookie:
        cookie["locale"] = "en"
    return visitor


def test_the_office_sees_the_whole_life(of: Concluded, as_: SignIn, held: register.Held) -> None:
    client = as_(of.admin)
    page = client.get(office(held))
    said = text_of(page)
    assert "Proposed by 教务甲" in said
    assert "Signed by 教务乙, number given" in said
    assert "File made and signed electronically" in said
    for act in ("revoke", "replace", "reprint"):
        assert f'href="{office(held)}/{act}"' in page.text
        assert as_(of.people["欧阳娜娜"]).get(f"{office(held)}/{act}").status_code == 403
        client = as_(of.admin)
    assert client.get("/admin/certificates/2026-J-000099").status_code == 404


def test_revoked_it_is_told_to_everybody_at_once(
    of: Concluded, as_: SignIn, held: register.Held, visitor: PageClient
) -> None:
    page = f"{office(held)}/revoke"
    client = as_(of.admin)
    assert "From this moment the certificate is no longer valid" in text_of(client.get(page))
    assert client.send(page, page, reason=" … ").status_code == 422
    assert "Revoked" not in text_of(client.get(f"/verify/{held.number}"))
    assert client.send(page, page, reason="学时\n造假").location == office(held)
    seen = text_of(client.get(office(held)))
    assert "Revoked by 教务甲" in seen
    assert "学时 造假" in seen
    assert "It was revoked on" in text_of(client.get(page))
    assert client.get(f"{office(held)}/reprint").status_code == 200
    again = client.send_bare(page, reason="再次")
    assert again.location == office(held)
    assert "Nothing was changed" in text_of(client.get(office(held)))
    visitor = anonymous(visitor)
    for place in (f"/verify/{held.number}", f"/v/{held.code}"):
        said = text_of(visitor.get(place))
        assert "This certificate was revoked on" in said
        assert "Why: 学时 造假" in said
    holder = as_(of.people["欧阳娜娜"])
    assert "This certificate was revoked on" in text_of(holder.get(f"/me/certificates/{held.number}"))
    assert holder.get(f"/certificates/{held.number}.pdf").mimetype == "text/html"
    assert holder.get(f"/certificates/{held.number}.png").status_code == 404
    assert "Revoked" in text_of(holder.get("/me/certificates"))


def test_a_corrected_name_leads_from_the_old_to_the_new(
    of: Concluded, as_: SignIn, held: register.Held, settings: Settings, visitor: PageClient
) -> None:
    page = f"{office(held)}/replace"
    assert "A new certificate would say the same" in text_of(as_(of.admin).get(page))
    new = replace(of, as_, settings, held)
    client = as_(of.admin2)
    for one, other in ((held, new), (new, held)):
        assert f'href="{office(other)}"' in client.get(office(one)).text
    holder = as_(of.people["欧阳娜娜"])
    old_page = holder.get(f"/me/certificates/{held.number}")
    assert "This certificate was replaced by a newer one" in text_of(old_page)
    assert f'href="/me/certificates/{new.number}"' in old_page.text
    assert "欧阳娜" in text_of(holder.get(f"/me/certificates/{new.number}"))
    visitor = anonymous(visitor)
    by_number = visitor.get(f"/verify/{held.number}")
    assert "replaced by a newer one on" in text_of(by_number)
    assert "The newer one is valid." in text_of(by_number)
    assert new.number not in by_number.text  # the number alone shows how it stands, and nothing else
    assert f'href="/verify/{new.number}"' in visitor.get(f"/v/{held.code}").text
    page = f"{office(new)}/revoke"
    as_(of.admin).send(page, page, reason="误发")
    assert "The newer one was revoked too" in text_of(anonymous(visitor).get(f"/verify/{held.number}"))


def test_the_second_admin_sees_what_changes(of: Concluded, as_: SignIn, held: register.Held) -> None:
    rename(of, "欧阳娜")
    page = f"{office(held)}/replace"
    client = as_(of.admin)
    assert client.send(page, page, reason="").status_code == 422
    batch = str(client.send(page, page, reason="姓名更正").location)
    other = as_(of.admin2)
    said = text_of(other.get(batch))
    assert "Replaces a certificate" in said
    assert "Name 欧阳娜娜 欧阳娜 Different" in said
    assert "姓名更正" in said
    assert "A new certificate in its place is under way" in text_of(other.get(office(held)))
    other.send(f"{batch}/withdraw", batch)
    assert "under way" not in text_of(other.get(office(held)))
    assert "Valid" in text_of(other.get(f"/verify/{held.number}"))


def test_lost_paper_is_handed_out_again(of: Concluded, as_: SignIn, held: register.Held) -> None:
    page = f"{office(held)}/reprint"
    client = as_(of.admin)
    before = client.get(f"/certificates/{held.number}.pdf").data
    answer = client.send(page, page, reason="搬家遗失")
    assert answer.location == f"/certificates/{held.number}.pdf"
    assert client.get(answer.location).data == before
    seen = text_of(client.get(office(held)))
    assert "Paper printed once more by 教务甲" in seen
    assert "搬家遗失" in seen
    assert "printed again 1 time." in text_of(client.get(page))


def test_later_changes_never_alter_an_issued_file(
    of: Concluded, as_: SignIn, held: register.Held, app: Flask
) -> None:
    assert held.place is not None
    before = storage.bound().read(held.place, "pdf")
    rename(of, "另一个名字")
    with db.transaction() as session:
        class_ = session.get_one(ClassSession, of.class_id)
        class_.title, class_.sample = "另一个班", True
    with db.reading() as session:
        after = register.held(session, held.number, operator())
    assert after == held
    assert app.testing
    data = as_(of.people["欧阳娜娜"]).get(f"/certificates/{held.number}.pdf").data
    assert data == before
    assert hashlib.sha256(data).hexdigest() == held.place.sha256
