"""Who may see what: users, their roles and where they answer, masking, and the row-level security that holds it in the database.

Belongs here: users, grants, break-glass, the table of roles, and how each table of the database is bound. Does not belong: signing in
(that is the web's), what a page shows, and which rows exist.
"""
