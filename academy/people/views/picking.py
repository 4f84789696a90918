"""What the pickers of other pages find among people."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from academy.ground import clock
from academy.ground.access import Capability, Role
from academy.people.queries import picking
from academy.people.views.blueprint import bp
from academy.web.access import requires
from academy.web.session import reading

_LONGEST = 60


@bp.get("/admin/pick/instructors")
@requires(Capability.CLASS_EDIT)
def pick_instructor() -> ResponseReturnValue:
    """Find instructors by name, pinyin or initials, for a class session or a sitting."""
    words = request.args.get("q", "").strip()[:_LONGEST]
    found = picking.holders(reading(), Role.INSTRUCTOR, words, on=clock.local_date(clock.now()))
    return render_template("options.html", rows=[(each.id, each.name, each.unit_name) for each in found])
