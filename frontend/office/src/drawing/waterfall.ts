// Why: each bar begins where the one before ended; what takes away is hollow; thresholds stand as dashed lines with the level's word.
import type { EChartsCoreOption } from "echarts/core";
import { base, categoryAxis, nameRoom, pointed, tooltip, valueAxis } from "./frame";
import { type Look, width } from "./look";
import type { WaterfallPayload } from "./payload";

export function waterfall(payload: WaterfallPayload, dress: Look, room: number): EChartsCoreOption {
  const { axis, steps, thresholds } = payload;
  const names = nameRoom(steps.map((step) => step.name), dress, room);
  const reached = Math.max(0, ...steps.flatMap((step) => [step.from, step.to]));
  const shown = thresholds.filter((one) => one.at <= reached * 1.25);
  const top = Math.max(reached, ...shown.map((one) => one.at));
  const scale = valueAxis(axis, dress, payload.language, false);
  const unit = (room - names - 84) / (top || 1);
  const roomy = shown.every((one, at) => at === 0 || (one.at - shown[at - 1]!.at) * unit > width(one.name, dress.size) + 24);
  return {
    ...base(dress, []),
    grid: { left: names + 12, right: 72, top: 30, bottom: 48 },
    tooltip: tooltip(
      dress,
      (given) => {
        const step = steps[pointed(given)[0]?.dataIndex ?? 0];
        return step ? `${step.name}\n${step.written} ${axis.unit}` : "";
      },
      "axis",
    ),
    yAxis: { ...categoryAxis(steps.map((step) => step.name), dress, names), inverse: true },
    xAxis: { ...scale, max: top * 1.04 || 1, axisLabel: { ...(scale.axisLabel as object), showMaxLabel: false } },
    series: [
      {
        type: "bar",
        stack: "all",
        silent: true,
        z: 1,
        barWidth: 18,
        data: steps.map((step) => Math.min(step.from, step.to)),
        itemStyle: { color: "transparent" },
        markLine: {
          silent: true,
          symbol: "none",
          animation: false,
          z: 1,
          data: shown.map((one) => ({
            xAxis: one.at,
            lineStyle: { color: dress.levels[one.level], type: "dashed", width: 1.5 },
            label: { formatter: sign(one, roomy), position: "start", color: dress.ink, fontSize: dress.size - 1 },
          })),
        },
      },
      {
        type: "bar",
        stack: "all",
        z: 3,
        barWidth: 18,
        data: steps.map((step) => ({ value: Math.abs(step.to - step.from), itemStyle: dressed(step, dress) })),
        label: {
          show: true,
          position: "right",
          color: dress.ink,
          fontSize: dress.size,
          backgroundColor: dress.paper,
          padding: [1, 3],
          formatter: (point: { dataIndex: number }) => steps[point.dataIndex]?.written ?? "",
        },
      },
    ],
  };
}

/** The level's shape with its word, where there is room for it. */
function sign(threshold: { level: number; name: string }, roomy: boolean): string {
  const mark = "·●▲◆■"[threshold.level] ?? "";
  return roomy ? `${mark} ${threshold.name}` : mark;
}

function dressed(step: { from: number; to: number; total: boolean }, dress: Look): Record<string, unknown> {
  if (step.total) return { color: dress.ink, borderRadius: 2 };
  if (step.to < step.from) return { color: dress.paper, borderColor: dress.series[0], borderWidth: 1.5, borderType: "dashed", borderRadius: 2 };
  return { color: dress.series[0], borderRadius: 2 };
}
