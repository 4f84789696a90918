"""A certificate's whole life: looked at before it is made, replaced with a corrected name, revoked."""

from collections import Counter

from playwright.sync_api import Page
from sqlalchemy import select

from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.queries import tallies
from academy.certificates.rules.checks import GROUP_NAMES, Group, Standing
from academy.certificates.rules.states import BatchState
from academy.classes.models import ClassSession
from academy.people.models.register import Account, Person, Phone
from tests.browser import asking
from tests.browser.certifying import (
    SEND,
    Deed,
    Sit,
    do,
    file_of,
    follow,
    path_of,
    picture_of,
    place_of_form,
    say_yes,
    see_the_job_through,
)
from tests.browser.keyboard import say
from tests.browser.served import Academy, looking_into
from tests.browser.test_trainee import flash
from tests.browser.walking import Walk

SOON_SECONDS = 1.0
WISH = "姓名第二个字写错了，请按身份证核对。"
WRONG_NAME = "姓名更正（第二个字）"
NO_LONGER = "发证条件复核未通过"


# --- before it is made -----------------------------------------------------------------------------


def waiting_batch(academy: Academy) -> tuple[int, str, list[tuple[str, str]]]:
    """Find the batch that waits for a signature: its id, its class, and who of it kept silent: name and phone."""
    with looking_into(academy) as session:
        batch_id, code = session.execute(
            select(CertificateBatch.id, ClassSession.code)
            .join(ClassSession, ClassSession.id == CertificateBatch.class_session_id)
            .where(CertificateBatch.state == BatchState.PROPOSED)
        ).one()
        said = tallies.of_batch(session, batch_id)
        assert said
        silent = [who for who, standing in said.standings.items() if standing is Standing.SILENT]
        rows = session.execute(
            select(Person.name, Phone)
            .join(Phone, Phone.person_id == Person.id)
            .where(Person.id.in_(silent), Phone.verified_at.is_not(None), Phone.ended_at.is_(None))
        )
        return batch_id, code, [(name, phone.number) for name, phone in rows]


def answers_shown(page: Page) -> dict[str, int]:
    """Read how many answered what, off the page of a batch or a class."""
    tabs = (tab.split() for tab in page.locator("#answers nav.tabs a").all_inner_texts())
    return {name: int(count) for name, count in tabs}


def look_before_it_is_made(walk: Walk, code: str, name: str) -> None:
    """Come from one's desk to what one's certificate is going to say."""
    follow(walk, f'a.btn[href="/me/certificates/check/{code}"]')
    shown = walk.page.inner_text("#facts")
    assert name in shown
    assert code in shown


def test_trainees_look_first_and_the_disputed_stays_out_at_the_signature(here: Academy, sit: Sit) -> None:
    batch_id, code, silent = waiting_batch(here)
    batch, check = f"/admin/batches/{batch_id}", f"/me/certificates/check/{code}"
    (content, own), (wronged, other) = silent[:2]
    with sit("admin2") as office:
        office.meet(batch)
        before = answers_shown(office.page)

    with sit("trainee", phone=own) as walk:
        look_before_it_is_made(walk, code, content)
        walk.press(f'form[action="{check}/confirm"] button', "/me/certificates, confirmed")
        assert "谢谢" in flash(walk.page)
        walk.meet(check)
        assert say("Confirmed") in walk.page.inner_text("#facts")
        assert walk.page.locator(f'form[action="{check}/confirm"]').count() == 0

    with sit("trainee", phone=other) as walk:
        look_before_it_is_made(walk, code, wronged)
        walk.send_empty(check, place_of_form(walk.page, f"{check}/dispute"), f"{check}/dispute")
        walk.page.fill("textarea[name=wish]", WISH)
        walk.press(f'form[action="{check}/dispute"] button', "/me/certificates, disputed")
        assert say("Asks for a correction") in walk.page.inner_text("main")

    with sit("admin2") as office:
        see_what_they_said(office, code, wronged)
        out = counted(office, batch, before)
        assert wronged in office.page.inner_text("#people")
        assert content not in office.page.inner_text("#people")
        office.meet(batch)
        say_yes(office, "/sign", "/jobs/1")
        assert str(out) in flash(office.page)
        see_the_job_through(office)
        office.meet(batch)
        assert content in office.page.inner_text("#people")
        assert wronged not in office.page.inner_text("#people")
        assert wronged in office.page.inner_text("#others")

    has_it_now(sit, content, own)


def has_it_now(sit: Sit, name: str, phone: str) -> None:
    """See on the phone the certificate that was made."""
    with sit("trainee", phone=phone) as walk:
        walk.meet("/me/certificates")
        follow(walk, 'a.btn[href^="/me/certificates/2"]')
        assert name in walk.page.inner_text("main")
        assert picture_of(walk.page) == 1600


def counted(office: Walk, batch: str, before: dict[str, int]) -> int:
    """See one silence less for each who answered, among those who dispute; tells how many these are."""
    confirmed, silent, disputed = (say(GROUP_NAMES[each]) for each in Group)
    office.meet(f"{batch}?check=disputed")
    now = answers_shown(office.page)
    assert now[confirmed] == before[confirmed] + 1
    assert now[disputed] == before[disputed] + 1
    assert now[silent] == before[silent] - 2
    return now[disputed]


def see_what_they_said(office: Walk, code: str, wronged: str) -> None:
    """Come from the office's desk to what a trainee wishes, and to the lists of the class."""
    office.meet("/admin/")
    follow(office, 'a.btn[href="/admin/certificates/disputes"]')
    line = office.page.locator("#disputes tbody tr").filter(has_text=wronged)
    assert WISH in line.inner_text()
    path = str(line.locator("a.btn").get_attribute("href"))
    office.meet(path)
    assert WISH in office.page.inner_text("#wish")
    office.meet(f"/admin/classes/{code}/certificates")
    assert wronged in office.page.inner_text("#disputes")


# --- the chain -------------------------------------------------------------------------------------


def newest_of(academy: Academy, account: str) -> tuple[int, str, str, str]:
    """Give the newest certificate of an account's person: whose, their name, its number and its code."""
    of_account = select(Account.person_id).where(Account.name == account).scalar_subquery()
    with looking_into(academy) as session:
        found = session.execute(
            select(Person.id, Person.name, Certificate.number, Certificate.code)
            .join(Certificate, Certificate.person_id == Person.id)
            .where(Person.id == of_account)
            .order_by(Certificate.number.desc())
            .limit(1)
        ).one()
        return found[0], found[1], found[2], found[3]


def correct_the_name(walk: Walk, person_id: int, name: str) -> None:
    walk.meet(f"/admin/people/{person_id}")
    follow(walk, f'a[href="/admin/people/{person_id}/name"]')
    walk.page.fill("input[name=name]", name)
    walk.page.fill("[name=reason]", "按身份证更正")
    walk.press(SEND, f"/admin/people/{person_id}, corrected")
    assert name in flash(walk.page)


def propose_in_its_place(walk: Walk, number: str, name: str) -> str:
    """Propose a new certificate for one whose name was wrong; gives the page of the proposal."""
    walk.meet(f"/admin/certificates/{number}")
    follow(walk, f'a[href="/admin/certificates/{number}/replace"]')
    assert name in walk.page.locator("#changes tr").filter(has_text=say("Different")).inner_text()
    walk.page.fill("[name=reason]", WRONG_NAME)
    walk.press(SEND, "/admin/batches/1 that replaces")
    assert number in walk.page.inner_text("#replaces a") or name in walk.page.inner_text("#replaces")
    return path_of(walk.page)


def test_a_corrected_name_makes_a_chain_that_every_process_knows_at_once(
    here: Academy, sit: Sit, counts: Counter[str]
) -> None:
    person_id, old_name, old, code = newest_of(here, "trainee")
    name = old_name[:-1] + "文"
    with sit("admin") as office:
        file = file_of(office, old)
        correct_the_name(office, person_id, name)
        batch = propose_in_its_place(office, old, name)

    with sit("admin2") as office, asking.each_process(here) as asked, asking.each_process(here) as sent:
        office.meet(batch)
        with asking.watching(asked, f"/v/{code}", seconds=2) as watch:
            signed = say_yes(office, "/sign", "/jobs/1")
            judged = [asking.drop(each, file) for each in sent.values()]
        known_at(watch, signed, say("Replaced"), counts)
        assert all(say("Genuine, but replaced by a newer one") in page for page in judged)
        see_the_job_through(office)
    new, new_code = newest_of(here, "trainee")[2:]
    assert new != old
    sees_old_and_new(sit, old, new, name)

    with sit("admin2") as office, asking.each_process(here) as asked:
        write_a_revocation(office, new)
        with asking.watching(asked, f"/v/{new_code}", seconds=2) as watch:
            revoked = do(office, "main form.stack button.btn-danger", "/admin/certificates/1, revoked")
        known_at(watch, revoked, say("Revoked"), counts)
    is_told_of_the_revocation(sit, old, new, old_name)


def known_at(watch: asking.Watch, deed: Deed, words: str, counts: Counter[str]) -> None:
    """See that every process knew soon after something was done; the summary tells the time from the click."""
    known = watch.known_at(words)
    counts["ms from the click until every process knew"] = max(
        counts["ms from the click until every process knew"], round((known - deed.asked_at) * 1000)
    )
    assert known - deed.done_at <= SOON_SECONDS


def write_a_revocation(walk: Walk, number: str) -> None:
    walk.meet(f"/admin/certificates/{number}")
    follow(walk, f'a[href="/admin/certificates/{number}/revoke"]')
    walk.page.fill("[name=reason]", NO_LONGER)
    walk.page.check("main form.stack input[type=checkbox]")


def sees_old_and_new(sit: Sit, old: str, new: str, name: str) -> None:
    """See the chain as the holder does, and as a stranger who has the old number."""
    with sit("trainee", small=True) as walk:
        walk.meet("/me/certificates")
        mine = walk.page.locator(".sheet", has=walk.page.locator(f'a[href="/me/certificates/{old}"]'))
        assert say("Replaced") in mine.inner_text()
        follow(walk, f'a[href="/me/certificates/{old}"]')
        follow(walk, f'a[href="/me/certificates/{new}"]')
        assert name in walk.page.inner_text("main")
        assert picture_of(walk.page) == 1600
    for small in (True, False):
        with sit("visitor", small=small) as walk:
            walk.meet(f"/verify/{old}")
            assert walk.page.inner_text("#answer .tag") == say("Replaced")
            assert say("The newer one is valid.") in walk.page.inner_text("#answer")
            assert new not in walk.page.inner_text("main")  # the register cannot be walked


def is_told_of_the_revocation(sit: Sit, old: str, new: str, old_name: str) -> None:
    """See the public reason at the new number, and from the old one that its successor is gone too."""
    with sit("visitor", small=True) as walk:
        walk.meet(f"/verify/{new}")
        assert walk.page.inner_text("#answer .tag") == say("Revoked")
        assert NO_LONGER in walk.page.inner_text("#answer")
        walk.meet(f"/verify/{old}")
        walk.page.fill("#more input[name=name]", old_name)
        walk.press(SEND, f"/verify/{old} with the name")
        assert say("The newer one was revoked too and is not valid.") in walk.page.inner_text("#answer")
    with sit("trainee", small=True) as walk:
        walk.meet(f"/me/certificates/{new}")
        assert NO_LONGER in walk.page.inner_text("main")
