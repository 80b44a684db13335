/**
 * DynamoDB's condition and key expressions, as far as this project writes them: comparisons, BETWEEN, begins_with,
 * attribute_exists, attribute_not_exists, AND, OR and parentheses. Anything else throws.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../lib/store/dynamodb/item.ts';

/** The names and values an expression refers to. */
export interface Bindings {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** Whether an item (or none) meets an expression; an absent expression is always met. */
export function meets(expression: string | undefined, item: Item | undefined, bindings: Bindings): boolean {
  if (expression === undefined) return true;
  return new Reader(expression, item, bindings).whole();
}

/** The name behind `#name` or a plain one. */
export function nameIn(token: string, { names }: Bindings): string {
  if (!token.startsWith('#')) return token;
  const name = names?.[token];
  if (name === undefined) throw new Error(`${token} is not bound`);
  return name;
}

/** The value behind `:value`. */
export function valueIn(token: string, { values }: Bindings): AttributeValue {
  const value = values?.[token];
  if (value === undefined) throw new Error(`${token} is not bound`);
  return value;
}

class Reader {
  readonly #tokens: readonly string[];
  readonly #item: Item | undefined;
  readonly #bindings: Bindings;
  #at = 0;

  constructor(expression: string, item: Item | undefined, bindings: Bindings) {
    this.#tokens = expression.match(/[#:]?\w+|<=|>=|[=<>(),]/g) ?? [];
    this.#item = item;
    this.#bindings = bindings;
  }

  whole(): boolean {
    const result = this.#or();
    if (this.#at < this.#tokens.length) throw new Error(`${this.#tokens[this.#at]} was not expected`);
    return result;
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#skip('OR')) result = this.#and() || result;
    return result;
  }

  #and(): boolean {
    let result = this.#term();
    while (this.#skip('AND')) result = this.#term() && result;
    return result;
  }

  #term(): boolean {
    if (this.#skip('(')) {
      const result = this.#or();
      this.#expect(')');
      return result;
    }
    const token = this.#next();
    if (this.#skip('(')) return this.#call(token);
    const operand = this.#operand(token);
    const operator = this.#next();
    if (operator === 'BETWEEN') {
      const from = this.#operand(this.#next());
      this.#expect('AND');
      const to = this.#operand(this.#next());
      return compare(operand, '>=', from) && compare(operand, '<=', to);
    }
    return compare(operand, operator, this.#operand(this.#next()));
  }

  #call(name: string): boolean {
    const value = this.#operand(this.#next());
    const other = this.#skip(',') ? this.#operand(this.#next()) : undefined;
    this.#expect(')');
    if (name === 'attribute_exists') return value !== undefined;
    if (name === 'attribute_not_exists') return value === undefined;
    if (name === 'begins_with') return value?.S?.startsWith(other?.S ?? '') ?? false;
    throw new Error(`${name} is not known here`);
  }

  #operand(token: string): AttributeValue | undefined {
    return token.startsWith(':')
      ? valueIn(token, this.#bindings)
      : this.#item?.[nameIn(token, this.#bindings)];
  }

  #skip(token: string): boolean {
    const found = this.#tokens[this.#at] === token;
    if (found) this.#at++;
    return found;
  }

  #expect(token: string): void {
    if (!this.#skip(token)) throw new Error(`${token} was expected`);
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error('the expression ends too early');
    return token;
  }
}

/** As DynamoDB does: values of different types, or none, compare as false. */
function compare(a: AttributeValue | undefined, operator: string, b: AttributeValue | undefined): boolean {
  if (a?.N !== undefined && b?.N !== undefined) return inOrder(Number(a.N) - Number(b.N), operator);
  if (a?.S === undefined || b?.S === undefined) return false;
  return inOrder(Buffer.compare(Buffer.from(a.S), Buffer.from(b.S)), operator);
}

function inOrder(difference: number, operator: string): boolean {
  switch (operator) {
    case '=':
      return difference === 0;
    case '<':
      return difference < 0;
    case '>':
      return difference > 0;
    case '<=':
      return difference <= 0;
    case '>=':
      return difference >= 0;
    default:
      throw new Error(`${operator} is not known here`);
  }
}
