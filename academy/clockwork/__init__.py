"""Background work. Owns `job` and `tick`; promises that a committed job runs, and that its effect happens once.

The job row is the truth. Huey only wakes a worker; its own file may be deleted at any time.
"""
