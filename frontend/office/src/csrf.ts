// The token against forged requests; every page carries it in the headers that it gives htmx.
export function csrfToken(doc: Document = document): string {
  const headers = doc.body.getAttribute("hx-headers") ?? "{}";
  const found: unknown = (JSON.parse(headers) as Record<string, unknown>)["X-CSRFToken"];
  return typeof found === "string" ? found : "";
}
