"""The ledger of hours, and completions. Owns `hours_entry`, `completion`; promises that an entry is never
altered or deleted: what was wrong is reversed by another entry.
"""
