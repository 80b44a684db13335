import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { mailWith, mustFail, mustRead, plain, sample, zip } from './build.ts';

const claimSchema = z.object({
  index: z.number(),
  address: z.string(),
  verdict: z.string(),
  count: z.number(),
  at: z.string(),
});

const samples = z
  .array(
    z.object({
      file: z.string(),
      type: z.string(),
      trustedHosts: z.optional(z.array(z.string())),
      claims: z.optional(z.array(claimSchema)),
      omissions: z.optional(z.number()),
      failure: z.optional(z.string()),
      detail: z.optional(z.string()),
      reason: z.string(),
    }),
  )
  .parse(JSON.parse(sample('samples.json').toString()));

const taken = samples.filter(({ claims }) => claims !== undefined);
const SOURCE = '2a00:1450:8319:fe42::25';

describe('reports as they are really sent', () => {
  it.each(taken)('$file counts: $reason', async ({ file, type, trustedHosts, claims, omissions }) => {
    const report = await mustRead(type, sample(file), trustedHosts);
    expect(plain(report)).toEqual(claims);
    expect(report.omissions).toHaveLength(omissions ?? 0);
  });

  it.each(samples.filter(({ claims }) => claims === undefined))(
    '$file is refused: $reason',
    async ({ file, type, trustedHosts, failure, detail }) => {
      const refused = await mustFail(type, sample(file), trustedHosts);
      expect(refused.kind).toBe(failure);
      expect(refused.detail).toContain(detail);
    },
  );

  it('knows each report again when it is sent twice, and no two for the same', async () => {
    const ids: string[] = [];
    for (const { file, type, trustedHosts } of taken) {
      const [first, second] = [
        await mustRead(type, sample(file), trustedHosts),
        await mustRead(type, sample(file), trustedHosts),
      ];
      expect(second).toEqual(first);
      if (!file.includes('mac-line-ends')) ids.push(...first.claims.map(({ claim }) => claim.id));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[\w-]{1,80}$/.test(id))).toBe(true);
  });

  it('gives a report the same id whatever its line ends', async () => {
    const [unix, mac] = [
      await mustRead('message/rfc822', sample('arf/arf-01.eml')),
      await mustRead('message/rfc822', sample('arf/mac-line-ends-01.eml')),
    ];
    const dos = await mustRead(
      'message/rfc822',
      sample('arf/arf-01.eml').toString('latin1').replaceAll('\n', '\r\n'),
    );
    expect([mac.claims[0]?.claim.id, dos.claims[0]?.claim.id]).toEqual([
      unix.claims[0]?.claim.id,
      unix.claims[0]?.claim.id,
    ]);
  });
});

describe('the same reports with an IPv6 source', () => {
  const stated = taken.filter(({ file, trustedHosts }) => /\.eml$/.test(file) && trustedHosts === undefined);
  const spellings = [
    SOURCE,
    `IPv6:${SOURCE}`,
    `ipv6:${SOURCE}`,
    `[${SOURCE}]`,
    `[IPv6:${SOURCE}]`,
    '2A00:1450:8319:FE42:0:0:0:25',
    '2a00:1450:8319:fe42::0.0.0.37',
    `IPv6:${SOURCE} (mail.example.org)`,
  ];
  const cases = stated
    .filter(({ file }) => file !== 'dmarc/google-wrapped.eml')
    .flatMap((one) => spellings.map((spelling) => ({ ...one, spelling })));

  it.each(cases)('$file with Source-IP: $spelling', async ({ file, type, claims, spelling }) => {
    const text = sample(file)
      .toString('latin1')
      .replace(/Source-IP:[^\r\n]*/i, `Source-IP: ${spelling}`);
    const report = await mustRead(type, Buffer.from(text, 'latin1'));
    expect(plain(report)).toEqual(claims?.map((claim) => ({ ...claim, address: SOURCE })));
  });

  it.each(taken.filter(({ file }) => /\.(?:xml|json)$/.test(file)))(
    '$file',
    async ({ file, type, claims }) => {
      const text = sample(file)
        .toString()
        .replace(/(<source_ip>)[^<]*/g, `$1${SOURCE}`)
        .replace(/("source_identifier": )"[^"]*"/, `$1"IPv6:${SOURCE}"`);
      expect(plain(await mustRead(type, text))).toEqual(
        claims?.map((claim) => ({ ...claim, address: SOURCE })),
      );
    },
  );

  it('the IPv6 address that a Received line of a declared host gives', async () => {
    const text = sample('arf/arf-11.eml').toString('latin1').replace('[192.0.2.2]', `[IPv6:${SOURCE}]`);
    const report = await mustRead('message/rfc822', text, ['example.com']);
    expect(plain(report).map(({ address }) => address)).toEqual([SOURCE]);
  });
});

describe('one DMARC report in every wrapping', () => {
  const xml = sample('dmarc/rfc9990-example.net-example.com-1700000000-1700086399.xml');
  const name = 'example.net!example.com!1700000000!1700086399.xml';
  const wrappings: [string, string, Uint8Array | string][] = [
    ['plain', 'application/xml; charset=utf-8', xml],
    ['text/xml', 'text/xml', xml],
    ['gzip', 'application/gzip', gzipSync(xml)],
    ['zip', 'application/zip', zip([{ name, content: xml }])],
    ['gzip under the type of zip', 'application/zip', gzipSync(xml)],
    ['with a byte order mark', 'application/xml', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), xml])],
    ['in UTF-16', 'application/xml', Buffer.from(`\uFEFF${xml.toString()}`, 'utf16le')],
    ['mailed as xml', 'message/rfc822', mailWith('text/xml', name, xml)],
    ['mailed as gzip', 'message/rfc822', mailWith('application/gzip', `${name}.gz`, gzipSync(xml))],
    ['mailed as zip', 'message/rfc822', mailWith('application/zip', name, zip([{ name, content: xml }]))],
    [
      'mailed with a type that says nothing',
      'message/rfc822',
      mailWith('application/octet-stream', `${name}.gz`, gzipSync(xml)),
    ],
    [
      'with RFC 9990’s namespace',
      'application/xml',
      xml.toString().replace('<feedback>', '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">'),
    ],
    ['with a prefix on every element', 'application/xml', xml.toString().replace(/<(\/?)(\w)/g, '<$1d:$2')],
  ];

  it.each(wrappings)('%s', async (_, type, bytes) => {
    expect(await mustRead(type, bytes)).toEqual(await mustRead('application/xml', xml));
  });

  it('is the sample in gzip as well', async () => {
    const packed = sample('dmarc/nice-input.xml.gz');
    expect(await mustFail('application/gzip', packed)).toEqual(
      await mustFail('application/xml', gunzipSync(packed)),
    );
  });
});
