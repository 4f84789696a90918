"""A class session's office: roster, register and concluding. Owns no table; promises that a class session is
concluded with the numbers that decided each person's completion.
"""
