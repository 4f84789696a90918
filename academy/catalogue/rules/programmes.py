"""What a programme may be made of."""

from collections.abc import Sequence

from academy.ground.errors import Reason
from academy.ground.text import N_

NO_COURSE = Reason("no_course", N_("A programme needs at least one course."))
COURSE_TWICE = Reason("course_twice", N_("“%(course)s” is in the list twice. Keep it once."))


def reasons_to_refuse_programme(titles: Sequence[str]) -> tuple[Reason, ...]:
    """Return every reason against a programme of these courses."""
    twice = sorted({title for title in titles if titles.count(title) > 1})
    return (*((NO_COURSE,) if not titles else ()), *(COURSE_TWICE.about(course=title) for title in twice))
