/**
 * What the figures were measured on.
 */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
  /** Processes that wanted a core in the last minute: more than none before a start is noise from others. */
  readonly load: number;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    load: loadavg()[0] ?? 0,
  };
}

export function describeMachine({ processor, cores, memoryGiB, node, platform, load }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}, load ${load.toFixed(1)} at the start`;
}
