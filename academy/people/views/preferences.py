"""How the reader likes to read, with one tap on any page or from one's account."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from academy.ground import clock
from academy.ground.access import Capability
from academy.people.actions import preferences as actions
from academy.people.forms.persons import ReadingForm
from academy.people.views.blueprint import bp
from academy.web import preferences as reading
from academy.web.access import actor, own_page, public, requires
from academy.web.acts import Answer, perform
from academy.web.htmx import see_other
from academy.web.session import Session, expect_token


@bp.post("/preferences")
@public
def preferences() -> ResponseReturnValue:
    """Keep the language or size of type just tapped: with the person, or for a visitor in this browser."""
    chosen = reading.read(request.form.get("locale", ""), request.form.get("large_type", ""))
    back = own_page(request.form.get("next"), url_for("portal.home"))
    if current_user.is_authenticated:
        return _keep(chosen, back)
    expect_token()
    reading.choose(chosen)
    return see_other(back)


@bp.post("/account/preferences")
@requires(Capability.ACCOUNT_KEEP)
def choose_preferences() -> ResponseReturnValue:
    """Keep what was chosen on the page of one's account."""
    form = ReadingForm()
    if not form.validate_on_submit():
        expect_token()
        return see_other(url_for(".account"))
    return _keep(reading.read(form.locale.data, form.large_type.data), url_for(".account"), said=True)


def _keep(chosen: reading.Chosen, back: str, *, said: bool = False) -> ResponseReturnValue:
    def deed(session: Session) -> Answer:
        actions.choose(session, actor=actor(), locale=chosen.locale, large_type=chosen.large_type, now=clock.now())
        reading.show(chosen)
        return Answer(back, _("Kept. Every phone and computer you sign in on shows it like this.") if said else "")

    return perform(deed)
