// Packs the project, installs the pack into an empty folder without development dependencies, and asks its command for help.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'prefixwise-pack-'));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8' });
try {
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], '.'));
  const stray = files.filter(({ path }) => /^(test|bench|data)\//.test(path));
  if (stray.length > 0) throw new Error(`the pack holds ${stray[0].path}`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', resolve(folder, filename)], folder);
  const help = run('npx', ['--no-install', 'prefixwise', '--help'], folder);
  if (!help.includes('serve')) throw new Error(`prefixwise --help does not name serve:\n${help}`);
  const opened = `import { openClient } from 'prefixwise/client'; console.log(openClient({ url: 'http://localhost' }).ok)`;
  if (run(process.execPath, ['--input-type=module', '-e', opened], folder) !== 'true\n') {
    throw new Error('prefixwise/client does not open a client');
  }
  const plugin = join(folder, 'node_modules', 'prefixwise', 'integrations', 'haraka');
  const loaded = `console.log(typeof require(${JSON.stringify(plugin)}).register)`;
  if (run(process.execPath, ['-e', loaded], folder) !== 'function\n')
    throw new Error('the Haraka plugin does not load');
  process.stdout.write(
    `${filename}: ${files.length} files, installs; prefixwise --help answers, the client opens, the Haraka plugin loads\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
