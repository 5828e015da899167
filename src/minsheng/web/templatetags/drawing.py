"""Charts in pages: a title that says what they show, the drawing, source and date, the figures one click away."""

import json
from math import ceil, sqrt

from django.template import Context
from django.utils.safestring import SafeString

from minsheng.web.charts import Drawn, Tiles
from minsheng.web.templatetags.pieces import piece

HEIGHTS = ("", "short", "tall")
_WIDEST = 14
_SHAPE = 2.2


def chart(context: Context, drawn: Drawn, csv: str = "", height: str = "") -> SafeString:
    """A chart; `csv` is where its table can be downloaded, `height` is short or tall (waterfalls and lying bars find their own)."""
    if height not in HEIGHTS:
        raise ValueError(f"A chart's height is one of {HEIGHTS}, not {height!r}.")
    payload = json.dumps(drawn.payload(), ensure_ascii=False, separators=(",", ":"))
    note = getattr(drawn, "review_number", "")
    key = drawn.key() if hasattr(drawn, "key") else ()
    return piece(context, "chart", drawn=drawn, payload=payload, table=drawn.table(), csv=csv, height=height, review_number=note, key=key)


def tiles(context: Context, drawn: Tiles, csv: str = "") -> SafeString:
    """Equal-area tiles of places, each a link with name, figure, shade and level."""
    places = [(place, "none" if shade < 0 else shade, drawn.axis.written(place.value)) for place, shade in drawn.shades()]
    return piece(
        context, "tiles", drawn=drawn, places=places, columns=columns_for(len(places)), table=drawn.table(), csv=csv, key=drawn.key()
    )


def columns_for(count: int) -> int:
    """Columns that make so many squares a compact, rather wide picture with a full last row where that is possible."""
    around = max(1, min(_WIDEST, round(sqrt(count * _SHAPE))))
    near = range(max(1, around - 1), min(_WIDEST, around + 1) + 1)
    return min(near, key=lambda columns: (ceil(count / columns) * columns - count, abs(columns - around), -columns))
