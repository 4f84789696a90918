"""What the sample is planned to be, before any of it is stored."""

import re
from collections import Counter
from datetime import date, timedelta
from random import Random
from unicodedata import east_asian_width

import pytest

from academy.classes.rules import ClassState
from academy.classes.sample import working_days
from academy.classes.sample.around import heads
from academy.classes.sample.heads import CLOSED, FOUNDED, OFFERS
from academy.ground import clock
from academy.people.rules import numbers as rules
from academy.people.sample import names, staff, trainees
from academy.people.sample.units import STREET_KEYS, STREETS
from academy.sites.sample.coordinates import gcj02, wgs84
from academy.sites.sample.field_sites import FIELD_SITES

TODAY = date(2026, 11, 22)
DAYS = [TODAY, date(2026, 11, 28), date(2027, 1, 4), date(2027, 2, 15), date(2021, 4, 10)]


@pytest.fixture(scope="module")
def planned() -> list[trainees.Trainee]:
    return list(trainees.trainees(Random("a test"), TODAY))


def test_trainees_have_names_as_alike_as_in_life(planned: list[trainees.Trainee]) -> None:
    assert len(planned) == 15_300
    counted = Counter(trainee.name for trainee in planned)
    assert 12_000 < len(counted) < 14_500
    assert counted.keys() >= {name for name, _woman in names.PICKED}
    assert 30 < sum("·" in name for name in counted) < 120
    assert all(any(rare in name for name in counted) for rare in "㛃𬭎堃喆䶮")
    assert 50 < sum(trainee.name.startswith("欧阳") for trainee in planned) < 150


def test_numbers_are_right_and_belong_to_nobody(planned: list[trainees.Trainee]) -> None:
    assert len({trainee.id_number for trainee in planned}) == 15_300
    for trainee in planned:
        assert trainee.id_number.startswith("329900")
        assert rules.problem_with_id(trainee.id_number, today=TODAY) is None
        born = date.fromisoformat(trainee.id_number[6:14])
        assert (trainee.since - born).days / 365.25 >= 18
        assert (TODAY - born).days / 365.25 <= 60.1
    phones = [trainee.phone for trainee in planned if trainee.phone]
    assert phones[0] == "19900000000"
    assert phones == sorted(set(phones))
    assert 0 < 15_300 - len(phones) < 400
    assert 0.1 < sum(not trainee.phone_verified for trainee in planned) / 15_300 < 0.2


def test_staff_cover_every_unit_and_account() -> None:
    people = list(staff.staff(Random("a test")))
    assert {person.account for person in people if person.account} | {staff.TRAINEE_ACCOUNT} == {
        account for account, _role, _use in staff.SAMPLE_ACCOUNTS
    }
    assert {(person.district, person.street) for person in people if person.street} == set(STREET_KEYS)
    assert {person.district for person in people if person.district and not person.street} == set(STREETS)
    assert len({person.phone for person in people}) == len(people)
    for line in staff.accounts_table():
        assert sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) < 80


def test_field_sites_lie_in_nanjing_in_both_systems() -> None:
    assert len(FIELD_SITES) == len({site.slug for site in FIELD_SITES}) == 28
    assert {site.district for site in FIELD_SITES} == set(STREETS)
    for site in FIELD_SITES:
        latitude, longitude = wgs84(site.latitude, site.longitude)
        assert 31.2 < latitude < 32.7
        assert 118.3 < longitude < 119.3
        assert 300 < abs(site.longitude - longitude) * 94_000 < 700  # metres
        assert gcj02(latitude, longitude) == pytest.approx((site.latitude, site.longitude), abs=2e-6)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_class_sessions_fill_the_years_and_surround_today(today: date) -> None:
    every = heads(today)
    assert every == heads(today)
    assert len({head.code for head in every}) == len({head.title for head in every}) == len(every)
    assert all(re.fullmatch(r"20\d\d-\d{3}", head.code) for head in every)
    closed = [head for head in every if head.state is ClassState.CLOSED]
    assert len(closed) == CLOSED
    assert closed[0].days[0] == FOUNDED
    assert {head.programme for head in closed} == set(OFFERS)
    for head in closed:
        assert all(map(working_days.teaches, head.days))
        assert head.concluded_at
        assert head.closed_at
        assert head.opens_at < head.closes_at < clock.at(head.days[0], 0)
        assert clock.at(head.days[-1], 17) < head.concluded_at < head.closed_at < clock.at(today, 0)
        assert head.closed_at < head.created_at
    states = Counter(head.state for head in every)
    assert states[ClassState.RUNNING] == 3
    assert states[ClassState.ENROLLING] == 8
    assert states[ClassState.PUBLISHED] == states[ClassState.DRAFT] == states[ClassState.CONCLUDED] == 2


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_accounts_find_what_they_are_for(today: date) -> None:
    by_role = {head.role: head for head in heads(today) if head.role}
    over, now = by_role["to conclude"], by_role["today"]
    assert over.days[-1] < today
    assert over.seated > 290
    assert today in now.days
    assert now.teacher_on == today
    assert over.manager == now.manager == 0
    open_ones = [head for head in heads(today) if head.state is ClassState.ENROLLING]
    assert all(head.opens_at < clock.at(today, 8) for head in open_ones)
    assert all(head.days[0] > today for head in open_ones)
    assert any(0 < head.capacity - head.seated <= 3 for head in open_ones)
    assert any(head.capacity == head.seated and head.waiting for head in open_ones)
    soon = [head for head in heads(today) if head.state is ClassState.PUBLISHED]
    assert any(today < clock.local_date(head.opens_at) <= today + timedelta(days=7) for head in soon)
