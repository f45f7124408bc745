import type { KnownBlock } from '@slack/types';
import type { SystemNotice } from '../../../shared/domain/notice.ts';
import { unreachable } from '../../../shared/domain/unreachable.ts';
import { clip, code } from '../escape.ts';
import { askedBy, command, context, imageLine, nameMax, quote, section, when } from './parts.ts';

const namesMax = 8;

export function systemBlocks(notice: SystemNotice): readonly KnownBlock[] {
  const { reason, by } = notice.system;
  const [first, ...more] = linesOf(notice);
  return [section(first), ...quote(reason), ...more.map(section), context(when(notice.at), askedBy(by))];
}

/** What happened; then what was hit by it, and what to do next. */
function linesOf(notice: SystemNotice): readonly [string, ...string[]] {
  const { kind, cluster } = notice;
  switch (kind) {
    case 'system.plan-stopped':
      return planStopped(notice.system);
    case 'system.paused':
      return [
        ':double_vertical_bar: *Slipway is paused*: it changes nothing in ECS',
        `To let it go on: ${command('unpause')}`,
      ];
    case 'system.unpaused':
      return [':arrow_forward: *Slipway goes on*'];
    case 'system.foreign-cluster':
      return [
        `:lock: cluster ${code(clip(cluster, nameMax))} belongs to another stack: nothing is done there`,
        'Take the cluster out of `slipway.yml` here; or, if the other stack is gone, remove the tag `slipway:owner` from the cluster',
      ];
    default:
      return unreachable(kind);
  }
}

function planStopped({
  image,
  failed = [],
  leftAlone = 0,
}: SystemNotice['system']): readonly [string, ...string[]] {
  const [one] = failed;
  const what = image === undefined ? 'an image' : imageLine(image);
  const alone = leftAlone === 1 ? '1 target is' : `${leftAlone} targets are`;
  const hit = failed.length === 0 ? '' : `it failed on ${failed.length}, and `;
  return [
    `:octagonal_sign: ${what}  is rolled out no further: ${hit}${alone} left alone`,
    ...(failed.length === 0 ? [] : [`Failed: ${names(failed)}`]),
    one === undefined
      ? 'Once that is settled, push a newer image'
      : `Push a good image. What went wrong: ${command(`history ${one}`)}`,
  ];
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, namesMax).map((name) => code(clip(name, 2 * nameMax)));
  const rest = all.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` … and ${rest} more` : ''}`;
}
