"""From the concluded class to the paper in somebody's hand, page by page; and what strangers may see."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from academy.certificates.queries import batches, register
from academy.clockwork import queries as clockwork
from academy.ground import clock, db
from academy.ground.access import operator
from academy.ground.settings import Settings
from academy.journal import queries as journal
from academy.journal.rules.wanted import Wanted
from tests.certificates.concluded import Concluded, concluded, worker
from tests.certificates.conftest import SignIn
from tests.pages import PageClient, text_of


def run_jobs(settings: Settings) -> None:
    with db.reading() as session:
        waiting = clockwork.waiting_ids(session, now=clock.now())
    for job_id in waiting:
        worker(settings).run(job_id)


def issue(of: Concluded, as_: SignIn, settings: Settings | None) -> int:
    """Propose as one admin and sign as another, through the pages; make the files if settings are given."""
    page = f"/admin/classes/{of.code}/certificates"
    proposed = as_(of.admin).send(f"{page}/issue", page)
    assert proposed.status_code == 303
    batch = str(proposed.location)
    signed = as_(of.admin2).send(f"{batch}/sign", batch)
    assert signed.location.startswith("/jobs/")
    if settings:
        run_jobs(settings)
    return int(batch.rpartition("/")[2])


def certificate(batch_id: int, name: str) -> register.Held:
    with db.reading() as session:
        number = next(e.number for e in batches.entries(session, batch_id) if e.name == name)
        return register.held(session, number or "", operator())


def test_the_office_sees_who_is_eligible_and_why_the_rest_are_not(of: Concluded, as_: SignIn) -> None:
    client = as_(of.admin)
    office = text_of(client.get("/admin/certificates/"))
    assert of.code in office
    page = text_of(client.get(f"/admin/classes/{of.code}/certificates"))
    assert "34 of the 36 hours needed." in page
    assert "Propose 2 certificates" in page
    assert client.get("/admin/classes/2026-999/certificates").status_code == 404


def test_from_proposal_to_download(of: Concluded, as_: SignIn, settings: Settings) -> None:
    batch_id = issue(of, as_, settings)
    held = certificate(batch_id, "欧阳娜娜")
    client = as_(of.people["欧阳娜娜"])
    assert held.printed in text_of(client.get("/me/certificates"))
    answer = client.get(f"/certificates/{held.number}.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Expires" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert f"{held.number}-%E6%AC%A7" in answer.headers["Content-Disposition"]
    assert as_(of.people["张𬭎"]).get(f"/certificates/{held.number}.pdf").status_code == 404
    assert as_(of.admin).get(f"/certificates/{held.number}.pdf").status_code == 200
    assert "Issued" in text_of(client.get(f"/admin/batches/{batch_id}"))


def test_batches_and_their_people_leave_as_files(of: Concluded, as_: SignIn) -> None:
    page = f"/admin/batches/{issue(of, as_, None)}"
    client = as_(of.admin)
    answer = client.send(f"{page}/export.xlsx", page)
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    people = client.post(f"{page}/export.csv", data={"csrf_token": client.token()}).data.decode("utf-8-sig")
    assert len(people.splitlines()) == 4
    assert "34 of the 36 hours needed." in people
    listed = client.send("/admin/certificates/export.xlsx", "/admin/certificates/")
    assert listed.status_code == 200
    with db.reading() as session:
        codes = [entry.code for entry in journal.newest(session, Wanted(code="certificate.list"), limit=9)]
    assert codes == ["certificate.list-exported"] * 3
    assert as_(of.people["欧阳娜娜"]).send_bare(f"{page}/export.csv").status_code == 403


def test_the_proposer_cannot_sign_and_is_told_why(of: Concluded, as_: SignIn) -> None:
    page = f"/admin/classes/{of.code}/certificates"
    client = as_(of.admin)
    batch = str(client.send(f"{page}/issue", page).location)
    looked = client.get(batch)
    assert "You proposed these certificates yourself." in text_of(looked)
    assert f'action="{batch}/sign"' not in looked.get_data(as_text=True)
    forged = client.post(f"{batch}/sign", data=standing(client, batch))
    assert forged.status_code == 409
    assert "Another admin signs them." in text_of(forged)


def standing(client: PageClient, page: str) -> dict[str, str]:
    """Take the token of any form on a page."""
    token = client.get(page).get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    return {"csrf_token": token}


def test_a_proposal_is_taken_back_and_made_anew(of: Concluded, as_: SignIn) -> None:
    page = f"/admin/classes/{of.code}/certificates"
    client = as_(of.admin)
    batch = str(client.send(f"{page}/issue", page).location)
    assert client.send(f"{batch}/withdraw", batch).location == "/admin/certificates/"
    assert "No number was given." in text_of(client.get(batch))
    assert client.send(f"{page}/issue", page).status_code == 303


def test_a_preview_says_that_it_is_one(of: Concluded, as_: SignIn) -> None:
    page = f"/admin/classes/{of.code}/certificates"
    client = as_(of.admin)
    batch = str(client.send(f"{page}/issue", page).location)
    answer = client.get(f"{batch}/preview/{of.people['张𬭎'].person_id}.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert client.get(f"{batch}/preview/{of.people['陈堃'].person_id}.pdf").status_code == 404


def test_a_numbered_certificate_is_made_when_its_holder_asks(
    of: Concluded, as_: SignIn, settings: Settings
) -> None:
    held = certificate(issue(of, as_, None), "张𬭎")
    client = as_(of.people["张𬭎"])
    place = f"/certificates/{held.number}.pdf"
    assert "the file is not made yet" in text_of(client.get(place))
    job = str(client.send(f"/certificates/{held.number}/make", place).location)
    assert client.get(job).status_code == 200
    run_jobs(settings)
    assert f'href="/me/certificates/{held.number}"' in client.get(job).get_data(as_text=True)
    assert client.get(place).data.startswith(b"%PDF-")


def test_the_public_learns_the_state_from_a_number_and_more_from_name_or_code(
    of: Concluded, as_: SignIn, settings: Settings, visitor: PageClient
) -> None:
    held = certificate(issue(of, as_, settings), "欧阳娜娜")
    visitor.delete_cookie("academy")
    with visitor.session_transaction() as cookie:
        cookie["locale"] = "en"
    typed = visitor.send("/verify/", "/verify/", number=held.printed.replace("〔", "(").replace("〕", ")"))
    assert typed.location == f"/verify/{held.number}"
    by_number = text_of(visitor.get(typed.location))
    assert "Valid" in by_number
    assert of.code not in by_number
    assert "欧***" not in by_number
    for more in (
        visitor.send("/verify/", "/verify/", number=held.number, name="欧阳 娜娜"),
        visitor.send(typed.location, typed.location, name="欧阳娜娜"),
        visitor.get(f"/v/{held.code.lower()}"),
    ):
        said = text_of(more)
        assert "欧***" in said
        assert "欧阳娜娜" not in said
        assert of.code in said
        assert held.place is not None
        assert held.place.sha256 in said
    other = text_of(visitor.send(typed.location, typed.location, name="张三"))
    assert "belongs to another name" in other
    assert of.code not in other


@pytest.mark.parametrize("place", ["/verify/2026-J-999999", "/verify/nonsense", "/v/0000000000"])
def test_unknown_never_reads_as_false(place: str, app: Flask, visitor: PageClient) -> None:
    said = text_of(visitor.get(place))
    assert app.testing
    assert "That does not make the certificate false" in said
    assert "Ask the office of 南京网格学院" in said


def test_a_number_that_is_none_is_told_at_the_field(app: Flask, visitor: PageClient) -> None:
    assert app.testing
    answer = visitor.send("/verify/", "/verify/", number="一二三")
    assert answer.status_code == 422
    assert "does not read like a certificate number" in text_of(answer)
    assert visitor.get("/verify/?number=2026-J-7").location == "/verify/2026-J-000007"
    assert visitor.get("/verify/?number=whatever").status_code == 200


def test_one_address_may_not_ask_without_end(app: Flask, visitor: PageClient) -> None:
    assert app.testing
    answers = [visitor.get(f"/verify/2026-J-{turn:06d}").status_code for turn in range(1, 40)]
    assert answers == [200] * 15 + [429] * 24
    form = {"number": "2026-J-000001", "name": "欧阳"}
    guesses = [visitor.send("/verify/", "/verify/", **form).status_code for _turn in range(11)]
    assert guesses == [200] * 10 + [429]
    page = standing(visitor, "/verify/") | {"name": "欧阳娜娜"}
    assert visitor.post("/verify/2026-J-000001", data=page).status_code == 429  # both doors count together


def test_a_hall_of_people_may_scan_behind_one_address(app: Flask) -> None:
    visitor = FlaskClient(app)  # one page a hundred times: it need not be inspected each time
    assert {visitor.get("/v/0000000000").status_code for _turn in range(100)} == {200}


def test_a_household_is_limited_as_one(app: Flask, visitor: PageClient) -> None:
    assert app.testing

    def ask(address: str) -> int:
        return visitor.get("/verify/2026-J-000001", environ_base={"REMOTE_ADDR": address}).status_code

    assert [ask(f"2001:db8:1:2::{turn:x}") for turn in range(16)] == [200] * 15 + [429]
    assert ask("2001:db8:1:3::1") == 200


def test_desks_say_what_waits(of: Concluded, as_: SignIn, settings: Settings) -> None:
    assert "concluded class has no certificates yet" in text_of(as_(of.admin).get("/admin/"))
    page = f"/admin/classes/{of.code}/certificates"
    batch = str(as_(of.admin).send(f"{page}/issue", page).location)
    assert "waits for your signature" not in text_of(as_(of.admin).get("/admin/"))
    assert "batch of certificates waits for your signature" in text_of(as_(of.admin2).get("/admin/"))
    as_(of.admin2).send(f"{batch}/sign", batch)
    run_jobs(settings)
    assert "new certificate is ready" in text_of(as_(of.people["张𬭎"]).get("/me/"))


def test_lists_cost_the_same_however_long(as_: SignIn, statements: list[str], settings: Settings) -> None:
    assert settings.env == "test"
    few = concluded({"王伟": 400})
    issue(few, as_, None)
    client = as_(few.admin)

    def cost(place: str) -> int:
        statements.clear()
        assert client.get(place).status_code == 200
        return len(statements)

    places = "/admin/certificates/", f"/admin/classes/{few.code}/certificates", "/admin/batches/{id}"
    before = [cost(place.format(id=1)) for place in places]
    many = concluded({f"学员{turn}": 400 for turn in range(40)}, admins=(few.admin, few.admin2))
    batch_id = issue(many, as_, None)
    client = as_(few.admin)
    after = [
        cost(place.format(id=batch_id))
        for place in (places[0], f"/admin/classes/{many.code}/certificates", places[2])
    ]
    assert after == before
    assert max(before) <= 15
