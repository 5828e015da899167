// Menus that fall open close when one looks elsewhere or presses Escape; the side opens on a phone.
export function startDrops(doc: Document): void {
  const close = (but: Element | null) => {
    doc.querySelectorAll<HTMLDetailsElement>("details.drop[open]").forEach((drop) => {
      if (!but || !drop.contains(but)) drop.open = false;
    });
  };
  doc.addEventListener("click", (event) => {
    const target = event.target as Element;
    close(target);
    const button = target.closest<HTMLElement>("[data-menu-switch]");
    const opened = button?.closest("[data-menu]")?.classList.toggle("is-open") ?? false;
    button?.setAttribute("aria-expanded", String(opened));
  });
  doc.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = doc.querySelector<HTMLDetailsElement>("details.drop[open]");
    close(null);
    open?.querySelector("summary")?.focus();
  });
}
