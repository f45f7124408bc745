import { compileGlob } from './glob-pattern.ts';
import type { Checked, TagRule } from './policy.ts';
import { pushOrderRule } from './push-order.ts';

export function glob(text: string): Checked<TagRule> {
  const compiled = compileGlob(text);
  return compiled.ok ? { ok: true, value: pushOrderRule(compiled.value) } : compiled;
}
