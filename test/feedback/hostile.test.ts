import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { hostileReports } from './hostile.ts';

const reports = hostileReports();

const costSchema = z.object({
  reports: z.array(z.object({ kind: z.nullable(z.string()), milliseconds: z.number() })),
  megabytes: z.number(),
});

/** Beyond what the process held before; the report itself is the first 8 MB of it. */
const MOST_MEGABYTES = 256;
/** Processor time: under a second on a machine of today that does nothing else. */
const MOST_MILLISECONDS = 3000;

describe('a report made to hurt', () => {
  let cost: z.infer<typeof costSchema> = { reports: [], megabytes: Number.NaN };
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    const files = reports.map(({ type, bytes }, i) => {
      writeFileSync(join(folder, String(i)), bytes);
      return `${type}=${join(folder, String(i))}`;
    });
    const script = fileURLToPath(new URL('./measure-hostile.ts', import.meta.url));
    const options = ['--expose-gc', '--import', 'tsx', script, ...files];
    const { stdout } = await promisify(execFile)(process.execPath, options);
    rmSync(folder, { recursive: true });
    cost = costSchema.parse(JSON.parse(stdout));
  });

  it.each(reports.map(({ name, kind }, i) => ({ name, kind, i })))(
    '$name ends soon and well',
    ({ kind, i }) => {
      expect(cost.reports[i]?.kind).toBe(kind);
      expect(cost.reports[i]?.milliseconds).toBeLessThan(MOST_MILLISECONDS);
    },
  );

  it('has the one that unpacks to a gigabyte in ten kilobytes', () => {
    const bomb = reports.find(({ name }) => name.includes('10 kB that unpacks to 1 GB'));
    expect(bomb?.bytes.length).toBeLessThanOrEqual(10_000);
  });

  it(`never takes more than ${MOST_MEGABYTES} MB`, () => {
    expect(cost.megabytes).toBeLessThan(MOST_MEGABYTES);
  });
});
