/** What others wrote, on pages: the operator's notes and reasons, publishers' references, and whatever a link carries. */
import { describe, expect, it } from 'vitest';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { testApp } from '../support/http.ts';
import { readPage } from '../support/page.ts';

const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)' x='`,
  `</style><style>*{display:none}</style>`,
  `</title></head><body onload=alert(1)>`,
  `javascript:alert(1)`,
  `&lt;script&gt;&#60;b&#62;`,
  `<!--`,
  `\u2028</script\u00a0>\u0000`,
] as const;

/** Tags and attributes of a page, in order: what a text must not change. */
function skeletonOf(html: string): string[] {
  return html.match(/<\/?[a-z][^>\s]*|\s[a-z-]+(?==")/gi) ?? [];
}

/** The pages that show a text of somebody else's, each with the text at its place. */
const PLACES: readonly (readonly [string, (text: string) => Promise<string>])[] = [
  ['what was typed', (text) => pageOf(testApp().app.request(`/?address=${encodeURIComponent(text)}`))],
  ['the path of a map', (text) => pageOf(testApp().app.request(`/map/${encodeURIComponent(text)}`))],
  [
    'what a sender proved',
    (text) => pageOf(testApp().app.request(`/?address=::1&spf=${encodeURIComponent(text)}`)),
  ],
  [
    'the reference of an allocation',
    (reference) => {
      const allocation = allocationOf('2600:3c00::/32', {
        origin: 'prefixlen',
        endSiteLength: 56,
        reference,
      });
      return pageOf(
        testApp({ allocations: allocationsOf(allocation) }).app.request('/?address=2600:3c00::1'),
      );
    },
  ],
  [
    'the reason of a list entry',
    (reason) => {
      const listingOf = () => ({ list: 'block' as const, prefix: '2600:3c00::/32', reason, expires: null });
      return pageOf(testApp({ listingOf }).app.request('/?address=2600:3c00::1'));
    },
  ],
];

async function pageOf(response: Response | Promise<Response>): Promise<string> {
  return (await readPage(response)).html;
}

describe.each(PLACES)('%s', (_place, pageWith) => {
  it.each(HOSTILE)('is text on the page: %j', async (text) => {
    const [plain, hostile] = await Promise.all([pageWith('nothing special'), pageWith(text)]);
    expect(skeletonOf(hostile)).toEqual(skeletonOf(plain));
  });
});

describe('the headers of a page', () => {
  it.each([
    ['/', true],
    ['/?address=45.79.27.34', true],
    ['/map/45.79.0.0%2F16', true],
    ['/?address=nonsense', true],
    ['/', false],
    ['/sign-in', false],
  ])(
    '%s of a service that is open (%s) say: keep it not, guess at it not, frame it not',
    async (path, openWithoutKeys) => {
      const { headers } = await readPage(testApp({ openWithoutKeys }).app.request(path));
      expect(headers.get('cache-control')).toBe('private, no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
    },
  );
});
