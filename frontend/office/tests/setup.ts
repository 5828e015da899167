// What jsdom lacks.
export function page(html: string, lang = "zh-CN"): Document {
  document.documentElement.lang = lang;
  document.body.innerHTML = `${html}<div id="toasts"></div>`;
  return document;
}

export function click(selector: string, init: MouseEventInit = {}): void {
  document.querySelector<HTMLElement>(selector)!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));
}

export function htmxEvent(name: string, target: Element, detail: unknown): void {
  target.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }));
}
