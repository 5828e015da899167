// Sends a file in parts and goes on after a break, also after the page was closed: POST makes the upload, HEAD tells how far it is,
// PUT adds a part at its offset, POST .../finish ends it. What was begun is remembered by the file's fingerprint, never by its content.
export const PART = 4 * 1024 * 1024;
const TRIES = 6;

export interface Progress {
  sent: number;
  total: number;
  state: "sending" | "resuming" | "waiting";
}

export interface Finished {
  /** Where to go on, if the answer says so. */
  location: string;
}

export interface Surroundings {
  fetch: typeof fetch;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  sleep: (milliseconds: number) => Promise<void>;
  token: () => string;
}

/** The upload was refused; sending it again would be refused again. */
export class Refused extends Error {}

/** The platform no longer knows the upload that was begun. */
class Forgotten extends Error {}

export function fingerprint(file: File, url: string): string {
  return `upload:${url}:${file.name}:${file.size}:${file.lastModified}`;
}

export class ResumableUpload {
  constructor(
    private readonly file: File,
    private readonly url: string,
    private readonly around: Surroundings,
    private readonly tell: (progress: Progress) => void,
  ) {}

  async send(): Promise<Finished> {
    const key = fingerprint(this.file, this.url);
    try {
      return await this.sendAs(await this.begun(key), key);
    } catch (error) {
      if (!(error instanceof Forgotten)) throw error;
      this.around.storage.removeItem(key);
      return this.sendAs(await this.begun(key), key);
    }
  }

  private async sendAs(upload: string, key: string): Promise<Finished> {
    let offset = await this.offset(upload);
    if (offset > 0) this.say(offset, "resuming");
    while (offset < this.file.size) offset = await this.part(upload, offset);
    const answer = await this.persistently(() => this.ask(`${upload}/finish`, { method: "POST" }));
    this.around.storage.removeItem(key);
    const told = (await answer.json().catch(() => ({}))) as { location?: string };
    return { location: told.location ?? "" };
  }

  private async begun(key: string): Promise<string> {
    const known = this.around.storage.getItem(key);
    if (known) return known;
    const body = JSON.stringify({ name: this.file.name, size: this.file.size });
    const answer = await this.persistently(() => this.ask(this.url, { method: "POST", body, headers: { "Content-Type": "application/json" } }));
    const { id } = (await answer.json()) as { id: string };
    const upload = `${this.url.replace(/\/$/, "")}/${encodeURIComponent(id)}`;
    this.around.storage.setItem(key, upload);
    return upload;
  }

  private async offset(upload: string): Promise<number> {
    const answer = await this.persistently(() => this.ask(upload, { method: "HEAD" }));
    return Number(answer.headers.get("Upload-Offset") ?? 0);
  }

  /** Sends one part; after a break the platform is asked how much of it came through. */
  private async part(upload: string, offset: number): Promise<number> {
    const end = Math.min(offset + PART, this.file.size);
    let broke = false;
    const next = await this.persistently(async () => {
      const from = broke ? await this.offsetOnce(upload) : offset;
      if (from >= end) return from;
      broke = true;
      const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(from) };
      const answer = await this.ask(upload, { method: "PUT", body: this.file.slice(from, end), headers });
      return Number(answer.headers.get("Upload-Offset") ?? end);
    }, offset);
    this.say(next, "sending");
    return next;
  }

  private async offsetOnce(upload: string): Promise<number> {
    const answer = await this.ask(upload, { method: "HEAD" });
    return Number(answer.headers.get("Upload-Offset") ?? 0);
  }

  private async persistently<Answer>(step: () => Promise<Answer>, sent = 0): Promise<Answer> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await step();
      } catch (error) {
        if (error instanceof Refused || error instanceof Forgotten || tried === TRIES) throw error;
        this.say(sent, "waiting");
        await this.around.sleep(Math.min(30_000, 500 * 2 ** tried));
      }
    }
  }

  private async ask(address: string, init: RequestInit): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string> | undefined), "X-CSRFToken": this.around.token() };
    const answer = await this.around.fetch(address, { ...init, headers, redirect: "error" });
    if (answer.ok) return answer;
    if (answer.status === 404 && address !== this.url) throw new Forgotten();
    // 409: the platform has another offset; asking again finds it. 429 and 5xx: later.
    if (answer.status === 409 || answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status));
    throw new Refused(await reason(answer));
  }

  private say(sent: number, state: Progress["state"]): void {
    this.tell({ sent, total: this.file.size, state });
  }
}

async function reason(answer: Response): Promise<string> {
  const told = (await answer.json().catch(() => ({}))) as { message?: string };
  return told.message ?? String(answer.status);
}
