/**
 * When messages are sent: the rhythms of honest servers, of infected homes and of campaigns.
 */
import type { Random } from './random.ts';
import { DAY, HOUR } from './traffic.ts';

/** `count` moments from `from` to `to` (epoch ms), busier by day than by night, in time order. */
export function steady(random: Random, count: number, from: number, to: number): number[] {
  const moments: number[] = [];
  while (moments.length < count) {
    const at = random.between(from, to);
    const busy = 0.55 - 0.45 * Math.cos((2 * Math.PI * (at % DAY)) / DAY);
    if (random.chance(busy)) moments.push(Math.floor(at));
  }
  return moments.sort((a, b) => a - b);
}

/** `count` moments spread evenly at random over a window, day and night: what a machine does. */
export function burst(random: Random, count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, () => Math.floor(random.between(from, to))).sort((a, b) => a - b);
}

/** `count` moments in sessions of one to eight hours, one or two on an active day; an infected home or a worker. */
export function sessions(random: Random, count: number, from: number, to: number): number[] {
  const days = Math.max(1, Math.floor((to - from) / DAY));
  const wanted = Math.max(1, Math.ceil(days * random.between(0.3, 1)));
  const starts = Array.from({ length: wanted }, () => random.between(from, Math.max(from, to - HOUR)));
  const moments = Array.from({ length: count }, () => {
    const start = random.pick(starts);
    return Math.floor(random.between(start, Math.min(to, start + random.between(1, 8) * HOUR)));
  });
  return moments.sort((a, b) => a - b);
}
