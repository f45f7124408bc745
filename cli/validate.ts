import type { Command } from '@commander-js/extra-typings';
import type { LoadedConfig } from '../shared/config/load.ts';
import { type ConfigProblem, problemLine } from '../shared/config/problem.ts';
import type { SlipwayConfig } from '../shared/config/types.ts';
import { exitCodes, type Io, print, printJson, styled } from './output.ts';

/** `slipway validate [file]`: is this configuration good, and if not, what is to be done? */
export function addValidate(program: Command, io: Io): void {
  program
    .command('validate')
    .description('check slipway.yml: every problem with its line, column and fix')
    .argument('[file]', 'the file to check (default: slipway.<stage>.yml or slipway.yml in this folder)')
    .option('--stage <stage>', 'look for slipway.<stage>.yml first')
    .option('--json', 'print one JSON document')
    .action(async (file, { stage, json }) => {
      const { loadConfig } = await import('../shared/config/load.ts');
      const loaded = await loadConfig({ folder: io.folder, file, stage });
      await (json === true ? printJson(io.stdout, loaded) : printForPeople(loaded, io));
      io.finish(loaded.ok ? exitCodes.ok : exitCodes.problems);
    });
}

async function printForPeople(loaded: LoadedConfig, { stdout, stderr }: Io): Promise<void> {
  if (loaded.ok) {
    for (const warning of loaded.warnings) {
      await print(stderr, `${styled('yellow', 'warning', stderr)}  ${problemLine(loaded.file, warning)}`);
    }
    await print(stdout, `${styled('green', 'valid', stdout)}  ${loaded.file}: ${summary(loaded.config)}`);
    return;
  }
  for (const problem of loaded.problems) await print(stdout, problemLine(loaded.file, problem));
  await print(stderr, styled('red', counted(loaded.problems), stderr));
}

function counted(problems: readonly ConfigProblem[]): string {
  return `${amount(problems.length, 'problem')}: nothing would be deployed`;
}

function summary({ mode, clusters, deploy, notify }: SlipwayConfig): string {
  const parts = [
    amount(clusters.length, 'cluster'),
    amount(deploy.length, 'deploy rule'),
    amount(notify.length, 'channel'),
  ];
  return `${parts.join(', ')}, mode ${mode}`;
}

function amount(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
