"""Which valid certificates people hold: what a class session that asks for one goes by."""

from collections.abc import Collection, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.certificates.models.register import Certificate
from academy.certificates.rules.states import CertificateState, Series
from academy.ground.feature import Credential


def credentials(session: Session, person_ids: Collection[int]) -> Iterator[Credential]:
    """Tell of which class sessions these persons hold an issued certificate of completion, neither revoked.

    One that replaced another is as old as the first: a corrected name makes nobody's training younger.
    """
    issued = func.count().filter(Certificate.state == CertificateState.ISSUED)
    statement = (
        select(Certificate.person_id, Certificate.class_session_id, func.min(Certificate.issue_date))
        .where(Certificate.person_id.in_(person_ids), Certificate.series == Series.COMPLETION)
        .group_by(Certificate.person_id, Certificate.class_session_id)
        .having(issued > 0)
    )
    for person_id, class_session_id, issued_on in session.execute(statement):
        yield Credential(person_id=person_id, class_session_id=class_session_id, issued_on=issued_on)
