"""Class sessions and their timetables. Owns `class_kind`, `class_level`, `class_counter`, `class_session`,
`class_group`, `sitting`, `sitting_group`, `slot`; promises that no room and no instructor is in two sittings at
once, and that a class session's state only moves along the table in `rules`.
"""
