import type { Hold, Resume, Unquarantine } from '../../../shared/domain/command.ts';
import { shortDigest } from '../../../shared/domain/image-ref.ts';
import { putOnHold, resume as resumed } from '../../../shared/domain/target/hold.ts';
import { unquarantine as lifted } from '../../../shared/domain/target/quarantine.ts';
import type { Quarantined, Target } from '../../../shared/domain/target/state.ts';
import { accepted, type Decided, refused, unknownTarget } from './answer.ts';

export function hold(target: Target | undefined, command: Hold, at: number): Decided {
  if (target === undefined) return refused(unknownTarget(command));
  const { by, reason = `asked for by ${by}`, cluster, service } = command;
  const name = `${cluster}/${service}`;
  const text = `${name} is on hold: ${reason}. \`slipway resume ${name}\` ends it`;
  return accepted(text, putOnHold(target, { reason, by, at }));
}

export function resume(target: Target | undefined, command: Resume, at: number): Decided {
  if (target === undefined) return refused(unknownTarget(command));
  const name = `${command.cluster}/${command.service}`;
  const step = resumed(target, { by: command.by, at });
  if (step === undefined) return accepted(`${name} was not on hold`);
  return accepted(`${name} is no longer on hold: what was pushed meanwhile is looked for now`, step);
}

export function unquarantine(target: Target | undefined, command: Unquarantine, at: number): Decided {
  if (target === undefined) return refused(unknownTarget(command));
  const { cluster, service, digest: start = 'sha256:', by } = command;
  const name = `${cluster}/${service}`;
  const listed = target.quarantine ?? [];
  if (listed.length === 0) return accepted(`nothing is quarantined for ${name}`);
  const [one, ...others] = listed.filter(({ digest }) => digest.startsWith(start));
  const meant = others.length === 0 ? one?.digest : undefined;
  if (command.digest !== undefined && meant === undefined) {
    const what = one === undefined ? 'no' : 'more than one';
    return refused(`${name} has ${what} quarantined image ${shortDigest(start)}; there are ${words(listed)}`);
  }
  const images = command.digest === undefined ? listed : [one].flatMap((found) => found ?? []);
  const step = lifted(target, { digest: command.digest === undefined ? undefined : meant, by, at });
  return accepted(`no longer quarantined for ${name}: ${words(images)}`, step);
}

function words(images: readonly Quarantined[]): string {
  return images.map(inWords).join(', ');
}

export function inWords(image: {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}): string {
  const { repository, tag, digest } = image;
  return `${repository}${tag === '' ? '' : `:${tag}`} (${shortDigest(digest)})`;
}
