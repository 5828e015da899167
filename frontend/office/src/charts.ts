// Draws every element with `data-chart` on a canvas; again after htmx brought new ones, in another size, and for paper.
import { type ECharts, use as install, init } from "echarts/core";
import { BarChart, LineChart, MapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { behind } from "./drawing/behind";
import { draw } from "./drawing/draw";
import type { Payload } from "./drawing/payload";

install([
  BarChart,
  LineChart,
  MapChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  LabelLayout,
  CanvasRenderer,
]);

const drawn = new Map<HTMLElement, ECharts>();
const resized = new ResizeObserver((entries) => entries.forEach((entry) => drawn.get(entry.target as HTMLElement)?.resize()));

async function show(place: HTMLElement): Promise<void> {
  const payload = JSON.parse(place.dataset.chart ?? "{}") as Payload;
  place.dataset.drawn = "yes";
  const wall = place.closest(".wall") !== null;
  const option = await draw(payload, place, wall);
  if (!option) {
    place.classList.add("chart-missing");
    place.textContent = payload.language === "zh" ? "边界文件没有取到，图画不出来；数据在下面的表里。" : "The boundary file could not be fetched; the figures are in the table below.";
    return;
  }
  const chart = init(place, null, { renderer: "canvas" });
  chart.setOption(option);
  chart.on("click", (event) => {
    const url = behind(payload, event.seriesIndex ?? 0, event.dataIndex);
    if (url) window.location.assign(url);
  });
  drawn.set(place, chart);
  resized.observe(place);
}

function sweep(): void {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    resized.unobserve(place);
    chart.dispose();
    drawn.delete(place);
  }
  document.querySelectorAll<HTMLElement>("[data-chart]:not([data-drawn])").forEach((place) => void show(place));
}

sweep();
document.addEventListener("htmx:afterSettle", sweep);
window.addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize({ width: 640 })));
window.addEventListener("afterprint", () => drawn.forEach((chart) => chart.resize({ width: "auto" })));
