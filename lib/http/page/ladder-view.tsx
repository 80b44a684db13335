/**
 * The ladder drawn: every step's belief as a point in its range, all on one scale, with where the policy's lines are.
 */
import type { Thresholds } from '../../policy/policy-book.ts';
import type { Reputation } from '../../reputation/reputation.ts';
import { type Step, stepsOf } from './ladder.ts';
import { mapLink, neighbourhoodLink } from './map/map-link.ts';
import { percent, range } from './words.ts';

export interface LadderViewProps {
  readonly reputation: Reputation;
  readonly thresholds: Thresholds;
}

export function LadderView({ reputation, thresholds }: LadderViewProps) {
  const steps = stepsOf(reputation);
  return (
    <section class="ladder" aria-labelledby="ladder-title">
      <h2 id="ladder-title">Why: the ladder</h2>
      <p class="quiet">
        From all mail, through ever narrower blocks, to this one sender: each step starts from what the step
        above concluded. The dot is the chance that mail is unwanted, the bar where it lies with 90 %
        certainty.
      </p>
      <ol>
        {steps.map((step, i) => (
          <li class={`step at-${step.kind}`}>
            <p class="step-name">
              {step.prefix === null ? (
                step.name
              ) : (
                <a
                  href={step.kind === 'subject' ? neighbourhoodLink(step.prefix) : mapLink(step.prefix)}
                  title="See it on the map"
                >
                  {step.name}
                </a>
              )}
              <small>{step.seen}</small>
            </p>
            <Plot step={step} before={steps[i - 1]} thresholds={thresholds} />
            <p class="step-spam">
              {percent(step.spam)}
              {step.interval === null ? null : <small>{range(step.interval)}</small>}
            </p>
          </li>
        ))}
      </ol>
      <Axis thresholds={thresholds} />
    </section>
  );
}

interface PlotProps {
  readonly step: Step;
  readonly before: Step | undefined;
  readonly thresholds: Thresholds;
}

/** Said in words beside it. Lengths are in percent, so that it stretches without a change of shape. */
function Plot({ step, before, thresholds }: PlotProps) {
  const { spam, interval } = step;
  return (
    <svg class="plot" width="100%" height="52" aria-hidden="true">
      {linesOf(thresholds).map(([share]) => (
        <line class="line" x1={at(share)} x2={at(share)} y1="0" y2="100%" />
      ))}
      {before === undefined ? null : (
        <line class="belief" x1={at(before.spam)} x2={at(spam)} y1="-50%" y2="50%" />
      )}
      {interval === null ? null : (
        <line class="range" x1={at(interval[0])} x2={at(interval[1])} y1="50%" y2="50%" />
      )}
      <circle class="point" cx={at(spam)} cy="50%" r={step.kind === 'conclusion' ? 7 : 4.5} />
    </svg>
  );
}

function Axis({ thresholds }: { readonly thresholds: Thresholds }) {
  return (
    <div class="axis">
      <svg width="100%" height="34" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <text x={at(share)} y="12" text-anchor={anchorOf(share)}>
            {share * 100} %
          </text>
        ))}
        {linesOf(thresholds).map(([share, name]) => (
          <text class="line-name" x={at(share)} y="30" text-anchor={share > 0.8 ? 'end' : 'middle'}>
            {name}
          </text>
        ))}
      </svg>
      <p class="away">
        {linesOf(thresholds)
          .map(([share, name]) => `${name}: ${percent(share)}`)
          .join('; ')}
      </p>
    </div>
  );
}

function linesOf(thresholds: Thresholds): readonly (readonly [share: number, name: string])[] {
  return [
    [thresholds.goodHigh, 'good'],
    [thresholds.deferSpam, 'defer'],
    [thresholds.rejectSpam, 'refuse'],
  ];
}

function anchorOf(share: number): string {
  if (share === 0) return 'start';
  return share === 1 ? 'end' : 'middle';
}

function at(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
