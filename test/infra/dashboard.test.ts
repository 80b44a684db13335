import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { NOW } from '../support/records.ts';
import { watchedApp } from '../support/signals.ts';

const fileOf = (name: string): string =>
  readFileSync(new URL(`../../infra/${name}`, import.meta.url), 'utf8');

const dashboardSchema = z.looseObject({
  title: z.string(),
  panels: z.array(
    z.looseObject({
      id: z.int(),
      title: z.string(),
      description: z.string(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.looseObject({ expr: z.string(), legendFormat: z.string() })),
    }),
  ),
});
const rulesSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          labels: z.object({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.object({ summary: z.string(), description: z.optional(z.string()) }),
        }),
      ),
    }),
  ),
});

const { panels } = z.parse(dashboardSchema, JSON.parse(fileOf('grafana-dashboard.json')));
const rules = z
  .parse(rulesSchema, parse(fileOf('prometheus-alerts.yml')))
  .groups.flatMap((group) => group.rules);
const queries: readonly (readonly [name: string, expr: string])[] = [
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
];

/** Names of the metrics of a service, and the labels of those it has something to tell of. */
const described = new Set<string>();
const labelsOf = new Map<string, Set<string>>();
beforeAll(async () => {
  const { ask, metrics, text } = await watchedApp({ tableMadeAt: () => NOW });
  await ask('/v1/lookup/45.79.27.34');
  await ask('/v1/verdicts', { address: '45.79.27.34', verdict: 'spam' });
  for (const [, name = ''] of (await text()).matchAll(/^# TYPE (\w+) /gm)) described.add(name);
  for (const sample of (await metrics()).keys()) {
    const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(sample) ?? [];
    const known = labelsOf.get(name) ?? new Set(['instance', 'job']);
    for (const [, label = ''] of labels.matchAll(/(\w+)=/g)) known.add(label);
    labelsOf.set(name, known);
  }
});

describe('the dashboard and the alert rules', () => {
  it.each(queries)('%s asks for metrics that there are: %s', (_name, expr) => {
    const names = expr.match(/\b(?:prefixwise|process|nodejs)_\w+/g) ?? [];
    if (names.length === 0) expect(expr).toMatch(/^up\{/);
    for (const name of names) {
      expect(described.has(name.replace(/_(bucket|sum|count)$/, '')), name).toBe(true);
    }
  });

  it.each(queries)('%s tells them apart by labels that they have: %s', (_name, expr) => {
    const names = expr.match(/\bprefixwise_\w+/g) ?? [];
    const used = [
      ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
      ...[...expr.matchAll(/[{,]\s*(\w+)\s*=/g)].map(([, label = '']) => label),
    ];
    for (const name of names) {
      const labels = labelsOf.get(name);
      if (labels === undefined) continue;
      for (const label of used) expect([...labels], `${label} of ${name}`).toContain(label);
    }
  });

  it('have panels that stand beside each other', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), `${title} at ${x} ${y}`).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  it('and the description of the signals name every metric of ours', () => {
    const text = fileOf('../lib/http/signals/README.md');
    const missing = [...described]
      .filter((name) => name.startsWith('prefixwise_'))
      .map((name) => name.slice('prefixwise_'.length).replace(/(?<=^store_\w+_)duration_seconds$/, ''))
      .filter((name) => !text.includes(`\`${name}`));
    expect(missing).toEqual([]);
  });

  it('show every metric of ours somewhere', () => {
    const asked = queries.map(([, expr]) => expr).join('\n');
    const unseen = [...described].filter((name) => name.startsWith('prefixwise_') && !asked.includes(name));
    expect(unseen).toEqual(['prefixwise_request_duration_seconds', 'prefixwise_build_info']);
  });
});
