"""What the sample's trainees said of the certificates that they are about to get."""

from collections.abc import Sequence
from datetime import timedelta

from academy.certificates.actions import checks as actions
from academy.certificates.queries import batches, checks
from academy.certificates.queries.checks import Own
from academy.ground.access import Actor, Role
from academy.ground.feature import Sample
from academy.hours import queries as hours

_AGO = timedelta(hours=12)
_SILENT_EACH = 6
_DISPUTES = {
    4: "姓名里有一个字写得不对，请按我的身份证核对。",
    11: "第三天下午的现场教学我到了，学时少记了4个。",
}


def fill(sample: Sample) -> None:
    """Let most trainees of the classes that wait for certificates confirm, some keep silent, and two dispute."""
    session = sample.session
    codes = [batch.class_code for batch in batches.waiting(session)]
    codes += [line.code for line in batches.classes_without(session, limit=2)]
    for code in codes:
        of = batches.class_facts(session, code)
        completed = sorted(hours.completions(session, of.id))
        _answer(sample, [checks.own(session, code, person_id) for person_id in completed])


def _answer(sample: Sample, people: Sequence[Own]) -> None:
    for place, found in enumerate(people):
        if place % _SILENT_EACH == _SILENT_EACH - 1 and place not in _DISPUTES:
            continue
        who = Actor(
            person_id=found.person.person_id, name=found.person.name, roles=frozenset({Role.TRAINEE})
        )  # fmt: skip
        code, mark, moment = found.of.code, found.mark, sample.now - _AGO + timedelta(minutes=place)
        if wish := _DISPUTES.get(place):
            actions.dispute(sample.session, actor=who, code=code, mark=mark, wish=wish, now=moment)
        elif not found.hindrances:
            actions.confirm(sample.session, actor=who, code=code, mark=mark, now=moment)
