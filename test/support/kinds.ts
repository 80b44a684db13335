/** One address of each kind, with what the page calls it. That of 6rd is one where `SIXRD_DOMAIN` is declared. */
export const KINDS = [
  ['45.79.27.34', 'IPv4 address'],
  ['2600:3c00::1', 'IPv6 address'],
  ['2002:2d4f:1b22::25', '6to4 address'],
  ['2001:0:4136:e378:8000:63bf:d2b0:e4dd', 'Teredo address'],
  ['64:ff9b::2d4f:1b22', 'NAT64 address'],
  ['2a0a:e5c0:2d4f:1b22::9', '6rd address'],
  ['2a01:4f8:1:2:0:5efe:2d4f:1b22', 'ISATAP address'],
  ['::ffff:2d4f:1b22', 'IPv4-mapped address'],
  ['::ffff:0:2d4f:1b22', 'IPv4-translated address'],
  ['::2d4f:1b22', 'IPv4-compatible address'],
  ['fe80::1', 'Special-purpose address'],
] as const;

export const SIXRD_DOMAIN = ['2a0a:e5c0::/32', { mechanism: '6rd', endSiteLength: 64 }] as const;
