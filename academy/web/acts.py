"""One way to carry out what a form asks: in one transaction, once, and answered with a 303."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.ground import clock, db
from academy.ground.errors import Refused
from academy.web import actions, pages, queries
from academy.web.access import actor
from academy.web.forms import AcademyForm
from academy.web.htmx import see_other
from academy.web.models import Act
from academy.web.session import transaction


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a done act leads, and the sentence that says what was done."""

    location: str
    message: str = ""
    category: str = "ok"


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A form to draw again with all that was typed in it, where what it asks is refused."""

    form: AcademyForm
    page: Callable[[], str]


def perform(deed: Callable[[Session], Answer], *, redraw: Redrawn | None = None) -> ResponseReturnValue:
    """Carry out the deed of this request once: the same form sent again gets the same answer.

    Refused, NotFound and Forbidden leave nothing behind. They have pages of their own, but a form with fields is
    drawn again where it was refused, so that nobody types it twice: the reasons stand at its head.
    """
    try:
        with transaction() as session:
            answer = _once(session, deed)
    except (Refused, IntegrityError) as error:
        if redraw is None:
            raise
        redraw.form.form_errors = [*redraw.form.form_errors, *pages.reasons(error)]
        return redraw.page(), pages.CONFLICT
    if answer.message:
        flash(answer.message, answer.category)
    return see_other(answer.location)


def _once(session: Session, deed: Callable[[Session], Answer]) -> Answer:
    person_id = actor().person_id
    if person_id is None:
        return deed(session)
    act_id = _act_id()
    fresh = db.insert_once(session, Act, person_id=person_id, act_id=act_id, done_at=clock.now(),
                           location="", message="", category="ok")  # fmt: skip
    if not fresh:
        return Answer(*queries.answered(session, person_id, act_id))
    answer = deed(session)
    actions.remember(session, person_id, act_id, answer=(answer.location, answer.message, answer.category))
    return answer


def _act_id() -> str:
    """Name this act by the form's act id and all that was sent with it.

    Going back, changing an answer and sending again is another act. A form without a proper id is one of its own.
    """
    try:
        act_id = UUID(request.form.get("act_id", ""))
    except ValueError:
        act_id = uuid4()
    sent = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return hashlib.sha256(json.dumps([str(act_id), request.path, sent]).encode()).hexdigest()
