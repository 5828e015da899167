// Lines over time; each has a dash and a mark of its own, a gap stays a gap.
import type { EChartsCoreOption } from "echarts/core";
import { leads } from "./behind";
import { base, categoryAxis, pointed, tooltip, valueAxis } from "./frame";
import { DASHES, LEVEL_SYMBOLS, type Look, SYMBOLS } from "./look";
import type { LinesPayload } from "./payload";

export function lines(payload: LinesPayload, dress: Look): EChartsCoreOption {
  const { axis, categories, language, series } = payload;
  const several = series.length > 1;
  return {
    ...base(dress, series.map((one) => one.name)),
    grid: { left: 8, right: 24, top: several ? 72 : 36, bottom: 8, containLabel: true },
    tooltip: tooltip(
      dress,
      (given) => {
        const at = pointed(given)[0]?.dataIndex ?? 0;
        return [categories[at], ...series.map((one) => `${several ? `${one.name}  ` : ""}${one.written[at]}${axis.unit ? ` ${axis.unit}` : ""}`)].join("\n");
      },
      "axis",
      "line",
    ),
    xAxis: { ...categoryAxis(categories, dress), boundaryGap: categories.length < 2 },
    yAxis: valueAxis(axis, dress, language, true),
    series: series.map((one, at) => ({
      type: "line",
      name: one.name,
      data: one.values,
      symbol: one.level === null ? SYMBOLS[at % SYMBOLS.length] : LEVEL_SYMBOLS[one.level],
      symbolSize: 8,
      showAllSymbol: categories.length <= 24,
      connectNulls: false,
      cursor: leads(payload) ? "pointer" : "default",
      lineStyle: { width: 2.25, type: DASHES[at % DASHES.length] },
      itemStyle: { color: one.level === null ? dress.series[at % dress.series.length] : dress.levels[one.level] },
    })),
  };
}
