/** The eleven kinds of traffic, in the order the benchmark prints them. */
import { evader } from './families/evader.ts';
import { freemail } from './families/freemail.ts';
import { hosting } from './families/hosting.ts';
import { poison } from './families/poison.ts';
import { renumber } from './families/renumber.ts';
import { residential } from './families/residential.ts';
import { shared64 } from './families/shared64.ts';
import { sleeper } from './families/sleeper.ts';
import { snowshoe } from './families/snowshoe.ts';
import { transition } from './families/transition.ts';
import { turncoat } from './families/turncoat.ts';
import type { Family } from './traffic.ts';

export const FAMILIES: readonly Family[] = [
  residential,
  hosting,
  shared64,
  snowshoe,
  evader,
  transition,
  turncoat,
  sleeper,
  renumber,
  freemail,
  poison,
];
