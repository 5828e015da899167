// A payload as an option of ECharts.
import type { EChartsCoreOption } from "echarts/core";
import { bars } from "./bars";
import { legendLines, rowHeight } from "./frame";
import { lines } from "./lines";
import { type Look, look } from "./look";
import { map } from "./map";
import type { BarsPayload, Payload } from "./payload";
import { waterfall } from "./waterfall";

export async function draw(payload: Payload, place: HTMLElement, wall: boolean): Promise<EChartsCoreOption | null> {
  const dress = look(place, wall);
  const room = place.clientWidth;
  switch (payload.kind) {
    case "bars":
      grow(place, payload.lying ? heightOfBars(payload, dress, room) : 0);
      return bars(payload, dress, room);
    case "lines":
      return lines(payload, dress);
    case "waterfall":
      grow(place, payload.steps.length * rowHeight(payload.steps.map((step) => step.name), dress, room, 34) + 84);
      return waterfall(payload, dress, room);
    case "map":
      return map(payload, dress, [room, place.clientHeight]);
  }
}

function heightOfBars(payload: BarsPayload, dress: Look, room: number): number {
  const perName = (payload.stacked ? 1 : payload.series.length) * 26 + 12;
  const legend = payload.series.length > 1 ? 24 * (legendLines(payload.series.map((one) => one.name), dress, room) - 1) : 0;
  return payload.categories.length * rowHeight(payload.categories, dress, room, perName) + 96 + legend;
}

/** Lying bars need a row each; set by script, which a strict content policy allows. */
function grow(place: HTMLElement, height: number): void {
  if (height) place.style.height = `${height}px`;
}
