/**
 * The load generator's process: keeps a number of connections busy for a slice of time and measures every answer.
 */
import { createHistogram } from 'node:perf_hooks';
import { Senders } from '../world/senders.ts';
import { openConnection } from './connection.ts';
import { type Load, type Slice, sliceSchema } from './messages.ts';
import { answerRequests } from './peer.ts';
import { Requests } from './requests.ts';

let requests: Requests | undefined;

answerRequests((request) => {
  const slice = sliceSchema.parse(request);
  requests ??= new Requests(new Senders(slice.senders), String(process.pid));
  return run(slice, requests);
});

async function run({ port, script, connections, seconds }: Slice, requests: Requests): Promise<Load> {
  const histogram = createHistogram();
  let failures = 0;
  const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const start = performance.now();
  const deadline = start + seconds * 1000;
  const exchange = {
    next: () => (performance.now() < deadline ? requests.next(script, port) : null),
    done: (status: number, took: number) => {
      histogram.record(Math.max(1, Math.round(took * 1000)));
      // iprepd's word for an address that nobody reported.
      if (status !== 200 && !(script === 'iprepd' && status === 404)) failures++;
    },
  };
  const rest = stayAwake();
  await Promise.all(opened.map((converse) => converse(exchange)));
  rest();
  const percentile = (share: number): number => histogram.percentile(share) / 1000;
  return {
    requests: histogram.count,
    failures,
    seconds: (performance.now() - start) / 1000,
    p50: percentile(50),
    p99: percentile(99),
    p999: percentile(99.9),
  };
}

/**
 * Keeps this process from sleeping, until the function it gives is called. Waking a sleeping client is work of whoever writes
 * to it, an interrupt to another core: the server would pay for it, and the more of it the slower it is.
 */
function stayAwake(): () => void {
  let isAwake = true;
  const turn = (): void => {
    if (isAwake) setImmediate(turn);
  };
  turn();
  return () => {
    isAwake = false;
  };
}
