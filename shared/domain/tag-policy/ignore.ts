import { compileGlob } from './glob-pattern.ts';
import type { Checked } from './policy.ts';

/** What cosign and its like push beside an image. */
export const IGNORED_BY_DEFAULT: readonly string[] = ['*.sig', '*.att', '*.sbom', 'sha256-*'];

/** The user's globs come on top of the default ones. */
export function compileIgnores(globs: readonly string[]): Checked<(tag: string) => boolean> {
  const matchers: ((tag: string) => boolean)[] = [];
  for (const glob of [...IGNORED_BY_DEFAULT, ...globs]) {
    const compiled = compileGlob(glob);
    if (!compiled.ok) return { ok: false, problem: `"${glob}" ${compiled.problem}` };
    matchers.push(compiled.value);
  }
  return { ok: true, value: (tag) => matchers.some((matches) => matches(tag)) };
}
