// What was done, said for a while at the page's edge: `showToast`, the event `toast` (the header HX-Trigger), or a card in the page.
import { say } from "../language";

const STAYS = 8000;
const STAYS_WITH_UNDO = 20000;

export function showToast(doc: Document, text: string, undo = ""): HTMLElement | null {
  const place = doc.getElementById("toasts");
  if (!place) return null;
  const card = doc.createElement("div");
  card.className = "toast-card";
  const words = doc.createElement("p");
  words.textContent = text;
  card.append(words);
  if (undo) {
    const back = button(doc, say("撤销", "Undo"));
    back.setAttribute("hx-post", undo);
    back.setAttribute("hx-target", "closest .toast-card");
    back.setAttribute("hx-swap", "outerHTML");
    card.append(back);
  }
  const close = button(doc, "×");
  close.setAttribute("aria-label", say("关闭", "Close"));
  close.dataset.toastCloses = "";
  card.append(close);
  place.append(card);
  stay(card);
  return card;
}

function button(doc: Document, words: string): HTMLButtonElement {
  const made = doc.createElement("button");
  made.type = "button";
  made.textContent = words;
  return made;
}

/** Lets a card go after a while, but never while somebody points at it or has the focus in it. */
function stay(card: HTMLElement): void {
  if (card.dataset.staying) return;
  card.dataset.staying = "yes";
  const long = card.querySelector("[hx-post]") ? STAYS_WITH_UNDO : STAYS;
  const leave = () => {
    if (card.matches(":hover") || card.contains(card.ownerDocument.activeElement)) setTimeout(leave, 2000);
    else card.remove();
  };
  setTimeout(leave, long);
}

export function startToasts(doc: Document, process: (element: Element) => void): void {
  doc.body.addEventListener("toast", (event) => {
    const { text, undo } = (event as CustomEvent<{ text: string; undo?: string }>).detail;
    const card = showToast(doc, text, undo);
    if (card) process(card);
  });
  doc.addEventListener("click", (event) => {
    (event.target as Element).closest("[data-toast-closes]")?.closest(".toast-card")?.remove();
  });
  const every = () => doc.querySelectorAll<HTMLElement>(".toasts .toast-card").forEach(stay);
  every();
  doc.addEventListener("htmx:afterSettle", every);
}
