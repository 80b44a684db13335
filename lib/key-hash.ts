/** FNV-1a of a key, folded to where its low bits are good ones: an unsigned 32-bit number. */
export function keyHash(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return ((hash >>> 15) ^ hash) >>> 0;
}
