import type { RE2JS } from 're2js';
import { compilePattern } from './pattern.ts';
import { compileTemplate, type Template } from './template.ts';

/** What a tag is read as. Undefined: the pattern does not match. Empty: the extract gives nothing. */
export type Filter = (tag: string) => string | undefined;

type CheckedFilter =
  | { readonly ok: true; readonly value: Filter }
  | { readonly ok: false; readonly key: 'pattern' | 'extract'; readonly problem: string };

/** Flux's filterTags: the pattern may match anywhere in the tag, the first match counts. */
export function compileFilter(pattern: string, extract: string | undefined): CheckedFilter {
  const compiled = compilePattern(pattern);
  if (!compiled.ok) return { ok: false, key: 'pattern', problem: compiled.problem };
  if (extract === undefined) return { ok: true, value: readBy(compiled.value) };
  if (extract === '') return { ok: false, key: 'extract', problem: 'is empty: leave it out to keep the tag' };
  const template = compileTemplate(extract, compiled.value);
  return template.ok
    ? { ok: true, value: readBy(compiled.value, template.value) }
    : { ok: false, key: 'extract', problem: template.problem };
}

function readBy(pattern: RE2JS, template?: Template): Filter {
  return (tag) => {
    const match = pattern.matcher(tag);
    if (!match.find()) return undefined;
    return template === undefined ? tag : template(match);
  };
}
