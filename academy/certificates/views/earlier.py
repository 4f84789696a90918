"""What the public is told of a number that only the register of earlier paper certificates knows."""

from flask import render_template

from academy.certificates.forms import HolderForm
from academy.certificates.queries import paper, register
from academy.certificates.rules.numbers import read_number
from academy.certificates.rules.paper import number_key
from academy.ground import clock
from academy.web.session import Session


def alone(session: Session, number: str, name: str = "", *, form: HolderForm | None = None) -> str | None:
    """Draw the page of a number that the register of paper alone knows, even one that reads like a number of ours.

    None where our own register has it, or neither.
    """
    ours = read_number(number)
    if ours is not None and register.by_number(session, ours):
        return None
    found = paper.public(session, number, name)
    if found is None:
        return None
    return render_template(
        "certificates/earlier.html", found=found, form=form or HolderForm(), now=clock.now(),
        path=f"/verify/{number_key(found.number)}", other_name=bool(name) and not found.named,
    )  # fmt: skip
