import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { label, startCards } from "../src/behaviours/cards";
import { startCharts } from "../src/behaviours/charts_loader";
import { startCopying } from "../src/behaviours/copying";
import { startDialogs } from "../src/behaviours/dialogs";
import { startDrops } from "../src/behaviours/drops";
import { startHere } from "../src/behaviours/here";
import { move, pressed, startKeyboard } from "../src/behaviours/keyboard";
import { startOnce } from "../src/behaviours/once";
import { startReveal } from "../src/behaviours/reveal";
import { startSelecting } from "../src/behaviours/selecting";
import { showToast, startToasts } from "../src/behaviours/toasts";
import { startUnsaved } from "../src/behaviours/unsaved";
import { refresh } from "../src/behaviours/wall";
import { csrfToken } from "../src/csrf";
import { tellOfTrouble } from "../src/htmx";
import { click, htmxEvent, page } from "./setup";

const processed = vi.fn();

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
  startCards(document);
  startCharts(document);
  startCopying(document);
  startDialogs(document);
  startDrops(document);
  startHere(document);
  startKeyboard(document);
  startOnce(document);
  startReveal(document, processed);
  startSelecting(document);
  startToasts(document, processed);
  startUnsaved(document, window);
  tellOfTrouble(document);
});
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("dialogs", () => {
  const html = '<button data-opens="ask">派</button><dialog class="ask" id="ask"><form data-closes-after><button type="button" data-closes>先不</button></form></dialog>';
  const dialog = () => document.querySelector("dialog")!;

  test("open and close by their buttons", () => {
    page(html);
    click("[data-opens]");
    expect(dialog().open).toBe(true);
    click("[data-closes]");
    expect(dialog().open).toBe(false);
  });

  test("close after their form was taken, and stay where it was not", () => {
    page(html);
    click("[data-opens]");
    htmxEvent("htmx:afterRequest", document.querySelector("form")!, { successful: false });
    expect(dialog().open).toBe(true);
    htmxEvent("htmx:afterRequest", document.querySelector("form")!, { successful: true });
    expect(dialog().open).toBe(false);
  });
});

describe("menus", () => {
  test("close when one clicks elsewhere", () => {
    page('<details class="drop" open><summary>我</summary></details><p>别处</p>');
    click("p");
    expect(document.querySelector("details")!.open).toBe(false);
  });

  test("the side opens on a phone and says so", () => {
    page('<div data-menu><button data-menu-switch aria-expanded="false">菜单</button></div>');
    click("button");
    expect(document.querySelector("[data-menu]")!.classList.contains("is-open")).toBe(true);
    expect(document.querySelector("button")!.getAttribute("aria-expanded")).toBe("true");
  });
});

describe("keys", () => {
  const list = '<input type="search"><div data-keys><table><tbody><tr><td><input type="checkbox"></td><td><a href="#1">一</a></td></tr><tr><td></td><td><a href="#2">二</a></td></tr></tbody></table></div>';

  test("j and k move and stop at the ends", () => {
    page(list);
    const table = document.querySelector("[data-keys]")!;
    const rows = document.querySelectorAll("tr");
    expect(move(table, 1)).toBe(rows[0]);
    expect(move(table, 1)).toBe(rows[1]);
    expect(move(table, 1)).toBe(rows[1]);
    expect(move(table, -1)).toBe(rows[0]);
    expect(document.querySelectorAll("[aria-current]")).toHaveLength(1);
  });

  test("Enter opens, x picks, digits press, / searches", () => {
    page(`${list}<button data-key="1">同一人</button>`);
    const opened = vi.fn((event: Event) => event.preventDefault());
    const decided = vi.fn();
    document.querySelector("a")!.addEventListener("click", opened);
    document.querySelector("button")!.addEventListener("click", decided);
    pressed(document, "j");
    pressed(document, "Enter");
    pressed(document, "x");
    pressed(document, "1");
    pressed(document, "/");
    expect(opened).toHaveBeenCalledOnce();
    expect(decided).toHaveBeenCalledOnce();
    expect(document.querySelector<HTMLInputElement>("input[type=checkbox]")!.checked).toBe(true);
    expect(document.activeElement).toBe(document.querySelector("input[type=search]"));
    expect(pressed(document, "7")).toBe(false);
  });

  test("typing in a field is typing", () => {
    page(`${list}<button data-key="1">同一人</button>`);
    const decided = vi.fn();
    document.querySelector("button")!.addEventListener("click", decided);
    document.querySelector("input[type=search]")!.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
    expect(decided).not.toHaveBeenCalled();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
    expect(decided).toHaveBeenCalledOnce();
  });
});

describe("a form", () => {
  const submit = () => document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));

  test("is sent once", () => {
    page('<form method="post" hx-post="/a"><button type="submit">派</button></form>');
    expect(submit()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(document.querySelector("button")!.getAttribute("aria-busy")).toBe("true");
    expect(submit()).toBe(false);
    htmxEvent("htmx:afterRequest", document.querySelector("form")!, { successful: true });
    expect(submit()).toBe(true);
  });

  test("that is answered with a file is free again, and its dialog closes", () => {
    page('<dialog open><form method="post" data-gives-file><button type="submit">导出</button></form></dialog>');
    expect(submit()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(submit()).toBe(false);
    vi.advanceTimersByTime(3000);
    expect(document.querySelector("dialog")!.open).toBe(false);
    expect(submit()).toBe(true);
  });

  test("says where one is now, though filters have changed the address", () => {
    page('<form method="post"><input type="hidden" name="next" value="/warnings/" data-here></form>');
    window.history.pushState({}, "", "/warnings/?status=all");
    submit();
    expect(document.querySelector("input")!.value).toBe("/warnings/?status=all");
  });

  test("that asks (GET) may ask again", () => {
    page('<form method="get"></form>');
    expect([submit(), submit()]).toEqual([true, true]);
  });

  const leaves = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  const type = () => document.querySelector("input")!.dispatchEvent(new Event("input", { bubbles: true }));

  test("with what was typed and not sent is not left silently", () => {
    page('<form data-guard method="post"><input></form>');
    expect(leaves()).toBe(false);
    type();
    expect(leaves()).toBe(true);
    submit();
    expect(leaves()).toBe(false);
  });

  test("that was refused still holds what was typed", () => {
    page('<form data-guard method="post" hx-post="/a"><input></form>');
    type();
    submit();
    htmxEvent("htmx:afterRequest", document.querySelector("form")!, { successful: false });
    expect(leaves()).toBe(true);
  });
});

describe("a revealed field", () => {
  const masked = '<span class="masked" id="f"><span>周**</span></span>';
  const show = () => {
    page(masked);
    const target = document.getElementById("f")!;
    htmxEvent("htmx:beforeSwap", target, { target });
    target.outerHTML = '<span class="masked is-open" id="f" data-hides-after="60"><span>周建国</span><button data-hides></button></span>';
    htmxEvent("htmx:afterSettle", document.getElementById("f")!, {});
  };

  test("hides itself after its seconds", () => {
    show();
    vi.advanceTimersByTime(59_000);
    expect(document.body.textContent).toContain("周建国");
    vi.advanceTimersByTime(2_000);
    expect(document.body.textContent).toContain("周**");
    expect(document.body.textContent).not.toContain("周建国");
    expect(processed).toHaveBeenCalledWith(document.getElementById("f"));
  });

  test("hides at once by its button and when the page is left", () => {
    show();
    click("[data-hides]");
    expect(document.body.textContent).not.toContain("周建国");
    show();
    window.dispatchEvent(new Event("pagehide"));
    expect(document.body.textContent).not.toContain("周建国");
  });
});

describe("picking", () => {
  const html = `<div data-picks><input type="checkbox" data-pick-all>${'<input type="checkbox" data-pick>'.repeat(4)}<p data-picked-bar hidden><b data-picked-count></b></p></div>`;
  const boxes = () => [...document.querySelectorAll<HTMLInputElement>("[data-pick]")];
  const count = () => document.querySelector("[data-picked-count]")!.textContent;

  test("all at once, with the number", () => {
    page(html);
    click("[data-pick-all]");
    expect(count()).toBe("4");
    expect(document.querySelector<HTMLElement>("[data-picked-bar]")!.hidden).toBe(false);
    click("[data-pick-all]");
    expect(count()).toBe("0");
    expect(document.querySelector<HTMLElement>("[data-picked-bar]")!.hidden).toBe(true);
  });

  test("a stretch with shift; the heading's box then stands in between", () => {
    page(html);
    click("[data-pick]");
    boxes()[2]!.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
    expect(boxes().map((box) => box.checked)).toEqual([true, true, true, false]);
    expect(document.querySelector<HTMLInputElement>("[data-pick-all]")!.indeterminate).toBe(true);
  });
});

describe("toasts", () => {
  test("come by an event, with a way back, and say nothing as markup", () => {
    page("");
    document.body.dispatchEvent(new CustomEvent("toast", { detail: { text: "<b>已派</b>", undo: "/undo/7" } }));
    const card = document.querySelector(".toast-card")!;
    expect(card.querySelector("p")!.textContent).toBe("<b>已派</b>");
    expect(card.querySelector("[hx-post='/undo/7']")!.textContent).toBe("撤销");
    click("[data-toast-closes]");
    expect(document.querySelector(".toast-card")).toBeNull();
  });

  test("go after a while, but not while one is in them", () => {
    page("", "en");
    const card = showToast(document, "Assigned")!;
    card.querySelector("button")!.focus();
    vi.advanceTimersByTime(9_000);
    expect(card.isConnected).toBe(true);
    card.querySelector("button")!.blur();
    vi.advanceTimersByTime(3_000);
    expect(card.isConnected).toBe(false);
  });

  test("tell that the platform could not be reached, in the page's language", () => {
    page("", "en");
    htmxEvent("htmx:sendError", document.body, {});
    expect(document.querySelector(".toast-card")!.textContent).toContain("could not be reached");
  });
});

test("a refusal stands above the page and closes the dialog that asked", () => {
  page('<div id="refusals" tabindex="-1"></div><dialog open></dialog>');
  htmxEvent("htmx:afterSwap", document.getElementById("refusals")!, {});
  expect(document.querySelector("dialog")!.open).toBe(false);
  expect(document.activeElement).toBe(document.getElementById("refusals"));
});

test("copying copies, and says so where it may not", async () => {
  vi.useRealTimers();
  page('<button data-copy="HH100123222">复制</button><code id="c"> 7F3A </code><button data-copy-from="#c">复制</button>');
  const writeText = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Error("no"));
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  click("[data-copy]");
  click("[data-copy-from]");
  await vi.waitFor(() => expect(document.querySelectorAll(".toast-card")).toHaveLength(2));
  expect(writeText.mock.calls).toEqual([["HH100123222"], ["7F3A"]]);
});

test("cells say their column's heading", () => {
  page('<div class="sheet-cards"><table><thead><tr><th></th><th>等级</th><th>得分</th></tr></thead><tbody><tr><td></td><td data-label="自己的">红</td><td>99</td></tr></tbody></table></div>');
  label(document.querySelector("table")!);
  expect([...document.querySelectorAll("td")].map((cell) => cell.dataset.label)).toEqual([undefined, "自己的", "得分"]);
});

test("the charts' script comes with the first chart and only once", () => {
  page("<p></p>");
  document.body.dataset.charts = "/static/charts.js";
  const settle = () => htmxEvent("htmx:afterSettle", document.body, {});
  const scripts = () => document.head.querySelectorAll<HTMLScriptElement>("script[data-draws]");
  settle();
  expect(scripts()).toHaveLength(0);
  document.body.insertAdjacentHTML("beforeend", '<div data-chart="{}"></div>');
  settle();
  settle();
  expect([...scripts()].map((script) => script.getAttribute("src"))).toEqual(["/static/charts.js"]);
});

test("the wall shows what is new, and keeps what it has where that fails", async () => {
  vi.useRealTimers();
  page('<main data-refreshes="60">旧<p data-stale hidden></p></main>');
  vi.stubGlobal("fetch", vi.fn().mockRejectedValueOnce(new TypeError("network")).mockResolvedValueOnce(new Response('<main data-refreshes="60">新</main>')));
  expect(await refresh(document)).toBe(false);
  expect(document.querySelector<HTMLElement>("[data-stale]")!.hidden).toBe(false);
  expect(document.querySelector("main")!.textContent).toContain("旧");
  expect(await refresh(document)).toBe(true);
  expect(document.querySelector("main")!.textContent).toBe("新");
});

test("the wall asks quietly, and says so when its session is over", async () => {
  page('<main data-refreshes="60">旧<p data-stale hidden></p></main>');
  const asked = vi.fn().mockResolvedValue({ type: "opaqueredirect", ok: false });
  vi.stubGlobal("fetch", asked);
  expect(await refresh(document)).toBe(false);
  expect(document.querySelector("[data-stale]")!.textContent).toContain("重新登录");
  expect(asked.mock.calls[0]![1]).toMatchObject({ headers: { "X-Quiet": "1" } });
});

test("the token is read from the page's headers for htmx", () => {
  page("");
  document.body.setAttribute("hx-headers", '{"X-CSRFToken": "t0k"}');
  expect(csrfToken()).toBe("t0k");
  document.body.removeAttribute("hx-headers");
  expect(csrfToken()).toBe("");
});
