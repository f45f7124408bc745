import { compilePattern } from './pattern.ts';
import type { Checked, TagRule } from './policy.ts';
import { pushOrderRule } from './push-order.ts';

/** Matches anywhere in the tag, as everywhere in RE2: `^` and `$` anchor it. */
export function regex(text: string): Checked<TagRule> {
  const compiled = compilePattern(text);
  if (!compiled.ok) return compiled;
  return { ok: true, value: pushOrderRule((tag) => compiled.value.test(tag)) };
}
