import type { Command } from '@commander-js/extra-typings';
import type { ServiceName } from '../shared/domain/arn.ts';
import type { Target } from '../shared/domain/target/state.ts';
import type { Table } from '../shared/ports.ts';
import type { Pause } from '../shared/records/control-record.ts';
import { exitCodes, type Io, print, printJson, styled } from './output.ts';
import { placed, readTarget, targetHelp } from './state/place.ts';
import type { TargetStatus } from './status/facts.ts';
import { moment } from './words.ts';

/** `slipway status [SERVICE]`: what runs, what is on the way, and what holds it up. */
export function addStatus(program: Command, io: Io): void {
  placed(
    program
      .command('status')
      .description('what runs, what is being rolled, what is on hold, quarantined or paused')
      .argument('[service]', `${targetHelp} (default: every target of the inventory)`, readTarget)
      .option('--json', 'print one JSON document'),
  ).action(async (name, { json, ...place }) => {
    const { findState } = await import('./state/find-state.ts');
    const { loadPause } = await import('../shared/records/control-record.ts');
    const { statusOf } = await import('./status/facts.ts');
    const { table, where } = await findState(place, io);
    const { pause } = await loadPause(table);
    const found = await find(name, table);
    const targets = await Promise.all(found.map((target) => statusOf(target, table)));
    if (json === true) await printJson(io.stdout, { where, pause: pauseFacts(pause), targets });
    else await printForPeople(targets, { pause, where, io, brief: name === undefined });
    io.finish(name !== undefined && found.length === 0 ? exitCodes.problems : exitCodes.ok);
  });
}

async function find(name: ServiceName | undefined, table: Table): Promise<readonly Target[]> {
  if (name === undefined) return (await import('./status/all-targets.ts')).allTargets(table);
  const { loadTarget } = await import('../shared/records/target-record.ts');
  const target = await loadTarget(table, name);
  return target === undefined ? [] : [target];
}

function pauseFacts(pause: Pause | undefined): object | undefined {
  if (pause?.paused !== true) return undefined;
  return { by: pause.by, since: new Date(pause.at).toISOString(), reason: pause.reason };
}

interface Printing {
  readonly pause: Pause | undefined;
  readonly where: string;
  readonly io: Io;
  readonly brief: boolean;
}

async function printForPeople(
  targets: readonly TargetStatus[],
  { pause, where, brief, io: { stdout, stderr } }: Printing,
): Promise<void> {
  const { printStatus } = await import('./status/print-status.ts');
  if (pause?.paused === true) {
    const why = pause.reason === '' ? '' : `: ${pause.reason}`;
    const words = `paused by ${pause.by} since ${moment(pause.at)}${why}`;
    await print(stdout, styled('yellow', words, stdout));
  }
  const width = Math.max(0, ...targets.map(({ cluster, service }) => cluster.length + service.length + 1));
  const now = Date.now();
  for (const target of targets) await printStatus(target, { stdout, width, now, brief });
  if (targets.length === 0) {
    const words = `${where} knows no such target: reconcile finds services of the clusters in slipway.yml`;
    await print(stderr, styled('dim', words, stderr));
  }
}
