/** The project's own files, and what their imports say, by TypeScript's own parser. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import ts from 'typescript';

export const ROOT = new URL('../../', import.meta.url).pathname;

export interface Import {
  /** The module as written. */
  readonly specifier: string;
  /** For relative ones the file it names, from the project's root; else null. */
  readonly target: string | null;
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Circles over imports of values; those of types vanish before anything runs. */
export function circles(all: readonly SourceFile[]): string[] {
  const needs = new Map(all.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly)]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const { target } of needs.get(path) ?? []) if (target !== null) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of all) walk(path, []);
  return found;
}

export function readSource(path: string): SourceFile {
  const text = read(path);
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  const walk = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== null) {
      const target = specifier.startsWith('.') ? join(dirname(path), specifier) : null;
      imports.push({ specifier, target, typeOnly: isTypeOnly(node) });
    }
    ts.forEachChild(node, walk);
  };
  walk(tree);
  return { path, text, tree, imports };
}

/** The module that a static import, a re-export, `import()` or `typeof import()` names. */
function specifierOf(node: ts.Node): string | null {
  const module =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
  return module !== undefined && ts.isStringLiteralLike(module) ? module.text : null;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return false;
  if (node.importClause.isTypeOnly) return true;
  const { name, namedBindings } = node.importClause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

export function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}

export function filesUnder(folder: string): string[] {
  const entries = readdirSync(ROOT).includes(folder)
    ? readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    : [];
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
