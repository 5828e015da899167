"""Work that goes on behind the pages: what was asked, how far it is, how it ended.

Belongs here: jobs, their states, the queue they wait in, and how a worker carries them out. Does not belong: what a kind of job does
(each is one file in `minsheng.jobs`), and any rule of the stages.
"""
