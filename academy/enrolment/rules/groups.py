"""Whom the sittings of a class session take up: all, or the groups they are for."""

from collections.abc import Collection, Sequence

from academy.classes.rules import Sitting
from academy.ground.errors import Reason
from academy.ground.text import N_

GROUP_CLASH = Reason(
    "group_clash",
    N_("%(name)s cannot be in this group: it clashes with “%(title)s” (%(code)s) on %(day)s."),
)


def attends(sitting_groups: Collection[int], group_id: int | None) -> bool:
    """Tell whether a sitting takes up a person: the whole class, the person's group, or a group still open."""
    return not sitting_groups or group_id is None or group_id in sitting_groups


def tenths_for_one(sittings: Sequence[tuple[int, Collection[int]]], group_id: int | None) -> int:
    """Add up the hours that a timetable has for one person; before groups are made, for the busiest group."""
    groups: set[int | None] = {each for _tenths, group_ids in sittings for each in group_ids}
    asked = groups if groups and group_id is None else {group_id}
    return max(sum(tenths for tenths, group_ids in sittings if attends(group_ids, each)) for each in asked)


def taken_up_by(spans: Sequence[tuple[Sitting, Collection[int]]], group_id: int | None) -> tuple[Sitting, ...]:
    """Pick from a class session's sittings those that take up a person of this group."""
    return tuple(sitting for sitting, groups in spans if attends(groups, group_id))
