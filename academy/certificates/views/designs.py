"""What certificates look like: the design of each series, written beside its picture, and all its versions."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import designs as actions
from academy.certificates.actions import files, seals
from academy.certificates.forms import DesignForm
from academy.certificates.queries import designs
from academy.certificates.rules import designs as rules
from academy.certificates.rules.designs import Design
from academy.certificates.rules.proposing import printed_facts
from academy.certificates.rules.states import SERIES_NAMES, Series
from academy.documents.actions import rendering
from academy.documents.queries import fonts
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound, Refused
from academy.web import plugs
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import private_file
from academy.web.i18n import say
from academy.web.session import Session, expect_token, reading, stop_reading

bp = Blueprint("designs", __name__, template_folder="../templates")

_WIDTH = 1000
_LYING, _UPRIGHT = (_WIDTH, 707), (_WIDTH, 1414)
_SIZES = {Series.COMPLETION: _LYING, Series.EXCELLENT: _LYING, Series.HOURS: _UPRIGHT}
_KEPT_SECONDS = 600  # a picture shows the date of today


@bp.get("/admin/certificates/designs/")
@requires(Capability.CERTIFICATE_PROPOSE)
def office() -> ResponseReturnValue:
    """Show what the certificates of each series look like now."""
    session = reading()
    shown = [(series, designs.versions(session, series)[0]) for series in Series]
    return render_template("certificates/designs.html", shown=shown, names=SERIES_NAMES, sizes=_SIZES)


@bp.route("/admin/certificates/designs/<series>", methods=["GET", "POST"])
@requires(Capability.CERTIFICATE_PROPOSE)
def edit(series: str) -> ResponseReturnValue:
    """Change what the certificates of a series look like; those issued stay as they are."""
    which = _series(series)
    stored = designs.current(reading(), which)
    form = DesignForm(data={**asdict(stored), "version": str(stored.version), "seal": stored.seal or ""})
    if request.method == "GET":
        return _drawn(form, which)
    sent = form.validate_on_submit()
    if sent:
        _take_image(form)
        _judge(form)
    if form.errors or "preview" in request.form:
        picture = _picture(_showable(form, which), which) if sent else b""
        return _drawn(form, which, picture=picture), 422 if form.errors else 200

    def deed(session: Session) -> Answer:
        version = actions.save(
            session, actor=actor(), series=which, design=form.design, seen=form.seen, now=clock.now()
        )
        return _saved(which, version)

    return perform(deed, redraw=Redrawn(form, lambda: _refused(form, which)))


@bp.post("/admin/certificates/designs/<series>/preview")
@requires(Capability.CERTIFICATE_PROPOSE)
def preview(series: str) -> ResponseReturnValue:
    """Draw a design as it stands in the form, for the script that asks while somebody types."""
    expect_token()
    which, form = _series(series), DesignForm()
    found = rules.problems(form.design, missing=fonts.missing_characters, width=fonts.width)
    return render_template(
        "certificates/_design_preview.html",
        picture=_encoded(_picture(_showable(form, which), which)),
        problems=[(form[name].label.text, say(reason)) for name, reason in found],
        name=SERIES_NAMES[which],
        size=_SIZES[which],
    )


@bp.get("/admin/certificates/designs/<series>/<int:version>")
@requires(Capability.CERTIFICATE_PROPOSE)
def show(series: str, version: int) -> ResponseReturnValue:
    """Show one version of a design, and offer to go back to it."""
    which = _series(series)
    found = designs.version(reading(), which, version)
    in_use = designs.current(reading(), which)
    return render_template(
        "certificates/design_version.html",
        series=which, name=SERIES_NAMES[which], version=found, in_use=in_use.version,
        same=found.design.same_as(in_use), size=_SIZES[which],
    )  # fmt: skip


@bp.get("/admin/certificates/designs/<series>/<int:version>.png")
@requires(Capability.CERTIFICATE_PROPOSE)
def picture(series: str, version: int) -> ResponseReturnValue:
    """Show what a version looks like, filled with an example."""
    which = _series(series)
    design = designs.version(reading(), which, version).design
    stop_reading()
    answer = private_file(_picture(design, which), f"{which}-{version}.png", kind="image/png", inline=True)
    answer.headers["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return answer


@bp.post("/admin/certificates/designs/<series>/<int:version>/use")
@requires(Capability.CERTIFICATE_PROPOSE)
def go_back(series: str, version: int) -> ResponseReturnValue:
    """Print as an older version did from now on: a new version with its values."""
    which, seen = _series(series), request.form.get("seen", -1, type=int)
    _read_fonts()

    def deed(session: Session) -> Answer:
        made = actions.go_back(session, actor=actor(), series=which, version=version, seen=seen, now=clock.now())
        return _saved(which, made)

    return perform(deed)


def _series(text: str) -> Series:
    if text not in set(Series):
        raise NotFound
    return Series(text)


def _saved(series: Series, version: int | None) -> Answer:
    place = url_for(".edit", series=series.value)
    if version is None:
        return Answer(place, _("Nothing was changed: this is what is in use already."), "note")
    said = _("Version %(version)s is in use now, for all that is proposed from here on.", version=version)
    return Answer(place, said)


def _read_fonts() -> None:
    """Read the fonts now: no file is touched once a transaction has begun."""
    fonts.width(fonts.missing_characters("") or "一")


def _take_image(form: DesignForm) -> None:
    """Keep an uploaded seal, such that the form needs it no more; or see that the one it names is there."""
    stop_reading()
    try:
        if form.image.data:
            with form.image.data.stream as sent:
                form.seal.data = seals.keep_seal(sent.read(seals.MOST_BYTES + 1))
        elif form.drawn.data:
            form.seal.data = ""
        elif form.seal.data:
            seals.expect_kept(form.seal.data)
    except Refused as error:
        form.image.errors = [say(reason) for reason in error.reasons]
    form.drawn.data = False


def _judge(form: DesignForm) -> None:
    """Put everything that stands against a design at its fields."""
    for name, reason in rules.problems(form.design, missing=fonts.missing_characters, width=fonts.width):
        form[name].errors = [*form[name].errors, say(reason)]


def _showable(form: DesignForm, series: Series) -> Design:
    """Give what was typed such that it can be drawn, however wrong it is."""
    try:
        if form.seal.data:
            seals.expect_kept(form.seal.data)
    except Refused:
        form.seal.data = ""
    return rules.showable(form.design, rules.DEFAULTS[series])


def _picture(design: Design, series: Series) -> bytes:
    """Draw a design's certificate of somebody made up, marked as a preview."""
    stop_reading()
    settings = plugs.settings()
    facts = printed_facts(
        {**rules.EXAMPLE, "template": rules.TEMPLATES[series]}, design=design, number=None, code="",
        issue_date=clock.local_date(clock.now()), academy_name=settings.academy_name, base_url=settings.base_url,
    )  # fmt: skip
    return rendering.picture(files.preview(facts), width=_WIDTH)


def _encoded(picture: bytes) -> str:
    return b64encode(picture).decode()


def _refused(form: DesignForm, series: Series) -> str:
    """Draw the form with what was typed; saving it again replaces what came meanwhile."""
    form.version.data = str(designs.current(reading(), series).version)
    return _drawn(form, series)


def _drawn(form: DesignForm, series: Series, *, picture: bytes = b"") -> str:
    versions = designs.versions(reading(), series)
    placeholders: Sequence[tuple[str, str, str]] = [
        (f"{{{name}}}", each.label, each.example) for name, each in rules.PLACEHOLDERS.items()
    ]
    return render_template(
        "certificates/design.html",
        form=form, series=series, name=SERIES_NAMES[series], versions=versions, placeholders=placeholders,
        picture=_encoded(picture), in_use=versions[0].design, size=_SIZES[series],
    )  # fmt: skip
