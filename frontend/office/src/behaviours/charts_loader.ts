// Charts are drawn by a script of their own that only pages with charts load.
export function startCharts(doc: Document): void {
  const look = () => {
    const source = doc.body.dataset.charts;
    if (!source || !doc.querySelector("[data-chart]") || doc.querySelector("script[data-draws]")) return;
    const script = doc.createElement("script");
    script.type = "module";
    script.src = source;
    script.dataset.draws = "";
    doc.head.append(script);
  };
  look();
  doc.addEventListener("htmx:afterSettle", look);
}
