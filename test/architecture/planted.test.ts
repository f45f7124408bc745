import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = 'test/simulation/planted';
const patches = readdirSync(folder).filter((file) => file.endsWith('.patch'));

/** What a hunk takes away, and what it stands beside: nothing else says where it belongs. */
function standingLines(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => !/^(?:---|\+\+\+|@@)/.test(line));
  const removed = lines.filter((line) => line.startsWith('-'));
  return (removed.length > 0 ? removed : lines.filter((line) => line.startsWith(' '))).map((line) =>
    line.slice(1),
  );
}

it.each(patches)('the planted bug %s is one of the code as it is', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const paths = [...text.matchAll(/^--- a\/(?<path>.+)$/gm)].map(({ groups }) => groups?.['path'] ?? '');
  const code = paths.flatMap((path) => readFileSync(path, 'utf8').split('\n'));
  expect(code).toEqual(expect.arrayContaining([...standingLines(text)]));
});
