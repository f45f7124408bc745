import type { Writable } from 'node:stream';
import { printable } from '../../shared/config/problem.ts';
import { revisionName } from '../../shared/domain/arn.ts';
import type { HistoryEntry } from '../../shared/domain/history.ts';
import type { Outcome } from '../../shared/domain/target/rollout.ts';
import { print, styled } from '../output.ts';
import { changesInWords, forHowLong, moment } from '../words.ts';

const bad: readonly Outcome[] = ['failed', 'rolled-back', 'timed-out'];

/** `2026-11-01 10:00:00Z  completed    7  push  app: shop/web 1.0.0 → 1.1.0 (…)  ·  web:41 → web:42  ·  42 s` */
export async function printEntry(entry: HistoryEntry, stdout: Writable): Promise<void> {
  const { acceptedAt, outcome, generation, cause, by, durationMs, reason } = entry;
  const rules = [...new Set(entry.changes.map(({ rule }) => rule))].join(', ');
  const facts = [
    changesInWords(entry.changes),
    revisions(entry),
    durationMs === undefined ? '' : forHowLong(durationMs),
    rules === cause ? '' : rules,
    by === undefined || rules.includes(by) ? '' : `by ${by}`,
    reason,
  ].filter((fact) => fact !== '');
  const colour = outcome === 'completed' ? 'green' : otherColour(outcome);
  const ended = styled(colour, outcome.padEnd(longest), stdout);
  const about = `${String(generation).padStart(4)}  ${cause}`;
  await print(stdout, `${moment(acceptedAt)}  ${ended}  ${about}  ${printable(facts.join('  ·  '))}`);
}

const longest = 'rolled-back'.length;

function otherColour(outcome: Outcome) {
  return bad.includes(outcome) ? 'red' : 'yellow';
}

function revisions({ baseRevision, revision }: HistoryEntry): string {
  if (revision === undefined) return '';
  const to = revisionName(revision);
  return baseRevision === undefined ? to : `${revisionName(baseRevision)} → ${to}`;
}
