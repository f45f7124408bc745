import { parseConfig } from '../../../shared/config/parse.ts';
import { problemLine } from '../../../shared/config/problem.ts';

/** A good file of three lines, and what follows them. */
export function yml(...lines: readonly string[]): string {
  return ['version: 1', 'clusters: [prod, batch]', 'permissions: { passRoles: [web-*] }', ...lines].join(
    '\n',
  );
}

/** What is wrong with a text, as people read it. */
export function complaints(text: string): readonly string[] {
  const parsed = parseConfig(text);
  return parsed.ok ? [] : parsed.problems.map((problem) => problemLine('slipway.yml', problem));
}
