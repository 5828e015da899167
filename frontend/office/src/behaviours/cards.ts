// On a phone a table's rows become cards: each cell then says its column's heading.
export function label(table: HTMLTableElement): void {
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent?.trim() ?? "");
  for (const body of table.tBodies) {
    for (const row of body.rows) {
      let column = 0;
      for (const cell of row.cells) {
        const heading = headings[column];
        if (cell.tagName === "TD" && heading && !cell.dataset.label && cell.colSpan === 1) cell.dataset.label = heading;
        column += cell.colSpan;
      }
    }
  }
}

export function startCards(doc: Document): void {
  const all = (root: ParentNode) => root.querySelectorAll<HTMLTableElement>(".sheet-cards table").forEach(label);
  all(doc);
  doc.addEventListener("htmx:afterSettle", () => all(doc));
}
