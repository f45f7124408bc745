import type { Writable } from 'node:stream';
import { printable } from '../../shared/config/problem.ts';
import { revisionName } from '../../shared/domain/arn.ts';
import type { Outcome } from '../../shared/domain/target/rollout.ts';
import { print, styled } from '../output.ts';
import { forHowLong, imageName, moment } from '../words.ts';
import type { OpenRollout, PlanStatus, TargetStatus } from './facts.ts';

interface Printing {
  readonly stdout: Writable;
  /** Of the column of names. */
  readonly width: number;
  readonly now: number;
  /** One of many: only what somebody has to see. */
  readonly brief: boolean;
}

/** What runs, then whatever is worth knowing, a line each. */
export async function printStatus(
  status: TargetStatus,
  { stdout, width, now, brief }: Printing,
): Promise<void> {
  const name = styled('bold', `${status.cluster}/${status.service}`.padEnd(width), stdout);
  await print(stdout, `${name}  ${printable(runsInWords(status, now))}`);
  const indent = ' '.repeat(width);
  for (const { colour, label, words } of remarks(status, now).filter(
    (one) => !(brief && one.colour === 'dim'),
  ))
    await print(stdout, `${indent}  ${styled(colour, label, stdout)}  ${printable(words)}`);
}

function runsInWords({ runs }: TargetStatus, now: number): string {
  if (runs === undefined) return 'not looked at yet';
  const { revision, containers, seenAt, status } = runs;
  const images = containers.map(
    ({ container, repository, image, ...named }) =>
      `${container} ${repository === undefined ? image : `${repository} ${imageName(named)}`}`,
  );
  const parts = [
    revision === undefined ? 'no task definition' : revisionName(revision),
    images.join(', '),
    status === 'ACTIVE' ? '' : status,
    `seen ${forHowLong(now - Date.parse(seenAt))} ago`,
  ];
  return parts.filter((part) => part !== '').join('  ·  ');
}

/** What stopped tasks say can be long; `--json` has all of it. */
const reasonMax = 160;

interface Remark {
  readonly colour: 'green' | 'yellow' | 'red' | 'cyan' | 'dim';
  readonly label: string;
  readonly words: string;
}

function remarks(status: TargetStatus, now: number): readonly Remark[] {
  const { open, hold, good, baking, quarantine, waitsToBeTaken } = status;
  return [
    ...open.map((one): Remark => ({ colour: 'cyan', label: one.phase, words: openInWords(one, now) })),
    ...held(hold),
    ...quarantine.map(({ repository, tag, digest, reason }): Remark => {
      const words = `${repository} ${imageName({ tag, digest })}: ${reason.slice(0, reasonMax)}`;
      return { colour: 'red', label: 'quarantined', words };
    }),
    ...(waitsToBeTaken === 0
      ? []
      : [dim('later', `${waitsToBeTaken} more to be tried, one after the other`)]),
    ...lastWords(status),
    ...(baking === undefined
      ? []
      : [dim('baking', `${revisionName(baking.revision)} until ${moment(Date.parse(baking.until))}`)]),
    ...(good === undefined
      ? []
      : [dim('good', `${revisionName(good.revision)} since ${moment(Date.parse(good.since))}`)]),
  ];
}

function dim(label: string, words: string): Remark {
  return { colour: 'dim', label, words };
}

function held(hold: TargetStatus['hold']): readonly Remark[] {
  if (hold === undefined) return [];
  const since = hold.since === undefined ? '' : ` since ${moment(Date.parse(hold.since))}`;
  return [{ colour: 'yellow', label: 'on hold', words: `${hold.reason} (${hold.by}${since})` }];
}

const bad: readonly Outcome[] = ['failed', 'rolled-back', 'timed-out'];

function lastWords({ last }: TargetStatus): readonly Remark[] {
  if (last === undefined) return [];
  const { generation, outcome, endedAt, reason = '' } = last;
  const at = endedAt === undefined ? '' : ` ${moment(Date.parse(endedAt))}`;
  const words = `rollout ${generation}: ${outcome}${at}${reason === '' ? '' : `, ${reason}`}`;
  return [{ colour: bad.includes(outcome) ? 'red' : 'dim', label: 'last', words }];
}

function openInWords(rollout: OpenRollout, now: number): string {
  const { generation, changes, cause, by, revision, startedAt, notBefore, progress, plan } = rollout;
  const to = changes.map((one) => `${one.container}: ${one.repository} ${imageName(one)}`).join(', ');
  const parts = [
    `rollout ${generation}`,
    to,
    revision === undefined ? '' : revisionName(revision),
    by === undefined ? cause : `${cause} by ${by}`,
    startedAt === undefined ? '' : `for ${forHowLong(now - Date.parse(startedAt))}`,
    notBefore === undefined ? '' : `not before ${moment(Date.parse(notBefore))}`,
    progress === undefined ? '' : `${progress.ours} new and ${progress.others} old tasks`,
    plan === undefined ? '' : planInWords(plan),
  ];
  return parts.filter((part) => part !== '').join('  ·  ');
}

function planInWords({ total, done, open, failed, waitsForFirst, stopped }: PlanStatus): string {
  const words = `plan: ${done} of ${total} done, ${open} under way, ${failed.length} failed`;
  const first = waitsForFirst ? ', waits for its first' : '';
  return `${words}${first}${stopped === undefined ? '' : `, stopped: ${stopped}`}`;
}
