"""Claims on places. Owns `place_pool`, `enrolment`; promises that sold seats equal min(places, demand), never
more, and that a freed seat goes to the first in line.
"""
