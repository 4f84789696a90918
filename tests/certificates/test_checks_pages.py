"""On the phone of a trainee, on the desks, and in the office that settles and signs."""

import re

from academy.certificates.queries import batches
from academy.certificates.rules.states import BatchState
from academy.classes.models import ClassSession
from academy.clockwork import actions as resting
from academy.clockwork import queries as clockwork
from academy.ground import clock, db
from academy.ground.access import Role, operator
from academy.people.models.register import Person
from tests import make
from tests.certificates.concluded import Concluded, concluded
from tests.certificates.conftest import SignIn
from tests.conftest import SignInAs
from tests.pages import PageClient, text_of

NAMED = "欧阳娜娜"


def page_of(of: Concluded) -> str:
    return f"/me/certificates/check/{of.code}"


def disputed(of: Concluded, as_: SignIn, name: str = NAMED, wish: str = "应为欧阳娜") -> None:
    answer = as_(of.people[name]).send(f"{page_of(of)}/dispute", page_of(of), wish=wish)
    assert answer.location == "/me/certificates"


def proposed(of: Concluded, as_: SignIn) -> str:
    page = f"/admin/classes/{of.code}/certificates"
    return str(as_(of.admin).send(f"{page}/issue", page).location)


def test_a_trainee_sees_every_word_and_says_yes(of: Concluded, as_: SignIn) -> None:
    client = as_(of.people[NAMED])
    desk = client.get("/me/")
    assert "is about to be made: is every word right?" in text_of(desk)
    assert page_of(of) in desk.get_data(as_text=True)
    page = text_of(client.get(page_of(of)))
    for said in (
        NAMED,
        "新任网格员岗前培训班",
        of.code,
        "网格员岗前培训方案",
        "38",
        "于2026年11月16日至11月20日参加",
    ):
        assert said in page
    assert client.send(f"{page_of(of)}/confirm", page_of(of)).location == "/me/certificates"
    assert "Confirmed" in text_of(client.get("/me/certificates"))
    assert "is every word right?" not in text_of(client.get("/me/"))
    again = client.get(page_of(of))
    assert "Confirmed" in text_of(again)
    assert f"{page_of(of)}/confirm" not in again.get_data(as_text=True)


def test_a_name_that_cannot_be_printed_is_told_and_cannot_be_confirmed(as_: SignIn) -> None:
    of = concluded({"王?": 400})
    page = as_(of.people["王?"]).get(page_of(of))
    assert "cannot be printed: ?" in text_of(page)
    assert f"{page_of(of)}/confirm" not in page.get_data(as_text=True)
    disputed(of, as_, "王?", "最后一个字是堃")


def test_a_wish_says_something_and_is_short(of: Concluded, as_: SignIn) -> None:
    client = as_(of.people[NAMED])
    for wish, said in ((" \n ", "Please say what is wrong."), ("错" * 201, "200")):
        answer = client.send(f"{page_of(of)}/dispute", page_of(of), wish=wish)
        assert answer.status_code == 422
        assert said in text_of(answer)


def test_what_changed_meanwhile_is_told_and_nothing_typed_is_lost(of: Concluded, as_: SignIn) -> None:
    client = as_(of.people[NAMED])
    page = client.get(page_of(of)).get_data(as_text=True)
    token, mark = (
        re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("csrf_token", "mark")
    )
    client.send(f"{page_of(of)}/confirm", page_of(of))
    with db.transaction() as session:
        session.get_one(Person, of.people[NAMED].person_id).name = "欧阳娜"
    values = {"csrf_token": token, "mark": mark, "wish": "我的愿望"}
    late = client.post(f"{page_of(of)}/dispute", data=values)
    assert late.status_code == 409
    assert "has changed while you looked" in text_of(late)
    assert "我的愿望" in late.get_data(as_text=True)
    assert client.post(f"{page_of(of)}/confirm", data=values).status_code == 409
    assert "Name: it said “欧阳娜娜”, now it says “欧阳娜”." in text_of(client.get(page_of(of)))
    assert "It has changed since you looked" in text_of(client.get("/me/"))
    again = client.send(f"{page_of(of)}/dispute", page_of(of), wish="我的愿望")
    assert again.status_code == 303


def test_strangers_find_no_page(of: Concluded, as_: SignIn) -> None:
    other = concluded({"路人": 400}, admins=(of.admin, of.admin2))
    client = as_(other.people["路人"])
    assert client.get(page_of(of)).status_code == 404
    assert client.send_bare(f"{page_of(of)}/confirm", mark="x").status_code == 404
    for page in ("/admin/certificates/disputes", f"/admin/certificates/disputes/{of.code}/1"):
        assert client.get(page).status_code == 403


def test_the_office_settles_what_is_disputed(of: Concluded, as_: SignIn) -> None:
    disputed(of, as_)
    client = as_(of.admin)
    assert "finds something wrong on a certificate" in text_of(client.get("/admin/"))
    page = f"/admin/certificates/disputes/{of.code}/{of.people[NAMED].person_id}"
    for where in ("/admin/certificates/disputes", f"/admin/classes/{of.code}/certificates"):
        listed = client.get(where)
        assert "应为欧阳娜" in text_of(listed)
        assert page in listed.get_data(as_text=True)
    shown = client.get(page)
    assert f'href="/admin/people/{of.people[NAMED].person_id}"' in shown.get_data(as_text=True)
    assert client.send(f"{page}/settle", page, note=" ").status_code == 422
    assert client.send(f"{page}/settle", page, note="已改好").location == "/admin/certificates/disputes"
    assert client.send_bare(f"{page}/settle", note="又一次").status_code == 409
    assert "Nobody disputes anything now." in text_of(client.get("/admin/certificates/disputes"))
    assert "已改好" in text_of(client.get(page))
    mine = text_of(as_(of.people[NAMED]).get(page_of(of)))
    assert "The office answers: 已改好" in mine
    assert as_(of.admin).get(f"{page}9").status_code == 404


def test_lists_of_disputes_turn_pages(as_: SignIn) -> None:
    of = concluded({f"学员{place:02d}": 400 for place in range(22)})
    for name in of.people:
        disputed(of, as_, name, f"{name}写错了")
    client = as_(of.admin)
    first = client.get("/admin/certificates/disputes")
    assert "22 in all" in text_of(first)
    following = re.search(
        r'href="(/admin/certificates/disputes\?at=[^"]+)" rel="next"', first.get_data(as_text=True)
    )
    assert following is not None
    second = text_of(client.get(following[1]))
    assert sum(f"{name}写错了" in second for name in of.people) == 2


def test_three_counts_stand_on_both_pages_and_narrow_them(of: Concluded, as_: SignIn) -> None:
    disputed(of, as_)
    client = as_(of.people["张𬭎"])
    client.send(f"{page_of(of)}/confirm", page_of(of))
    batch = proposed(of, as_)
    office = as_(of.admin)
    for page in (f"/admin/classes/{of.code}/certificates", batch):
        text = text_of(office.get(page))
        assert "All 2 Confirmed 1 Silent 0 Disputed 1" in text
        confirmed, silent = (office.get(f"{page}?check={kind}") for kind in ("confirmed", "silent"))
        assert "张𬭎" in text_of(confirmed).partition("What the trainees said")[2]
        assert "陈堃" not in text_of(confirmed)
        assert "Nobody here gave this answer." in text_of(silent)
    left_out = text_of(office.get(f"{batch}?check=disputed"))
    assert "Asks for a correction that is not settled yet." in left_out
    assert "陈堃" not in left_out
    assert office.get(f"{batch}?check=nonsense").status_code == 200


def test_the_signer_sees_and_is_told_who_is_left_out(of: Concluded, as_: SignIn) -> None:
    batch = proposed(of, as_)
    disputed(of, as_)
    client = as_(of.admin2)
    page = text_of(client.get(batch))
    assert "1 person has asked for a correction since and is left out at the signature." in page
    assert "1 certificate gets its number now" in page
    job = client.send(f"{batch}/sign", batch).location
    assert "1 person asked for a correction after the proposal and was left out." in text_of(client.get(job))


def test_nothing_is_signed_once_all_dispute(as_: SignIn) -> None:
    of = concluded({NAMED: 400})
    batch = proposed(of, as_)
    disputed(of, as_)
    page = as_(of.admin2).get(batch)
    assert "Nobody in this class can be certified now." in text_of(page)
    assert f'action="{batch}/sign"' not in page.get_data(as_text=True)


def test_a_class_manager_sees_the_counts_of_the_class(of: Concluded, as_: SignIn, sign_in: SignInAs) -> None:
    disputed(of, as_)
    with db.transaction() as session:
        manager = make.person(session, "班主任甲", roles=(Role.INSTRUCTOR,))
        manager.locale = "en"
        session.get_one(ClassSession, of.class_id).manager_id = manager.id
    page = text_of(sign_in(manager).get(f"/teach/classes/{of.code}"))
    assert "Confirmed 0 Silent 1 Disputed 1" in page
    assert "/admin/certificates/disputes" not in page


def test_a_batch_is_paused_and_goes_on_by_its_page(of: Concluded, as_: SignIn) -> None:
    batch = proposed(of, as_)
    client = as_(of.admin2)
    job = str(client.send(f"{batch}/sign", batch).location)
    assert client.send_bare(f"{batch}/pause").status_code == 409
    assert f"{batch}/pause" not in client.get(batch).get_data(as_text=True)
    batch_id = int(batch.rpartition("/")[2])
    with db.transaction() as session:
        batches.lock_batch(session, batch_id).state = BatchState.ISSUING
    assert client.send(f"{batch}/pause", batch).location == batch
    page = client.get(batch)
    assert "Paused. What is made is kept" in text_of(page)
    assert f"{batch}/make" not in page.get_data(as_text=True)
    assert client.send(f"{batch}/resume", batch).location == job
    with db.reading() as session:
        view = clockwork.job(session, int(job.rpartition("/")[2]), operator())
        assert batches.batch(session, batch_id).state is BatchState.ISSUING
        assert len(clockwork.waiting_ids(session, now=clock.now())) == 1
    assert view is not None


def test_the_page_of_a_resting_job_says_so(client: PageClient, of: Concluded, as_: SignIn) -> None:
    batch = proposed(of, as_)
    office = as_(of.admin2)
    job = str(office.send(f"{batch}/sign", batch).location)
    with db.transaction() as session:
        row = clockwork.lock_job(session, int(job.rpartition("/")[2]))
        assert row is not None
        resting.rest(session, row.unique_key, result=batch, now=clock.now())
    shown = client.get(job)
    assert "Paused. What is done is kept" in text_of(shown)
    assert f'href="{batch}"' in shown.get_data(as_text=True)
    assert "hx-trigger" not in shown.get_data(as_text=True).partition("data-job")[2].partition(">")[0]
