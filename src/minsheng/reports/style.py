"""The look of every report: one calm accent, the four official level colours, system fonts, and paper."""

ACCENT = "#0f6f6b"
LEVEL_COLOURS = ("#8a949e", "#2b6cb0", "#e0b000", "#d9731a", "#c2352b")
"""Fill by level number, 0 none to 4 red; always together with the level's shape and word."""
SERIES_COLOURS = (ACCENT, "#7a8794", "#8a5a9e", "#4b5a2a")
"""Fill by position of a series; its dash, mark or hatch says the same without colour."""

CSS = """
:root {
  color-scheme: light; --ink: #1d2730; --soft: #55636f; --line: #d9dfe4; --faint: #f4f6f7; --paper: #fff;
  --accent: #0f6f6b; --tint: #e6f1f0;
}
* { box-sizing: border-box; }
html { font-size: 15px; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--faint); color: var(--ink); line-height: 1.65; font-variant-numeric: tabular-nums;
  font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
}
header, main, body > footer { max-width: 1040px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
h1 { font-size: 26px; line-height: 1.3; margin: 0 0 6px; font-weight: 650; text-wrap: balance; }
h2 { font-size: 19px; line-height: 1.35; margin: 0 0 4px; font-weight: 650; }
h3 { font-size: 16px; line-height: 1.4; margin: 0; font-weight: 600; }
section > h3 { margin-top: 22px; }
section > p { margin-bottom: 6px; }
p { margin: 0 0 10px; max-width: 76ch; }
.answer { font-size: 17px; max-width: 68ch; margin: 0 0 18px; }
.soft, figcaption, body > footer { color: var(--soft); font-size: 13px; }
.switch { display: flex; justify-content: flex-end; gap: 4px; max-width: 1040px; margin: 0 auto; padding: 12px 24px 0; font-size: 13px; }
.switch label {
  padding: 4px 12px; min-height: 32px; border: 1px solid var(--line); border-radius: 16px; background: var(--paper); cursor: pointer;
}
.choice { position: absolute; opacity: 0; width: 1px; height: 1px; }
#show-zh:checked ~ * [lang=en], #show-en:checked ~ * [lang=zh] { display: none; }
#show-zh:checked ~ .switch [for=show-zh], #show-en:checked ~ .switch [for=show-en] {
  background: var(--accent); border-color: var(--accent); color: #fff;
}
#show-zh:focus-visible ~ .switch [for=show-zh], #show-en:focus-visible ~ .switch [for=show-en], summary:focus-visible {
  outline: 3px solid var(--ink); outline-offset: 2px;
}
section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 20px 24px; margin: 0 0 18px; }
figure { margin: 18px 0 0; }
figure + figure { border-top: 1px solid var(--line); padding-top: 18px; }
figcaption { margin-top: 2px; max-width: 84ch; }
.drawing { overflow-x: auto; }
.drawing svg { display: block; width: 100%; min-width: 560px; max-width: 860px; height: auto; margin-top: 8px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 0 0 18px; padding: 0; }
.tile { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 14px 18px; margin: 0; }
.tile dt { color: var(--soft); font-size: 13px; line-height: 1.5; }
.tile dd { margin: 0; } .tile .figure { font-size: 27px; font-weight: 650; line-height: 1.35; color: var(--accent); }
.tile .said { color: var(--soft); font-size: 13px; line-height: 1.5; }
.scroll { overflow-x: auto; margin: 8px 0 0; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.5; }
th, td { padding: 8px 12px 8px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; font-size: 13px; border-bottom-color: var(--soft); }
tbody th { font-weight: 500; } th.number, td.number { text-align: right; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
details { margin-top: 8px; } summary { cursor: pointer; color: var(--accent); font-size: 13px; padding: 6px 0; }
.note { border-left: 3px solid var(--accent); background: var(--tint); padding: 10px 16px; margin: 14px 0 0; border-radius: 0 6px 6px 0; }
.note p:last-child { margin: 0; }
body > footer { padding-top: 4px; padding-bottom: 40px; }
@media (max-width: 640px) {
  header, main, body > footer, .switch { padding-left: 14px; padding-right: 14px; } section { padding: 16px 14px; }
  h1 { font-size: 22px; } .switch label { min-height: 44px; padding: 9px 18px; }
}
@media print {
  @page { margin: 16mm 14mm; } html { font-size: 11pt; }
  body { background: #fff; } .switch, summary { display: none; } header, main, body > footer { max-width: none; padding: 0; }
  section { border: 0; padding: 0; margin: 0 0 8mm; } .tile { border-color: #999; } .tile .figure { color: #000; }
  figure, tr, .tile, .note { break-inside: avoid; } h2, h3 { break-after: avoid; } .drawing, .scroll { overflow: visible; }
  .drawing svg { min-width: 0; }
}
"""
