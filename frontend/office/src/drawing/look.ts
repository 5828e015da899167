// Colours, marks and words of charts; the same as the page's, in its light or its dark dress.
import type { AxisPayload } from "./payload";

export interface Look {
  ink: string;
  soft: string;
  line: string;
  paper: string;
  levels: string[];
  series: string[];
  shades: string[];
  /** What is readable on each of the shades. */
  onShades: string[];
  font: string;
  size: number;
}

const DECALS = [
  null,
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: "rgba(255,255,255,0.45)" },
  { symbol: "circle", symbolSize: 0.6, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], color: "rgba(255,255,255,0.6)" },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4, color: "rgba(255,255,255,0.45)" },
];
export const DASHES: (string | number[])[] = ["solid", [7, 5], [2, 4], [9, 4, 2, 4]];
export const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
/** A level's own shape: circle, triangle, diamond, square. */
export const LEVEL_SYMBOLS = ["circle", "circle", "triangle", "diamond", "rect"];

/** A level's pattern: its own shape, so that bars speak without colour too. */
export function levelDecal(level: number): unknown {
  const symbol = LEVEL_SYMBOLS[level] ?? "circle";
  return { symbol, symbolSize: 0.62, dashArrayX: [[9, 9], [0, 9, 9, 0]], dashArrayY: [9, 0], color: "rgba(255,255,255,0.38)" };
}

export function decal(at: number): unknown {
  return DECALS[at % DECALS.length] ?? undefined;
}

export function look(place: HTMLElement, wall: boolean): Look {
  const style = getComputedStyle(place);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: token("--ink"),
    soft: token("--soft"),
    line: token("--line"),
    paper: token("--paper"),
    levels: [0, 1, 2, 3, 4].map((level) => token(`--level-${level}`)),
    series: [token("--accent"), wall ? "#c3ced6" : "#7a8794", wall ? "#c79ae0" : "#8a5a9e", wall ? "#b9c77e" : "#4b5a2a"],
    shades: wall ? ["#15212a", "#16353a", "#1a4a4c", "#1f6462", "#7fd0c9", "#d3f3f0"] : ["#fff", "#e6f1f0", "#bfdedb", "#8cc3bf", "#2f827d", "#0b5552"],
    onShades: wall ? ["#eef3f5", "#eef3f5", "#eef3f5", "#fff", "#0e171d", "#0e171d"] : ["#1d2730", "#1d2730", "#1d2730", "#1d2730", "#fff", "#fff"],
    font: style.fontFamily,
    size: wall ? Math.max(14, Math.round(window.innerWidth / 90)) : 13,
  };
}

/** A tick of an axis: 12 万 / 120k, never a long row of zeros. */
export function tick(value: number, axis: AxisPayload, language: "zh" | "en"): string {
  if (axis.form === "share") return `${trimmed(value)}%`;
  const size = Math.abs(value);
  if (language === "zh") {
    if (size >= 1e8) return `${trimmed(value / 1e8)} 亿`;
    if (size >= 1e4) return `${trimmed(value / 1e4)} 万`;
  } else {
    if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
    if (size >= 1e4) return `${trimmed(value / 1e3)}k`;
  }
  return trimmed(value);
}

function trimmed(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** About how many pixels a text takes; Chinese characters are as wide as they are high. */
export function width(text: string, size: number): number {
  return [...text].reduce((sum, sign) => sum + (/[\u2e80-\uffef]/.test(sign) ? size : size * 0.56), 0);
}
