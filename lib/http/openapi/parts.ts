/**
 * The building blocks of an OpenAPI operation.
 */
import type { Scope } from '../../keys/key.ts';
import { DEFAULT_ENTRIES, MAX_ENTRIES } from '../limits.ts';
import type { FailureKind } from '../problem.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: Json;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<number, Json>>;
  /** What a key must be allowed to do; null where none is asked for. Left out: what the first tag stands for. */
  readonly scope?: Scope | null;
  /** Problems this operation may answer with, besides those that any may. */
  readonly failures: readonly FailureKind[];
}

export function parameter(
  place: Parameter['in'],
  name: string,
  schema: Json,
  description: string,
): Parameter {
  return { in: place, name, required: place === 'path', description, schema };
}

/** The parameters of a listing that comes in parts. */
export const PART: readonly Parameter[] = [
  parameter('query', 'after', { type: 'string', maxLength: 400 }, 'The `next` of the part before.'),
  parameter(
    'query',
    'limit',
    { type: 'integer', minimum: 1, maximum: MAX_ENTRIES, default: DEFAULT_ENTRIES },
    'How many at most.',
  ),
];

const REQUEST_ID = {
  'X-Request-Id': {
    description: 'Names this request in our log.',
    schema: { type: 'string', format: 'uuid' },
  },
} as const;

/** A JSON answer of a component schema; without one, any object. */
export function answer(description: string, schema?: string, example?: Json): Json {
  return answerAs('application/json', description, schema, example);
}

/** As `answer`, of a media type that is JSON. */
export function answerAs(type: string, description: string, schema?: string, example?: Json): Json {
  const content = {
    schema: schema === undefined ? { type: 'object' } : { $ref: `#/components/schemas/${schema}` },
  };
  return {
    description,
    headers: REQUEST_ID,
    content: { [type]: example === undefined ? content : { ...content, example } },
  };
}

/** An answer of plain text. */
export function textAnswer(description: string, example: string): Json {
  return {
    description,
    headers: REQUEST_ID,
    content: { 'text/plain': { schema: { type: 'string' }, example } },
  };
}

export function noContent(description: string): Json {
  return { description, headers: REQUEST_ID };
}

/** A required body in one of several media types. */
export function body(types: Readonly<Record<string, { readonly schema: string; readonly example: Json }>>): {
  readonly required: boolean;
  readonly content: Json;
} {
  const content: Record<string, Json> = {};
  for (const [type, { schema, example }] of Object.entries(types)) {
    content[type] = { schema: { $ref: `#/components/schemas/${schema}` }, example };
  }
  return { required: true, content };
}
