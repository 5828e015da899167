// `data-here` on a hidden field: it says the address as it stands when the form is sent, which filters may have changed since the page came.
export function startHere(doc: Document): void {
  doc.addEventListener(
    "submit",
    (event) => {
      const { pathname, search } = doc.location;
      (event.target as HTMLFormElement).querySelectorAll<HTMLInputElement>("input[data-here]").forEach((field) => (field.value = pathname + search));
    },
    { capture: true },
  );
}
