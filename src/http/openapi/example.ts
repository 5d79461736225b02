/** An example of what a schema lets through: its own where it has one, else made of its parts. Pure. */
import { MOMENT, WORDS, numberOf } from './example-words';

/** What is used of JSON Schema here. */
export interface Schema {
  type?: string | string[];
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
}

/** `unknown` hears the names of texts of which nobody has said how they look. */
export function exampleOf(
  schema: Schema,
  name: string,
  unknown: (name: string) => void = () => undefined,
): unknown {
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first) return exampleOf(first, name, unknown);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, unknown);
    case 'array':
      return schema.items ? manyOf(exampleOf(schema.items, name, unknown), schema.minItems) : [];
    case 'integer':
    case 'number':
      return schema.default ?? withinBounds(numberOf(name), schema);
    case 'boolean':
      return schema.default ?? true;
    case 'string':
      return textOf(schema, name, unknown);
    case 'null':
      return null;
    default:
      return {};
  }
}

function objectOf({ properties = {} }: Schema, unknown: (name: string) => void): object {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, exampleOf(value, key, unknown)]),
  );
}

/** As many of it as there must be, one at least. */
const manyOf = (example: unknown, least = 1): unknown[] =>
  Array.from({ length: Math.max(least, 1) }, () => example);

function textOf({ pattern }: Schema, name: string, unknown: (name: string) => void): string {
  // A time in a query has the name of what it bounds.
  if (pattern?.includes('T[\\d:.]')) return MOMENT;
  const word = WORDS[name];
  if (word !== undefined && (pattern === undefined || new RegExp(pattern, 'u').test(word)))
    return word;
  unknown(name);
  return 'text';
}

const withinBounds = (number: number, { minimum = -Infinity, maximum = Infinity }: Schema) =>
  Math.min(Math.max(number, minimum), maximum);
