// The wall view fetches itself again every `data-refreshes` seconds; where that fails, it keeps what it shows and says since when.
import { say } from "../language";

export function startWall(doc: Document): void {
  const wall = doc.querySelector<HTMLElement>("[data-refreshes]");
  if (!wall) return;
  setInterval(() => void refresh(doc), Number(wall.dataset.refreshes) * 1000);
}

export async function refresh(doc: Document): Promise<boolean> {
  const wall = doc.querySelector<HTMLElement>("[data-refreshes]");
  if (!wall) return false;
  try {
    const answer = await fetch(doc.location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-refreshes]");
    if (!fresh) throw new Error("no wall");
    wall.replaceWith(doc.adoptNode(fresh));
    doc.dispatchEvent(new CustomEvent("htmx:afterSettle"));
    return true;
  } catch {
    const note = wall.querySelector<HTMLElement>("[data-stale]");
    if (note) {
      note.hidden = false;
      note.textContent = say("暂时没有连上平台，显示的是之前的数据，稍后自动再试。", "The platform cannot be reached for now; what is shown is older. Trying again by itself.");
    }
    return false;
  }
}
