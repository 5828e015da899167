// What minsheng.web.charts hands over.
export interface AxisPayload {
  title: string;
  form: "count" | "number" | "share" | "yuan" | "points";
  unit: string;
}

export interface SeriesPayload {
  name: string;
  values: (number | null)[];
  written: string[];
  level: number | null;
  links: string[];
}

interface Common {
  title: string;
  language: "zh" | "en";
}

export interface BarsPayload extends Common {
  kind: "bars";
  categories: string[];
  axis: AxisPayload;
  series: SeriesPayload[];
  lying: boolean;
  stacked: boolean;
  links: string[];
}

export interface LinesPayload extends Common {
  kind: "lines";
  categories: string[];
  heading: string;
  axis: AxisPayload;
  series: SeriesPayload[];
  links: string[];
}

export interface WaterfallStep {
  name: string;
  from: number;
  to: number;
  total: boolean;
  written: string;
}

export interface WaterfallPayload extends Common {
  kind: "waterfall";
  axis: AxisPayload;
  steps: WaterfallStep[];
  thresholds: { level: number; name: string; at: number }[];
}

export interface MapPayload extends Common {
  kind: "map";
  geojson: string;
  axis: AxisPayload;
  places: { code: string; name: string; shade: number; written: string; url: string }[];
}

export type Payload = BarsPayload | LinesPayload | WaterfallPayload | MapPayload;
