/**
 * The shape of the source, read from the source: which folder may import which, who may use which package, what stays
 * free of clock and I/O. The rules are the tables at the top; a new folder or package needs a row here first.
 */
import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  circles,
  filesUnder,
  isCode,
  ROOT,
  read,
  readSource,
  type SourceFile,
} from './support/source-tree.ts';

/**
 * Folders and lone files, highest first. A file may import from its own place and from lower rows; places in one row do
 * not know each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['functions'],
  ['lib/cli'],
  ['lib/http'],
  ['lib/open-store.ts', 'lib/open-policy.ts'],
  ['lib/export'],
  ['lib/settings.ts', 'lib/version.ts'],
  ['lib/postfix'],
  ['lib/admission'],
  ['lib/lookup', 'lib/report', 'lib/replay'],
  ['lib/keys'],
  ['lib/accounts', 'lib/dump', 'lib/lists', 'lib/feedback', 'lib/published'],
  ['lib/store', 'lib/policy'],
  ['lib/reputation', 'lib/quota'],
  ['lib/allocation', 'lib/client'],
  ['lib/net'],
  ['lib/doorkeeper.ts'],
  ['lib/result.ts', 'lib/key-hash.ts'],
];

/** Every package the source may import, and from where. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk': ['lib/store/dynamodb'],
  '@hono/node-server': ['lib/http'],
  '@opentelemetry': ['lib/http/signals/traces.ts'],
  'cli-progress': ['lib/cli'],
  commander: ['lib/cli'],
  hono: ['lib/http', 'functions'],
  'ipaddr.js': ['lib/net', 'lib/allocation'],
  lmdb: ['lib/store/embedded'],
  'lru-cache': ['lib/client', 'lib/lookup', 'lib/store/embedded'],
  'postal-mime': ['lib/feedback'],
  'prom-client': ['lib/http'],
  'rate-limiter-flexible': ['lib/keys'],
  saxes: ['lib/feedback'],
  'swagger-ui-dist': ['lib/http'],
  yaml: ['lib/policy/policy-file.ts'],
  yauzl: ['lib/feedback'],
  zod: [
    'lib/allocation/operator-entry.ts',
    'lib/cli',
    'lib/dump',
    'lib/client',
    'lib/feedback',
    'lib/http',
    'lib/keys',
    'lib/lists',
    'lib/policy/policy-file.ts',
    'lib/policy/policy-schema.ts',
    'lib/published',
  ],
};

/** Without clock, environment, chance and I/O: time and ids are passed in. With the pure builtins each may use. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  'lib/net': ['node:buffer', 'node:net'],
  'lib/allocation': ['node:crypto', 'node:util', 'node:zlib'],
  'lib/quota': [],
  'lib/reputation': [],
  'lib/policy': [],
  'lib/admission': ['node:crypto'],
  'lib/lookup': ['node:buffer'],
  'lib/postfix/request.ts': [],
  'lib/postfix/question.ts': [],
  'lib/postfix/action.ts': [],
  'lib/postfix/policy.ts': [],
  'lib/postfix/listen.ts': [],
  'lib/report': [],
  'lib/replay': [],
  'lib/doorkeeper.ts': [],
  'lib/key-hash.ts': [],
  'lib/result.ts': [],
  'lib/store/port.ts': [],
  'lib/store/apply.ts': [],
  'lib/store/impulse.ts': ['node:crypto'],
  'lib/store/level-above.ts': [],
  'lib/store/state.ts': [],
  'lib/store/codec': [],
  'lib/store/memory': [],
};
/** Where a pure folder touches the world after all. */
const IMPURE: readonly string[] = ['lib/policy/policy-file.ts'];

/** What a pure file must not name, as `object.property` or as a global. */
const WORLD: ReadonlySet<string> = new Set([
  'Date.now',
  'Math.random',
  'console',
  'crypto',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

const MAX_LINES = 260;
const VAGUE_NAMES = /(^|-)(utils?|helpers?|manager|misc|common)(-|\.|$)/;
/** Written in pieces, so that this file does not find itself. */
const MACHINE_PATHS = new RegExp(
  ['work', 'root', 'home/\\w+', 'Users/\\w+', 'tmp/\\w+'].map((path) => `(?<![\\w.:/-])/${path}/`).join('|'),
);
const SUPPRESSIONS =
  /@ts-(ignore|expect-error|nocheck)|(biome|eslint|prettier)-(ignore|disable)|(c8|v8|istanbul) ignore/;
const TEXT_FILES = /\.(ts|tsx|js|mjs|json|jsonc|ya?ml|md|sh|css|html|txt)$/;

const files: readonly SourceFile[] = ['lib', 'functions'].flatMap(filesUnder).filter(isCode).map(readSource);

describe('the source', () => {
  it('has a place in the layers for every file', () => {
    expect(files.filter(({ path }) => rankOf(path) < 0).map(({ path }) => path)).toEqual([]);
  });

  it('imports downward only', () => {
    const upward = files.flatMap(({ path, imports }) =>
      imports.flatMap(({ target }) => {
        if (target === null || placeOf(target) === placeOf(path)) return [];
        return rankOf(target) > rankOf(path) ? [] : [`${path} -> ${target}`];
      }),
    );
    expect(upward).toEqual([]);
  });

  it('has no circle of files that need each other to run', () => {
    expect(circles(files)).toEqual([]);
  });

  it('imports each package only where its row says', () => {
    const strays = files.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier, target }) => {
        if (target !== null || specifier.startsWith('node:')) return [];
        const owners = PACKAGES[packageOf(specifier)] ?? [];
        return isUnderAny(path, owners) ? [] : [`${path} -> ${specifier}`];
      }),
    );
    expect(strays).toEqual([]);
  });

  it('takes only the small face of zod, whose whole import costs 450 kB', () => {
    const whole = importsOf((specifier) => /^zod(?!\/mini$)/.test(specifier));
    expect(whole).toEqual([]);
  });

  it('names every builtin with node: and every own file with its extension', () => {
    const odd = importsOf((specifier) =>
      specifier.startsWith('.')
        ? !/\.(tsx?|json)$/.test(specifier)
        : /^(fs|path|crypto|http|net|url|util|os|zlib)(\/|$)/.test(specifier),
    );
    expect(odd).toEqual([]);
  });

  it('has no barrels and no default exports', () => {
    const found = each((_file, node) => {
      if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) return 're-exports';
      if (ts.isExportAssignment(node)) return 'exports a default';
      const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
      return modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ? 'exports a default' : null;
    });
    expect(found).toEqual([]);
  });

  it('narrows types instead of casting them', () => {
    const found = each((file, node) => {
      if (ts.isTypeAssertionExpression(node)) return 'casts with <>';
      if (ts.isNonNullExpression(node)) return 'asserts with !';
      if (node.kind === ts.SyntaxKind.AnyKeyword) return 'says any';
      return ts.isAsExpression(node) && node.type.getText(file.tree) !== 'const' ? 'casts with as' : null;
    });
    expect(found).toEqual([]);
  });

  it('silences no checker', () => {
    const everywhere = ['lib', 'functions', 'test', 'bench', 'infra', 'integrations']
      .flatMap(filesUnder)
      .filter(isCode);
    const silenced = everywhere
      .filter((path) => path !== 'test/architecture.test.ts')
      .filter((path) => SUPPRESSIONS.test(read(path)));
    expect(silenced).toEqual([]);
  });

  it(`keeps every file within ${MAX_LINES} lines, readable in one sitting`, () => {
    const long = files
      .filter(({ text }) => text.trimEnd().split('\n').length > MAX_LINES)
      .map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('names files in kebab case, after what they hold', () => {
    const odd = files.filter(({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return !/^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(name) || VAGUE_NAMES.test(name);
    });
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});

describe('a pure folder', () => {
  const pure = files.filter(({ path }) => isUnderAny(path, Object.keys(PURE)) && !IMPURE.includes(path));

  it('exists', () => {
    for (const place of Object.keys(PURE)) {
      expect(
        pure.some(({ path }) => isUnder(path, place)),
        place,
      ).toBe(true);
    }
  });

  it('uses no builtin but the pure ones of its row', () => {
    const strays = pure.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .filter(({ specifier }) => !builtinsOf(path).includes(specifier))
        .map(({ specifier }) => `${path} -> ${specifier}`),
    );
    expect(strays).toEqual([]);
  });

  it('imports nothing that touches the world', () => {
    const strays = pure.flatMap(({ path, imports }) =>
      imports
        .filter(({ target, typeOnly }) => target !== null && !typeOnly)
        .filter(({ target }) => !pure.some((file) => file.path === target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(strays).toEqual([]);
  });

  it('reads no clock, no environment, no chance', () => {
    const found = each((file, node) => (pure.includes(file) ? worldIn(node) : null));
    expect(found).toEqual([]);
  });
});

describe('the project', () => {
  it('mentions no path of anybody’s machine', () => {
    const places = ['lib', 'functions', 'test', 'bench', 'infra', 'integrations', 'docs', '.ci'];
    const top = readdirSync(ROOT).filter((name) => TEXT_FILES.test(name) && name !== 'package-lock.json');
    const mentions = [...places.flatMap(filesUnder), ...top]
      .filter((path) => TEXT_FILES.test(path) && !/(^|\/)results\//.test(path))
      .flatMap((path) => {
        const line = read(path)
          .split('\n')
          .find((text) => MACHINE_PATHS.test(text));
        return line === undefined ? [] : [`${path}: ${line.trim().slice(0, 120)}`];
      });
    expect(mentions).toEqual([]);
  });
});

/** What the node takes from the world outside its arguments, or null. */
function worldIn(node: ts.Node): string | null {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date') {
    return (node.arguments?.length ?? 0) === 0 ? 'reads the clock' : null;
  }
  if (ts.isPropertyAccessExpression(node) && WORLD.has(node.getText())) return `uses ${node.getText()}`;
  if (!ts.isIdentifier(node) || !WORLD.has(node.text)) return null;
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  const isName =
    ts.isPropertySignature(parent) || ts.isPropertyAssignment(parent) || ts.isBindingElement(parent);
  return isMember || isName ? null : `uses ${node.text}`;
}

/** `path:line what` for every node that the visitor objects to. */
function each(visit: (file: SourceFile, node: ts.Node) => string | null): string[] {
  const found: string[] = [];
  for (const file of files) {
    const walk = (node: ts.Node): void => {
      const objection = visit(file, node);
      if (objection !== null) {
        const { line } = file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree));
        found.push(`${file.path}:${line + 1} ${objection}`);
      }
      ts.forEachChild(node, walk);
    };
    walk(file.tree);
  }
  return found;
}

function importsOf(objects: (specifier: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter(({ specifier }) => objects(specifier)).map(({ specifier }) => `${path} -> ${specifier}`),
  );
}

function rankOf(path: string): number {
  return LAYERS.findIndex((places) => isUnderAny(path, places));
}

function placeOf(path: string): string | undefined {
  return LAYERS.flat().find((place) => isUnder(path, place));
}

function builtinsOf(path: string): readonly string[] {
  const places = Object.keys(PURE).filter((place) => isUnder(path, place));
  return places.flatMap((place) => PURE[place] ?? []);
}

function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/');
  if (PACKAGES[scope] !== undefined || !scope.startsWith('@')) return scope;
  return `${scope}/${name}`;
}

function isUnderAny(path: string, places: readonly string[]): boolean {
  return places.some((place) => isUnder(path, place));
}

function isUnder(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}
