import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateTemplate } from '../../infra/check.ts';
import { packageStack } from '../../infra/package.ts';
import { HEARD } from '../../lib/store/dynamodb/rollup/lift.ts';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const FUNCTIONS = ['Api', 'Rollup', 'Refresh'];

describe('the packaged stack', () => {
  let folder: string;
  let path: string;
  let resources: Readonly<Record<string, Resource>>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prefixwise-stack-'));
    path = await packageStack(folder, ['--stage', 'prod']);
    resources = JSON.parse(readFileSync(path, 'utf8')).Resources;
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const ofType = (type: string): readonly (readonly [string, Resource])[] =>
    Object.entries(resources).filter(([, { Type }]) => Type === type);
  const statements = (role: string): readonly Statement[] => {
    const policies: readonly { PolicyDocument: { Statement: readonly Statement[] } }[] = JSON.parse(
      JSON.stringify(resources[role]?.Properties['Policies'] ?? []),
    );
    return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  };

  it('has nothing that AWS’s own validator calls an error, nor a value it does not know', () => {
    expect(validateTemplate(path).filter(({ fatal }) => fatal)).toEqual([]);
  });

  it('gives no one a wildcard: neither an action nor a resource', () => {
    const all = ofType('AWS::IAM::Role').flatMap(([name]) => statements(name));
    expect(all.length).toBeGreaterThan(5);
    for (const { Action, Resource: resource } of all) {
      expect(JSON.stringify([Action, resource])).not.toContain('*');
    }
  });

  it('lets the API write verdicts, records and counters, but no reputation', () => {
    const writes = statements('ApiRole').filter(({ Action }) =>
      /dynamodb:(Put|Update|Delete|BatchWrite)/.test(String(Action)),
    );
    const keys = writes.flatMap(
      ({ Condition }) => Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
    );
    expect(keys.length).toBeGreaterThan(0);
    expect(new Set(keys)).toEqual(new Set(['v*', 'f*', 'c*', 'c', 'a', 'q*']));
    for (const { Sid, Condition } of writes) {
      expect(Condition?.['Null'], Sid).toEqual({ 'dynamodb:LeadingKeys': 'false' });
    }
  });

  it('tells the roll-up of every change that asks something of it, and of no other', () => {
    const [[, mapping] = []] = ofType('AWS::Lambda::EventSourceMapping');
    const criteria: { Filters: readonly { Pattern: unknown }[] } = JSON.parse(
      JSON.stringify(mapping?.Properties['FilterCriteria']),
    );
    const patterns = criteria.Filters.map(({ Pattern }) => JSON.parse(String(Pattern)));
    const heard = patterns.flatMap(({ dynamodb }) => dynamodb.Keys.pk.S);
    expect(heard.toSorted(byPrefix)).toEqual(HEARD.map((prefix) => ({ prefix })).toSorted(byPrefix));
  });

  it('lets the API change counters in place, and lets no roll-up hear of them', () => {
    const writers = statements('ApiRole').filter(({ Condition }) =>
      JSON.stringify(Condition?.['ForAllValues:StringLike'] ?? {}).includes('"q*"'),
    );
    expect(writers.map(({ Action }) => Action)).toEqual([['dynamodb:UpdateItem']]);
    expect(JSON.stringify(statements('RollupRole'))).not.toContain('"q');
    const [[, mapping] = []] = ofType('AWS::Lambda::EventSourceMapping');
    expect(JSON.stringify(mapping?.Properties['FilterCriteria'])).not.toMatch(/prefix[^a-z]+q/);
  });

  it('lets the refresh write the published table and nothing of reputation, and runs it daily', () => {
    const touched = statements('RefreshRole').flatMap(({ Sid, Condition }) => {
      if (Sid !== 'Log') expect(Condition?.['Null'], Sid).toEqual({ 'dynamodb:LeadingKeys': 'false' });
      return Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [];
    });
    expect(new Set(touched)).toEqual(new Set(['cimport', 'c', 'b*', 'p*', 'a']));
    const [rule] = ofType('AWS::Events::Rule').map(([, { Properties }]) => Properties);
    expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 day)', State: 'ENABLED' });
  });

  it('runs on arm64 and a current runtime, each function with a role, a log and its retention', () => {
    const functions = ofType('AWS::Lambda::Function');
    expect(functions).toHaveLength(FUNCTIONS.length);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: expect.stringMatching(/^nodejs(22|24)\.x$/),
      });
    }
    for (const name of FUNCTIONS) {
      expect(resources[`${name}LambdaFunction`]?.Properties['Role']).toEqual({
        'Fn::GetAtt': [`${name}Role`, 'Arn'],
      });
      expect(resources[`${name}LogGroup`]?.Properties['RetentionInDays']).toBe(30);
    }
  });

  it('keeps the table: backed up, encrypted, protected, with both images in its stream', () => {
    expect(resources['Table']).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TableName: 'prefixwise-prod',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      },
    });
    expect(resources['DeadLetters']?.Properties['SqsManagedSseEnabled']).toBe(true);
  });

  it('delivers the stream as the marks need it: in order, with the shard named, and never given up early', () => {
    const [[, mapping] = []] = ofType('AWS::Lambda::EventSourceMapping');
    expect(mapping?.Properties).toMatchObject({
      ParallelizationFactor: 1,
      TumblingWindowInSeconds: 900,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: -1,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
    });
  });

  it('watches every function for errors, throttling and slowness, and the roll-up for lag and dead letters', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    for (const name of FUNCTIONS) {
      const own = alarms.filter(({ Dimensions }) =>
        JSON.stringify(Dimensions).includes(`"${name}LambdaFunction"`),
      );
      const metrics = own.map(({ MetricName }) => MetricName);
      expect(metrics).toEqual(expect.arrayContaining(['Errors', 'Throttles', 'Duration']));
    }
    const metrics = alarms.map(({ MetricName }) => MetricName);
    expect(metrics).toEqual(
      expect.arrayContaining([
        'IteratorAge',
        'Lag',
        'DeadLetters',
        'TableAge',
        'ApproximateNumberOfMessagesVisible',
        '5xx',
      ]),
    );
  });

  it('leaves the door to the service’s own keys, and throttles before it', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.length).toBeGreaterThan(0);
    for (const route of routes) expect(route['AuthorizationType'] ?? 'NONE').toBe('NONE');
    expect(ofType('AWS::ApiGatewayV2::Authorizer')).toEqual([]);
    expect(ofType('AWS::Lambda::Url')).toEqual([]);
    expect(resources['HttpApiStage']?.Properties['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: 5000,
      ThrottlingBurstLimit: 5000,
    });
  });
});

function byPrefix(a: { readonly prefix: string }, b: { readonly prefix: string }): number {
  return a.prefix < b.prefix ? -1 : 1;
}
