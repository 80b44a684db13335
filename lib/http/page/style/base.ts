/**
 * Colours, type, and what every page has. Colours are variables, once for each scheme.
 */
export const BASE_STYLE = `
:root {
  color-scheme: light dark;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --paper: #fbfaf7;
  --card: #ffffff;
  --ink: #1a1e24;
  --quiet: #59616b;
  --rule: #e4e1d8;
  --link: #0b5a77;
  --focus: #0b7285;
  --button: #134e63;
  --button-ink: #ffffff;
  --good: #0b6e69;
  --mixed: #8a5a00;
  --bad: #b02a1d;
  --unknown: #56606b;
  --local: #5a4aa8;
  --role-marker: #d5dce6;
  --role-registry: #c6daf4;
  --role-allocation: #dacff2;
  --role-site: #b5e2cf;
  --role-subnet: #e1edb8;
  --role-interface: #ebe6dc;
  --role-ipv4: #ffd9a0;
  --role-port: #f9c6ce;
  --role-filler: #eceef0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121519;
    --card: #191d22;
    --ink: #e8e6e1;
    --quiet: #a0a8b2;
    --rule: #2d333a;
    --link: #7cc7dc;
    --focus: #5cc4da;
    --button: #9bd8e6;
    --button-ink: #0c2a34;
    --good: #55c2b4;
    --mixed: #e0ae52;
    --bad: #f08472;
    --unknown: #a3acb6;
    --local: #b0a4f0;
    --role-marker: #3a4452;
    --role-registry: #24426b;
    --role-allocation: #473a70;
    --role-site: #17584a;
    --role-subnet: #49551c;
    --role-interface: #3a362e;
    --role-ipv4: #6a4810;
    --role-port: #6b2c3a;
    --role-filler: #2c3138;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { font: 400 100%/1.55 var(--sans); background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 76rem; padding: 0 clamp(1rem, 4vw, 2.5rem); }
h1, h2, p, ul, ol, dl, dd, figure, pre, fieldset { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h2 { font-size: 1.0625rem; font-weight: 650; letter-spacing: -0.005em; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
a:hover { text-decoration-thickness: 2px; }
code, pre { font-family: var(--mono); font-size: 0.925em; }
small { font-size: 0.8125rem; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.quiet { color: var(--quiet); font-size: 0.9375rem; }
.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: 0.5rem 1rem; z-index: 1; }
.skip:focus { top: 0.5rem; }
.masthead { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem 1.5rem; padding: 1.25rem 0; }
.masthead nav { display: flex; align-items: center; gap: 1.25rem; margin-left: auto; }
.masthead nav button { background: none; color: var(--quiet); padding: 0; font-weight: 400; border-radius: 3px; }
.masthead nav button:hover { color: var(--ink); text-decoration: underline; background: none; }
.masthead nav a { color: var(--quiet); text-decoration: none; }
.masthead nav a:hover { color: var(--ink); text-decoration: underline; }
.brand { display: flex; align-items: center; gap: 0.6rem; font-weight: 650; font-size: 1.0625rem; color: var(--ink); text-decoration: none; letter-spacing: -0.01em; }
.mark-ground { fill: #155e75; }
.mark-block { fill: none; stroke: #a5e4ee; stroke-width: 2; }
.mark-site { fill: #fbbf24; }
.colophon { margin: 4rem 0 2rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: 0.8125rem; }
input, select, button { font: inherit; color: inherit; }
input, select { background: var(--card); border: 1px solid color-mix(in srgb, var(--quiet) 60%, transparent); border-radius: 8px; padding: 0.5rem 0.75rem; min-width: 0; }
button { background: var(--button); color: var(--button-ink); border: 0; border-radius: 8px; padding: 0.5rem 1.1rem; font-weight: 600; cursor: pointer; }
button:hover { background: color-mix(in srgb, var(--button) 88%, var(--ink)); }
button:disabled { opacity: 0.6; cursor: default; }
.search { width: 100%; }
.search-label { display: block; font-weight: 600; margin-bottom: 0.4rem; }
.search-row { display: flex; gap: 0.5rem; }
.search input { flex: 1; font-family: var(--mono); }
.search input[aria-invalid] { border-color: var(--bad); }
.search .error { color: var(--bad); margin-top: 0.6rem; }
.compact { flex: 1 1 20rem; max-width: 30rem; }
.compact input { padding: 0.35rem 0.7rem; font-size: 0.9375rem; }
.compact button { padding: 0.35rem 0.9rem; font-size: 0.9375rem; }
.start { max-width: 44rem; margin: clamp(2rem, 9vh, 6rem) auto 0; }
.start h1, .problem h1 { font-size: clamp(1.9rem, 5vw, 2.75rem); line-height: 1.15; letter-spacing: -0.025em; font-weight: 700; }
.lead { color: var(--quiet); font-size: 1.0625rem; margin-top: 0.75rem; max-width: 46rem; }
.start .search { margin-top: 2rem; }
.start .search + .quiet { margin-top: 1rem; }
.start .search input { padding: 0.8rem 1rem; font-size: 1.125rem; }
.start .search button { padding: 0.8rem 1.5rem; }
.specimen { margin-top: 2.25rem; }
.start .digit { font-size: clamp(0.85rem, 1.5vw, 1.05rem); border-radius: 3px; }
.start .digits { gap: 1.4rem 0.6rem; }
.examples { margin-top: 2.75rem; }
.examples h2 { font-size: 1rem; margin: 1.75rem 0 0.6rem; }
.examples ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 0.5rem; }
.examples a { display: grid; height: 100%; border: 1px solid var(--rule); background: var(--card); border-radius: 8px; padding: 0.45rem 0.8rem 0.55rem; text-decoration: none; color: var(--ink); overflow-wrap: anywhere; line-height: 1.4; }
.examples a:hover { border-color: var(--focus); }
.examples code { font-size: 0.8125rem; }
.examples span { color: var(--quiet); font-size: 0.8125rem; }
.problem { max-width: 44rem; margin: clamp(2rem, 9vh, 6rem) auto 0; display: grid; gap: 1rem; }
@media (prefers-reduced-motion: no-preference) {
  @view-transition { navigation: auto; }
}
@media (max-width: 40rem) {
  .masthead .compact { order: 3; flex-basis: 100%; max-width: none; }
}
@media print {
  .masthead form, .masthead nav, .report, .facts, .programs { display: none; }
}
`;
