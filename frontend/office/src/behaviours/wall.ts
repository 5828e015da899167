// The wall view fetches itself again every `data-refreshes` seconds, quietly: a wall is nobody at work.
// Where that fails, it keeps what it shows and says since when.
import { say } from "../language";

type Words = [zh: string, en: string];

export function startWall(doc: Document): void {
  const wall = doc.querySelector<HTMLElement>("[data-refreshes]");
  if (!wall) return;
  setInterval(() => void refresh(doc), Number(wall.dataset.refreshes) * 1000);
}

export async function refresh(doc: Document): Promise<boolean> {
  const wall = doc.querySelector<HTMLElement>("[data-refreshes]");
  if (!wall) return false;
  try {
    const answer = await fetch(doc.location.href, { headers: { Accept: "text/html", "X-Quiet": "1" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") return stale(wall, SIGNED_OUT);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-refreshes]");
    if (!fresh) throw new Error("no wall");
    wall.replaceWith(doc.adoptNode(fresh));
    doc.dispatchEvent(new CustomEvent("htmx:afterSettle"));
    return true;
  } catch {
    return stale(wall, OUT_OF_REACH);
  }
}

const OUT_OF_REACH: Words = ["暂时没有连上平台，显示的是之前的数据，稍后自动再试。", "The platform cannot be reached for now; what is shown is older. Trying again by itself."];
const SIGNED_OUT: Words = ["登录已经结束，显示的是之前的数据。请在这台机器上重新登录。", "Nobody is signed in here any more; what is shown is older. Please sign in again on this machine."];

function stale(wall: HTMLElement, words: Words): false {
  const note = wall.querySelector<HTMLElement>("[data-stale]");
  if (note) {
    note.hidden = false;
    note.textContent = say(...words);
  }
  return false;
}
