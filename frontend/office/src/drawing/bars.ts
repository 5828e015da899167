// Bars for comparison: lying by default, so that long names stay readable; a level's bar has the level's colour.
import type { EChartsCoreOption } from "echarts/core";
import { leads } from "./behind";
import { base, categoryAxis, legendLines, nameRoom, pointed, tooltip, valueAxis } from "./frame";
import { decal, levelDecal, type Look } from "./look";
import type { BarsPayload } from "./payload";

export function bars(payload: BarsPayload, dress: Look, room: number): EChartsCoreOption {
  const { axis, categories, language, lying, series, stacked } = payload;
  const names = lying ? nameRoom(categories, dress, room) : room / Math.max(1, categories.length);
  const values = valueAxis(axis, dress, language, !lying);
  const groups = { ...categoryAxis(categories, dress, names), inverse: lying };
  const several = series.length > 1;
  const legend = series.map((one) => one.name);
  const wholes = stacked && axis.form === "share";
  return {
    ...base(dress, legend),
    grid: { left: lying ? names + 12 : 8, right: lying && !stacked ? 64 : 20, top: several ? 16 + 24 * legendLines(legend, dress, room) : lying ? 8 : 32, bottom: lying ? 48 : 8, containLabel: !lying },
    tooltip: tooltip(
      dress,
      (given) => {
        const at = pointed(given)[0]?.dataIndex ?? 0;
        return [categories[at], ...series.map((one) => `${several ? `${one.name}  ` : ""}${one.written[at]}${axis.unit ? ` ${axis.unit}` : ""}`)].join("\n");
      },
      "axis",
    ),
    [lying ? "yAxis" : "xAxis"]: groups,
    [lying ? "xAxis" : "yAxis"]: wholes ? { ...values, max: 100 } : values,
    series: series.map((one, at) => ({
      type: "bar",
      name: one.name,
      data: one.values,
      stack: stacked ? "all" : undefined,
      barMaxWidth: 24,
      barGap: "10%",
      cursor: leads(payload) ? "pointer" : "default",
      itemStyle: {
        color: one.level === null ? dress.series[at % dress.series.length] : dress.levels[one.level],
        borderColor: dress.paper,
        borderWidth: stacked ? 1 : 0,
        borderRadius: stacked ? 0 : 2,
        decal: one.level !== null ? levelDecal(one.level) : several ? decal(at) : undefined,
      },
      label: {
        show: !stacked && categories.length * series.length <= 40,
        position: lying ? "right" : "top",
        color: dress.ink,
        fontSize: dress.size,
        formatter: (point: { dataIndex: number }) => one.written[point.dataIndex] ?? "",
      },
    })),
  };
}
