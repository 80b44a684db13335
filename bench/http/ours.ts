/**
 * The service under test, in a process of its own: what `npm start` runs, and answers about its use of the machine.
 */
import { openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { startService } from '../../lib/http/service.ts';
import { readSettings } from '../../lib/settings.ts';
import { serverOrderSchema } from './messages.ts';
import { answerRequests } from './peer.ts';
import { usage } from './usage.ts';

const nowhere = openSync(devNull, 'w');

answerRequests(async (request) => {
  const order = serverOrderSchema.parse(request);
  if (order.order !== 'serve') return usage();
  const settings = readSettings({ HOST: '127.0.0.1', PORT: '0', DATA_DIR: order.folder });
  if (!settings.ok) throw new Error('the settings of the benchmark are wrong');
  const service = await startService(settings.value, {
    write: () => undefined,
    // The lines are made and written as ever, but to nowhere: a report is no place for them.
    writeError: (lines) => writeSync(nowhere, lines),
  });
  if (!service.ok) throw new Error(service.error);
  return { port: Number(new URL(service.value.url).port) };
});
