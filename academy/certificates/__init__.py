"""Certificates: proposed by one admin, signed by another, numbered, issued, verifiable. Owns
`certificate_counter`, `certificate_batch`, `batch_entry`, `certificate`; promises numbers without gap or repeat
and bytes that never change.
"""
