"""The staff's desk: one folder per page, and the frame they share. Server-rendered; htmx where a part changes."""
