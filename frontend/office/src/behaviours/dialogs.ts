// `data-opens="id"` opens a dialog, `data-closes` closes the one around it, so does a click beside it.
export function startDialogs(doc: Document): void {
  doc.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-opens]");
    if (opener) {
      const dialog = doc.getElementById(opener.dataset.opens ?? "") as HTMLDialogElement | null;
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    if (target.closest("[data-closes]") || target.matches("dialog.ask")) {
      target.closest<HTMLDialogElement>("dialog")?.close();
    }
  });
  doc.addEventListener("htmx:afterRequest", (event) => {
    const form = (event.target as Element).closest("[data-closes-after]");
    const done = (event as CustomEvent<{ successful: boolean }>).detail.successful;
    if (form && done) form.closest<HTMLDialogElement>("dialog")?.close();
  });
}
