import type { Writable } from 'node:stream';
import { printable } from '../../shared/config/problem.ts';
import { shortDigest } from '../../shared/domain/image-ref.ts';
import { print, styled } from '../output.ts';
import type { EventFacts, Explanation, PushFacts, RuleFacts, TargetFacts } from './explanation.ts';

const labelWidth = 9;

/** Everything found out, line by line. Text from outside cannot play with the terminal. */
export async function printExplanation(
  { event, push, rules = [], targets, ...found }: Explanation,
  { stdout, against }: { readonly stdout: Writable; readonly against: string },
): Promise<void> {
  const say = (label: string, ...parts: readonly (string | undefined)[]) =>
    print(stdout, `${styled('dim', label.padEnd(labelWidth), stdout)}${printable(sentence(parts))}`);
  await say('event', saysOf(event));
  await say('against', against);
  for (const rule of rules) await say('rule', ruleLine(rule));
  if (push !== undefined) await say('push', ...pushParts(push));
  if (found.kind === 'ignored' || found.kind === 'not for Slipway') {
    await say('ignored', found.reason, found.detail);
  } else if (found.reason !== undefined) {
    await say('nothing', found.reason);
  }
  const width = Math.max(0, ...targets.map(({ cluster, service }) => cluster.length + service.length + 1));
  for (const target of targets) await printTarget(target, { stdout, width });
}

function sentence(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('  ·  ');
}

function saysOf({ source, detailType, says, account, region, time }: EventFacts): string {
  return sentence([`${detailType} of ${source}`, says, account, region, time]);
}

function ruleLine({ rule, image, policy, services, containers, wantsTag, reason }: RuleFacts): string {
  const parts = [
    `${rule} ${image}`,
    policy,
    services === undefined ? undefined : `services ${services.join(', ')}`,
    containers === undefined ? undefined : `containers ${containers.join(', ')}`,
    wantsTag ? 'may want this tag' : `does not want this tag: ${reason}`,
  ];
  return sentence(parts);
}

function pushParts({ repository, tag, digest, platforms, commit, author, stale }: PushFacts) {
  return [
    `${repository}:${tag} is ${shortDigest(digest)}${stale ? ' by now, not what the event says' : ''}`,
    platforms.length === 0 ? 'platforms unknown' : platforms.join(', '),
    commit === undefined ? undefined : `commit ${commit}`,
    author === undefined ? undefined : `by ${author}`,
  ];
}

const colours: Readonly<Record<string, Parameters<typeof styled>[0]>> = {
  roll: 'green',
  completed: 'green',
  skip: 'yellow',
  failed: 'red',
  'rolled-back': 'red',
};

async function printTarget(
  { cluster, service, decision, reason, detail, rule, changes = [] }: TargetFacts,
  { stdout, width }: { readonly stdout: Writable; readonly width: number },
): Promise<void> {
  const name = `${cluster}/${service}`.padEnd(width);
  const verdict = styled(colours[decision] ?? 'cyan', printable(decision), stdout);
  const why = detail === undefined ? reason : `${reason}: ${detail}`;
  const by = rule === undefined || rule === reason ? '' : `  (${rule})`;
  await print(stdout, `${styled('bold', printable(name), stdout)}  ${verdict}  ${printable(why)}${by}`);
  for (const { container, from, to } of changes) {
    await print(stdout, `${' '.repeat(width)}  ${printable(`${container}: ${from} → ${to}`)}`);
  }
}
