/**
 * Bundles the functions for Lambda into `build/lambda/NAME/`: `npm run bundle`.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export const FUNCTIONS = ['api', 'rollup', 'refresh'] as const;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'build', 'lambda');
/** The files of Swagger UI that `/docs` serves; everything else goes into the bundle. */
const DOCS_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', 'package.json'];

/**
 * Bundles one entry point into a folder: `index.js` with one piece of all that a start needs, one of what it goes on with, and
 * a piece of each module that is imported when it is asked for. CommonJS, which Node starts in two thirds of the time it takes for modules.
 */
export async function bundle(input: string, folder: string): Promise<void> {
  const bundler = await rolldown({
    input,
    platform: 'node',
    tsconfig: join(ROOT, 'tsconfig.json'),
    transform: { target: 'node22' },
    resolve: {
      mainFields: ['module', 'main'],
      alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'infra', 'env-credentials.ts') },
    },
  });
  await bundler.write({
    dir: folder,
    format: 'cjs',
    entryFileNames: 'index.js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: {
      groups: [
        { name: 'start', tags: ['$initial'], priority: 1 },
        { name: 'rest', test: /functions.aws.(?:api-app|refresh-run)\.ts$/ },
      ],
    },
    minify: true,
    comments: { legal: false },
  });
  await bundler.close();
}

/** Bundles all functions, with the files they read. */
export async function bundleAll(out = OUT): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  for (const name of FUNCTIONS) await bundle(join(ROOT, 'functions', `${name}.ts`), join(out, name));
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(out, 'package.json'), JSON.stringify({ type: 'commonjs', version }));
  const docs = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const shelf = join(out, 'api', 'node_modules', 'swagger-ui-dist');
  mkdirSync(shelf, { recursive: true });
  for (const file of DOCS_FILES) cpSync(join(docs, file), join(shelf, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleAll();
