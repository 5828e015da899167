// `data-copy="text"` on a button copies that text; `data-copy-from="#id"` copies what stands there.
import { say } from "../language";
import { showToast } from "./toasts";

export function startCopying(doc: Document): void {
  doc.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy], [data-copy-from]");
    if (!button) return;
    const from = button.dataset.copyFrom;
    const text = from ? (doc.querySelector(from)?.textContent?.trim() ?? "") : (button.dataset.copy ?? "");
    navigator.clipboard.writeText(text).then(
      () => showToast(doc, say("已复制", "Copied")),
      () => showToast(doc, say("浏览器不让复制，请选中后手动复制。", "The browser does not allow copying; please select the text and copy it by hand.")),
    );
  });
}
