// What bars, lines and waterfalls share: type, legend, tips, axes.
import { type Look, tick, width } from "./look";
import type { AxisPayload } from "./payload";

export const quiet = !globalThis.matchMedia?.("(prefers-reduced-motion: no-preference)").matches;

export function base(dress: Look, legend: string[]): Record<string, unknown> {
  return {
    animation: !quiet,
    animationDuration: 300,
    textStyle: { fontFamily: dress.font, fontSize: dress.size, color: dress.ink },
    legend: legend.length > 1 ? { data: legend, top: 0, left: 0, itemGap: 18, textStyle: { color: dress.ink, fontSize: dress.size } } : undefined,
  };
}

/** How many lines a legend takes in so much room. */
export function legendLines(names: string[], dress: Look, room: number): number {
  let lines = 1;
  let filled = 0;
  for (const name of names) {
    const wide = 25 + 5 + width(name, dress.size) + 18;
    if (filled > 0 && filled + wide > room) {
      lines += 1;
      filled = 0;
    }
    filled += wide;
  }
  return lines;
}

export function tooltip(dress: Look, formatter: (at: unknown) => string, trigger: "axis" | "item", pointer: "shadow" | "line" = "shadow"): Record<string, unknown> {
  return {
    trigger,
    renderMode: "richText",
    confine: true,
    axisPointer: { type: pointer, shadowStyle: { color: "rgba(120,135,148,0.12)" } },
    backgroundColor: dress.paper,
    borderColor: dress.line,
    textStyle: { color: dress.ink, fontSize: dress.size, fontFamily: dress.font },
    formatter,
  };
}

export function valueAxis(axis: AxisPayload, dress: Look, language: "zh" | "en", upright: boolean): Record<string, unknown> {
  return {
    type: "value",
    name: axis.title,
    nameLocation: upright ? "end" : "middle",
    nameGap: upright ? 14 : 32,
    nameTextStyle: { color: dress.soft, align: upright ? "left" : "center", padding: 0 },
    minInterval: axis.form === "count" ? 1 : undefined,
    splitNumber: 4,
    axisLabel: { color: dress.soft, fontSize: dress.size, formatter: (value: number) => tick(value, axis, language), hideOverlap: true },
    splitLine: { lineStyle: { color: dress.line } },
    axisLine: { show: false },
  };
}

/** `room` is the width at which names break into lines; without it they stay whole and some are left out. */
export function categoryAxis(categories: string[], dress: Look, room?: number): Record<string, unknown> {
  return {
    type: "category",
    data: categories,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: dress.soft } },
    axisLabel: { color: dress.ink, fontSize: dress.size, hideOverlap: true, ...(room ? { width: room, overflow: "break" } : {}) },
  };
}

/** Room for names at the left: as much as the longest takes, but never more than a part of the picture. */
export function nameRoom(names: string[], dress: Look, room: number): number {
  const longest = Math.max(40, ...names.map((name) => width(name, dress.size)));
  return Math.min(longest + 14, Math.max(92, room * 0.38));
}

/** How high a row has to be for the name that takes most lines. */
export function rowHeight(names: string[], dress: Look, room: number, least: number): number {
  const wide = nameRoom(names, dress, room);
  const lines = Math.max(1, ...names.map((name) => Math.ceil((width(name, dress.size) * 1.12) / wide)));
  return Math.max(least, lines * (dress.size + 3) + 10);
}

interface Pointed {
  dataIndex: number;
  seriesIndex: number;
}

export function pointed(given: unknown): Pointed[] {
  return (Array.isArray(given) ? given : [given]) as Pointed[];
}
