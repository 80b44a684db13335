/**
 * What a process has used of the machine.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

/** Microseconds of CPU since the start; bytes of memory now, and the most there were. */
export const usageSchema = z.object({ cpu: z.number(), rss: z.number(), peak: z.number() });
export type Usage = z.infer<typeof usageSchema>;

/** Clock ticks a second of Linux: what /proc counts CPU time in. */
const TICKS = 100;

/** Of this process. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  return { cpu: user + system, rss: process.memoryUsage.rss(), peak };
}

/** Of a program that cannot be asked: fields 14 and 15 of /proc/PID/stat, and the sizes in /proc/PID/status (proc(5)). */
export function usageOf(pid: number | undefined): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const bytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return {
    cpu: ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6,
    rss: bytes('VmRSS'),
    peak: bytes('VmHWM'),
  };
}

/** Of two processes that do one job; the most they had together is at most what each had. */
export function together(one: Usage, other: Usage): Usage {
  return { cpu: one.cpu + other.cpu, rss: one.rss + other.rss, peak: one.peak + other.peak };
}
