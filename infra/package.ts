/**
 * Packages the stack without credentials or network: `npm run package`.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleAll } from './bundle.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Bundles and packages into a folder; resolves to the path of the CloudFormation template. */
export async function packageStack(folder: string, parameters: readonly string[] = []): Promise<string> {
  await bundleAll();
  const osls = dirname(createRequire(import.meta.url).resolve('osls/package.json'));
  const args = [join(osls, 'bin', 'serverless.js'), 'package', '--package', folder, ...parameters];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return join(folder, 'cloudformation-template-update-stack.json');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await packageStack(join(ROOT, '.serverless'), process.argv.slice(2))}\n`);
}
