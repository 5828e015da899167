import { beforeEach, describe, expect, test } from "vitest";
import { fingerprint, PART, type Progress, Refused, ResumableUpload, type Surroundings } from "../src/upload/resumable";

/** A platform that keeps bytes, and can be told to fail. */
class Platform {
  uploads = new Map<string, { size: number; offset: number; finished: boolean }>();
  calls: string[] = [];
  failures: ((method: string) => Response | Error | undefined)[] = [];
  losesAnswerOf = -1;

  fetch = (async (address: string, init: RequestInit = {}) => {
    const method = init.method ?? "GET";
    this.calls.push(`${method} ${address}`);
    const failed = this.failures[0]?.(method);
    if (failed) {
      this.failures.shift();
      if (failed instanceof Error) throw failed;
      return failed;
    }
    return this.answer(method, address, init);
  }) as typeof fetch;

  private answer(method: string, address: string, init: RequestInit): Response {
    if (method === "POST" && address === "/uploads") {
      const id = `u${this.uploads.size + 1}`;
      this.uploads.set(id, { size: (JSON.parse(String(init.body)) as { size: number }).size, offset: 0, finished: false });
      return Response.json({ id });
    }
    const upload = this.uploads.get(address.split("/")[2]!);
    if (!upload) return new Response(null, { status: 404 });
    if (method === "HEAD") return new Response(null, { headers: { "Upload-Offset": String(upload.offset) } });
    if (method === "PUT") return this.add(upload, init);
    upload.finished = upload.offset === upload.size;
    return Response.json({ location: "/deliveries/7" });
  }

  private add(upload: { offset: number }, init: RequestInit): Response {
    const from = Number((init.headers as Record<string, string>)["Upload-Offset"]);
    if (from !== upload.offset) return new Response(null, { status: 409 });
    upload.offset += (init.body as Blob).size;
    if (this.losesAnswerOf === from) {
      this.losesAnswerOf = -1;
      throw new TypeError("network");
    }
    return new Response(null, { headers: { "Upload-Offset": String(upload.offset) } });
  }
}

const file = new File([new Uint8Array(PART * 2 + 10)], "住院.csv", { lastModified: 7 });
let platform: Platform;
let told: Progress[];
let storage: Map<string, string>;

function upload(): ResumableUpload {
  const around: Surroundings = {
    fetch: platform.fetch,
    storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => void storage.set(key, value), removeItem: (key) => void storage.delete(key) },
    sleep: async () => undefined,
    token: () => "t0k",
  };
  return new ResumableUpload(file, "/uploads", around, (progress) => told.push(progress));
}

beforeEach(() => {
  platform = new Platform();
  told = [];
  storage = new Map();
});

describe("a file", () => {
  test("is sent in parts, finished and forgotten", async () => {
    expect(await upload().send()).toEqual({ location: "/deliveries/7" });
    expect(platform.uploads.get("u1")).toEqual({ size: file.size, offset: file.size, finished: true });
    expect(platform.calls.filter((call) => call.startsWith("PUT"))).toHaveLength(3);
    expect(told.map((one) => one.sent)).toEqual([PART, PART * 2, file.size]);
    expect(storage.size).toBe(0);
  });

  test("goes on where it stopped after the page was closed", async () => {
    platform.uploads.set("u1", { size: file.size, offset: PART, finished: false });
    storage.set(fingerprint(file, "/uploads"), "/uploads/u1");
    await upload().send();
    expect(told[0]).toEqual({ sent: PART, total: file.size, state: "resuming" });
    expect(platform.calls).not.toContain("POST /uploads");
    expect(platform.uploads.get("u1")?.finished).toBe(true);
  });

  test("waits and goes on when the network breaks", async () => {
    platform.failures.push((method) => (method === "PUT" ? new TypeError("network") : undefined));
    await upload().send();
    expect(told.some((one) => one.state === "waiting")).toBe(true);
    expect(platform.uploads.get("u1")?.finished).toBe(true);
  });

  test("is not sent twice where only the answer was lost", async () => {
    platform.losesAnswerOf = PART;
    await upload().send();
    expect(platform.uploads.get("u1")).toEqual({ size: file.size, offset: file.size, finished: true });
  });

  test("begins anew where the platform no longer knows it", async () => {
    storage.set(fingerprint(file, "/uploads"), "/uploads/gone");
    await upload().send();
    expect(platform.uploads.get("u1")?.finished).toBe(true);
  });

  test("tells a refusal in the platform's words and does not try again", async () => {
    platform.failures.push(() => Response.json({ message: "这不是本部门的数据集" }, { status: 400 }));
    await expect(upload().send()).rejects.toThrow(new Refused("这不是本部门的数据集"));
    expect(platform.calls).toEqual(["POST /uploads"]);
  });

  test("gives up after some tries and keeps what was begun", async () => {
    platform.failures = Array.from({ length: 20 }, () => (method: string) => (method === "PUT" ? new Response(null, { status: 503 }) : undefined));
    await expect(upload().send()).rejects.toThrow("503");
    expect(storage.get(fingerprint(file, "/uploads"))).toBe("/uploads/u1");
  });
});
