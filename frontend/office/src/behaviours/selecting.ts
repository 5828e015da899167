// Lists with tick boxes: `data-picks` around the list, `data-pick-all` on the heading's box, `data-pick` on each row's,
// `data-picked-bar` on the bar of actions, `data-picked-count` where the number stands.
import { whole } from "../language";

export function refresh(list: Element): void {
  const boxes = [...list.querySelectorAll<HTMLInputElement>("input[data-pick]")];
  const picked = boxes.filter((box) => box.checked).length;
  const all = list.querySelector<HTMLInputElement>("input[data-pick-all]");
  if (all) {
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }
  list.querySelectorAll("[data-picked-count]").forEach((place) => (place.textContent = whole(picked)));
  list.querySelectorAll<HTMLElement>("[data-picked-bar]").forEach((bar) => (bar.hidden = picked === 0));
}

export function startSelecting(doc: Document): void {
  let last: HTMLInputElement | null = null;
  const every = () => doc.querySelectorAll("[data-picks]").forEach(refresh);
  every();
  doc.addEventListener("htmx:afterSettle", every);
  doc.addEventListener("click", (event) => {
    const box = event.target as HTMLInputElement;
    const list = box.closest?.("[data-picks]");
    if (!list || !box.matches("input[data-pick], input[data-pick-all]")) return;
    const boxes = [...list.querySelectorAll<HTMLInputElement>("input[data-pick]")];
    if (box.matches("[data-pick-all]")) {
      boxes.forEach((one) => (one.checked = box.checked));
    } else {
      if (event.shiftKey && last && boxes.includes(last)) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b) as [number, number];
        boxes.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
      }
      last = box;
    }
    refresh(list);
  });
}
