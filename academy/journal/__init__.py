"""The journal: who changed what, when, from where. Owns `journal_entry`; promises that a row is never altered."""
