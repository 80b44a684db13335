/** The headers of a lookup's answer, as ours carries them. */
export const LOOKUP_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'private, max-age=300',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-request-id': '4a6c3f0e-8a2e-4d9f-9b57-0c9f7f6d2b11',
};
