// The box that files are dropped into: shows how far a file is, in words and as a bar.
import { csrfToken } from "../csrf";
import { type Progress, Refused, ResumableUpload } from "../upload/resumable";

export function startUploads(doc: Document): void {
  const bind = () => doc.querySelectorAll<HTMLElement>("[data-upload]:not([data-bound])").forEach(prepare);
  bind();
  doc.addEventListener("htmx:afterSettle", bind);
}

function prepare(box: HTMLElement): void {
  box.dataset.bound = "yes";
  const input = box.querySelector<HTMLInputElement>("input[type=file]");
  input?.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) void send(box, file);
  });
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("is-over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("is-over");
    const file = event.dataTransfer?.files[0];
    if (file) void send(box, file);
  });
}

async function send(box: HTMLElement, file: File): Promise<void> {
  if (box.dataset.busy) return;
  box.dataset.busy = "yes";
  const around = {
    fetch: window.fetch.bind(window),
    storage: window.localStorage,
    sleep: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
    token: () => csrfToken(box.ownerDocument),
  };
  try {
    const upload = new ResumableUpload(file, box.dataset.upload ?? "", around, (progress) => show(box, file, progress));
    const { location } = await upload.send();
    write(box, words(box, "sayDone", file.name), 100);
    const then = location || box.dataset.then;
    if (then) window.location.assign(then);
  } catch (error) {
    const why = error instanceof Refused ? error.message : "";
    write(box, why ? (box.dataset.sayFailed ?? "").replace("{why}", why) : (box.dataset.sayWaiting ?? ""), null);
  } finally {
    delete box.dataset.busy;
  }
}

function show(box: HTMLElement, file: File, progress: Progress): void {
  const said = { sending: "saySending", resuming: "sayResuming", waiting: "sayWaiting" } as const;
  write(box, words(box, said[progress.state], file.name), Math.floor((progress.sent * 100) / Math.max(1, progress.total)));
}

function words(box: HTMLElement, key: string, name: string): string {
  return (box.dataset[key] ?? "").replace("{name}", name);
}

function write(box: HTMLElement, said: string, part: number | null): void {
  const line = box.querySelector<HTMLElement>(".progress-line")!;
  line.hidden = false;
  line.querySelector("[data-words]")!.textContent = said;
  if (part === null) return;
  line.querySelector("[data-part]")!.textContent = `${part}%`;
  line.querySelector("progress")!.value = part;
}
