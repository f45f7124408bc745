import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseLossless,
  printLossless,
} from '../../../shared/domain/lossless-json.ts';
import { compare } from '../../../shared/domain/task-definition/compare.ts';
import { readContainers, readDescribed, revise } from '../../../shared/domain/task-definition/revise.ts';
import { storedByEcs } from '../../fakes/stored-by-ecs.ts';

/** Numbers as text, for no double holds them all. */
const numbers = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }).map(String),
  fc.constantFrom('0.10', '-0', '1E5', '1.000000000000000000001', '1e400', '12345678901234567890.5'),
);
const texts = fc.oneof(
  fc.constantFrom('', ' ', '\ud800', '</script>', '1'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
/** Not like "1", which JavaScript moves to the front of an object. */
const members = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'brandNew', 'name', 'key'),
  fc.string({ minLength: 1, maxLength: 6 }).map((text) => `x${text}`),
);

const { anything } = fc.letrec<{ anything: string; list: string; object: string }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    numbers,
    texts.map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'false'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('anything'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
  object: fc
    .uniqueArray(fc.tuple(members, tie('anything')), { maxLength: 4, selector: ([member]) => member })
    .map(objectText),
}));

function objectText(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([member, value]) => `${JSON.stringify(member)}:${value}`).join(',')}}`;
}

const unknown = fc.uniqueArray(fc.tuple(members, anything), { maxLength: 3, selector: ([member]) => member });

const environment = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), texts), {
    maxLength: 6,
    selector: ([name]) => name,
  })
  .map((pairs) => `[${pairs.map(([name, value]) => JSON.stringify({ name, value })).join(',')}]`);

const ports = fc
  .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 })
  .map((list) => `[${list.map((port) => `{"containerPort":${port}}`).join(',')}]`);

const healthCheck = fc.constantFrom('{"command":["CMD-SHELL",""]}', '{"command":[],"interval":5}');

function container(name: string) {
  return fc
    .tuple(unknown, environment, fc.option(ports), fc.option(healthCheck))
    .map(([more, env, mappings, health]) =>
      objectText([
        ['name', JSON.stringify(name)],
        ['image', '"old"'],
        ['environment', env],
        ...(mappings === null ? [] : ([['portMappings', mappings]] as const)),
        ...(health === null ? [] : ([['healthCheck', health]] as const)),
        ...more.filter(([member]) => member !== 'name'),
      ]),
    );
}

const names = fc.uniqueArray(fc.constantFrom('app', 'proxy', 'log', 'constructor', '__proto__'), {
  minLength: 1,
});

interface Given {
  readonly text: string;
  readonly chosen: readonly string[];
}

const readOnly = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
];

/** The text of a task definition, and which of its containers get another image. */
const definitions: fc.Arbitrary<Given> = names.chain((all) =>
  fc
    .tuple(fc.tuple(...all.map(container)), unknown, fc.subarray(all), fc.shuffledSubarray(readOnly))
    .map(([containers, more, chosen, dropped]) => ({
      chosen,
      text: objectText([
        ['family', '"web"'],
        ...dropped.map((member) => [member, '"read only"'] as const),
        ['containerDefinitions', `[${containers.join(',')}]`],
        ...more,
      ]),
    })),
);

function revised({ text, chosen }: Given): JsonObject {
  const images = Object.fromEntries(chosen.map((name) => [name, 'new']));
  return revise(readDescribed(parseLossless(`{"taskDefinition":${text}}`)), { images });
}

it('a clone changes the chosen images, drops the read-only members, and not one character else', () => {
  fc.assert(
    fc.property(definitions, (given) => {
      const original = parseLossless(given.text) as JsonObject;
      const kept = Object.entries(original).filter(([member]) => !readOnly.includes(member));
      const containers = readContainers(original).map(({ name, definition }) =>
        given.chosen.includes(name) ? { ...definition, image: 'new' } : definition,
      );
      const expected = Object.fromEntries(
        kept.map(([member, value]) => [member, member === 'containerDefinitions' ? containers : value]),
      );
      expect(printLossless(revised(given))).toBe(printLossless(expected));
    }),
    { numRuns: 300 },
  );
});

it('what ECS fills in and re-orders loses nothing', () => {
  fc.assert(
    fc.property(definitions, (given) => {
      const sent = revised(given);
      const answer = parseLossless(printLossless(storedByEcs(sent))) as JsonObject;
      expect(compare(sent, answer).lost).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('any single change of anything that was sent is noticed', () => {
  fc.assert(
    fc.property(definitions, fc.nat(), fc.constantFrom('change', 'remove'), (given, where, how) => {
      const sent = revised(given);
      const stored = storedByEcs(tamper(sent, where % countLeaves(sent), how) as JsonObject);
      fc.pre(printLossless(stored) !== printLossless(storedByEcs(sent)));
      expect(compare(sent, stored).lost).not.toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** Everything that is no list or object with something in it. */
function countLeaves(value: JsonValue | undefined): number {
  const inner = childrenOf(value);
  return inner.length === 0 ? 1 : inner.reduce<number>((sum, child) => sum + countLeaves(child), 0);
}

function childrenOf(value: JsonValue | undefined): readonly (JsonValue | undefined)[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

const removed = Symbol('removed');

/** A copy with its n-th leaf replaced, or removed from the list or object that holds it. */
function tamper(value: JsonValue | undefined, n: number, how: string): JsonValue {
  const inner = childrenOf(value);
  if (inner.length === 0) return (how === 'remove' ? removed : 'tampered with') as unknown as JsonValue;
  const index = inner.findIndex((_, place) => leavesBefore(inner, place + 1) > n);
  const changed = tamper(inner[index], n - leavesBefore(inner, index), how);
  return put(value, { index, changed });
}

function leavesBefore(values: readonly (JsonValue | undefined)[], place: number): number {
  return values.slice(0, place).reduce<number>((sum, child) => sum + countLeaves(child), 0);
}

function put(
  value: JsonValue | undefined,
  { index, changed }: { readonly index: number; readonly changed: JsonValue },
): JsonValue {
  const isGone = (changed as unknown) === removed;
  if (Array.isArray(value)) return isGone ? value.toSpliced(index, 1) : value.with(index, changed);
  const entries = Object.entries(value as JsonObject).map(
    ([member, kept], place) => [member, place === index ? changed : kept] as const,
  );
  return Object.fromEntries(isGone ? entries.toSpliced(index, 1) : entries);
}
