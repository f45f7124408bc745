import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Bugs that somebody might write, each a patch of the real code: the simulation has to catch every one of them. Run alone:
 * `node test/simulation/planted.ts [--seeds N] [name …]`.
 */
const root = resolve(import.meta.dirname, '../..');
const folder = join(import.meta.dirname, 'planted');
const parts = ['events', 'functions', 'shared', 'sandbox', 'stack', 'test', 'package.json', 'tsconfig.json'];
const timeoutMs = 15 * 60_000;

interface Verdict {
  readonly name: string;
  readonly caught: string | undefined;
}

function plant(name: string, seeds: number): Verdict {
  const place = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    for (const part of parts) cpSync(join(root, part), join(place, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
    run('patch', ['-p1', '--fuzz=3', '-i', join(folder, `${name}.patch`)], place);
    return { name, caught: caughtBy(place, seeds) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
}

/** The first seed that fails with the bug and not without it, and what it violates. Undefined: none does. */
function caughtBy(cwd: string, seeds: number): string | undefined {
  for (let from = 1; from <= seeds; ) {
    const found = firstFailure(cwd, ['--seeds', String(seeds - from + 1), '--from', String(from)]);
    const seed = Number(/^seed (?<seed>\d+): /.exec(found ?? '')?.groups?.['seed']);
    if (found === undefined || firstFailure(root, ['--seeds', '1', '--from', String(seed)]) === undefined)
      return found;
    from = seed + 1;
  }
  return undefined;
}

function firstFailure(cwd: string, which: readonly string[]): string | undefined {
  const args = ['test/simulation/main.ts', ...which, '--until-failed'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  if (status === 0) return undefined;
  const found = stdout.split('\n').find((line) => line.startsWith('seed '));
  if (status !== 1 || found === undefined) throw new Error(`the simulation did not run: ${stdout}${stderr}`);
  return found.slice(0, 200);
}

function main(): number {
  const [first, count, ...rest] = process.argv.slice(2);
  const hasCount = first === '--seeds';
  const seeds = hasCount ? Number(count) : 4_000;
  const asked = hasCount ? rest : process.argv.slice(2);
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .map((file) => file.slice(0, -'.patch'.length));
  const verdicts = all
    .filter((name) => asked.length === 0 || asked.includes(name))
    .map((name) => {
      const verdict = plant(name, seeds);
      process.stdout.write(
        `${verdict.caught === undefined ? 'MISSED' : 'caught'} ${name}: ${verdict.caught ?? ''}\n`,
      );
      return verdict;
    });
  const caught = verdicts.filter((one) => one.caught !== undefined).length;
  process.stdout.write(`${verdicts.length} planted bugs, ${caught} caught\n`);
  return verdicts.length > 0 && caught === verdicts.length ? 0 : 1;
}

process.exitCode = main();
