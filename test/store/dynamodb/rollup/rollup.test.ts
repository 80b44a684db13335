import { beforeEach, describe, expect, it } from 'vitest';
import { NAME_BYTES, namedKey, rootKey, rungKey, rungsOf } from '../../../../lib/reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../../../lib/reputation/tally.ts';
import { tallyKey } from '../../../../lib/store/dynamodb/keys.ts';
import { createRollupHandler } from '../../../../lib/store/dynamodb/rollup/handler.ts';
import { replayDeadLetters } from '../../../../lib/store/dynamodb/rollup/replay.ts';
import { reporterKey, standingKey } from '../../../../lib/store/impulse.ts';
import { type OpenTable, openInMemory, storeOn } from '../../../support/dynamo-store.ts';
import type { MemoryTable } from '../../../support/memory-table.ts';
import { DAY, NOW, recordOf } from '../../../support/records.ts';
import { PATIENT, type StreamRecord } from '../../../support/stream-log.ts';

const HOST = '2a00:1450:8319:fe42::1';
const FORGOTTEN = { actor: 'a', act: 'reputation.forget', target: HOST, reason: null, detail: null };
const CLOCK = { now: () => NOW, isLate: () => false };

describe('the roll-up', () => {
  let open: OpenTable<MemoryTable>;
  let store: ReturnType<typeof storeOn>;
  beforeEach(() => {
    open = openInMemory(() => NOW);
    store = storeOn(open.table);
  });
  const subject = () => store.readTallies([rungKey(recordOf(HOST).ladder.subject)]);

  it('writes each tally once a batch, whatever the number of verdicts in it', async () => {
    const records = Array.from({ length: 150 }, (_, i) =>
      recordOf(`2a00:1450:8319:fe${(i % 5) + 10}::1`, { id: `n${i}` }),
    );
    await store.recordVerdicts(records, NOW);
    await open.pump.untilQuiet();
    const written = open.reports.reduce((sum, { writes }) => sum + writes, 0);
    // Five reporters' tallies, five subjects, and the five wider rungs with a lane of the root; more only where the stream
    // told the changes of one level in several batches.
    expect(written).toBeGreaterThanOrEqual(5 + 5 + 5 + 1);
    expect(written).toBeLessThan(60);
    const [tally] = await subject();
    expect(tally).toEqual(EMPTY_TALLY);
  });

  it('shows a verdict on every rung after one delivery a level, however many came before it', async () => {
    for (let i = 0; i < 300; i++) {
      const record = recordOf(`2a00:14${10 + (i % 80)}:8319:fe42::1`, { id: `n${i}` });
      const before = open.reports.length;
      await store.recordVerdicts([record], NOW);
      await open.pump.untilQuiet();
      const rungs = rungsOf(record.ladder);
      const tallies = await store.readTallies(rungs);
      expect(tallies.map(({ months }) => (months.at(0)?.bad ?? 0) > 0)).toEqual(rungs.map(() => true));
      const working = open.reports.slice(before).filter(({ writes }) => writes > 0);
      // The reporter's tally and a lane of the root beside the rungs that a lookup reads.
      expect(working.length).toBeLessThanOrEqual(1 + rungs.length + 1);
    }
  });

  it('tells a verdict that expired from one taken back', async () => {
    await store.recordVerdicts([recordOf(HOST, { id: 'expires' }), recordOf(HOST, { id: 'stays' })], NOW);
    await open.pump.untilQuiet();
    const before = await subject();
    expect(before[0]?.months.at(0)?.bad).toBe(2000);
    open.table.expire(NOW + 31 * DAY);
    await open.pump.untilQuiet();
    expect(await subject()).toEqual(before);
  });

  it('takes the removal of a verdict by hand for a retraction', async () => {
    const record = recordOf(HOST, { id: 'a' });
    await store.recordVerdicts([record, recordOf(HOST, { id: 'b' })], NOW);
    await open.pump.untilQuiet();
    const verdicts = open.log.shards.flatMap(({ records }) => records).map(({ dynamodb }) => dynamodb.Keys);
    const mine = verdicts.find(({ pk, sk }) => pk.S.startsWith('v') && sk.S === 'a');
    await open.table.delete({ pk: mine?.pk.S ?? '', sk: 'a' });
    await open.pump.untilQuiet();
    expect((await subject())[0]?.months.at(0)?.bad).toBe(1000);
  });

  it('counts an id that is used again after its retention, though the old item is still there', async () => {
    await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW);
    await store.recordVerdicts([recordOf(HOST, { id: 'a', at: NOW + 31 * DAY })], NOW + 31 * DAY);
    await open.pump.untilQuiet();
    expect(Array.from((await subject())[0]?.months ?? [], ({ bad }) => bad)).toEqual([1000, 1000]);
  });

  it('begins again at the first record whose tally could not be written', async () => {
    await store.recordVerdicts([recordOf(HOST, { id: 'a' }), recordOf('198.35.1.1', { id: 'b' })], NOW);
    const records = open.log.shards.flatMap((shard) => shard.records);
    const handler = createRollupHandler({ table: open.table, now: () => NOW, onReport: () => {} });
    let puts = 0;
    open.table.weather = {
      before: async (operation) => {
        if (operation === 'put' && puts++ === 1) throw new Error('throttled');
      },
      after: async () => {},
    };
    const answer = await handler({ Records: records, shardId: 's' }, PATIENT);
    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1]?.dynamodb.SequenceNumber }],
      state: {},
    });
  });

  it('begins no write when its time is nearly up, and says where to go on', async () => {
    await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW);
    const records = open.log.shards.flatMap((shard) => shard.records);
    const handler = createRollupHandler({ table: open.table, now: () => NOW, onReport: () => {} });
    const hurried = { getRemainingTimeInMillis: () => 100 };
    const { batchItemFailures } = await handler({ Records: records, shardId: 's' }, hurried);
    expect(batchItemFailures).toEqual([{ itemIdentifier: records[0]?.dynamodb.SequenceNumber }]);
  });

  it('refuses an event that names no shard: it could not tell what came twice', async () => {
    const handler = createRollupHandler({ table: open.table, now: () => NOW, onReport: () => {} });
    await expect(handler({ Records: [] }, PATIENT)).rejects.toThrow('tumbling window');
  });

  it('buries what it cannot read, goes on, and applies it once it can', async () => {
    await store.recordVerdicts([recordOf(HOST, { id: 'good' }), recordOf(HOST, { id: 'odd' })], NOW);
    const damaged = damage(open, 'odd');
    await open.pump.untilQuiet();
    expect((await subject())[0]?.days.at(0)?.bad).toBe(1000);
    const still = await replayDeadLetters(open.table, CLOCK);
    expect(still.applied).toBe(0);
    expect(still.left).toHaveLength(1);
    // Mended, as a new version of the code would: the letter is replaced by the record as it was meant.
    const place = still.left[0]?.place ?? '';
    await open.table.put({
      Item: {
        pk: { S: 'x' },
        sk: { S: place },
        record: { S: JSON.stringify(damaged.meant) },
        reason: { S: '' },
      },
    });
    expect(await replayDeadLetters(open.table, CLOCK)).toEqual({ applied: 1, left: [] });
    expect(await replayDeadLetters(open.table, CLOCK)).toEqual({ applied: 0, left: [] });
    await open.pump.untilQuiet();
    expect((await subject())[0]?.days.at(0)?.bad).toBe(2000);
  });

  it('buries changes to a damaged tally, and harms no other', async () => {
    const other = recordOf('198.35.1.1', { id: 'other' });
    await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW);
    await open.pump.untilQuiet();
    const key = tallyKey(rungKey(recordOf(HOST).ladder.subject));
    const item = await open.table.get(key);
    await open.table.put({ Item: { ...item, marks: { B: Uint8Array.of(9) } } });
    await store.recordVerdicts([recordOf(HOST, { id: 'b' }), other], NOW);
    await open.pump.untilQuiet();
    expect(open.reports.reduce((sum, { buried }) => sum + buried, 0)).toBeGreaterThan(0);
    const [well] = await store.readTallies([rungKey(other.ladder.subject)]);
    expect(well?.days.at(0)?.bad).toBe(1000);
  });

  it('applies a buried verdict to the one tally that lacks it, not again to the other', async () => {
    const account = namedKey('account', 'n'.repeat(NAME_BYTES));
    const record = recordOf(HOST, { id: 'b', account });
    const reporters = tallyKey(reporterKey(account, record.reporter));
    await store.recordVerdicts([{ ...record, id: 'a' }], NOW);
    await open.pump.untilQuiet();
    const whole = await open.table.get(reporters);
    await open.table.put({ Item: { ...whole, marks: { B: Uint8Array.of(9) } } });
    await open.pump.untilQuiet();
    await store.recordVerdicts([record], NOW);
    await open.pump.untilQuiet();
    const said = async () => (await store.readTallies([...rungsOf(record.ladder), account])).map(badOf);
    const network = [2000, ...record.ladder.ancestors.map(() => 1000)];
    expect(await said()).toEqual([...network, 1000]);
    await open.table.put({ Item: { ...whole } });
    await open.pump.untilQuiet();
    // The two changes that damaged and mended the tally stay dead; the verdict does not.
    expect(await replayDeadLetters(open.table, CLOCK)).toMatchObject({ applied: 1, left: [{}, {}] });
    await open.pump.untilQuiet();
    expect(await said()).toEqual([...network, 2000]);
  });

  it('empties what was forgotten while it was being written, and the stance beside it', async () => {
    const reporter = { id: 'r', trusted: false };
    const record = recordOf(HOST, { id: 'a', reporter, stance: 'contradicts' });
    const { subject } = record.ladder;
    await store.recordVerdicts([record], NOW);
    const [verdict] = open.log.shards.filter(({ records }) => records.length > 0);
    const handler = createRollupHandler({ table: open.table, now: () => NOW, onReport: () => {} });
    let isRead = false;
    open.table.weather = {
      before: () => Promise.resolve(),
      after: async (operation) => {
        if (operation !== 'batchGet' || isRead) return;
        isRead = true;
        // The roll-up has read that nothing is forgotten, and has written nothing yet: so there is nothing to empty.
        await store.forget(rungKey(subject), { ...FORGOTTEN, at: NOW });
        const forget = open.log.shards.flatMap(({ records }) =>
          records.filter(({ dynamodb }) => dynamodb.Keys.pk.S.startsWith('f')),
        );
        await handler({ Records: forget, shardId: 'another' }, PATIENT);
      },
    };
    await handler({ Records: verdict?.records ?? [], shardId: verdict?.id ?? '' }, PATIENT);
    await open.pump.untilQuiet();
    const tallies = await store.readTallies([rungKey(subject), standingKey(reporter.id)]);
    expect(tallies.map(({ months }) => months.length)).toEqual([0, 0]);
  });

  it('reports how far behind it is', async () => {
    await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW);
    await open.pump.untilQuiet();
    expect(open.reports.length).toBeGreaterThan(5);
    for (const { lagMs, records } of open.reports) {
      expect(records).toBeGreaterThan(0);
      expect(lagMs).toBeGreaterThanOrEqual(0);
    }
  });

  it('brings a verdict to every level and to the root', async () => {
    const record = recordOf(HOST);
    await store.recordVerdicts([record], NOW);
    await open.pump.untilQuiet();
    const tallies = await store.readTallies([...rungsOf(record.ladder), rootKey(6)]);
    expect(tallies.map(({ days }) => days.at(0)?.bad)).toEqual(tallies.map(() => 1000));
  });
});

function badOf({ days }: Tally): number | undefined {
  return days.at(0)?.bad;
}

/** Damages the stream's record of a verdict; gives it back as it was meant. */
function damage({ log }: OpenTable, id: string): { readonly meant: StreamRecord } {
  for (const { records } of log.shards) {
    const at = records.findIndex(({ dynamodb: { Keys } }) => Keys.pk.S.startsWith('v') && Keys.sk.S === id);
    const meant = records[at];
    if (meant?.dynamodb.NewImage === undefined) continue;
    const body = { B: Buffer.from([99]).toString('base64') };
    const NewImage = { ...meant.dynamodb.NewImage, body };
    records[at] = { ...meant, dynamodb: { ...meant.dynamodb, NewImage } };
    return { meant };
  }
  throw new Error(`no record of ${id}`);
}
