// Our words in the page's language.
export function speaksEnglish(): boolean {
  return document.documentElement.lang.startsWith("en");
}

export function say(zh: string, en: string): string {
  return speaksEnglish() ? en : zh;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
