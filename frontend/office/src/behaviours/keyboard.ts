// Lists marked `data-keys`: j and k move through rows (or `data-key-item`s), Enter follows the row's link, x ticks its box.
// Anywhere: a digit or letter presses the button marked with it (`data-key="1"`, `data-key="s"`), / goes to the search field.
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

export function itemsOf(list: Element): HTMLElement[] {
  const marked = [...list.querySelectorAll<HTMLElement>("[data-key-item]")];
  return marked.length ? marked : [...list.querySelectorAll<HTMLElement>("tbody > tr")];
}

export function move(list: Element, by: number): HTMLElement | null {
  const items = itemsOf(list);
  if (!items.length) return null;
  const at = items.findIndex((item) => item.getAttribute("aria-current") === "true");
  const next = at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + by));
  items.forEach((item) => item.removeAttribute("aria-current"));
  const chosen = items[next]!;
  chosen.setAttribute("aria-current", "true");
  chosen.tabIndex = -1;
  chosen.focus({ preventScroll: true });
  chosen.scrollIntoView?.({ block: "nearest" });
  return chosen;
}

function onItem(list: Element, key: string): boolean {
  const current = list.querySelector<HTMLElement>("[aria-current=true]");
  if (!current) return false;
  const within = key === "Enter" ? "a[href], button" : "input[type=checkbox]";
  const found = current.querySelector<HTMLElement>(within);
  found?.click();
  return Boolean(found);
}

export function pressed(doc: Document, key: string): boolean {
  if (/^[0-9a-z]$/.test(key)) {
    const button = doc.querySelector<HTMLElement>(`[data-key="${key}"]:not(:disabled)`);
    button?.click();
    if (button || /^[0-9]$/.test(key)) return Boolean(button);
  }
  if (key === "/") {
    const search = doc.querySelector<HTMLInputElement>("input[type=search]");
    search?.focus();
    return Boolean(search);
  }
  const list = doc.querySelector("[data-keys]");
  if (!list) return false;
  if (key === "j" || key === "k") return move(list, key === "j" ? 1 : -1) !== null;
  return key === "Enter" || key === "x" ? onItem(list, key) : false;
}

export function startKeyboard(doc: Document): void {
  doc.addEventListener("keydown", (event) => {
    const target = event.target as Element;
    const busy = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (event.repeat && !"jk".includes(event.key)) return;
    if (busy || target.matches?.(TYPING) || doc.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && target.closest?.("a, button, summary")) return;
    if (pressed(doc, event.key)) event.preventDefault();
  });
}
