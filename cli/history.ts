import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { HistoryEntry } from '../shared/domain/history.ts';
import { exitCodes, type Io, print, printJson, styled } from './output.ts';
import { placed, readTarget, targetHelp } from './state/place.ts';

const limitMax = 1_000;

/** `slipway history SERVICE`: what was rolled there, why, and how it ended. */
export function addHistory(program: Command, io: Io): void {
  placed(
    program
      .command('history')
      .description('what was rolled, from what to what, why and by whom, and how it ended; the newest first')
      .argument('<service>', targetHelp, readTarget)
      .option('--limit <n>', 'at most so many', readLimit, 20)
      .option('--json', 'print one JSON document'),
  ).action(async (name, { limit, json, ...place }) => {
    const { findState } = await import('./state/find-state.ts');
    const { readHistory } = await import('../shared/records/history-record.ts');
    const { table } = await findState(place, io);
    const entries = await readHistory(table, name, limit);
    if (json === true) await printJson(io.stdout, { ...name, entries });
    else await printForPeople(entries, io);
    io.finish(exitCodes.ok);
  });
}

function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > limitMax) throw new InvalidArgumentError(`Write a number from 1 to ${limitMax}.`);
  return limit;
}

async function printForPeople(entries: readonly HistoryEntry[], { stdout, stderr }: Io): Promise<void> {
  if (entries.length === 0) await print(stderr, styled('dim', 'nothing was rolled there', stderr));
  const { printEntry } = await import('./status/print-entry.ts');
  for (const entry of entries) await printEntry(entry, stdout);
}
