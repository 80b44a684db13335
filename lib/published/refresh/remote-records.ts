/**
 * What is known of the files that sources are refreshed from: records of kind `import`.
 */
import { RecordFields } from '../../store/record-fields.ts';
import type { RecordChange, RecordStore } from '../../store/records.ts';
import type { Validators } from '../follow/fetch-file.ts';

export interface RemoteRecord extends Validators {
  readonly url: string;
  /** When its server last confirmed what we have, and when it was last asked: epoch milliseconds, 0 for never. */
  readonly confirmedAt: number;
  readonly askedAt: number;
}

const KEYS = 'remote/';

/** What is known of a source's file; nothing when the source is new or got another URL. */
export async function readRemote(records: RecordStore, name: string, url: string): Promise<RemoteRecord> {
  const stored = await records.getRecord('import', KEYS + name);
  const fields = new RecordFields(stored?.value);
  const remote = {
    url: fields.text('url'),
    etag: fields.nullable('etag', (at, field) => at.text(field)),
    lastModified: fields.nullable('lastModified', (at, field) => at.text(field)),
    confirmedAt: fields.number('confirmedAt'),
    askedAt: fields.number('askedAt'),
  };
  const isKnown = fields.sound && remote.url === url;
  return isKnown ? remote : { url, etag: null, lastModified: null, confirmedAt: 0, askedAt: 0 };
}

export function remoteChange(name: string, remote: RemoteRecord): RecordChange {
  return { kind: 'import', key: KEYS + name, value: { ...remote } };
}
