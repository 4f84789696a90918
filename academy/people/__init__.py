"""People, units and sign-in. Owns `unit`, `person`, `phone`, `account`, `membership`, `role_grant`, `sign_in`,
`one_time_code`, `attempt`, `binding_request`; promises that a phone signs one person in and that no personal
data is stored in clear.
"""
