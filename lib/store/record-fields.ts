/**
 * Fields of a stored record, by name and kind. By hand, as every cold start reads records: a library of schemas costs it
 * more than all of them.
 */
import type { Json } from './records.ts';

export class RecordFields {
  readonly #fields: Readonly<Record<string, Json>>;
  #broken = false;

  constructor(value: Json | undefined) {
    this.#fields = isObject(value) ? value : {};
  }

  /** Whether every field that was asked for is there and of its kind. To be asked last. */
  get sound(): boolean {
    return !this.#broken;
  }

  text(name: string): string {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : this.#missing('');
  }

  number(name: string): number {
    const value = this.#fields[name];
    return typeof value === 'number' ? value : this.#missing(0);
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    return typeof value === 'boolean' ? value : this.#missing(false);
  }

  texts(name: string): readonly string[] {
    const value = this.#fields[name];
    return isTexts(value) ? value : this.#missing([]);
  }

  /** Every field of an object of texts. */
  textsByName(name: string): Readonly<Record<string, string>> {
    const value = this.#fields[name];
    if (!isObject(value)) return this.#missing({});
    const inner = new RecordFields(value);
    const texts = Object.fromEntries(Object.keys(value).map((key) => [key, inner.text(key)]));
    return inner.sound ? texts : this.#missing({});
  }

  /** What `read` makes of the field; null when it says null. */
  nullable<T>(name: string, read: (fields: this, name: string) => T): T | null {
    return this.#fields[name] === null ? null : read(this, name);
  }

  /** What `read` makes of the fields of an object. */
  object<T>(name: string, read: (fields: RecordFields) => T): T {
    const inner = new RecordFields(this.#fields[name]);
    const value = read(inner);
    if (!inner.sound) this.#broken = true;
    return value;
  }

  #missing<T>(instead: T): T {
    this.#broken = true;
    return instead;
  }
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
