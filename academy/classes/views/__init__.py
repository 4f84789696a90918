"""The office's pages of class sessions: the list, one of them, timetable and groups, kinds and levels."""
