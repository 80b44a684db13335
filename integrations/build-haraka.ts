/**
 * Makes the Haraka plugin one file that needs nothing but Node, as Haraka requires it: `npm run build:haraka`.
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Writes the bundle; by default where the plugin's `package.json` says that it starts. */
export async function buildPlugin(file = inHere('haraka/dist/index.cjs')): Promise<void> {
  const bundler = await rolldown({
    input: inHere('haraka/plugin.ts'),
    platform: 'node',
    tsconfig: inHere('../tsconfig.json'),
    transform: { target: 'node20' },
    resolve: { mainFields: ['module', 'main'] },
  });
  await bundler.write({ file, format: 'cjs', keepNames: true });
  await bundler.close();
}

function inHere(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPlugin();
