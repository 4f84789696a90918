"""Join by oneself; bind phones; change one's own: actions on a real database."""

import pytest
from sqlalchemy import func
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.ground.access import Actor, Role, operator
from academy.ground.errors import NotFound, Refused
from academy.journal.models import JournalEntry
from academy.people.actions import binding, codes, joining, register, sign_in
from academy.people.actions.register import NewPerson
from academy.people.models.register import BindingRequest, Membership, Person, Phone, RoleGrant, SignIn, Unit
from academy.people.queries import binding as queries
from academy.people.queries import sign_ins
from academy.people.rules import joining as rules
from academy.people.rules.signing_in import CodePurpose, Entry
from tests import make
from tests.make import NOW, TODAY
from tests.people.conftest import PHONE, VISITING, messages
from tests.people.numbers import id_number

NUMBER, OLD = "13900000001", "13900000002"


def join(session: Session, unit: Unit, *, name: str = "王秀兰", number: str | None = None) -> sign_in.Entered:
    code = codes.send_code(
        session, actor=VISITING, phone=NUMBER, purpose=CodePurpose.REGISTER, locale="zh_CN", now=NOW
    )
    applicant = joining.Applicant(name=name, unit_id=unit.id, grid_role="full_time", id_number=number)
    return joining.join(
        session, actor=VISITING, phone=NUMBER, code=code or "", applicant=applicant, device=PHONE, now=NOW
    )


def known(session: Session, *, phone: str | None = OLD, verified: bool = True, unit: Unit | None = None) -> int:
    person = NewPerson(
        name="王秀兰",
        id_number=id_number(1),
        phone=phone,
        phone_verified=verified,
        unit_id=unit.id if unit else None,
    )
    return register.add_person(session, actor=operator(), person=person, now=NOW)


def count(session: Session, table: type) -> int:
    return session.execute(choose(func.count()).select_from(table)).scalar_one()


def test_a_new_trainee_is_entered_with_all_that_belongs_to_one(session: Session) -> None:
    unit = make.unit(session, parent=make.unit(session))
    entered = join(session, unit, name=" 欧阳  娜娜 ", number=id_number(7))
    assert entered.entry is Entry.SIGNED_IN
    person = session.execute(choose(Person)).scalar_one()
    assert (person.name, person.name_pinyin, person.name_initials) == ("欧阳 娜娜", "ou yang na na", "oynn")
    assert (person.id_number, person.id_seen_at) == (id_number(7), None)
    assert session.execute(choose(Phone.verified_at)).scalar_one() == NOW
    assert session.execute(choose(Membership.unit_id)).scalar_one() == unit.id
    assert session.execute(choose(RoleGrant.role)).scalar_one() is Role.TRAINEE
    noted = session.execute(choose(JournalEntry.code)).scalars().all()
    assert noted == ["person.added", "person.consented", "sign-in.made"]
    assert NUMBER not in str(session.execute(choose(JournalEntry.after)).scalars().all())


def test_a_known_id_becomes_a_request_and_no_second_person(session: Session) -> None:
    unit = make.unit(session)
    person_id = known(session)
    assert join(session, unit, number=id_number(1)).entry is Entry.ASKED_TO_BIND
    assert join(session, unit, number=id_number(1)).entry is Entry.ASKED_TO_BIND
    assert (count(session, Person), count(session, BindingRequest), count(session, SignIn)) == (1, 1, 0)
    told = messages(session, "people.binding-asked")
    assert [(message.person_id, message.address) for message in told] == [(person_id, OLD)]


def test_whole_id_name_and_phone_of_an_imported_person_prove_who_it_is(session: Session) -> None:
    person_id = known(session, phone=NUMBER, verified=False)
    entered = join(session, make.unit(session), number=id_number(1))
    assert entered.actor
    assert entered.actor.person_id == person_id
    assert sign_ins.holder_id(session, NUMBER) == person_id


def test_an_imported_person_who_gives_no_id_is_asked_for_its_last_six(session: Session) -> None:
    known(session, phone=NUMBER, verified=False)
    assert join(session, make.unit(session)).entry is Entry.CONFIRM_ID


def test_a_phone_that_signs_somebody_in_registers_nobody_else(session: Session) -> None:
    person_id = known(session, phone=NUMBER)
    unit = make.unit(session)
    entered = join(session, unit)
    assert entered.actor
    assert entered.actor.person_id == person_id
    assert join(session, unit, name="李建国").entry is Entry.PHONE_TAKEN
    assert count(session, Person) == 1


def test_a_unit_that_is_gone_takes_nobody(session: Session) -> None:
    unit = make.unit(session)
    unit.ends_on = unit.starts_on
    with pytest.raises(Refused) as refusal:
        join(session, unit)
    assert refusal.value.reasons == (joining.UNIT_GONE,)


def bind(session: Session, actor: Actor, person_id: int, *, digits: str = id_number(1)[-4:]) -> None:
    binding.bind_phone(session, actor=actor, person_id=person_id, phone=NUMBER, id_digits=digits, now=NOW)


def test_binding_ends_the_old_phone_and_its_sign_ins_and_tells_both(session: Session) -> None:
    person_id = known(session)
    sign_in.open_sign_in(session, person_id=person_id, device=PHONE, now=NOW)
    bind(session, operator(), person_id)
    assert (sign_ins.holder_id(session, NUMBER), sign_ins.holder_id(session, OLD)) == (person_id, None)
    assert sign_ins.devices(session, person_id, now=NOW) == ()
    told = [(message.code, message.address) for message in messages(session)]
    assert told == [("people.phone-left", OLD), ("people.phone-bound", NUMBER)]
    assert session.get_one(Person, person_id).id_seen_at == NOW
    noted = session.execute(choose(JournalEntry).where(JournalEntry.code == "phone.bound")).scalar_one()
    assert (noted.before, noted.after) == (
        {"phones": ["139****0002"]},
        {"phone": "139****0001", "id_seen": f"3299*************{id_number(1)[-1]}"},
    )


def test_binding_tells_every_reason_against_it(session: Session) -> None:
    person_id = known(session)
    make.person(session, "李建国", phone=NUMBER)
    with pytest.raises(Refused) as refusal:
        bind(session, operator(), person_id, digits="0000")
    assert refusal.value.reasons == (rules.LAST_FOUR_DIFFER, rules.PHONE_TAKEN)
    assert sign_ins.holder_id(session, OLD) == person_id


def test_without_an_id_on_file_the_card_is_put_on_file(session: Session) -> None:
    person = make.person(session, phone=OLD)
    known(session, phone=None)
    with pytest.raises(Refused) as refusal:
        bind(session, operator(), person.id, digits=id_number(1))
    assert refusal.value.reasons == (rules.ID_TAKEN,)
    bind(session, operator(), person.id, digits=id_number(2))
    assert (person.id_number, person.id_seen_at) == (id_number(2), NOW)


def test_liaisons_bind_for_their_own_units_and_instructors_for_their_classes(session: Session) -> None:
    district = make.unit(session)
    street, elsewhere = make.unit(session, parent=district), make.unit(session, parent=make.unit(session))
    person_id = known(session, unit=street)
    liaison = make.person(session, "邵建平", roles=(Role.LIAISON,), unit=district)
    stranger = make.actor(liaison, Role.LIAISON, units=(elsewhere,))
    teacher = make.person(session, "沈立言", roles=(Role.INSTRUCTOR,))
    for actor in (stranger, make.actor(teacher, Role.INSTRUCTOR), make.actor(teacher, Role.TRAINEE)):
        assert queries.bindable(session, actor, person_id, on=TODAY) is None
        with pytest.raises(NotFound):
            bind(session, actor, person_id)
    queries.plug_in_charge_of([lambda _session, manager_id, who: (manager_id, who) == (teacher.id, person_id)])
    try:
        assert queries.bindable(session, make.actor(teacher, Role.INSTRUCTOR), person_id, on=TODAY)
        assert queries.bindable(session, make.actor(teacher, Role.TRAINEE), person_id, on=TODAY) is None
    finally:
        queries.plug_in_charge_of([])
    bind(session, make.actor(liaison, Role.LIAISON, units=(district,)), person_id)


def test_a_request_is_decided_once_by_whom_it_concerns(session: Session) -> None:
    street = make.unit(session, parent=make.unit(session))
    person_id = known(session, unit=street)
    join(session, street, number=id_number(1))
    liaison = make.person(session, "邵建平", roles=(Role.LIAISON,), unit=street)
    ours = make.actor(liaison, Role.LIAISON, units=(street,))
    theirs = make.actor(liaison, Role.LIAISON, units=(make.unit(session),))
    asked = queries.open_requests(session, ours, on=TODAY)
    assert [(each.name, each.masked_phone) for each in asked] == [("王秀兰", "139****0001")]
    assert queries.open_requests(session, theirs, on=TODAY) == []
    assert (
        queries.count_open_requests(session, ours, on=TODAY),
        queries.open_request(session, theirs, 1, on=TODAY),
    ) == (
        1,
        None,
    )
    with pytest.raises(NotFound):
        binding.refuse_request(session, actor=theirs, request_id=asked[0].id, now=NOW)
    digits = id_number(1)[-4:]
    binding.bind_requested(session, actor=ours, request_id=asked[0].id, id_digits=digits, now=NOW)
    assert sign_ins.holder_id(session, NUMBER) == person_id
    with pytest.raises(Refused):
        binding.refuse_request(session, actor=ours, request_id=asked[0].id, now=NOW)


def test_a_refused_request_tells_whoever_asked(session: Session) -> None:
    known(session)
    join(session, make.unit(session), number=id_number(1))
    request_id = session.execute(choose(BindingRequest.id)).scalar_one()
    binding.refuse_request(session, actor=operator("陶思源"), request_id=request_id, now=NOW)
    row = session.execute(choose(BindingRequest)).scalar_one()
    assert (row.state, row.decided_at, row.decided_by) == ("refused", NOW, "陶思源")
    assert [message.address for message in messages(session, "people.binding-refused")] == [NUMBER]


def test_one_changes_ones_own_phone_but_not_to_anothers(session: Session) -> None:
    person = make.person(session, phone=OLD)
    make.person(session, "李建国", phone="13900000003")
    actor = make.actor(person)
    for taken, reason in (("13900000003", rules.PHONE_TAKEN), (OLD, rules.PHONE_IS_SAME)):
        with pytest.raises(Refused) as refusal:
            binding.change_own_phone(session, actor=actor, phone=taken, now=NOW)
        assert refusal.value.reasons == (reason,)
    binding.change_own_phone(session, actor=actor, phone=NUMBER, now=NOW)
    assert (sign_ins.holder_id(session, NUMBER), sign_ins.holder_id(session, OLD)) == (person.id, None)


def test_a_phone_taken_away_is_free_for_its_new_owner(session: Session) -> None:
    person = make.person(session, phone=OLD)
    binding.end_phones(session, actor=operator(), person_id=person.id, reason="号码已转给他人", now=NOW)
    assert sign_ins.holder_id(session, OLD) is None
    with pytest.raises(NotFound):
        binding.end_phones(session, actor=operator(), person_id=person.id, reason="再次", now=NOW)
