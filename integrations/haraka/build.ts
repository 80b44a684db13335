/**
 * Makes the plugin one file that needs nothing but Node, as Haraka requires it: `npm run build:haraka`.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Writes the bundle; by default where `package.json` says the package starts. */
export async function buildPlugin(outfile = join(HERE, 'dist', 'index.cjs')): Promise<void> {
  await build({
    entryPoints: [join(HERE, 'plugin.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'eof',
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPlugin();
