import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';

/** The gate, cheapest piece first. A piece that fails does not hide what the others have to say. */
const pieces = ['lint', 'words', 'types', 'deps', 'dead', 'budgets', 'coverage'] as const;
const pieceTimeoutMs = 10 * 60_000;

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

function run(piece: string): { readonly piece: string; readonly ok: boolean; readonly seconds: string } {
  const command = scripts[piece];
  if (command === undefined) throw new Error(`package.json has no script "${piece}"`);
  console.log(styleText('bold', `\n── ${piece}: ${command}`));
  const start = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit', timeout: pieceTimeoutMs });
  return { piece, ok: status === 0, seconds: ((performance.now() - start) / 1000).toFixed(1) };
}

const asked = process.argv.slice(2);
const results = pieces.filter((piece) => asked.length === 0 || asked.includes(piece)).map(run);

console.log('');
for (const { piece, ok, seconds } of results) {
  console.log(
    `${ok ? styleText('green', 'ok    ') : styleText('red', 'FAILED')} ${piece.padEnd(10)} ${seconds.padStart(6)} s`,
  );
}
const failed = results.filter(({ ok }) => !ok).map(({ piece }) => piece);
const blind = results.length === 0;
if (blind) console.error(`no such piece; the gate has ${pieces.join(', ')}`);
console.log(failed.length === 0 && !blind ? 'The gate is green.' : `The gate is red: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 && !blind ? 0 : 1;
