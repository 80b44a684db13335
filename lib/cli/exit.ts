/**
 * Exit codes of the command line; those above 2 are from sysexits.h.
 */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** The service refused something: an address, some verdicts. */
  refused: 1,
  /** Wrong options or arguments. */
  usage: 2,
  /** Nothing in the input could be used. */
  dataError: 65,
  /** An input file cannot be read. */
  noInput: 66,
  /** The service cannot be reached, or cannot answer now. */
  unavailable: 69,
  /** An output file cannot be written. */
  cannotCreate: 73,
  /** The key is not taken, or may not do this. */
  noPermission: 77,
  /** The configuration is at fault. */
  config: 78,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
