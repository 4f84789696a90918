"""Change class sessions: `sessions`, `timetable`, `values` (kinds and levels); `filling` enters many at once."""
