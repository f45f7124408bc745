import * as z from 'zod';
import { slipwayYml } from './schema.ts';

/** One key of `slipway.yml`, as the reference shows it. */
export interface ReferenceRow {
  /** `deploy[].image` */
  readonly key: string;
  readonly type: string;
  /** `required`, a value, or what happens without the key. */
  readonly default: string;
  readonly meaning: string;
}

/** What the schema says at one place. */
interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly 'x-default'?: string;
  /** What it is, where the type alone does not say. */
  readonly 'x-type'?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** JSON Schema of `slipway.yml`, for editors. */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(slipwayYml, { io: 'input' }), title: 'slipway.yml' };
}

/** Every key in the order of the schema, read from the schema itself, so that it cannot drift. */
export function referenceRows(): readonly ReferenceRow[] {
  return places().flatMap(({ key, node, isRequired }) =>
    node.description === undefined ? [] : [row(key, node, isRequired)],
  );
}

interface SchemaAt {
  readonly node?: SchemaNode | undefined;
  readonly isRequired?: boolean | undefined;
  readonly keys: readonly string[];
}

/** What the schema says at a place such as `deploy[].tags`, and the keys that may stand there. The outermost place is empty. */
export function schemaAt(place: string): SchemaAt {
  const known = places();
  const start = place === '' ? '' : `${place}.`;
  return {
    ...known.find(({ key }) => key === place),
    keys: known
      .filter(({ key }) => key.startsWith(start))
      .map(({ key }) => key.slice(start.length))
      .filter(isPlainKey),
  };
}

function isPlainKey(key: string): boolean {
  return /^\w+$/.test(key);
}

interface Place {
  readonly key: string;
  readonly node: SchemaNode;
  readonly isRequired: boolean;
}

let cached: readonly Place[] | undefined;

function places(): readonly Place[] {
  cached ??= placesOf(jsonSchema(), '');
  return cached;
}

function placesOf(node: SchemaNode, place: string): readonly Place[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const key = place === '' ? name : `${place}.${name}`;
    const isRequired = node.required?.includes(name) ?? false;
    return [{ key, node: property, isRequired }, ...placesOf(property, key)];
  });
  const alternatives = (node.anyOf ?? []).flatMap((option) => placesOf(option, place));
  const items = node.items === undefined ? [] : placesOf(node.items, `${place}[]`);
  return [...own, ...alternatives, ...items];
}

function row(key: string, node: SchemaNode, isRequired: boolean): ReferenceRow {
  return {
    key,
    type: typeOf(node),
    default: isRequired ? 'required' : defaultOf(node),
    meaning: node.description ?? '',
  };
}

function defaultOf(node: SchemaNode): string {
  if (node['x-default'] !== undefined) return node['x-default'];
  return node.default === undefined ? '' : `\`${textOf(node.default)}\``;
}

function typeOf(node: SchemaNode): string {
  if (node['x-type'] !== undefined) return node['x-type'];
  if (node.const !== undefined) return `\`${textOf(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${textOf(value)}\``).join(' or ');
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(' or ');
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`;
  return typeNames[node.type ?? ''] ?? 'any';
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: '`true` or `false`',
  object: 'mapping',
  number: 'number',
  integer: 'whole number',
};

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
