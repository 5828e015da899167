import { describe, expect, test, vi } from "vitest";
import { bars } from "../src/drawing/bars";
import { legendLines, rowHeight } from "../src/drawing/frame";
import { lines } from "../src/drawing/lines";
import { type Look, tick, width } from "../src/drawing/look";
import { behind } from "../src/drawing/behind";
import { type Boundaries, map, mapped, shape } from "../src/drawing/map";
import type { AxisPayload, BarsPayload, LinesPayload, MapPayload, WaterfallPayload } from "../src/drawing/payload";
import { waterfall } from "../src/drawing/waterfall";

const dress: Look = { ink: "#000", soft: "#555", line: "#ddd", paper: "#fff", levels: ["#0", "#1", "#2", "#3", "#4"], series: ["#a", "#b"], shades: ["#s0", "#s1", "#s2", "#s3", "#s4", "#s5"], onShades: ["#t0", "#t1", "#t2", "#t3", "#t4", "#t5"], font: "sans", size: 13 };
const axis: AxisPayload = { title: "户数", form: "count", unit: "" };

interface Option {
  series: Record<string, never>[];
  legend?: unknown;
  tooltip: { formatter: (at: unknown) => string; renderMode: string };
}

test("ticks are short in both languages", () => {
  expect([tick(120_000, axis, "zh"), tick(150_000_000, axis, "zh"), tick(9_999, axis, "zh")]).toEqual(["12 万", "1.5 亿", "9,999"]);
  expect([tick(120_000, axis, "en"), tick(1_500_000, axis, "en")]).toEqual(["120k", "1.5M"]);
  expect(tick(12.5, { ...axis, form: "share" }, "zh")).toBe("12.5%");
});

test("Chinese takes more room, and long names more lines", () => {
  expect(width("一二", 13)).toBe(26);
  expect(width("ab", 13)).toBeLessThan(16);
  expect(rowHeight(["甲"], dress, 600, 34)).toBe(34);
  expect(rowHeight(["户主 · 一人在疾病方面最多计六十分，超过的部分不再计算"], dress, 300, 34)).toBeGreaterThan(34);
});

describe("bars", () => {
  const payload: BarsPayload = {
    kind: "bars", title: "", language: "zh", categories: ["甲", "乙"], axis, lying: true, stacked: false, links: [],
    series: [{ name: "红色", values: [1, null], written: ["1", "–"], level: 4, links: [] }, { name: "去年", values: [2, 3], written: ["2", "3"], level: null, links: [] }],
  };
  const option = bars(payload, dress, 600) as unknown as Option;

  test("take a level's colour and its shape as pattern; others have patterns of their own", () => {
    const [red, before] = option.series as unknown as { itemStyle: { color: string; decal?: unknown } }[];
    expect(red!.itemStyle).toMatchObject({ color: "#4", decal: { symbol: "rect" } });
    expect(before!.itemStyle.decal).toBeDefined();
  });

  test("tell their figures as text, never as markup", () => {
    expect(option.tooltip.renderMode).toBe("richText");
    expect(option.tooltip.formatter([{ dataIndex: 1 }])).toBe("乙\n红色  –\n去年  3");
  });
});

test("lines differ in dash and mark, and a gap stays one", () => {
  const payload: LinesPayload = {
    kind: "lines", title: "", language: "en", categories: ["2026-09", "2026-10"], heading: "", axis, links: [],
    series: [{ name: "red", values: [1, null], written: ["1", "–"], level: 4, links: [] }, { name: "blue", values: [2, 3], written: ["2", "3"], level: 1, links: [] }],
  };
  const [red, blue] = (lines(payload, dress) as unknown as Option).series as unknown as { symbol: string; connectNulls: boolean; lineStyle: { type: unknown } }[];
  expect([red!.symbol, blue!.symbol]).toEqual(["rect", "circle"]);
  expect(red!.lineStyle.type).not.toEqual(blue!.lineStyle.type);
  expect(red!.connectNulls).toBe(false);
});

test("a waterfall's bars begin where the one before ended, and what takes away is hollow", () => {
  const payload: WaterfallPayload = {
    kind: "waterfall", title: "", language: "zh", axis: { title: "得分", form: "points", unit: "分" },
    steps: [
      { name: "住院", from: 0, to: 40, total: false, written: "+40.00" },
      { name: "封顶", from: 40, to: 35, total: false, written: "-5.00" },
      { name: "得分", from: 0, to: 35, total: true, written: "35.00" },
    ],
    thresholds: [{ level: 1, name: "蓝色", at: 20 }, { level: 4, name: "红色", at: 80 }],
  };
  const [base, shown] = (waterfall(payload, dress, 600) as unknown as Option).series as unknown as { data: unknown[]; markLine: { data: { xAxis: number }[] } }[];
  expect(base!.data).toEqual([0, 35, 0]);
  expect((shown!.data as { value: number }[]).map((one) => one.value)).toEqual([40, 5, 35]);
  expect(shown!.data[1]).toMatchObject({ itemStyle: { borderType: "dashed" } });
  expect(base!.markLine.data.map((one) => one.xAxis)).toEqual([20]);
});

test("a legend that does not fit takes another line", () => {
  expect([legendLines(["红色", "橙色"], dress, 600), legendLines(["红色", "橙色"], dress, 100), legendLines([], dress, 600)]).toEqual([1, 2, 1]);
});

test("shares that make a whole end at a hundred", () => {
  const payload: BarsPayload = {
    kind: "bars", title: "", language: "zh", categories: ["本月"], axis: { title: "", form: "share", unit: "%" }, lying: true, stacked: true, links: [],
    series: [{ name: "属实", values: [60], written: ["60.0%"], level: null, links: [] }, { name: "尚无", values: [40], written: ["40.0%"], level: null, links: [] }],
  };
  expect((bars(payload, dress, 600) as { xAxis: { max: number } }).xAxis.max).toBe(100);
});

test("a click leads to the list behind that value, else to what its category links to", () => {
  const payload: BarsPayload = {
    kind: "bars", title: "", language: "zh", categories: ["甲", "乙"], axis, lying: true, stacked: true, links: ["/a", "/b"],
    series: [{ name: "红色", values: [1, 2], written: ["1", "2"], level: 4, links: ["/a/4", ""] }],
  };
  expect([behind(payload, 0, 0), behind(payload, 0, 1), behind(payload, 7, 0), behind(payload, 0, 9)]).toEqual(["/a/4", "/b", "/a", ""]);
});

describe("a map", () => {
  const square: [number, number][] = [[100, 59], [101, 59], [101, 61], [100, 61], [100, 59]];
  const boundaries: Boundaries = {
    type: "FeatureCollection",
    features: [{ type: "Feature", properties: { code: "999001000000" }, geometry: { type: "MultiPolygon", coordinates: [[square]] } }],
  };
  const payload: MapPayload = {
    kind: "map", title: "", language: "zh", geojson: "/m.geojson", axis,
    places: [
      { code: "999001000000", name: "甲县", shade: 5, written: "12", url: "/甲" },
      { code: "999002000000", name: "乙县", shade: -1, written: "–", url: "" },
    ],
  };

  test("is as wide as its latitude makes it", () => {
    expect(shape(boundaries).narrowed).toBeCloseTo(0.5, 5);
    expect(shape(boundaries).ratio).toBeCloseTo(0.25, 5);
    expect(shape({ type: "FeatureCollection", features: [] })).toEqual({ narrowed: 1, ratio: 1 });
  });

  test("fills its room on the side that is short, and is never stretched", () => {
    const drawnIn = (across: number, down: number) => (mapped(payload, dress, [across, down], boundaries) as unknown as Option).series[0];
    expect(drawnIn(100, 800)).toMatchObject({ width: "96%" });
    expect(drawnIn(800, 300)).toMatchObject({ height: "96%" });
  });

  test("shades places by code, writes names that can be read on their shade, and leads on", () => {
    const [series] = (mapped(payload, dress, [600, 400], boundaries) as unknown as Option).series as unknown as {
      data: { name: string; itemStyle: { areaColor: string }; label: { color: string } }[]; label: { formatter: (one: { name: string }) => string };
    }[];
    expect(series!.data.map((one) => [one.name, one.itemStyle.areaColor, one.label.color])).toEqual([["999001000000", "#s5", "#t5"], ["999002000000", "#ddd", "#000"]]);
    expect([series!.label.formatter({ name: "999001000000" }), series!.label.formatter({ name: "elsewhere" })]).toEqual(["甲县", ""]);
    expect([behind(payload, 0, 0), behind(payload, 0, 5)]).toEqual(["/甲", ""]);
  });

  test("that cannot be fetched is none", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { status: 404 })));
    expect(await map(payload, dress, [600, 400])).toBeNull();
    vi.unstubAllGlobals();
  });
});
