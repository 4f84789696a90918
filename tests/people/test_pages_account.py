"""One's own account and the binding of phones, as pages."""

import re

from sqlalchemy import select as choose

from academy.ground import db, passwords
from academy.ground.access import Role, operator
from academy.people.actions import register
from academy.people.actions.register import NewPerson
from academy.people.actions.sign_in import open_sign_in
from academy.people.models.register import BindingRequest, BindingState, Person, SignIn
from academy.people.queries import register as queries
from academy.people.queries import sign_ins
from tests import make
from tests.pages import text_of
from tests.people.conftest import PHONE, SignInAs, last_code, messages
from tests.people.numbers import id_number

OLD, NEW = "13900000001", "13900000002"


def trainee() -> Person:
    with db.transaction() as session:
        street = make.unit(session, "樱桥街道", parent=make.unit(session, "玄武区"))
        return make.person(session, unit=street, phone=OLD)


def known_trainee() -> int:
    with db.transaction() as session:
        street = make.unit(session, "樱桥街道", parent=make.unit(session, "玄武区"))
        person = NewPerson(
            name="王秀兰", id_number=id_number(1), phone=OLD, phone_verified=True, unit_id=street.id
        )
        return register.add_person(session, actor=operator(), person=person, now=make.NOW)


def staff(role: Role) -> Person:
    with db.transaction() as session:
        return make.person(session, "陶思源", roles=(role,))


def liaison_of(unit_id: int) -> Person:
    person = NewPerson(name="邵建平", role=Role.LIAISON, role_unit_id=unit_id, unit_id=unit_id)
    with db.transaction() as session:
        return session.get_one(Person, register.add_person(session, actor=operator(), person=person, now=make.NOW))


def unit_of(person_id: int) -> int:
    with db.reading() as session:
        unit = queries.unit_of(session, person_id, make.TODAY)
    assert unit
    return unit.id


def test_other_devices_are_signed_out_from_here(sign_in: SignInAs) -> None:
    person = trainee()
    with db.transaction() as session:
        others = [
            open_sign_in(session, person_id=person.id, device=PHONE, now=make.NOW).sign_in_id for _ in range(3)
        ]
    client = sign_in(person)
    page = client.get("/account/")
    assert text_of(page).count("Android") == 4
    assert client.send(f"/account/devices/{others[0]}/end", "/account/").status_code == 303
    assert text_of(client.get("/account/")).count("Android") == 3
    assert client.send("/account/devices/end-others", "/account/").status_code == 303
    assert text_of(client.get("/account/")).count("Android") == 1


def test_anothers_device_is_not_there(sign_in: SignInAs) -> None:
    other = staff(Role.INSTRUCTOR)
    with db.transaction() as session:
        theirs = open_sign_in(session, person_id=other.id, device=PHONE, now=make.NOW).sign_in_id
    client = sign_in(trainee())
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/").text)
    assert token
    answer = client.post(f"/account/devices/{theirs}/end", data={"csrf_token": token[1]})
    assert answer.status_code == 404


def test_a_first_password_needs_a_name_and_a_new_one_the_old(sign_in: SignInAs) -> None:
    person = trainee()
    client = sign_in(person)
    said = {"account_name": "Xiulan", "password": "many-words-here", "again": "many-words-here"}
    assert client.send("/account/password", **(said | {"again": "other-words-here"})).status_code == 422
    assert client.send("/account/password", **(said | {"account_name": "兰"})).status_code == 422
    assert client.send("/account/password", **(said | {"password": "short", "again": "short"})).status_code == 422
    assert client.send("/account/password", **said).location == "/account/"
    with db.reading() as session:
        account = sign_ins.account(session, name="xiulan")
        assert len(messages(session, "people.password-set")) == 1
    assert account
    assert passwords.fits(account.password_hash, "many-words-here")
    changed = {"current": "wrong-words", "password": "other-words-here", "again": "other-words-here"}
    assert client.send("/account/password", **changed).status_code == 422
    assert client.send("/account/password", **(changed | {"current": "many-words-here"})).status_code == 303


def test_ones_own_new_phone_is_proved_first(sign_in: SignInAs) -> None:
    person = trainee()
    client = sign_in(person)
    assert client.send("/account/phone", phone="12").status_code == 422
    assert client.send("/account/phone", phone=NEW).location == "/account/phone/code"
    with db.reading() as session:
        code = last_code(session)
    assert client.send("/account/phone/code", code="0000").status_code == 422
    assert client.send("/account/phone/code", code=code).location == "/account/"
    with db.reading() as session:
        assert sign_ins.holder_id(session, NEW) == person.id
        assert [message.address for message in messages(session, "people.phone-left")] == [OLD]


def test_one_signs_out_everywhere_at_once(sign_in: SignInAs) -> None:
    person = trainee()
    with db.transaction() as session:
        open_sign_in(session, person_id=person.id, device=PHONE, now=make.NOW)
    client = sign_in(person)
    assert client.send("/account/devices/end-all", "/account/").location == "/login"
    assert client.get("/account/").status_code == 303
    with db.reading() as session:
        assert None not in session.execute(choose(SignIn.ended_at)).scalars().all()


def test_the_page_says_what_is_kept_and_what_for(sign_in: SignInAs) -> None:
    page = text_of(sign_in(trainee()).get("/account/"))
    assert "学院保存我的哪些信息" in page
    assert OLD not in page


def test_staff_bind_a_phone_after_seeing_the_card(sign_in: SignInAs) -> None:
    person_id = known_trainee()
    url = f"/people/{person_id}/phone"
    client = sign_in(liaison_of(unit_of(person_id)))
    assert "139****0001" in text_of(client.get(url))
    digits = id_number(1)[-4:]
    assert client.send(url, phone=NEW, last_four=digits).status_code == 422  # the card was not seen
    assert client.send(url, phone=NEW, last_four="12", seen="y").status_code == 422
    wrong = client.send(url, phone=NEW, last_four="0000", seen="y")
    assert wrong.status_code == 409
    assert 'value="13900000002"' in wrong.text  # what was typed stands there still
    assert client.send(url, phone="+86 139-0000-0002", last_four=digits, seen="y").location == "/unit/requests"
    with db.reading() as session:
        assert sign_ins.holder_id(session, NEW) == person_id


def test_without_an_id_on_file_the_page_asks_for_the_whole_one(sign_in: SignInAs) -> None:
    person = trainee()
    client = sign_in(staff(Role.ADMIN))
    url = f"/people/{person.id}/phone"
    assert client.send(url, phone=NEW, id_number=id_number(1)[:-1] + "!", seen="y").status_code == 422
    assert client.send(url, phone=NEW, id_number=id_number(1), seen="y").location == f"/admin/people/{person.id}"


def test_a_strangers_phone_is_nobodys_to_bind(sign_in: SignInAs) -> None:
    person_id = known_trainee()
    with db.transaction() as session:
        elsewhere = make.unit(session).id
    assert sign_in(liaison_of(elsewhere)).get(f"/people/{person_id}/phone").status_code == 404
    assert sign_in(staff(Role.INSTRUCTOR)).get(f"/people/{person_id}/phone").status_code == 404
    assert sign_in(trainee_again()).get(f"/people/{person_id}/phone").status_code == 403


def trainee_again() -> Person:
    with db.transaction() as session:
        return make.person(session, "李建国", phone=NEW)


def ask(person_id: int) -> int:
    with db.transaction() as session:
        row = BindingRequest(
            person_id=person_id, number=NEW, state=BindingState.OPEN, requested_at=make.NOW, decided_by=""
        )
        session.add(row)
        session.flush()
        return row.id


def test_a_liaison_decides_requests_of_their_unit(sign_in: SignInAs) -> None:
    person_id = known_trainee()
    first, second = ask(person_id), ask(person_id)
    client = sign_in(liaison_of(unit_of(person_id)))
    assert "王秀兰" in text_of(client.get("/unit/requests"))
    refused = client.send(f"/unit/requests/{first}/refuse", f"/unit/requests/{first}")
    assert refused.location == "/unit/requests"
    bind = f"/unit/requests/{second}/bind"
    page = f"/unit/requests/{second}"
    assert client.send(bind, page, last_four="1", seen="y").status_code == 422
    assert client.send(bind, page, last_four=id_number(1)[-4:], seen="y").location == "/unit/requests"
    assert client.get(page).status_code == 404
    with db.reading() as session:
        states = session.execute(choose(BindingRequest.state).order_by(BindingRequest.id)).scalars().all()
        assert states == [BindingState.REFUSED, BindingState.DONE]
        assert session.execute(choose(SignIn.ended_at)).scalars().all() == [None]  # the liaison's own
    assert client.get("/unit/requests").status_code == 200


def test_the_office_sees_every_request_and_an_instructor_none(sign_in: SignInAs) -> None:
    ask(known_trainee())
    assert "王秀兰" in text_of(sign_in(staff(Role.ADMIN)).get("/unit/requests"))
    assert sign_in(staff(Role.INSTRUCTOR)).get("/unit/requests").status_code == 403
