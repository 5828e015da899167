// A form is sent once: a second click while the first is on its way does nothing. Forms that htmx sends are free again after the answer;
// those that are answered with a file (`data-gives-file`), which leaves the page as it is, after a moment.
const FILE_COMES = 2000;

export function startOnce(doc: Document): void {
  doc.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (form.method !== "post" && !form.hasAttribute("data-once")) return;
      if (form.dataset.sending) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      // After this event, so that a listener that stops the sending leaves the form free.
      setTimeout(() => {
        if (event.defaultPrevented && !form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
        mark(form, true);
        if (form.hasAttribute("data-gives-file")) setTimeout(() => release(form), FILE_COMES);
      }, 0);
    },
    { capture: true },
  );
  doc.addEventListener("htmx:afterRequest", (event) => {
    const form = (event.target as Element).closest("form");
    if (form) mark(form, false);
  });
  doc.defaultView?.addEventListener("pageshow", () => doc.querySelectorAll<HTMLFormElement>("form[data-sending]").forEach((form) => mark(form, false)));
}

function release(form: HTMLFormElement): void {
  mark(form, false);
  form.closest("dialog")?.close();
}

function mark(form: HTMLFormElement, sending: boolean): void {
  if (sending) form.dataset.sending = "yes";
  else delete form.dataset.sending;
  form.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])").forEach((button) => {
    if (sending) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  });
}
