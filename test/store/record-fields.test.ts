import { describe, expect, it } from 'vitest';
import { RecordFields } from '../../lib/store/record-fields.ts';
import type { Json } from '../../lib/store/records.ts';

const reads: Readonly<Record<string, (fields: RecordFields) => unknown>> = {
  text: (fields) => fields.text('x'),
  number: (fields) => fields.number('x'),
  flag: (fields) => fields.flag('x'),
  texts: (fields) => fields.texts('x'),
  textsByName: (fields) => fields.textsByName('x'),
  nullable: (fields) => fields.nullable('x', (at, name) => at.number(name)),
  object: (fields) => fields.object('x', (inner) => inner.text('y')),
};

describe('fields of a stored record', () => {
  it.each<[string, Json, unknown]>([
    ['text', 'a', 'a'],
    ['number', 0, 0],
    ['flag', false, false],
    ['texts', ['a', 'b'], ['a', 'b']],
    ['textsByName', { a: 'b' }, { a: 'b' }],
    ['nullable', null, null],
    ['nullable', 1, 1],
    ['object', { y: 'z' }, 'z'],
  ])('are read by their kind: %s of %j', (kind, value, read) => {
    const fields = new RecordFields({ x: value });
    expect(reads[kind]?.(fields)).toEqual(read);
    expect(fields.sound).toBe(true);
  });

  it.each<[string, Json | undefined]>([
    ['text', 1],
    ['text', null],
    ['text', undefined],
    ['number', '1'],
    ['flag', 0],
    ['texts', ['a', 1]],
    ['texts', 'a'],
    ['textsByName', { a: 1 }],
    ['textsByName', ['a']],
    ['nullable', undefined],
    ['nullable', '1'],
    ['object', { y: 1 }],
    ['object', null],
  ])('are told from what is not of their kind: %s of %j', (kind, value) => {
    const fields = new RecordFields(value === undefined ? {} : { x: value });
    reads[kind]?.(fields);
    expect(fields.sound).toBe(false);
  });

  it.each<Json | undefined>([undefined, null, 'x', 1, [{ x: 'a' }]])('are none of %j', (value) => {
    const fields = new RecordFields(value);
    fields.text('x');
    expect(fields.sound).toBe(false);
  });
});
