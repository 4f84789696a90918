"""Places are added, changed, retired, and found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.ground.access import operator
from academy.ground.errors import NotFound, Refused
from academy.journal.models import JournalEntry
from academy.sites import actions, queries
from academy.sites.rules import NEEDS_DISTRICT, PlaceFacts
from tests import make
from tests.sites.test_rules import ROOM, SITE

ACTOR = operator()


def facts(session: Session, name: str = "调解中心") -> PlaceFacts:
    return replace(SITE, name=name, district_id=make.unit(session, "玄武区").id)


def test_a_place_is_added_with_an_address_of_its_own(session: Session) -> None:
    first = actions.add_place(session, actor=ACTOR, facts=ROOM, now=make.NOW)
    second = actions.add_place(session, actor=ACTOR, facts=ROOM, now=make.NOW)
    assert (first.slug, second.slug) == ("yuan-ben-bu-301", "yuan-ben-bu-301-2")
    found = queries.place(session, first.slug)
    assert found is not None
    assert found.facts == ROOM
    assert not found.is_field_site


def test_a_field_site_without_district_is_refused(session: Session) -> None:
    with pytest.raises(Refused) as caught:
        actions.add_place(session, actor=ACTOR, facts=replace(SITE, district_id=None), now=make.NOW)
    assert caught.value.reasons == (NEEDS_DISTRICT,)


def test_a_change_journals_what_it_changed(session: Session) -> None:
    place = actions.add_place(session, actor=ACTOR, facts=ROOM, now=make.NOW)
    actions.change_place(
        session, actor=ACTOR, slug=place.slug, facts=replace(ROOM, capacity=80, contact="王芳"), now=make.NOW
    )
    session.flush()
    entry = session.execute(select(JournalEntry).where(JournalEntry.code == "place.changed")).scalar_one()
    assert entry.before == {"capacity": 60, "contact": ""}
    assert entry.after == {"capacity": 80, "contact": "王芳"}
    with pytest.raises(NotFound):
        actions.change_place(session, actor=ACTOR, slug="nowhere", facts=ROOM, now=make.NOW)


def test_a_retired_place_is_offered_until_its_day(session: Session) -> None:
    place = actions.add_place(session, actor=ACTOR, facts=facts(session), now=make.NOW)
    actions.retire_place(session, actor=ACTOR, slug=place.slug, on=make.TODAY, now=make.NOW)
    session.flush()
    assert queries.places(session, on=make.TODAY) == ()
    assert queries.field_sites(session) == ()
    assert len(queries.places(session, on=make.TODAY - timedelta(days=1))) == 1
    assert len(queries.all_places(session)) == 1
    actions.retire_place(session, actor=ACTOR, slug=place.slug, on=None, now=make.NOW)
    session.flush()
    assert len(queries.field_sites(session, on=make.TODAY)) == 1


def test_many_places_come_in_at_once_and_in_order(session: Session) -> None:
    wanted = [
        actions.NewPlace(slug="room", facts=ROOM, sample=True),
        actions.NewPlace(slug="site", facts=facts(session, "甲")),
        actions.NewPlace(slug="other", facts=facts(session, "乙"), retired_on=make.TODAY),
    ]
    ids = actions.add_places_many(session, actor=ACTOR, places=wanted, now=make.NOW)
    places = {place.id: place for place in queries.all_places(session)}
    assert [places[place_id].slug for place_id in ids] == ["room", "site", "other"]
    assert places[ids[0]].sample
    assert [place.slug for place in queries.rooms(session)] == ["room"]
    assert [site.slug for site in queries.field_sites(session)] == ["site"]
    assert queries.field_sites(session, ids[0] + 100) == ()
    assert actions.add_places_many(session, actor=ACTOR, places=[], now=make.NOW) == []
