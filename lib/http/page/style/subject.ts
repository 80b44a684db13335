/**
 * The address, its anatomy, and the answer at a glance.
 */

const ROLES = [
  'marker',
  'registry',
  'allocation',
  'site',
  'subnet',
  'interface',
  'ipv4',
  'port',
  'filler',
] as const;

/** A digit's colours, and that its like in the picture stands out when its line in the list is pointed at. */
const roleRules = (role: string): string => `
.role-${role} { --a: var(--role-${role}); }
.to-${role} { --b: var(--role-${role}); }
.anatomy:has(li.role-${role}:hover) .digit:not(.role-${role}, .to-${role}) { opacity: 0.3; }
`;

export const SUBJECT_STYLE = `
.notice { border: 1px solid var(--focus); border-radius: 10px; background: color-mix(in srgb, var(--focus) 9%, var(--card)); padding: 0.75rem 1rem; margin: 0.5rem 0 1rem; }
.subject { margin-top: 1.5rem; }
.eyebrow { color: var(--quiet); font-weight: 600; }
.subject h1 { font: 600 clamp(1.35rem, 4.4vw, 2.4rem)/1.2 var(--mono); letter-spacing: -0.03em; overflow-wrap: anywhere; }
.subject .lead { margin-top: 0.35rem; }
.anatomy { margin-top: 1.75rem; }
.digits { display: grid; grid-template-columns: repeat(8, 1fr); gap: 1.6rem clamp(0.5rem, 1.2vw, 1rem); margin-top: 0.8rem; padding-bottom: 1.4rem; }
.group { display: grid; grid-template-columns: repeat(4, 1fr); gap: 2px; }
.digit { position: relative; display: grid; place-items: center; aspect-ratio: 4 / 5; border-radius: 4px; font: 500 clamp(0.95rem, 1.75vw, 1.3rem)/1 var(--mono); background: var(--a); transition: opacity 0.15s; }
.digit[class*=cut-] { background: linear-gradient(90deg, var(--a) var(--cut), var(--b) var(--cut)); }
.cut-1 { --cut: 25%; }
.cut-2 { --cut: 50%; }
.cut-3 { --cut: 75%; }
.v4 { grid-template-columns: repeat(4, minmax(0, 5rem)); gap: 1.6rem 0.5rem; }
.v4 .group { grid-template-columns: 1fr; }
.v4 .digit { aspect-ratio: 16 / 10; }
.tick { position: absolute; right: 0; top: calc(100% + 0.2rem); transform: translateX(50%); font: 500 0.75rem/1 var(--mono); color: var(--quiet); }
.cut-1 .tick { right: 75%; }
.cut-2 .tick { right: 50%; }
.cut-3 .tick { right: 25%; }
.tick.held { color: var(--ink); font-weight: 700; }
.legend { display: grid; grid-template-columns: repeat(auto-fit, minmax(15.5rem, 1fr)); gap: 0.25rem 2rem; margin-top: 0.5rem; }
.legend li { display: grid; grid-template-columns: auto 1fr auto; gap: 0 0.7rem; padding: 0.35rem 0; }
.legend code { overflow-wrap: anywhere; }
.legend .quiet { font-size: 0.875rem; line-height: 1.4; }
.swatch { width: 0.9rem; height: 0.9rem; margin-top: 0.32rem; border-radius: 3px; background: var(--a); }
.bits { font: 0.75rem/2 var(--mono); color: var(--quiet); white-space: nowrap; }
${ROLES.map(roleRules).join('')}
.verdict { --class: var(--unknown); display: grid; grid-template-columns: auto 1fr minmax(12rem, 17rem); gap: 1rem 2.5rem; align-items: center; margin-top: 1.75rem; padding: 1.25rem 1.5rem; background: color-mix(in srgb, var(--class) 7%, var(--card)); border: 1px solid color-mix(in srgb, var(--class) 35%, var(--rule)); border-radius: 14px; }
.class-good { --class: var(--good); }
.class-mixed { --class: var(--mixed); }
.class-bad { --class: var(--bad); }
.class-local { --class: var(--local); }
.verdict-class { display: flex; align-items: center; gap: 0.9rem; }
.verdict-class h2 { font-size: 1.75rem; line-height: 1.15; letter-spacing: -0.02em; font-weight: 700; color: var(--class); }
.verdict-class small { display: block; font-weight: 400; letter-spacing: 0; color: var(--quiet); font-size: 0.875rem; max-width: 13rem; line-height: 1.3; }
.class-mark circle { fill: var(--class); }
.class-mark path { fill: none; stroke: var(--card); stroke-width: 2.1; stroke-linecap: round; stroke-linejoin: round; }
.verdict-why { display: grid; gap: 0.2rem; }
.verdict-why code { overflow-wrap: anywhere; }
.action { font-weight: 650; }
.verdict-odds > p { display: flex; align-items: center; gap: 0.75rem; line-height: 1.3; font-size: 0.9375rem; }
.verdict-odds b { font-size: 2rem; line-height: 1.1; letter-spacing: -0.03em; font-weight: 650; white-space: nowrap; font-variant-numeric: tabular-nums; }
.gauge { display: block; margin-top: 0.6rem; overflow: visible; }
.gauge .track { fill: color-mix(in srgb, var(--quiet) 25%, transparent); }
.gauge .range { fill: color-mix(in srgb, var(--class) 45%, transparent); }
.gauge .point { fill: var(--class); }
@media (max-width: 62rem) {
  .verdict { grid-template-columns: 1fr 1fr; }
  .verdict-why { grid-column: 1 / -1; order: 3; }
}
@media (max-width: 40rem) {
  .verdict { grid-template-columns: 1fr; padding: 1.1rem; }
  .digits { grid-template-columns: repeat(4, 1fr); gap: 1.5rem 0.6rem; }
}
`;
