"""Whom the page of a substitution offers, and whom it does not and why."""

import pytest

from academy.enrolment.rules.states import EnrolmentState as S
from academy.ground import db
from academy.ground.access import Role
from tests import make
from tests.enrolment.plans import claim
from tests.enrolment.stage import stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in, statements


def set_up(client: PageClient, *, busy: int) -> tuple[PageClient, str, list[int], str]:
    """A place whose unit has so many people with another class then, and one who can come."""
    with db.transaction() as session:
        unit = make.unit(session, "梅岭街道")
        on, other = stage(session), stage(session, hour=10, title="同一时间的班", places=20)
        held = claim(session, on.pool, make.person(session, "王秀兰", unit=unit), S.SEATED, unit=unit)
        people = [make.person(session, f"忙{number}", unit=unit) for number in range(busy)]
        for each in people:
            claim(session, other.pool, each, S.SEATED, unit=unit)
        make.person(session, "周堃", unit=unit)
        liaison = make.person(session, "何静怡", roles=(Role.LIAISON,), unit=unit)
    return (
        sign_in(client, liaison),
        f"/claims/{held.id}/substitute",
        [each.id for each in people],
        other.class_.code,
    )


def test_who_cannot_come_is_named_with_the_reasons_and_not_offered(client: PageClient) -> None:
    browser, url, busy, code = set_up(client, busy=1)
    page = browser.get(url)
    assert "周堃" in page.text
    assert f'value="{busy[0]}"' not in page.text
    assert "名单中有 1 人不能来" in text_of(page)
    assert code in text_of(page)
    refused = browser.send_bare(url, person=str(busy[0]), reason="")
    assert refused.status_code == 409
    assert "忙0" in text_of(refused)
    nobody = browser.get(f"{url}?q=mang")
    assert "找到的人都不能来" in text_of(nobody)


@pytest.mark.parametrize("busy", [1, 12])
def test_the_page_asks_no_more_for_more_people(client: PageClient, busy: int) -> None:
    browser, url, _busy, _code = set_up(client, busy=busy)
    with statements() as asked:
        assert browser.get(url).status_code == 200
    assert len(asked) <= 18, len(asked)
