"""Notices as everybody reads them, and as the office writes them."""

import re

import pytest
from flask import Flask

from academy.ground import db
from academy.ground.access import Role, operator
from academy.people.models.register import Person
from academy.portal import actions
from academy.portal.queries import notices
from academy.portal.queries.notices import NoticeView
from academy.portal.rules import NoticeKind, Words
from tests import make
from tests.conftest import SignInAs
from tests.pages import PageClient, text_of

HOSTILE = """# 大标题

<script>alert(1)</script><img src=x onerror=alert(2)><h1>又一个</h1>
<form action="/logout" method="post"><input name="a"></form><p style="color:red" onclick="x()">红</p>

<a href="javascript:alert(4)">点它</a> [点我](javascript:alert(3)) [外站](https://example.org/)

<table><tr><td>没有关上
"""


@pytest.fixture
def admin(app: Flask) -> Person:
    with db.transaction() as session:
        return make.person(session, "赵敏", roles=(Role.ADMIN,))


def add(title: str = "报名开始", body: str = "请在周五前报名。", *, publish: bool = True) -> str:
    words = Words(kind=NoticeKind.NOTICE, title=title, body=body, pinned_until=None)
    with db.transaction() as session:
        notice = actions.create_notice(session, actor=operator(), words=words, now=make.NOW)
        if publish:
            actions.publish_notice(session, actor=operator(), code=notice.code, seen=1, now=make.NOW)
        return notice.code


def stored(code: str) -> NoticeView:
    with db.reading() as session:
        found = notices.notice(session, code)
    assert found is not None
    return found


@pytest.mark.usefixtures("app")
def test_everybody_reads_what_is_published_and_nothing_else(client: PageClient) -> None:
    assert "还没有发布过通知" in text_of(client.get("/notices/"))
    older, code, draft = add("较早的"), add("较新的"), add("没写完", publish=False)
    page = text_of(client.get("/notices/"))
    assert "较新的" in page
    assert "没写完" not in page
    assert "这一类还没有内容" in text_of(client.get("/notices/?kind=news"))
    assert "通知与动态：动态" in text_of(client.get("/notices/?kind=news"))
    assert "较早的" in text_of(client.get("/notices/?kind=notice"))
    answer = client.get(f"/notices/{code}")
    assert "请在周五前报名。" in text_of(answer)
    assert f'href="/notices/{older}"' in answer.text
    assert client.get(f"/notices/{draft}").status_code == 404
    assert client.get("/notices/NOWHERE").status_code == 404
    with db.transaction() as session:
        actions.withdraw_notice(session, actor=operator(), code=code, now=make.NOW)
    gone = client.get(f"/notices/{code}")
    assert gone.status_code == 404
    assert "这条通知已撤下" in text_of(gone)
    assert "请在周五前报名" not in gone.text


@pytest.mark.usefixtures("app")
def test_what_could_act_in_the_page_is_taken_out(client: PageClient) -> None:
    html = client.get(f"/notices/{add(body=HOSTILE)}").text
    prose = html[html.index('class="prose"') : html.index("</main>")]
    assert not re.search(r"<script|onerror|onclick|style=|<form|<input|href=.javascript|<h1", prose)
    assert "<h2>大标题</h2>" in prose
    assert 'href="https://example.org/"' in prose


@pytest.mark.usefixtures("app")
def test_pictures_from_elsewhere_go_and_their_words_stay(client: PageClient) -> None:
    away = ("https://a.example/1.png", "//a.example/1.png", "https:a.example/1.png")
    written = [f"![外一](<{each}>)" for each in away]
    disguised = ("/\t/a.example/1.png", "/\\a.example/1.png")
    written += [f'<img src="{each}" alt="外二 &lt;b&gt; >">' for each in (*away, *disguised)]
    body = "\n\n".join([*written, "![这里](/static/here.png)"])
    html = client.get(f"/notices/{add(body=body)}").text
    prose = html[html.index('class="prose"') : html.index("</main>")]
    assert prose.count("<img") == 1
    assert "a.example" not in prose
    assert '<img src="/static/here.png" alt="这里">' in prose
    assert prose.count("外一") == len(away)
    assert prose.count("外二 &lt;b&gt; &gt;") == len(away) + len(disguised)
    assert "target=" not in prose


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.LIAISON, Role.INSTRUCTOR, Role.AUDITOR])
def test_only_the_office_writes(sign_in: SignInAs, role: Role) -> None:
    with db.transaction() as session:
        someone = make.person(session, roles=(role,), unit=make.unit(session))
    client, code = sign_in(someone), add(publish=False)
    assert client.get(f"/notices/{code}").status_code == 404
    assert "/admin/notices" not in client.get("/notices/").text
    for path in ("/admin/notices/", "/admin/notices/new", f"/admin/notices/{code}"):
        assert client.get(path).status_code == 403
    for path in ("preview", f"{code}/publish", f"{code}/withdraw"):
        assert client.send_bare(f"/admin/notices/{path}").status_code == 403


def test_the_office_writes_publishes_and_takes_down(admin: Person, sign_in: SignInAs) -> None:
    client = sign_in(admin)
    assert "这里还没有通知" in text_of(client.get("/admin/notices/"))
    assert client.send("/admin/notices/new", title=" ", body="正文").status_code == 422
    assert client.send("/admin/notices/new", title="停课", body="字" * 20_001).status_code == 422
    written = client.send("/admin/notices/new", title="停课通知", body="周三停课。", pinned_until="2026-11-30")
    assert written.status_code == 303
    edit = written.location
    code = edit.rsplit("/", 1)[1]
    assert stored(code).author_name == "赵敏"
    assert "这是草稿" in text_of(client.get(f"/notices/{code}"))
    assert client.send(edit, title="周三停课").status_code == 303
    published = client.send(f"{edit}/publish", page=edit)
    assert (published.status_code, published.location) == (303, f"/notices/{code}")
    assert "周三停课" in text_of(client.get("/"))
    assert client.send(edit, body="").status_code == 409
    page = text_of(client.get("/admin/notices/?state=published"))
    assert "周三停课" in page
    assert client.send(f"{edit}/withdraw", page=edit).status_code == 303
    assert "周三停课" not in text_of(client.get("/notices/"))
    assert "这条通知已撤下" in text_of(client.get(f"/notices/{code}"))
    assert client.send_bare(f"{edit}/withdraw").status_code == 409
    assert client.send(f"{edit}/publish", page=edit).status_code == 303
    assert stored(code).is_public


def test_a_stale_change_is_told_and_nothing_typed_is_lost(admin: Person, sign_in: SignInAs) -> None:
    client, code = sign_in(admin), add(body="大家都看到的")
    edit = f"/admin/notices/{code}"
    sent = {"kind": "news", "title": "我写的标题", "body": "我写的\n正文", "version": "2"}
    with db.transaction() as session:
        theirs = Words(kind=NoticeKind.NOTICE, title="别人的标题", body="别人的正文", pinned_until=None)
        actions.change_notice(session, actor=operator(), code=code, seen=2, words=theirs, now=make.NOW)
    answer = client.send_bare(edit, **sent)
    assert answer.status_code == 409
    page = text_of(answer)
    for words in ("您打开之后，这条通知被别人改过了", "别人的标题", "别人的正文", "我写的 正文"):
        assert words in page
    assert 'value="我写的标题"' in answer.text
    assert stored(code).title == "别人的标题"
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert version is not None
    assert client.send_bare(edit, **{**sent, "version": version[1]}).status_code == 303
    assert (stored(code).title, stored(code).body) == ("我写的标题", "我写的\n正文")
    assert client.send_bare(edit, **{**sent, "version": "many"}).status_code == 409
    assert client.send_bare(f"{edit}/publish", version="1").status_code == 409


def test_a_text_is_looked_at_with_and_without_script(admin: Person, sign_in: SignInAs) -> None:
    client = sign_in(admin)
    drawn = client.send("/admin/notices/new", title="标题", body="**要紧**", preview="1")
    assert drawn.status_code == 200
    assert "<strong>要紧</strong>" in drawn.text
    assert "**要紧**" in drawn.text
    with db.reading() as session:
        assert notices.count_by_state(session) == {}
    token = client.token()
    part = client.post(
        "/admin/notices/preview",
        data={"body": HOSTILE},
        headers={"HX-Request": "true", "X-CSRFToken": token},
    )
    assert part.status_code == 200
    assert "<script" not in part.text
    assert "<html" not in part.text
    assert client.post("/admin/notices/preview", data={"body": "x"}).status_code == 400


def test_lists_cost_the_same_however_long(admin: Person, sign_in: SignInAs, statements: list[str]) -> None:
    client = sign_in(admin)

    def costs() -> list[int]:
        found = []
        for url in ("/notices/", "/admin/notices/", f"/notices/{code}"):
            statements.clear()
            client.get(url)
            found.append(len(statements))
        return found

    code = add()
    few = costs()
    for number in range(25):
        add(f"第{number}条")
    assert costs() == few
    assert max(few) <= 8
    assert 'rel="next"' in client.get("/admin/notices/").text
