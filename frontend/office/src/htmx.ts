// htmx without eval, without inline style, and without people's data in the browser's storage.
import type htmxType from "htmx.org";
import { say } from "./language";
import { showToast } from "./behaviours/toasts";

export function configure(htmx: typeof htmxType): void {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    selfRequestsOnly: true,
    defaultFocusScroll: false,
    scrollBehavior: "auto",
    // A form with faults (422) comes back in its place; other refusals stand above the page, so that the list or form stays as it is.
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..|422", swap: true },
      { code: "400|403|404|409|429", swap: true, target: "#refusals", select: ".error-panel, .alert", swapOverride: "innerHTML" },
      { code: "[45]..", swap: false, error: true },
    ],
  });
}

export function tellOfTrouble(doc: Document): void {
  doc.addEventListener("htmx:afterSwap", (event) => {
    const place = event.target as HTMLElement;
    if (place.id !== "refusals") return;
    doc.querySelectorAll<HTMLDialogElement>("dialog[open]").forEach((dialog) => dialog.close());
    place.focus();
    place.scrollIntoView?.({ block: "start" });
  });
  doc.addEventListener("htmx:sendError", () => {
    showToast(doc, say("没有连上平台，刚才的操作没有生效。请检查网络后再试。", "The platform could not be reached; nothing was changed. Check the network and try again."));
  });
  doc.addEventListener("htmx:timeout", () => {
    showToast(doc, say("平台很久没有回应，请稍后再试。", "The platform took too long to answer. Please try again later."));
  });
  doc.addEventListener("htmx:responseError", (event) => {
    const status = String((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status);
    showToast(doc, say(`没有办成（代码 ${status}）。已填的内容还在，请再试一次。`, `Not done (code ${status}). What you typed is still here; please try again.`));
  });
}
