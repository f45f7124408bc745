import type { Matcher, RE2JS } from 're2js';
import type { Checked } from './policy.ts';

/** A part is literal text or the number of a group. */
type Part = string | number;

/** `$name`, `${name}`, `$1`, `${1}` and `$$`, as in Go's Expand; the longest name is meant, and another `$` is itself. */
const REFERENCE = /\$(?:\$|\{(?<braced>[\p{L}\p{Nd}_]+)\}|(?<bare>[\p{L}\p{Nd}_]+))/gu;

export type Template = (match: Matcher) => string;

/** Checks the template against the groups of the pattern: Go would silently expand an unknown one to nothing. */
export function compileTemplate(text: string, pattern: RE2JS): Checked<Template> {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: reference, index, groups } of text.matchAll(REFERENCE)) {
    parts.push(text.slice(end, index));
    end = index + reference.length;
    const name = groups?.['braced'] ?? groups?.['bare'];
    const part = name === undefined ? '$' : findGroup(name, pattern);
    if (part === undefined) return { ok: false, problem: unknownGroup(reference, pattern) };
    parts.push(part);
  }
  parts.push(text.slice(end));
  if (parts.every((part) => typeof part === 'string')) {
    return { ok: false, problem: 'names no group, so that every tag gets one key: use $1 or $name' };
  }
  return { ok: true, value: (match) => parts.map((part) => expand(part, match)).join('') };
}

function expand(part: Part, match: Matcher): string {
  return typeof part === 'string' ? part : (match.group(part) ?? '');
}

function findGroup(name: string, pattern: RE2JS): number | undefined {
  if (!/^(?:0|[1-9]\d*)$/.test(name)) return new Map(Object.entries(pattern.namedGroups())).get(name);
  return Number(name) <= pattern.groupCount() ? Number(name) : undefined;
}

function unknownGroup(reference: string, pattern: RE2JS): string {
  const names = Object.keys(pattern.namedGroups());
  const known = names.length === 0 ? `${pattern.groupCount()} groups` : `the groups ${names.join(', ')}`;
  return `means a group that the pattern does not have: ${reference} (it has ${known}; put {} around the name)`;
}
