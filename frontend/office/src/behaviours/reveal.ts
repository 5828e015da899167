// A revealed field hides itself again: after its seconds, by its button, or when the page is left.
export function startReveal(doc: Document, process: (element: Element) => void): void {
  const hidden = new Map<string, Element>();
  const hide = (shown: Element) => {
    const before = hidden.get(shown.id);
    if (!before || !shown.isConnected) return;
    const again = before.cloneNode(true) as Element;
    again.querySelectorAll("details").forEach((drop) => (drop.open = false));
    shown.replaceWith(again);
    process(again);
  };
  doc.addEventListener("htmx:beforeSwap", (event) => {
    const target = (event as CustomEvent<{ target: Element }>).detail.target;
    if (target.matches?.(".masked:not(.is-open)")) hidden.set(target.id, target.cloneNode(true) as Element);
  });
  doc.addEventListener("htmx:afterSettle", () => {
    doc.querySelectorAll<HTMLElement>("[data-hides-after]:not([data-timed])").forEach((shown) => {
      shown.dataset.timed = "yes";
      setTimeout(() => hide(shown), Number(shown.dataset.hidesAfter) * 1000);
    });
  });
  doc.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[data-hides]");
    const shown = button?.closest("[data-hides-after]");
    if (shown) hide(shown);
  });
  doc.defaultView?.addEventListener("pagehide", () => doc.querySelectorAll("[data-hides-after]").forEach(hide));
}
