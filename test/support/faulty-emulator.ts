/** An emulator of the table, and a bad network before it, for the tests of a file or of a block. */
import { afterAll, beforeAll } from 'vitest';
import { type Emulator, startEmulator } from './dynalite.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** Starts both before the tests around it and ends them after; what it returns is theirs once the first test runs. */
export function emulatorBehindFaults(): { readonly emulator: Emulator; readonly proxy: FaultProxy } {
  let running: { readonly emulator: Emulator; readonly proxy: FaultProxy } | undefined;
  beforeAll(async () => {
    const emulator = await startEmulator();
    running = { emulator, proxy: await startFaultProxy(emulator.endpoint) };
  });
  afterAll(async () => {
    await running?.proxy.close();
    await running?.emulator.close();
  });
  const started = () => {
    if (running === undefined) throw new Error('the emulator is not there before the first test');
    return running;
  };
  return {
    get emulator() {
      return started().emulator;
    },
    get proxy() {
      return started().proxy;
    },
  };
}
