"""The job that puts certificates together for a printer, and the clockwork that forgets prints."""

from datetime import datetime, timedelta

from academy.certificates.actions import printing
from academy.certificates.queries import batches, sheets
from academy.certificates.rules.printing import OLDER_MAKE, Order
from academy.certificates.rules.states import Series
from academy.documents.actions import printing as documents
from academy.ground import db, storage
from academy.ground.feature import Every, Work
from academy.ground.settings import Settings


def print_class(work: Work) -> str:
    """Put the files of a class session's certificates into one, in the order asked for, and tell where it is."""
    asked = work.arguments
    with db.reading() as session:
        of = batches.class_facts(session, str(asked["code"]))
        pile = sheets.sheets(session, of.id, series=Series(asked["series"]), order=Order(asked["order"]))
    places = [sheet.place for sheet in pile if sheet.place]
    store = storage.bound()
    made = documents.sheets(
        (store.read(place, "pdf") for place in places),
        bare=bool(asked["bare"]), right=asked["right"] / 10, down=asked["down"] / 10,
        title=f"{of.code} {of.title}", each=lambda done: work.progress(done, len(places)),
    )  # fmt: skip
    work.progress(len(places), len(places), OLDER_MAKE if made.whole else "")
    digest = store.put(made.data, printing.KIND)
    return f"/admin/classes/{of.code}/certificates/prints/{digest}.pdf"


def _forget(now: datetime, _settings: Settings) -> None:
    printing.forget_old(now=now)


FORGET = Every("certificates.forget-prints", timedelta(days=1), _forget)
