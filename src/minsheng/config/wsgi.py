"""The web as a server starts it."""

from django.core.wsgi import get_wsgi_application

from minsheng.config.start import Acts, open_database, prepare

prepare()
open_database(Acts.WEB)
application = get_wsgi_application()
