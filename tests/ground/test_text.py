import pytest

from academy.ground import text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 王 秀兰\u00a0", "王 秀兰"),
        ("阿卜杜热西提•买买提艾力江", "阿卜杜热西提·买买提艾力江"),
        ("李\u200b㛃", "李㛃"),
        ("e\u0301", "é"),
    ],
)
def test_a_name_is_written_one_way(typed: str, kept: str) -> None:
    assert text.clean_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("王秀兰", "wang xiu lan"),
        ("单小芳", "shan xiao fang"),
        ("曾单", "zeng dan"),
        ("尉迟恭", "yu chi gong"),
        ("欧阳娜娜", "ou yang na na"),
        ("John Smith", "john smith"),
    ],
)
def test_names_are_spelled_as_surnames_are_read(name: str, spelled: str) -> None:
    assert text.name_pinyin(name) == spelled


def test_initials() -> None:
    assert text.initials("ou yang na na") == "oynn"


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        (text.masked_name("欧阳娜娜"), "欧***"),
        (text.masked_phone("19900001234"), "199****1234"),
        (text.masked_id("32990019900101123X"), "3299*************X"),
    ],
)
def test_masks_hide_the_middle(masked: str, shown: str) -> None:
    assert masked == shown


def test_a_sentence_is_said_in_both_languages() -> None:
    assert text.translate("en", "Enrolment opens on %(day)s.", {"day": "X"}) == "Enrolment opens on X."
    assert "X" in text.translate("zh_CN", "Enrolment opens on %(day)s.", {"day": "X"})
