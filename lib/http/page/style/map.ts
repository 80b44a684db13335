/**
 * The map.
 */
const DIGITS = [...'0123456789abcdef'];

/** A part stands out in the square when it is pointed at in the list, and the other way round. */
const partRules = (digit: string): string => `
.map:has(#part-${digit}:hover, #part-${digit} a:focus-visible) .patch-${digit} .ground,
.patch-${digit}:hover .ground { stroke: var(--focus); stroke-width: 2.5; }
.map:has(.patch-${digit}:hover) #part-${digit} { background: color-mix(in srgb, var(--focus) 12%, transparent); }
`;

export const MAP_STYLE = `
:root { --s0: #0b7285; --s1: #59a5b1; --s2: #a9c8c9; --s3: #d9c9a3; --s4: #e59a62; --s5: #d4543a; --s6: #9b1b12; --patch: #f1efe8; }
@media (prefers-color-scheme: dark) {
  :root { --s0: #4cc0d4; --s1: #35899a; --s2: #3d6770; --s3: #8d7f58; --s4: #c47b3f; --s5: #e5663c; --s6: #ff5a4a; --patch: #1d2228; }
}
.shade-0 { fill: var(--s0); }
.shade-1 { fill: var(--s1); }
.shade-2 { fill: var(--s2); }
.shade-3 { fill: var(--s3); }
.shade-4 { fill: var(--s4); }
.shade-5 { fill: var(--s5); }
.shade-6 { fill: var(--s6); }
.up { display: flex; gap: 0.75rem; margin-top: 1.25rem; color: var(--quiet); }
.up ol { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
.up a { font-family: var(--mono); font-size: 0.9375rem; }
.map { display: grid; grid-template-columns: minmax(0, 1.55fr) minmax(17rem, 1fr); gap: 2rem clamp(1.5rem, 4vw, 3.5rem); margin-top: 1.25rem; align-items: start; }
.map-square { max-width: 44rem; }
.square { display: block; width: 100%; height: auto; overflow: visible; view-transition-name: square; }
.ground { fill: var(--patch); }
.patch { cursor: zoom-in; }
.patch text { font: 600 72px var(--mono); text-anchor: middle; fill: var(--ink); fill-opacity: 0.07; }
.walk { fill: none; stroke: var(--ink); stroke-opacity: 0.22; stroke-width: 5; }
.dimmed { opacity: 0.35; }
.parts h2 { margin-bottom: 0.5rem; }
.parts h2 small { float: right; font-weight: 400; color: var(--quiet); }
.part { display: grid; grid-template-columns: minmax(0, 1fr) 4rem minmax(4rem, auto); align-items: center; gap: 0 1rem; padding: 0.28rem 0.4rem; margin: 0 -0.4rem; border-radius: 6px; border-bottom: 1px dotted var(--rule); font-size: 0.9375rem; }
.part > .quiet { grid-column: 2 / -1; text-align: right; font-size: 0.875rem; }
.part code { overflow-wrap: anywhere; }
.part a { display: flex; gap: 0.8rem; text-decoration: none; }
.part a:hover code { text-decoration: underline; }
.digit-name { font: 500 0.8125rem/1.9 var(--mono); color: var(--quiet); }
.part-known { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.key ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; margin: 1rem 0 0.5rem; font-size: 0.8125rem; color: var(--quiet); }
.key li { display: flex; align-items: center; gap: 0.35rem; }
${DIGITS.map(partRules).join('')}
@media (max-width: 30rem) {
  .part { grid-template-columns: minmax(0, 1fr) auto; }
  .shares { display: none; }
}
@media (max-width: 52rem) {
  .map { grid-template-columns: minmax(0, 1fr); }
}
`;
