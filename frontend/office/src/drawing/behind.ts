// Where a click on a mark leads: to the list behind that very value, else to what its category or place links to.
import type { Payload } from "./payload";

export function behind(payload: Payload, series: number, at: number): string {
  switch (payload.kind) {
    case "bars":
    case "lines":
      return payload.series[series]?.links[at] || payload.links[at] || "";
    case "map":
      return payload.places[at]?.url ?? "";
    case "waterfall":
      return "";
  }
}

export function leads(payload: { links: string[]; series: { links: string[] }[] }): boolean {
  return payload.links.length > 0 || payload.series.some((one) => one.links.some(Boolean));
}
