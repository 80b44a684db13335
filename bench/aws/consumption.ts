/**
 * What a client consumes, as the table reports it: on the way to the emulator every call is made to ask for its
 * `ConsumedCapacity`, and the answers are added up.
 */
import {
  bodyOf,
  type EmulatorProxy,
  forward,
  operationOf,
  startProxy,
} from '../../test/support/emulator-proxy.ts';

/** Read and write units. */
export interface Consumed {
  readonly reads: number;
  readonly writes: number;
}

export interface Consumption extends EmulatorProxy {
  /** What was consumed since this was last asked. */
  take(): Consumed;
}

const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

/** A write that its condition refuses costs units too, which an error does not tell: one is counted. */
export async function consumptionOf(target: string): Promise<Consumption> {
  let consumed = { reads: 0, writes: 0 };
  const proxy = await startProxy(async (incoming, outgoing) => {
    const asked = { ...JSON.parse((await bodyOf(incoming)).toString()), ReturnConsumedCapacity: 'TOTAL' };
    const { status, body } = await forward(target, incoming, Buffer.from(JSON.stringify(asked)));
    const units = status === 200 ? unitsIn(body) : 1;
    if (READS.has(operationOf(incoming))) consumed.reads += units;
    else consumed.writes += units;
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    outgoing.end(body);
  });
  return {
    ...proxy,
    take: () => {
      const taken = consumed;
      consumed = { reads: 0, writes: 0 };
      return taken;
    },
  };
}

function unitsIn(answer: Buffer): number {
  const { ConsumedCapacity: capacity } = JSON.parse(answer.toString());
  const all: readonly { readonly CapacityUnits: number }[] = [capacity ?? []].flat();
  return all.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
}
