/**
 * Bundles the functions for Lambda into `build/lambda/NAME/`: `npm run bundle`.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

export const FUNCTIONS = ['api', 'rollup'] as const;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'build', 'lambda');
/** The files of Swagger UI that `/docs` serves; everything else goes into the bundle. */
const DOCS_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', 'package.json'];

/** Bundles one function; resolves to what went into it. */
export async function bundle(name: (typeof FUNCTIONS)[number], out = OUT): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'functions', `${name}.ts`)],
    outfile: join(out, name, 'index.js'),
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    tsconfig: join(ROOT, 'tsconfig.json'),
    alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'infra', 'env-credentials.ts') },
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
  });
  return metafile;
}

/** Bundles all functions, with the files they read. */
export async function bundleAll(out = OUT): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  for (const name of FUNCTIONS) await bundle(name, out);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(out, 'package.json'), JSON.stringify({ type: 'commonjs', version }));
  const docs = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const shelf = join(out, 'api', 'node_modules', 'swagger-ui-dist');
  mkdirSync(shelf, { recursive: true });
  for (const file of DOCS_FILES) cpSync(join(docs, file), join(shelf, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleAll();
