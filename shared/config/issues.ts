import { stringify } from 'yaml';
import type * as z from 'zod';
import { durationPattern } from '../domain/duration.ts';
import { closest } from './closest.ts';
import { notYet } from './not-yet.ts';
import { type Finding, type Path, pathText, printable, quoted } from './problem.ts';
import { schemaAt } from './reference.ts';
import { tagPolicyKeys } from './tags.ts';
import type { YamlSource } from './yaml-source.ts';

/** A policy's own words may quote what was written. */
const longestMessage = 300;

type Issue = z.core.$ZodIssue;

/** What the schema complains about, in words that name the fix. */
export function findingsOf(issue: Issue, source: YamlSource): readonly Finding[] {
  const path = pathOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key]));
    case 'invalid_union':
      return unionFindings(issue, source);
    case 'custom':
      return [customFinding(issue, source)];
    case 'invalid_value':
      return [choiceFinding(path, issue.values.map(String), source)];
    case 'too_big':
      return [issue.origin === 'array' ? tooMany(path, issue.maximum) : outOfRange(path, source)];
    case 'too_small':
      return [issue.origin === 'array' ? nothingIn(path) : outOfRange(path, source)];
    case 'invalid_type':
      return [
        issue.expected === 'int' ? outOfRange(path, source) : typeFinding(path, issue.expected, source),
      ];
    default:
      return [{ path, problem: `${named(path)}: ${printable(issue.message)}`, fix: exampleFor(path) }];
  }
}

function tooMany(path: Path, maximum: number | bigint): Finding {
  const problem = `${named(path)} has more than ${maximum} entries`;
  return { path, problem, fix: 'write fewer, or use patterns' };
}

function nothingIn(path: Path): Finding {
  return { path, problem: `${named(path)} is empty`, fix: exampleOrNothing(path) };
}

function outOfRange(path: Path, source: YamlSource): Finding {
  const { minimum, maximum } = schemaAt(placeOf(path)).node ?? {};
  const problem = `${named(path)} cannot be ${quoted(valueAt(source, path))}`;
  return { path, problem, fix: `write a whole number from ${minimum} to ${maximum}` };
}

function pathOf(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** `deploy[0].tags` → `deploy[].tags` */
function placeOf(path: Path): string {
  return pathText(path).replaceAll(/\[\d+\]/g, '[]');
}

function named(path: Path): string {
  return path.length === 0 ? 'the file' : quoted(String(path.findLast((part) => typeof part === 'string')));
}

function unknownKey(path: Path): Finding {
  const key = String(path.at(-1));
  const place = placeOf(path.slice(0, -1));
  const later = notYet[place] ?? [];
  if (later.includes(key)) {
    return {
      path,
      at: 'key',
      problem: `${quoted(key)} is part of slipway.yml, but this version of Slipway cannot do it yet`,
      fix: 'remove it',
    };
  }
  const { keys } = schemaAt(place);
  const meant = closest(key, [...keys, ...later]);
  return {
    path,
    at: 'key',
    problem: `unknown key ${quoted(key)}`,
    fix: meant === undefined ? `remove it; known here: ${keys.join(', ')}` : `did you mean \`${meant}\`?`,
  };
}

function unionFindings(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  source: YamlSource,
): readonly Finding[] {
  const path = pathOf(issue.path);
  const meant = issue.errors.find((option) => !option.some(isWrongKind));
  if (meant !== undefined) {
    return meant.flatMap((inner) => findingsOf({ ...inner, path: [...path, ...inner.path] }, source));
  }
  return [{ path, problem: `${kindOf(valueAt(source, path))} is not a name`, fix: exampleFor(path) }];
}

function isWrongKind({ code, path }: Issue): boolean {
  return code === 'invalid_type' && path.length === 0;
}

function customFinding(issue: Extract<Issue, { code: 'custom' }>, source: YamlSource): Finding {
  const path = pathOf(issue.path);
  const fix: unknown = issue.params?.fix;
  if (typeof fix === 'string') return { path, problem: issue.message, fix };
  const last = path.at(-1);
  if (typeof last === 'string' && last !== 'tags' && !(last in tagPolicyKeys)) return unknownKey(path);
  const quotes = quotesFor(path, source);
  const problem =
    quotes === undefined
      ? printable(issue.message.slice(0, longestMessage))
      : `is ${kindOf(valueAt(source, path))}, not text`;
  return { path, problem: `${named(path)} ${problem}`, fix: quotes ?? exampleFor(path) };
}

function choiceFinding(path: Path, choices: readonly string[], source: YamlSource): Finding {
  const value = valueAt(source, path);
  if (value === undefined) return missing(path);
  if (pathText(path) === 'version') return wrongVersion(path, value);
  const meant = closest(typeof value === 'string' ? value : '', choices);
  const list = choices.map((choice) => `\`${choice}\``).join(' or ');
  return {
    path,
    problem: `${named(path)} cannot be ${quoted(value)}`,
    fix: meant === undefined ? `write ${list}` : `did you mean \`${meant}\`?`,
  };
}

function wrongVersion(path: Path, value: unknown): Finding {
  const problem = `this version of Slipway reads version 1 of slipway.yml, not ${quoted(value)}`;
  if (value === '1')
    return { path, problem: '`version` is text', fix: 'write it without quotes: `version: 1`' };
  return {
    path,
    problem,
    fix: 'write `version: 1` and what belongs to it, or use the Slipway that the file is for',
  };
}

function typeFinding(path: Path, expected: string, source: YamlSource): Finding {
  const value = valueAt(source, path);
  if (value === undefined) return missing(path);
  if (path.length === 0) {
    return {
      path,
      problem: value === null ? 'the file is empty' : `the file is ${kindOf(value)}, not a mapping`,
      fix: 'begin with `version: 1` and `clusters: [name]`',
    };
  }
  if (value === null) return { path, problem: `${named(path)} has no value`, fix: exampleOrNothing(path) };
  const wanted = isDuration(path) ? 'duration' : expected;
  const quotes = wanted === 'string' ? quotesFor(path, source) : undefined;
  const problem = `${named(path)} ${typeof path.at(-1) === 'number' ? 'holds' : 'is'} ${kindOf(value)}`;
  return {
    path,
    problem: `${problem}, not ${expectedKinds[wanted] ?? wanted}`,
    fix: quotes ?? exampleFor(path),
  };
}

function isDuration(path: Path): boolean {
  return schemaAt(placeOf(path)).node?.pattern === durationPattern;
}

function missing(path: Path): Finding {
  return { path, problem: `${named(path)} is missing`, fix: exampleFor(path, 'add') };
}

/** YAML reads `1.10` as the number 1.1 and `on` as text: what was written is what was meant. */
function quotesFor(path: Path, source: YamlSource): string | undefined {
  const value = valueAt(source, path);
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return `put it in quotes: "${printable((source.written(path) ?? String(value)).slice(0, 60))}"`;
}

function exampleFor(path: Path, verb = 'write'): string {
  const names = path.filter((part) => typeof part === 'string');
  const key = names.at(-1) ?? 'version';
  const { node } = schemaAt(placeOf(path.slice(0, path.lastIndexOf(key) + 1)));
  const [example] = node?.examples ?? [node?.default ?? node?.enum?.[0]];
  if (example === undefined) return `${verb} a text`;
  return `${verb} it like \`${stringify(
    { [key]: example },
    { collectionStyle: 'flow', flowCollectionPadding: false },
  )
    .trim()
    .slice(1, -1)}\``;
}

function exampleOrNothing(path: Path): string {
  return schemaAt(placeOf(path)).isRequired === true ? exampleFor(path) : `${exampleFor(path)}, or remove it`;
}

function valueAt(source: YamlSource, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    source.value,
  );
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return kinds[value === null ? 'null' : typeof value] ?? 'something else';
}

const kinds: Readonly<Record<string, string>> = {
  null: 'nothing',
  object: 'a mapping',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

const expectedKinds: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
  boolean: '`true` or `false`',
  duration: 'a duration',
  number: 'a whole number',
};
