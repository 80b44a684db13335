/** What we promise to reach, per family, on seeds nobody has seen. Shares, 0 to 1. */

export interface Target {
  /** At most this share of spam let in. */
  readonly leak?: number;
  /** At most this share of good mail refused, of the traffic outside the groups below. */
  readonly lost: number;
  /** The same for groups with a target of their own; groups not named here have none. */
  readonly groups?: Readonly<Record<string, number>>;
}

const LOST = 0.001;

export const TARGETS: Readonly<Record<string, Target>> = {
  residential: { leak: 0.033, lost: 0.002 },
  hosting: { leak: 0.045, lost: LOST },
  shared64: { leak: 0.034, lost: LOST },
  snowshoe: { leak: 0.008, lost: LOST },
  evader: { leak: 0.015, lost: LOST },
  transition: { leak: 0.048, lost: LOST },
  turncoat: { leak: 0.098, lost: LOST, groups: { 'after-cleaning': 0.045 } },
  sleeper: { leak: 0.02, lost: LOST },
  renumber: { leak: 0.09, lost: 0.015 },
  freemail: { lost: LOST },
  poison: { leak: 0.03, lost: LOST, groups: { victims: 0.01 } },
};

/** For the recorded mail stream. */
export const STREAM_TARGET = { auc: 0.94, brier: 0.03, lost: LOST } as const;
