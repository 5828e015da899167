"""One module per page: ROUTES, which says of each of its routes who may ask it and with what."""
