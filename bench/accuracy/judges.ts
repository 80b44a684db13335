/** Who is compared. */
import { oracle, per48, per64, perAddress } from './judges/counting.ts';
import { iprepd } from './judges/iprepd.ts';
import type { MakeJudge } from './judges/judge.ts';
import { rspamd } from './judges/rspamd.ts';

/** What an operator has today. */
export const BASELINES: Readonly<Record<string, MakeJudge>> = {
  'per /128': perAddress,
  'fixed /64': per64,
  'fixed /48': per48,
  iprepd,
  rspamd,
};

/** Knows the true end sites of generated traffic. */
export const ORACLE: Readonly<Record<string, MakeJudge>> = { oracle };
