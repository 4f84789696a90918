"""Three certificates issued in earnest, whose twins page and command must tell from them."""

from academy.certificates.actions import deciding
from academy.certificates.queries import batches, register
from academy.clockwork import queries as clockwork
from academy.ground import clock, db, storage
from academy.ground.access import operator
from academy.ground.settings import Settings
from tests.certificates.concluded import concluded, worker
from tests.certificates.forging import Issued, issued

PEOPLE = {"欧阳娜娜": 380, "张𬭎": 360, "阿卜杜热西提·买买提艾力江": 400}


def issued_files(settings: Settings) -> list[Issued]:
    """Certify three people of a class session as it is done in earnest, and read their files."""
    of = concluded(PEOPLE)
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=clock.now())
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=clock.now())
    with db.reading() as session:
        waiting = clockwork.waiting_ids(session, now=clock.now())
    for job_id in waiting:
        worker(settings).run(job_id)
    with db.reading() as session:
        numbers = [entry.number for entry in batches.entries(session, batch_id) if entry.number]
        held = [register.held(session, number, operator()) for number in numbers]
    return [issued(each.number, each.place, storage.bound()) for each in held if each.place]
