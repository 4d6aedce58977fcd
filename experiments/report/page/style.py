"""The page's style sheet: colours as variables, so that dark and print are a change of variables."""

CSS = """
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #fff; --ink: #1b1f24; --muted: #545d68;
  --line: #d5dae0; --good: #116329; --good-paper: #dff5e5; --bad: #9d0d24; --bad-paper: #fde7e7;
  --s0: #545d68; --s1: #0a58ca; --s2: #a84f00; --s3: #7b2cbf; --s4: #0b706b; --s5: #a61e4d; }
@media (prefers-color-scheme: dark) { :root { --paper: #121519; --card: #1b1f25; --ink: #e6e8eb;
  --muted: #a3adb8; --line: #363d46; --good: #72dd8e; --good-paper: #15331f; --bad: #ff9b98;
  --bad-paper: #431a1d; --s0: #a8b0b9; --s1: #6cb0ff; --s2: #ffab52; --s3: #cf9bff; --s4: #4fd1c5;
  --s5: #ff87b0; } }
@media print { :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --muted: #444;
  --line: #bbb; --good: #116329; --good-paper: #dff5e5; --bad: #9d0d24; --bad-paper: #fde7e7;
  --s0: #545d68; --s1: #0a58ca; --s2: #a84f00; --s3: #7b2cbf; --s4: #0b706b; --s5: #a61e4d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main, footer { max-width: 1240px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.1rem; font-weight: 600; margin: 0; color: var(--muted); }
h2 { font-size: 1.4rem; margin: 28px 0 10px; }
h3 { font-size: 1.05rem; margin: 0; }
p { margin: 4px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px;
  margin: 0 0 16px; }
.verdict { border-left: 8px solid var(--muted); font-size: 1.3rem; line-height: 1.4; }
.verdict.good { border-left-color: var(--good); }
.verdict.bad { border-left-color: var(--bad); }
.caution { border-left: 8px solid var(--muted); }
.caution.bad { background: var(--bad-paper); color: var(--bad); border-color: var(--bad); font-weight: 600; }
.muted, figcaption p, .notes { color: var(--muted); font-size: .9rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: .9rem; padding-bottom: 8px; }
th, td { text-align: right; padding: 7px 8px; border-top: 1px solid var(--line); font-weight: 400; }
thead th { font-size: .85rem; color: var(--muted); vertical-align: bottom; }
th[scope=row], thead th:first-child { text-align: left; }
.mark { display: inline-block; border-radius: 5px; padding: 0 7px; white-space: nowrap; }
.mark.good { color: var(--good); background: var(--good-paper); font-weight: 600; }
.mark.bad { color: var(--bad); background: var(--bad-paper); font-weight: 600; }
.plots { columns: 2 440px; column-gap: 16px; }
.plots .card { break-inside: avoid; }
figure svg { display: block; width: 100%; max-width: 480px; height: auto; margin: 10px auto 4px; }
svg text { fill: var(--ink); font: 12.5px system-ui, sans-serif; paint-order: stroke;
  stroke: var(--card); stroke-width: 4px; }
svg .small { fill: var(--muted); font-size: 11.5px; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .zero { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 2 3; }
.s0 { --series: var(--s0); } .s1 { --series: var(--s1); } .s2 { --series: var(--s2); }
.s3 { --series: var(--s3); } .s4 { --series: var(--s4); } .s5 { --series: var(--s5); }
svg .curve { fill: none; stroke: var(--series); stroke-width: 2.2; stroke-linejoin: round; }
svg .s0.curve { stroke-dasharray: 6 4; }
svg .area { fill: var(--series); fill-opacity: .17; }
svg .fill { fill: var(--series); }
svg .thick { stroke: var(--series); stroke-width: 5; stroke-linecap: round; }
svg .thin { stroke: var(--series); stroke-width: 1.3; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 6px 0 0; list-style: none;
  font-size: .9rem; }
.legend i { display: inline-block; width: 14px; height: 10px; border-radius: 3px; margin-right: 6px;
  background: var(--series); }
summary { cursor: pointer; color: var(--muted); font-size: .9rem; }
details div { overflow-x: auto; max-height: 280px; }
details table { font-size: .85rem; margin-top: 6px; }
@media screen and (max-width: 820px) {
  .effects thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  .effects, .effects tbody, .effects tr, .effects th, .effects td, .effects caption { display: block; }
  .effects tr { border-top: 1px solid var(--line); padding: 10px 0; }
  .effects th, .effects td { border: 0; padding: 2px 0; }
  .effects th[scope=row] { font-weight: 600; }
  .effects td { display: flex; justify-content: space-between; gap: 16px; }
  .effects td.none { display: none; }
  .effects td::before { content: attr(data-label); color: var(--muted); }
}
@media print {
  html { font-size: 10px; }
  main { padding: 0; }
  th, td { padding: 3px 5px; white-space: nowrap; }
  .plots { columns: 2 250px; }
  .plots .card { padding: 8px; }
  tr, figure svg { break-inside: avoid; }
  details { display: none; }
  * { print-color-adjust: exact; }
}
"""
