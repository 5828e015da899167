"""What machines ask: does it live, is it ready, how is it going. Stands before everything else and knows nobody.

Belongs here: checks and figures without personal data. Does not belong: anything a person reads.
"""
