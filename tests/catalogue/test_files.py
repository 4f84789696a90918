"""What a course's folder must hold, and how each fault is told."""

from pathlib import Path

import pytest

from academy.catalogue.actions import read
from academy.catalogue.rules.files import HEADINGS, CourseFolder, read_all
from academy.catalogue.rules.kinds import address
from academy.ground.errors import Unreadable
from academy.ground.settings import ROOT

TOML = """
title = "心肺复苏"
slug = "cpr"
domain = "practice"
hours = 2
level = "basic"
audience = "全体网格员"
summary = "学完能按压。"
objectives = ["能在十秒内判断呼吸"]
assessment = "操作考核。"
prerequisites = []
keywords = ["急救"]

[[outline]]
hour = 1
title = "判断"
content = "练判断。"

[[outline]]
hour = 2
title = "按压"
content = "练按压。"
"""
SYLLABUS = "\n\n".join(f"## {heading}\n\n内容。" for heading in HEADINGS)


def folder(toml: str | None = TOML, syllabus: str | None = SYLLABUS, slug: str = "cpr") -> CourseFolder:
    return CourseFolder(
        domain="practice",
        slug=slug,
        toml=None if toml is None else toml.encode(),
        syllabus=None if syllabus is None else syllabus.encode(),
    )


def problems(*folders: CourseFolder) -> tuple[str, ...]:
    return read_all(folders)[1]


def named(slug: str, needs: str = "", title: str = "") -> CourseFolder:
    toml = TOML.replace('"cpr"', f'"{slug}"').replace("prerequisites = []", f"prerequisites = [{needs}]")
    return folder(toml.replace("心肺复苏", title or slug), slug=slug)


def test_a_right_folder_is_a_course() -> None:
    (course,), found = read_all([folder()])
    assert found == ()
    assert course.path == "practice/cpr"
    assert course.values()["hours"] == 20
    assert course.values()["outline"][1] == {"hour": 2, "title": "按压", "content": "练按压。"}


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('title = "心肺复苏"\n', "", "practice/cpr/course.toml: title: is missing"),
        ('title = "心肺复苏"', 'title = ""', "practice/cpr/course.toml: title: must not be empty (it is '')"),
        ("hours = 2", 'hours = "2"', "practice/cpr/course.toml: hours: must be a whole number (it is '2')"),
        ("hours = 2", "hours = 0", "practice/cpr/course.toml: hours: must be at least 1 (it is 0)"),
        (
            'level = "basic"',
            'level = "hard"',
            "practice/cpr/course.toml: level: must be 'basic', 'advanced' or 'specialist' (it is 'hard')",
        ),
        ('"急救"', "1", "practice/cpr/course.toml: keywords 1: must be text (it is 1)"),
        (
            'slug = "cpr"',
            'slug = "CPR!"',
            "practice/cpr/course.toml: slug: must be small letters, digits and single dashes (it is 'CPR!')",
        ),
        (
            'slug = "cpr"',
            'slug = "aed"',
            "practice/cpr/course.toml: slug: must be the folder's name 'cpr' (it is 'aed')",
        ),
        (
            'domain = "practice"',
            'domain = "theory"',
            "practice/cpr/course.toml: domain: must be the name of the folder above, 'practice' (it is 'theory')",
        ),
        (
            "hours = 2",
            "hours = 3",
            "practice/cpr/course.toml: outline: must have one entry for each of the 3 hours (it has 2)",
        ),
        (
            "hour = 2",
            "hour = 3",
            "practice/cpr/course.toml: outline: hours must be numbered 1 to 2 in order (they are [1, 3])",
        ),
        (
            '"能在十秒内判断呼吸"',
            '"了解急救"',
            "practice/cpr/course.toml: objectives 1: must begin with '能' (it is '了解急救')",
        ),
        (
            'content = "练按压。"',
            'content = ""',
            "practice/cpr/course.toml: outline 2 content: must not be empty (it is '')",
        ),
        (
            'keywords = ["急救"]',
            'keywords = ["急救"]\nprice = 3',
            "practice/cpr/course.toml: price: is not a field of a course (it is 3)",
        ),
        (
            "prerequisites = []",
            'prerequisites = ["aed"]',
            "practice/cpr/course.toml: prerequisites: there is no course 'aed'",
        ),
        (
            "prerequisites = []",
            'prerequisites = ["cpr"]',
            "practice/cpr/course.toml: prerequisites: a course cannot need itself ('cpr')",
        ),
    ],
)
def test_a_fault_is_told_with_file_field_and_value(was: str, becomes: str, told: str) -> None:
    assert was in TOML
    assert problems(folder(TOML.replace(was, becomes))) == (told,)


def test_broken_toml_is_told_with_its_line() -> None:
    (told,) = problems(folder("title = \n"))
    assert told.startswith("practice/cpr/course.toml: is not valid TOML: ")
    assert "line 1" in told


def test_missing_files_are_told() -> None:
    assert problems(folder(None, None)) == (
        "practice/cpr/course.toml: the file is missing",
        "practice/cpr/syllabus.md: the file is missing",
    )


def test_a_file_in_another_encoding_is_told() -> None:
    wrong = CourseFolder(domain="practice", slug="cpr", toml=TOML.encode("gbk"), syllabus=SYLLABUS.encode())
    (told,) = problems(wrong)
    assert told.startswith("practice/cpr/course.toml: must be UTF-8 text")


def test_headings_are_all_there_once_and_in_order() -> None:
    first, second, *others = HEADINGS
    missing = SYLLABUS.replace(f"## {first}\n", "")
    assert problems(folder(syllabus=missing)) == (f"practice/cpr/syllabus.md: heading '## {first}' is missing",)
    foreign = SYLLABUS + "\n\n## 附录\n"
    assert problems(folder(syllabus=foreign)) == (
        "practice/cpr/syllabus.md: heading '## 附录' is none of a syllabus",
    )
    twice = SYLLABUS + f"\n\n## {second}\n"
    assert problems(folder(syllabus=twice)) == (f"practice/cpr/syllabus.md: heading '## {second}' stands twice",)
    swapped = "\n\n".join(f"## {heading}" for heading in (second, first, *others))
    (told,) = problems(folder(syllabus=swapped))
    assert "in this order" in told


def test_a_circle_of_prerequisites_is_told_once() -> None:
    found = problems(named("a", '"b"'), named("b", '"c"'), named("c", '"a"'), named("d", '"a"'))
    assert found == ("prerequisites: go in a circle: a → b → c → a",)


def test_a_diamond_of_prerequisites_is_no_circle() -> None:
    assert problems(named("a", '"b", "c"'), named("b", '"d"'), named("c", '"d"'), named("d")) == ()


def test_two_courses_of_one_title_are_told() -> None:
    (told,) = problems(named("a", title="同名"), named("b", title="同名"))
    assert told == "practice/b/course.toml: title: is also that of practice/a (it is '同名')"


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "theory" / "a").mkdir(parents=True)
    (tmp_path / "theory" / "b").mkdir()
    with pytest.raises(Unreadable) as caught:
        read(tmp_path)
    assert len(caught.value.problems) == 4


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no courses below it"):
        read(tmp_path)
    with pytest.raises(Unreadable, match="no such folder"):
        read(tmp_path / "nowhere")


def test_our_own_courses_are_right() -> None:
    courses = read(ROOT / "courses")
    assert len(courses) == 42
    assert sum(course.file.domain == "theory" for course in courses) == 21


def test_an_address_is_spelled_and_free() -> None:
    assert address("新任网格员岗前培训", ()) == "xin-ren-wang-ge-yuan-gang-qian-pei-xun"
    assert address("急救", {"ji-jiu", "ji-jiu-2"}) == "ji-jiu-3"
    assert address("！！", ()) == "x"
