/**
 * `npm run bench:accuracy`: every family of traffic through our engine and through what an operator has today.
 *
 * Prints one table per family and reporter mode, median and worst over the seeds, and the recorded mail stream.
 */
import { writeFileSync } from 'node:fs';
import { columnsOf, figureOf, keeps, pooledReliability } from './figures.ts';
import { ORACLE } from './judges.ts';
import { type Measured, measure } from './measure.ts';
import { OURS } from './ours.ts';
import { comparisonTable, type RunsByJudge, reliabilityTable } from './print.ts';
import { type Settings, settingsOf } from './settings.ts';
import { readStream } from './stream.ts';
import { STREAM_TARGET, TARGETS } from './targets.ts';
import { FABRICATED, type Family, type ReporterMode, type Traffic } from './traffic.ts';

const MODES = ['trusted', 'crowd'] as const;

interface Section {
  readonly family: string;
  readonly runs: RunsByJudge;
}

main(settingsOf(process.argv));

function main(settings: Settings): void {
  const started = process.hrtime.bigint();
  const sections = settings.families.map((family) => runFamily(family, settings));
  const stream = settings.stream ? runStream(settings) : undefined;
  printReliability(sections, stream);
  const missed = [...sections.flatMap(missedTargets), ...missedOnStream(stream)];
  if (missed.length > 0) console.log(`\nTargets missed on the worst seed: ${missed.join(', ')}`);
  if (settings.json !== undefined)
    writeFileSync(settings.json, `${JSON.stringify(asJson(settings, sections, stream))}\n`);
  console.log(`\n${Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000} seconds`);
  if (settings.check && missed.length > 0) process.exitCode = 1;
}

function runFamily(family: Family, settings: Settings): Section {
  const runs = new Map<string, Measured[]>();
  for (const seed of settings.seeds) {
    for (const mode of family.modes) {
      for (const [name, run] of runEach(family.generate(seed, mode), settings, mode === family.modes[0])) {
        const row = name === OURS ? rowOf(mode) : name;
        runs.set(row, [...(runs.get(row) ?? []), run]);
      }
    }
  }
  console.log(`\n## ${family.name}\n`);
  console.log(comparisonTable(columnsOf(groupsOf(runs)), runs, TARGETS[family.name]));
  return { family: family.name, runs };
}

function runStream(settings: Settings): RunsByJudge {
  const traffic = readStream();
  const judges = new Map([...settings.judges].filter(([name]) => !(name in ORACLE)));
  const runs = new Map(
    [...runEach(traffic, { ...settings, judges }, true)].map(([name, run]) => [name, [run]]),
  );
  console.log('\n## the recorded mail stream\n');
  console.log(comparisonTable(columnsOf([]), runs, { lost: STREAM_TARGET.lost }));
  console.log(`target: AUC >= ${STREAM_TARGET.auc}, Brier <= ${STREAM_TARGET.brier}`);
  return runs;
}

/** The baselines know no reporters, so they need only one of the modes; ours needs each. */
function* runEach(traffic: Traffic, settings: Settings, everybody: boolean): Generator<[string, Measured]> {
  for (const [name, make] of settings.judges) {
    if (everybody || name === OURS) yield [name, measure(make(traffic), traffic.events, settings.delay)];
  }
}

function printReliability(sections: readonly Section[], stream: RunsByJudge | undefined): void {
  const tables = MODES.map((mode) => ({
    title: `all families, ${mode} reporters`,
    runs: sections.flatMap(({ runs }) => runs.get(rowOf(mode)) ?? []),
  }));
  tables.push({ title: 'the recorded mail stream', runs: [...(stream?.get(OURS) ?? [])] });
  for (const { title, runs } of tables) {
    if (runs.length === 0) continue;
    console.log(`\n## reliability of ours: ${title}\n`);
    console.log(reliabilityTable(pooledReliability(runs.map(({ all }) => all))));
  }
}

function missedTargets({ family, runs }: Section): string[] {
  return [...runs]
    .filter(([row]) => row.startsWith(OURS))
    .flatMap(([row, ours]) =>
      columnsOf(groupsOf(runs))
        .filter((column) => keeps(column, figureOf(column, ours), TARGETS[family]) === false)
        .map((column) => `${family} ${column.title} (${row})`),
    );
}

function missedOnStream(stream: RunsByJudge | undefined): string[] {
  return (stream?.get(OURS) ?? []).flatMap(({ all: { auc, brier, goodRefused } }) => [
    ...((auc ?? 1) < STREAM_TARGET.auc ? ['mail stream AUC'] : []),
    ...((brier ?? 0) > STREAM_TARGET.brier ? ['mail stream Brier'] : []),
    ...((goodRefused ?? 0) > STREAM_TARGET.lost ? ['mail stream lost %'] : []),
  ]);
}

function rowOf(mode: ReporterMode): string {
  return `${OURS}, ${mode}`;
}

function groupsOf(runs: RunsByJudge): string[] {
  const names = [...runs.values()].flatMap((perSeed) => perSeed.flatMap((run) => [...run.groups.keys()]));
  return [...new Set(names)].filter((name) => name !== FABRICATED).sort();
}

function asJson(settings: Settings, sections: readonly Section[], stream: RunsByJudge | undefined): object {
  const plain = (runs: RunsByJudge): object =>
    Object.fromEntries(
      [...runs].map(([judge, perSeed]) => [
        judge,
        perSeed.map(({ all, ungrouped, groups }) => ({ all, ungrouped, groups: Object.fromEntries(groups) })),
      ]),
    );
  return {
    seeds: settings.seeds,
    delayMinutes: settings.delay / 60_000,
    families: sections.map(({ family, runs }) => ({ family, judges: plain(runs) })),
    stream: stream === undefined ? null : plain(stream),
  };
}
