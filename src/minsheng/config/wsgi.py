"""The web as a server starts it."""

from django.core.wsgi import get_wsgi_application

from minsheng.config.start import open_database, prepare

prepare()
open_database()
application = get_wsgi_application()
