/**
 * Checks the packaged template with AWS's own offline validator: `npm run check:infra`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import { packageStack } from './package.ts';

/** A value that is not among those a property allows comes as a warning only, and would fail the deployment all the same. */
const FATAL_WARNINGS = ['W3030'];

export interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly fatal: boolean;
}

/** What the validator says of a template; empty when nothing. */
export function validateTemplate(path: string): readonly Finding[] {
  const engine = new CelEngine();
  try {
    const { diagnostics } = engine.validateStandard(new TemplateFile(path));
    return diagnostics.map(({ ruleId, severity, message }) => ({
      rule: ruleId,
      severity,
      message,
      fatal: /^(ERROR|FATAL)$/i.test(severity) || FATAL_WARNINGS.includes(ruleId),
    }));
  } finally {
    engine.free();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'prefixwise-package-'));
  const template = await packageStack(folder, process.argv.slice(2));
  const findings = validateTemplate(template);
  for (const { rule, severity, message } of findings) {
    if (severity !== 'INFO') process.stdout.write(`${severity} ${rule}: ${message}\n`);
  }
  const { Resources } = JSON.parse(readFileSync(template, 'utf8'));
  rmSync(folder, { recursive: true });
  const fatal = findings.filter((finding) => finding.fatal).length;
  process.stdout.write(
    `${Object.keys(Resources).length} resources, ${findings.length} findings, ${fatal} fatal\n`,
  );
  process.exitCode = fatal === 0 ? 0 : 1;
}
