"""What the office of class sessions plugs in."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from academy.classes.rules import Step, steps_from
from academy.enrolment.queries.deciding import class_by_id
from academy.ground.access import Actor, Capability
from academy.ground.feature import DeskItem, Feature, Finding, Invariant, Panel
from academy.office import queries, sample
from academy.office.views.exports import bp
from academy.office.views.roster import PANEL


def _desk(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Tell a class manager which sittings lack a register, and which class sessions to start or conclude."""
    if actor.person_id is None or not actor.may(Capability.DESK_TEACH):
        return ()
    tasks = queries.manager_tasks(session, actor.person_id, now=now)
    return tuple(item for item in (_to_start(tasks), _to_register(tasks), _to_conclude(tasks)) if item.count)


def _to_start(tasks: queries.ManagerTasks) -> DeskItem:
    return DeskItem(
        count=tasks.to_start,
        sentence=ngettext(
            "class begins and has not been started", "classes begin and have not been started", tasks.to_start
        ),
        detail=_detail(tasks.to_start_code, _("Registers can be taken once it runs.")),
        url=f"/teach/classes/{tasks.to_start_code}",
        action=_("Start it"),
        urgency=10,
        capability=Capability.DESK_TEACH,
    )


def _to_register(tasks: queries.ManagerTasks) -> DeskItem:
    return DeskItem(
        count=tasks.unregistered,
        sentence=ngettext("sitting has no register yet", "sittings have no register yet", tasks.unregistered),
        detail=_detail(tasks.unregistered_code, _("Who was there gets no hours until you save it.")),
        url=f"/teach/classes/{tasks.unregistered_code}#timetable",
        action=_("Take the register"),
        urgency=20,
        capability=Capability.DESK_TEACH,
    )


def _to_conclude(tasks: queries.ManagerTasks) -> DeskItem:
    return DeskItem(
        count=tasks.to_conclude,
        sentence=ngettext(
            "class is over and waits to be concluded",
            "classes are over and wait to be concluded",
            tasks.to_conclude,
        ),
        detail=_detail(tasks.to_conclude_code, _("Certificates can follow after that.")),
        url=f"/teach/classes/{tasks.to_conclude_code}/conclude",
        action=_("Conclude it"),
        urgency=30,
        capability=Capability.DESK_TEACH,
    )


def _detail(code: str | None, sentence: str) -> str:
    return f"{code} · {sentence}"


def _steps(session: Session, actor: Actor, _now: datetime, class_session_id: int) -> Panel | None:
    """Offer the office to start or cancel a class session."""
    class_ = class_by_id(session, class_session_id) if actor.may(Capability.CLASS_EDIT) else None
    steps = steps_from(class_.state) if class_ else ()
    if class_ is None or not {Step.START, Step.CANCEL} & set(steps):
        return None
    return Panel(
        template=PANEL,
        facts={"code": class_.code, "may_start": Step.START in steps, "may_cancel": Step.CANCEL in steps},
    )


def _all_decided(session: Session) -> Finding:
    codes = queries.undecided_codes(session)
    return Finding(count=len(codes), expected=0, examples=tuple(f"class_session {code}" for code in codes[:5]))


FEATURE = Feature(
    name="office",
    blueprints=(bp,),
    invariants=(Invariant("class sessions concluded without deciding who completes", _all_decided),),
    sample=(sample.fill,),
    desk=(_desk,),
    panels=(_steps,),
)
