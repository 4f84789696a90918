"""Sign in by code and by password, on a real database, with the limits that live in it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, literal_column, text
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.ground import crypto, passwords, tokens
from academy.ground.access import Role
from academy.ground.errors import NotFound
from academy.people.actions import codes, register, sign_in
from academy.people.actions.register import NewPerson
from academy.people.models.register import Attempt, Phone, SignIn
from academy.people.queries import sign_ins
from academy.people.rules.signing_in import CodePurpose, Entry, Tried
from tests import make
from tests.make import NOW
from tests.people.conftest import PHONE, VISITING, last_code, messages
from tests.people.numbers import id_number

NUMBER = "13900000001"


def send(
    session: Session, phone: str = NUMBER, purpose: CodePurpose = CodePurpose.SIGN_IN, **at: float
) -> str | None:
    return codes.send_code(
        session, actor=VISITING, phone=phone, purpose=purpose, locale="zh_CN", now=NOW + timedelta(**at)
    )


def enter(session: Session, code: str, phone: str = NUMBER, **at: float) -> sign_in.Entered:
    return sign_in.by_code(
        session, actor=VISITING, phone=phone, code=code, device=PHONE, now=NOW + timedelta(**at)
    )


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def imported(session: Session, *, name: str = "王秀兰", serial: int = 1, with_id: bool = True) -> int:
    person = NewPerson(name=name, phone=NUMBER, id_number=id_number(serial) if with_id else None)
    return register.add_people_many(session, actor=VISITING, people=[person], now=NOW)[0]


def test_a_code_signs_its_phone_in_once(session: Session) -> None:
    person = make.person(session, phone=NUMBER)
    code = send(session)
    assert code == last_code(session)
    assert code
    entered = enter(session, code)
    assert entered.entry is Entry.SIGNED_IN
    assert entered.actor
    assert entered.actor.person_id == person.id
    assert enter(session, code).entry is Entry.WRONG
    found = sign_ins.signed_in(session, tokens.fingerprint(entered.secret), now=NOW, address=None)
    assert found
    assert found.actor.roles == {Role.TRAINEE}
    row = session.execute(choose(SignIn)).scalar_one()
    assert entered.secret not in (row.fingerprint, row.agent)


def test_a_code_is_good_for_five_minutes(session: Session) -> None:
    make.person(session, phone=NUMBER)
    code = send(session) or ""
    assert enter(session, code, minutes=5).entry is Entry.WRONG
    code = send(session, minutes=6) or ""
    assert enter(session, code, minutes=10, seconds=59).entry is Entry.SIGNED_IN


def test_a_code_bears_five_tries_and_the_sixth_is_too_late_even_if_right(session: Session) -> None:
    make.person(session, phone=NUMBER)
    code = send(session) or ""
    assert {enter(session, wrong(code)).entry for _ in range(5)} == {Entry.WRONG}
    assert enter(session, code).entry is Entry.WRONG


def test_only_the_newest_code_counts(session: Session) -> None:
    make.person(session, phone=NUMBER)
    first = send(session) or ""
    second = send(session, seconds=1) or ""
    if first != second:
        assert enter(session, first, seconds=2).entry is Entry.WRONG
    assert enter(session, second, seconds=3).entry is Entry.SIGNED_IN


def test_a_code_is_worth_nothing_for_another_purpose_or_phone(session: Session) -> None:
    make.person(session, phone=NUMBER)
    code = send(session, purpose=CodePurpose.REGISTER) or ""
    assert enter(session, code).entry is Entry.WRONG
    code = send(session) or ""
    send(session, phone="13900000002")
    assert enter(session, code, phone="13900000002").entry is Entry.WRONG


def test_codes_are_sent_five_times_an_hour(session: Session) -> None:
    assert all(send(session, minutes=minute) for minute in range(5))
    assert send(session, minutes=6) is None
    assert len(messages(session)) == 5
    assert send(session, minutes=61)


def test_an_address_may_send_for_a_whole_hall_but_not_for_ever(session: Session) -> None:
    session.add_all(
        Attempt(kind="code_sent", subject=f"{n:032x}", address="192.0.2.7", succeeded=True, at=NOW)
        for n in range(300)
    )
    assert send(session, phone="19900009999") is None


def test_wrong_codes_are_limited_over_many_codes(session: Session) -> None:
    make.person(session, phone=NUMBER)
    for round_ in range(2):
        code = send(session, minutes=round_) or ""
        for _ in range(5):
            assert enter(session, wrong(code), minutes=round_).entry is Entry.WRONG
    code = send(session, minutes=3) or ""
    assert enter(session, code, minutes=3).entry is Entry.TOO_MANY


def test_an_unknown_number_gets_its_code_like_any_other_and_is_told_only_then(session: Session) -> None:
    code = send(session)
    assert code
    assert enter(session, wrong(code)).entry is Entry.WRONG
    assert enter(session, code).entry is Entry.UNKNOWN


def confirm(session: Session, last_six: str) -> sign_in.Entered:
    return sign_in.by_last_six(session, actor=VISITING, phone=NUMBER, last_six=last_six, device=PHONE, now=NOW)


def test_an_imported_person_confirms_once_with_the_last_six(session: Session) -> None:
    person_id = imported(session)
    assert enter(session, send(session) or "").entry is Entry.CONFIRM_ID
    assert confirm(session, "000000").entry is Entry.WRONG
    entered = confirm(session, id_number(1)[-6:])
    assert entered.entry is Entry.SIGNED_IN
    phone = session.execute(choose(Phone).where(Phone.person_id == person_id)).scalar_one()
    assert phone.verified_at == NOW
    assert enter(session, send(session) or "").entry is Entry.SIGNED_IN


def test_of_a_family_with_one_phone_the_id_tells_who_it_is(session: Session) -> None:
    imported(session, serial=1)
    second = imported(session, name="李建国", serial=2)
    entered = confirm(session, id_number(2)[-6:])
    assert entered.actor
    assert entered.actor.person_id == second


def test_guessing_the_last_six_is_limited(session: Session) -> None:
    imported(session)
    tried = [confirm(session, f"{n:06d}").entry for n in range(11)]
    assert tried == [Entry.WRONG] * 10 + [Entry.TOO_MANY]


def test_an_imported_person_without_an_id_must_show_the_card(session: Session) -> None:
    imported(session, with_id=False)
    assert enter(session, send(session) or "").entry is Entry.UNKNOWN


def test_staff_are_sent_to_their_password(session: Session) -> None:
    admin = make.person(session, roles=(Role.ADMIN,), phone=NUMBER)
    make.account(session, admin, "admin", passwords.hash_of("academy-demo"))
    assert enter(session, send(session) or "").entry is Entry.STAFF


def try_password(session: Session, name: str, password: str, **at: float) -> sign_in.Entered:
    now = NOW + timedelta(**at)
    trial = sign_in.begin_password(session, actor=VISITING, name=name, now=now)
    if trial is None:
        return sign_in.Entered(entry=Entry.TOO_MANY)
    if not passwords.fits(trial.password_hash, password):
        return sign_in.Entered(entry=Entry.WRONG)
    fresh = passwords.hash_of(password) if passwords.is_outdated(trial.password_hash) else None
    return sign_in.end_password(session, trial=trial, fresh_hash=fresh, device=PHONE, now=now)


def test_a_password_signs_in_by_name_or_phone(session: Session) -> None:
    admin = make.person(session, roles=(Role.ADMIN,), phone=NUMBER)
    make.account(session, admin, "admin", passwords.hash_of("academy-demo"))
    assert try_password(session, " Admin ", "academy-demo").entry is Entry.SIGNED_IN
    assert try_password(session, "139 0000 0001", "academy-demo").entry is Entry.SIGNED_IN
    assert try_password(session, "admin", "academy-dem0").entry is Entry.WRONG
    assert try_password(session, "nobody", "academy-demo").entry is Entry.WRONG
    assert try_password(session, "13900000002", "academy-demo").entry is Entry.WRONG


def test_wrong_passwords_are_limited_and_the_right_one_then_too(session: Session) -> None:
    admin = make.person(session, roles=(Role.ADMIN,))
    make.account(session, admin, "admin", passwords.hash_of("academy-demo"))
    for name in ("admin", "nobody"):
        tried = [sign_in.begin_password(session, actor=VISITING, name=name, now=NOW) for _ in range(11)]
        assert [trial is None for trial in tried] == [False] * 10 + [True]
    assert try_password(session, "admin", "academy-demo").entry is Entry.TOO_MANY
    assert try_password(session, "admin", "academy-demo", minutes=16).entry is Entry.SIGNED_IN


def test_an_old_hash_is_made_anew_on_the_way(session: Session) -> None:
    admin = make.person(session, roles=(Role.ADMIN,))
    cheap = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$"
    account = make.account(session, admin, "admin", passwords.hash_of("academy-demo"))
    trial = sign_in.begin_password(session, actor=VISITING, name="admin", now=NOW)
    assert trial
    fresh = passwords.hash_of("academy-demo")
    assert sign_in.end_password(session, trial=trial, fresh_hash=fresh, device=PHONE, now=NOW).secret
    assert account.password_hash == fresh
    assert passwords.is_outdated(cheap + "cmVzdWx0cmVzdWx0")
    assert not passwords.fits("no hash at all", "academy-demo")


def test_a_password_changed_meanwhile_signs_nobody_in(session: Session) -> None:
    admin = make.person(session, roles=(Role.ADMIN,))
    account = make.account(session, admin, "admin", passwords.hash_of("academy-demo"))
    trial = sign_in.begin_password(session, actor=VISITING, name="admin", now=NOW)
    assert trial
    account.password_hash = passwords.hash_of("another-password")
    assert sign_in.end_password(session, trial=trial, fresh_hash=None, device=PHONE, now=NOW).entry is Entry.WRONG


def test_nobodys_hash_costs_what_others_cost() -> None:
    assert not passwords.is_outdated(passwords.NOBODYS)
    assert not passwords.fits(passwords.NOBODYS, "academy-demo")


def test_devices_are_listed_and_ended_by_their_owner_only(session: Session) -> None:
    person, other = make.person(session, phone=NUMBER), make.person(session, "李建国")
    first = sign_in.open_sign_in(session, person_id=person.id, device=PHONE, now=NOW)
    second = sign_in.open_sign_in(session, person_id=person.id, device=PHONE, now=NOW)
    assert len(sign_ins.devices(session, person.id, now=NOW)) == 2
    assert first.sign_in_id
    with pytest.raises(NotFound):
        sign_in.end_sign_in(session, actor=make.actor(other), sign_in_id=first.sign_in_id, now=NOW)
    sign_in.end_sign_ins(session, actor=make.actor(person), person_id=person.id, keep=second.sign_in_id, now=NOW)
    assert [device.id for device in sign_ins.devices(session, person.id, now=NOW)] == [second.sign_in_id]
    assert sign_ins.signed_in(session, tokens.fingerprint(first.secret), now=NOW, address=None) is None
    later = NOW + timedelta(days=30)
    assert sign_ins.signed_in(session, tokens.fingerprint(second.secret), now=later, address=None) is None


def test_numbers_and_codes_are_kept_nowhere_in_clear(session: Session) -> None:
    make.person(session, phone=NUMBER)
    code = send(session) or ""
    session.flush()
    for table in ("phone", "one_time_code", "attempt"):
        rows: list[object] = list(session.execute(choose(literal_column("*")).select_from(text(table))))
        assert rows
        assert not [row for row in rows if NUMBER in str(row) or f"'{code}'" in str(row)]
    assert crypto.vault().blind(NUMBER, "phone") == session.execute(choose(Phone.blind)).scalar_one()


def test_every_try_leaves_a_trace(session: Session) -> None:
    code = send(session) or ""
    codes_tried = [
        codes.try_code(session, actor=VISITING, phone=NUMBER, purpose=CodePurpose.SIGN_IN, code=each, now=NOW)
        for each in (wrong(code), code)
    ]
    assert codes_tried == [Tried.WRONG, Tried.RIGHT]
    counted = session.execute(choose(Attempt.succeeded, func.count()).group_by(Attempt.succeeded)).all()
    assert {(row[0], row[1]) for row in counted} == {(True, 2), (False, 1)}
