"""The catalogue: what can be taught. Owns `course`, `course_prerequisite`, `programme`, `programme_course`;
promises that courses are what `courses/` says since the last sync.
"""
