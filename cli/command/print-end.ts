import type { Writable } from 'node:stream';
import { printable } from '../../shared/config/problem.ts';
import { revisionName } from '../../shared/domain/arn.ts';
import { print, styled } from '../output.ts';
import { changesInWords, forHowLong } from '../words.ts';
import type { End } from './wait.ts';

/** One line: how it went, and why. */
export async function printEnd(end: End, stdout: Writable): Promise<void> {
  if (end.status !== 'ended') {
    const colour = { accepted: 'green', refused: 'red', waiting: 'yellow' } as const;
    await print(stdout, `${styled(colour[end.status], end.status, stdout)}  ${printable(end.text)}`);
    return;
  }
  const { rollout, target, wished } = end;
  const { outcome, reason, revision, generation, durationMs, changes, cause } = rollout;
  const facts = [
    changes.length === 0 ? target : `${target}: ${changesInWords(changes)}`,
    revision === undefined ? '' : revisionName(revision),
    durationMs === undefined ? '' : forHowLong(durationMs),
    `rollout ${generation}`,
    cause === 'manual-rollback' ? `on hold until \`slipway resume ${target}\`` : '',
    reason,
  ].filter((fact) => fact !== '');
  await print(
    stdout,
    `${styled(wished ? 'green' : 'red', outcome, stdout)}  ${printable(facts.join('  ·  '))}`,
  );
}
