"""Lists of people as street offices send them: what is a head, what is a person, and what each cell says."""
