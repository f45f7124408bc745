import { readFileSync } from 'node:fs';

/** The lines of a file beside this one. */
export function readVectors<Line>(file: string): readonly Line[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
}
