// Forms marked `data-guard` ask before somebody leaves what was typed and not sent.
import { say } from "../language";

export function startUnsaved(doc: Document, win: Window): void {
  const changed = new Set<HTMLFormElement>();
  const waiting = () => [...changed].some((form) => form.isConnected);
  doc.addEventListener("input", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-guard]");
    if (form) changed.add(form);
  });
  doc.addEventListener("submit", (event) => changed.delete(event.target as HTMLFormElement));
  doc.addEventListener("reset", (event) => changed.delete(event.target as HTMLFormElement));
  doc.addEventListener("htmx:afterRequest", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-guard]");
    const failed = !(event as CustomEvent<{ successful: boolean }>).detail.successful;
    if (form && failed && event.target === form) changed.add(form);
  });
  win.addEventListener("beforeunload", (event) => {
    if (waiting()) event.preventDefault();
  });
  doc.addEventListener("htmx:confirm", (event) => {
    const leaving = (event.target as Element).hasAttribute("hx-push-url");
    const question = say("填写的内容还没有保存，确定离开吗？", "What you typed is not saved. Leave all the same?");
    if (leaving && waiting() && !win.confirm(question)) event.preventDefault();
  });
}
