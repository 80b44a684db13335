import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../lib/published/follow/public-address.ts';
import { mustAddress } from '../../support/records.ts';

describe('an address we may be led to', () => {
  it.each([
    '93.184.215.14',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
    '2a00:1450:4001::1',
    '64:ff9b::93.184.215.14',
  ])('%s is ordinary', (text) => {
    expect(isPublicAddress(mustAddress(text))).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.170',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:93.184.215.14',
    '::93.184.215.14',
    '::ffff:0:93.184.215.14',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '100::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:2::1',
    '2001:db8::1',
    '2002:5db8:d70e::1',
    '2a00:1450::5efe:10.0.0.1',
    '3fff::1',
    '4000::1',
    'fd00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('%s is not', (text) => {
    expect(isPublicAddress(mustAddress(text))).toBe(false);
  });
});
