/**
 * The two columns beneath: the ladder, the history, the policy and the forms.
 */
export const EVIDENCE_STYLE = `
.columns { display: grid; grid-template-columns: minmax(0, 1.7fr) minmax(0, 1fr); gap: 2rem clamp(1.5rem, 4vw, 3.5rem); margin-top: 2.5rem; }
.column { display: grid; gap: 2.5rem; align-content: start; }
.column h2 { margin-bottom: 0.4rem; }
.ladder ol { margin-top: 1rem; }
.step { display: grid; grid-template-columns: minmax(10rem, 15rem) minmax(0, 1fr) 5.5rem; gap: 0 1.25rem; align-items: center; }
.step p { align-self: center; line-height: 1.3; }
.step-name { padding: 0.3rem 0; }
.step-name a { font: 500 0.9375rem var(--mono); overflow-wrap: anywhere; color: var(--ink); text-decoration-color: var(--rule); }
.step-name a:hover { color: var(--link); text-decoration-color: currentColor; }
.step small { display: block; color: var(--quiet); line-height: 1.3; }
.step-spam { text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; }
.step-spam small { font-weight: 400; white-space: nowrap; }
.plot { display: block; overflow: visible; }
.plot .line { stroke: var(--rule); stroke-dasharray: 2 3; }
.plot .belief { stroke: color-mix(in srgb, var(--quiet) 55%, transparent); stroke-width: 1.25; }
.plot .range { stroke: color-mix(in srgb, var(--quiet) 30%, transparent); stroke-width: 9; stroke-linecap: round; }
.plot .point { fill: var(--quiet); stroke: var(--paper); stroke-width: 1.5; }
.at-subject .point { fill: var(--ink); }
.at-subject .range { stroke: color-mix(in srgb, var(--link) 40%, transparent); }
.at-conclusion .range { stroke: color-mix(in srgb, var(--link) 55%, transparent); }
.at-conclusion .point { fill: var(--link); }
.at-conclusion .step-name, .at-conclusion .step-spam { font-weight: 650; }
.step small { font-weight: 400; }
.axis { display: grid; grid-template-columns: minmax(10rem, 15rem) minmax(0, 1fr) 5.5rem; gap: 0 1.25rem; position: relative; }
.axis svg { grid-column: 2; overflow: visible; font-size: 0.75rem; border-top: 1px solid var(--rule); }
.axis text { fill: var(--quiet); }
.axis .line-name { font-weight: 600; }
.bars { margin-top: 0.9rem; }
.bars svg { display: block; width: 100%; height: 9rem; }
.bars .ground { stroke: var(--rule); vector-effect: non-scaling-stroke; }
.bars .hit { fill: transparent; }
.bars g:hover .hit { fill: color-mix(in srgb, var(--quiet) 12%, transparent); }
.bars rect.spam { fill: var(--bad); }
.bars rect.ham { fill: var(--good); }
.bars b { font-weight: 600; }
.bars b.spam { color: var(--bad); }
.bars b.ham { color: var(--good); }
.bars-dates { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-size: 0.75rem; color: var(--quiet); margin-top: 0.3rem; }
details summary { cursor: pointer; color: var(--link); font-size: 0.9375rem; }
.history details { margin-top: 0.6rem; }
table { border-collapse: collapse; margin-top: 0.5rem; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 1.5rem 0.2rem 0; text-align: left; font-weight: 400; border-bottom: 1px solid var(--rule); }
thead th { color: var(--quiet); font-size: 0.8125rem; }
.facts form { display: flex; flex-wrap: wrap; gap: 0.75rem 1.25rem; align-items: end; margin-top: 0.9rem; }
.facts label { display: block; font-size: 0.875rem; color: var(--quiet); }
.aside section { border-top: 1px solid var(--rule); padding-top: 0.9rem; }
.aside { gap: 1.75rem; }
.aside dl > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: 0.22rem 0; }
.aside dt { color: var(--quiet); font-size: 0.9375rem; }
.aside dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.network dl > div { display: block; padding: 0.3rem 0; }
.network dd a, .network dd code { font-family: var(--mono); font-size: 0.925em; }
.network dd small { display: block; color: var(--quiet); }
.limits dl { columns: 16rem 2; column-gap: 2.5rem; }
.limits dl > div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.22rem 0; border-bottom: 1px dotted var(--rule); break-inside: avoid; }
.limits dt { color: var(--quiet); font-size: 0.9375rem; }
.limits dd { font-variant-numeric: tabular-nums; }
.reply pre { white-space: pre-wrap; overflow-wrap: anywhere; background: color-mix(in srgb, var(--quiet) 10%, var(--card)); border-radius: 8px; padding: 0.8rem 0.95rem; font-size: 0.875rem; line-height: 1.5; margin-bottom: 0.4rem; }
.report label { font-size: 0.9375rem; color: var(--quiet); }
.report-row { display: flex; gap: 0.5rem; margin-top: 0.2rem; }
.report-row select, .report-row input { flex: 1; }
.report .quiet { margin-top: 0.4rem; }
.report [role=status] { min-height: 1.5em; margin-top: 0.3rem; }
@media (max-width: 62rem) {
  .columns { grid-template-columns: minmax(0, 1fr); }
  .aside { grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 2rem 2.5rem; }
}
@media (max-width: 40rem) {
  .step { grid-template-columns: minmax(0, 1fr) auto; padding-bottom: 0.35rem; }
  .step .plot { grid-column: 1 / -1; grid-row: 2; height: 1.75rem; }
  .step .belief { display: none; }
  .axis { grid-template-columns: minmax(0, 1fr); }
  .axis svg { grid-column: 1; }
  .axis .line-name { display: none; }
}
`;
