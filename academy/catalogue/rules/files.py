"""What a course's folder must hold, and every problem with it in plain words."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from academy.catalogue.rules.kinds import CourseLevel, Domain

HEADINGS = (
    "这门课解决什么问题", "学什么", "课堂案例", "练习与作业", "带走的东西", "授课提示", "依据与延伸阅读",
)  # fmt: skip
"""The second-level headings of every syllabus, in order."""

_TENTHS = 10
_SHOWN = 60
_OBJECTIVE_BEGINS = "能"


def _text(longest: int) -> Any:  # noqa: ANN401 - pydantic's own field description
    return Field(min_length=1, max_length=longest)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class OutlineHour(_Strict):
    """What is done in one hour of a course."""

    hour: int
    title: Annotated[str, _text(60)]
    content: Annotated[str, _text(400)]


class CourseFile(_Strict):
    """What `course.toml` says."""

    title: Annotated[str, _text(80)]
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    domain: Annotated[Domain, Field(strict=False)]
    hours: Annotated[int, Field(ge=1, le=80)]
    level: Annotated[CourseLevel, Field(strict=False)]
    audience: Annotated[str, _text(120)]
    summary: Annotated[str, _text(300)]
    objectives: Annotated[list[Annotated[str, _text(200)]], Field(min_length=1)]
    assessment: Annotated[str, _text(300)]
    prerequisites: list[str]
    keywords: Annotated[list[Annotated[str, _text(30)]], Field(min_length=1)]
    outline: Annotated[list[OutlineHour], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFolder:
    """A course's folder as found on disk; a file that is not there is None."""

    domain: str
    slug: str
    toml: bytes | None
    syllabus: bytes | None

    @property
    def path(self) -> str:
        """Name the folder below `courses/`."""
        return f"{self.domain}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Course:
    """A course as its folder describes it."""

    file: CourseFile
    syllabus: str

    @property
    def path(self) -> str:
        """Name the course's own folder."""
        return f"{self.file.domain}/{self.file.slug}"

    def values(self) -> dict[str, Any]:
        """Give what is stored of the course, by column; hours become tenths."""
        stored = self.file.model_dump(mode="json", exclude={"prerequisites"})
        enums = {"domain": self.file.domain, "level": self.file.level}
        return {**stored, **enums, "hours": self.file.hours * _TENTHS, "syllabus": self.syllabus}

    def digest(self) -> str:
        """Tell one state of the course from another."""
        facts = [self.file.model_dump(mode="json"), self.syllabus]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read_all(folders: Sequence[CourseFolder]) -> tuple[tuple[Course, ...], tuple[str, ...]]:
    """Read all courses, and list every problem of theirs in plain words: file, field, what is wrong, the value."""
    courses: list[Course] = []
    problems: list[str] = []
    for folder in folders:
        course, found = _read(folder)
        problems += found
        if course is not None:
            courses.append(course)
    slugs = {folder.slug for folder in folders}
    problems += _repeated(courses) + _unknown_prerequisites(courses, slugs) + _circles(courses)
    return tuple(courses), tuple(problems)


def _read(folder: CourseFolder) -> tuple[Course | None, list[str]]:
    toml_path, syllabus_path = f"{folder.path}/course.toml", f"{folder.path}/syllabus.md"
    problems: list[str] = []
    data = _toml(folder.toml, toml_path, problems)
    syllabus = _decoded(folder.syllabus, syllabus_path, problems)
    if syllabus is not None:
        problems += _syllabus_problems(syllabus, syllabus_path)
    file = _course_file(data, toml_path, problems) if data is not None else None
    if file is None or syllabus is None:
        return None, problems
    problems += [f"{toml_path}: {problem}" for problem in _file_problems(file, folder)]
    return Course(file, syllabus), problems


def _decoded(data: bytes | None, path: str, problems: list[str]) -> str | None:
    if data is None:
        problems.append(f"{path}: the file is missing")
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        problems.append(f"{path}: must be UTF-8 text; byte {error.start + 1} is not")
        return None


def _toml(data: bytes | None, path: str, problems: list[str]) -> Mapping[str, Any] | None:
    text = _decoded(data, path, problems)
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path}: is not valid TOML: {error}")
        return None


def _course_file(data: Mapping[str, Any], path: str, problems: list[str]) -> CourseFile | None:
    try:
        return CourseFile.model_validate(data)
    except ValidationError as error:
        problems += [f"{path}: {_in_words(detail)}" for detail in error.errors()]
        return None


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of a course",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "model_type": "must be a table of fields",
    "enum": "must be {expected}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must be small letters, digits and single dashes",
    "too_short": "must have at least one entry",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def _in_words(detail: ErrorDetails) -> str:
    """Say a finding of pydantic as `outline 2 title: must not be empty (it is '')`."""
    place = " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in detail["loc"])
    said = _WORDS.get(detail["type"], detail["msg"]).format(**detail.get("ctx", {}))
    return f"{place}: {said}" if detail["type"] == "missing" else f"{place}: {said} ({_it_is(detail['input'])})"


def _it_is(value: object) -> str:
    shown = repr(value)
    return f"it is {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}"


def _file_problems(file: CourseFile, folder: CourseFolder) -> list[str]:
    """List what is wrong with a file whose every field has the right shape."""
    numbers = [entry.hour for entry in file.outline]
    wanted = list(range(1, file.hours + 1))
    checks = [
        (file.slug != folder.slug, f"slug: must be the folder's name {folder.slug!r} ({_it_is(file.slug)})"),
        (
            file.domain != folder.domain,
            f"domain: must be the name of the folder above, {folder.domain!r} ({_it_is(file.domain.value)})",
        ),
        (
            len(numbers) != file.hours,
            f"outline: must have one entry for each of the {file.hours} hours (it has {len(numbers)})",
        ),
        (
            len(numbers) == file.hours and numbers != wanted,
            f"outline: hours must be numbered 1 to {file.hours} in order (they are {numbers})",
        ),
        (file.slug in file.prerequisites, f"prerequisites: a course cannot need itself ({file.slug!r})"),
    ]
    objectives = [
        f"objectives {number}: must begin with {_OBJECTIVE_BEGINS!r} ({_it_is(text)})"
        for number, text in enumerate(file.objectives, 1)
        if not text.startswith(_OBJECTIVE_BEGINS)
    ]
    return [problem for applies, problem in checks if applies] + objectives


def _syllabus_problems(text: str, path: str) -> list[str]:
    found = re.findall(r"^## +(.+?) *$", text, re.MULTILINE)
    problems = [f"{path}: heading '## {heading}' is missing" for heading in HEADINGS if heading not in found]
    problems += [
        f"{path}: heading '## {heading}' is none of a syllabus" for heading in found if heading not in HEADINGS
    ]
    problems += [
        f"{path}: heading '## {heading}' stands twice" for heading in HEADINGS if found.count(heading) > 1
    ]
    if not problems and tuple(found) != HEADINGS:
        problems.append(f"{path}: headings must be in this order: {', '.join(HEADINGS)}")
    return problems


def _repeated(courses: Sequence[Course]) -> list[str]:
    """List slugs and titles that two courses share."""
    problems = []
    for field in ("slug", "title"):
        first: dict[str, str] = {}
        for course in courses:
            value = getattr(course.file, field)
            other = first.setdefault(value, course.path)
            if other != course.path:
                problems.append(f"{course.path}/course.toml: {field}: is also that of {other} ({_it_is(value)})")
    return problems


def _unknown_prerequisites(courses: Sequence[Course], slugs: set[str]) -> list[str]:
    return [
        f"{course.path}/course.toml: prerequisites: there is no course {needed!r}"
        for course in courses
        for needed in course.file.prerequisites
        if needed not in slugs
    ]


def _circles(courses: Sequence[Course]) -> list[str]:
    """List the circles in which courses need each other, each once."""
    needs = {course.file.slug: course.file.prerequisites for course in courses}
    done: set[str] = set()
    circles: list[str] = []

    def follow(slug: str, way: tuple[str, ...]) -> None:
        if slug in way:
            circle = way[way.index(slug) :]
            if len(circle) > 1:  # a course that needs itself is told in its own file
                circles.append(f"prerequisites: go in a circle: {' → '.join([*circle, slug])}")
            return
        if slug in done or slug not in needs:
            return
        for needed in needs[slug]:
            follow(needed, (*way, slug))
        done.add(slug)

    for slug in needs:
        follow(slug, ())
    return circles
