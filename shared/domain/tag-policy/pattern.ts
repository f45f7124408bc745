import { RE2JS } from 're2js';
import type { Checked } from './policy.ts';

export const MAX_PATTERN_LENGTH = 256;

/** RE2 takes linear time in tag × program: a program of this size answers for the longest tag in milliseconds. */
const MAX_PROGRAM_SIZE = 2000;

/** Compiles a user's regular expression: RE2, so no backtracking, and bounded in size. */
export function compilePattern(text: string): Checked<RE2JS> {
  if (text === '') return { ok: false, problem: 'is empty' };
  if (text.length > MAX_PATTERN_LENGTH) {
    return { ok: false, problem: `is longer than ${MAX_PATTERN_LENGTH} characters` };
  }
  try {
    const value = RE2JS.compile(text);
    return value.programSize() > MAX_PROGRAM_SIZE
      ? { ok: false, problem: 'repeats too much: use smaller {counts}' }
      : { ok: true, value };
  } catch (error) {
    return { ok: false, problem: `is no RE2 expression: ${messageOf(error)}` };
  }
}

function messageOf(error: unknown): string {
  return String(error).replace(/^\w+: (?:error parsing regexp: )?/, '');
}
