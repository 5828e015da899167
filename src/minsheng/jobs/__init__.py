"""The timetable, and what each kind of job does: one file a kind, each one call to an operation.

Belongs here: the declaration of a kind (title, who may start it, arguments) and the call; when things happen by themselves. Does not
belong: rules, queries, anything longer than a screen.
"""
