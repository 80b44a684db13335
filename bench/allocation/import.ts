/**
 * Reads a made-up RPSL dump of a million objects the way an import does, and prints its rate and the most memory it took.
 * A process of its own, so that the figure is the import's alone.
 */
import { encodeTable } from '../../lib/allocation/blocks.ts';
import { LineSplitter } from '../../lib/allocation/lines.ts';
import { AllocationRows } from '../../lib/allocation/rows.ts';
import { RpslReader } from '../../lib/allocation/rpsl.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { diceOf } from '../../test/allocation/synthetic-rows.ts';

const OBJECTS = 1_000_000;
const OBJECTS_A_CHUNK = 500;
const STATUSES = ['AGGREGATED-BY-LIR\nassignment-size:56', 'ASSIGNED', 'ASSIGNED', 'ALLOCATED-BY-LIR'];

const started = performance.now();
const splitter = new LineSplitter('latin1');
const reader = new RpslReader({ source: 'RIPE', date: 1_790_000_000 });
const rows = new AllocationRows();
let refused = 0;
let bytes = 0;
for (const chunk of chunks()) {
  bytes += chunk.length;
  splitter.push(chunk).forEach(take);
}
const read = performance.now();
const table = AllocationTable.from(rows);
const { leaves } = encodeTable(table, { built: 0 });
const done = performance.now();
const peak = process.resourceUsage().maxRSS / 1024;
console.log(
  `import: ${OBJECTS.toLocaleString('en')} RPSL objects (${(bytes / 1e6).toFixed(0)} MB) read in ${((read - started) / 1000).toFixed(1)} s, ` +
    `${rows.count.toLocaleString('en')} rows and ${refused} refusals, table and ${leaves.length} leaves in ${((done - read) / 1000).toFixed(1)} s, ` +
    `at most ${peak.toFixed(0)} MB`,
);
if (peak > 512) process.exitCode = 1;

function take(line: string): void {
  for (const row of reader.line(line)) {
    if (row.ok) rows.add(row.value);
    else refused++;
  }
}

function* chunks(): Generator<Uint8Array> {
  const dice = diceOf(3);
  const hex = (n: number) => n.toString(16);
  for (let i = 0; i < OBJECTS; i += OBJECTS_A_CHUNK) {
    const objects = Array.from({ length: OBJECTS_A_CHUNK }, () => {
      const key = `2a0${hex(dice() & 15)}:${hex(dice() & 0xffff)}:${hex(dice() & 0xffff)}::/48`;
      const day = new Date(1_000_000_000_000 + (dice() % 9_000) * 86_400_000).toISOString().slice(0, 19);
      return `inet6num:       ${key}
netname:        EXAMPLE-${dice()}
descr:          A customer of B\u00fcro ${dice()}
country:        DE
admin-c:        DUMY-RIPE
tech-c:         DUMY-RIPE
status:         ${STATUSES[dice() & 3]}
mnt-by:         EXAMPLE-MNT
created:        ${day}Z
last-modified:  ${day}Z
source:         RIPE
remarks:        ****************************
`;
    });
    yield Buffer.from(`${objects.join('\n')}\n`, 'latin1');
  }
}
