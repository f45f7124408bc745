import type { KnownBlock } from '@slack/types';
import type { TargetNotice, TargetNoticeKind } from '../../../shared/domain/notice.ts';
import { askedBy, command, context, type Face, imageLine, quote, section, when } from './parts.ts';

interface Told extends Face {
  /** What a person may do about it, where there is something. */
  readonly next?: (name: string) => string;
}

const told: Readonly<Record<TargetNoticeKind, Told>> = {
  'target.held': {
    icon: ':lock:',
    words: 'is on hold: nothing is rolled out there',
    next: (name) => `To let Slipway go on: ${command(`resume ${name}`)}`,
  },
  'target.resumed': { icon: ':unlock:', words: 'is no longer on hold' },
  'target.quarantined': {
    icon: ':no_entry:',
    words: 'will not get this image again',
    next: (name) => `Push a new image; or, to allow this one again: ${command(`unquarantine ${name}`)}`,
  },
  'target.unquarantined': { icon: ':unlock:', words: 'may get this image again' },
  'target.attention': {
    icon: ':rotating_light:',
    words: 'needs a person',
    next: (name) =>
      `See what happened: ${command(`history ${name}`)}  Then push a good image, or ${command(`deploy ${name} IMAGE:TAG`)}, or ${command(`rollback ${name} --to REVISION`)}`,
  },
};

export function targetBlocks(notice: TargetNotice, subject: string): readonly KnownBlock[] {
  const { kind, at, cluster, service, target } = notice;
  const { icon, words, next } = told[kind];
  return [
    section(`${icon} ${subject} ${words}`),
    ...(target.image === undefined ? [] : [section(imageLine(target.image))]),
    ...quote(target.reason),
    ...(next === undefined ? [] : [section(next(`${cluster}/${service}`))]),
    context(when(at), askedBy(target.by)),
  ];
}
