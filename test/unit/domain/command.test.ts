import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCommandMessage, parseCommand } from '../../../shared/domain/command/parse.ts';
import {
  type Command,
  commandMessage,
  parseBackTo,
  parseDigestStart,
  parseTargetName,
} from '../../../shared/domain/command.ts';
import type { JsonValue } from '../../../shared/domain/lossless-json.ts';
import { nudge } from '../../../shared/domain/nudge.ts';
import { arn, at, digest, name, registry } from '../../builders/rollouts.ts';

const asked = { id: '11111111-2222-4333-8444-555555555555', by: 'ada', at: at(0) };
const image = { registry, repository: 'shop/web', tag: '1.2.0', digest: digest('c'), pushedAt: at(-9) };
const commands: readonly Command[] = [
  { ...asked, ...name, name: 'rollback' },
  { ...asked, ...name, name: 'rollback', to: { kind: 'digest', digest: digest('a') } },
  { ...asked, ...name, name: 'rollback', to: { kind: 'revision', number: 7 } },
  { ...asked, ...name, name: 'rollback', to: { kind: 'revision', number: 7, family: 'web' } },
  {
    ...asked,
    ...name,
    name: 'rollback',
    to: { kind: 'revision', number: 7, family: 'web', arn: arn(7) },
  },
  { ...asked, ...name, name: 'hold', reason: 'freeze' },
  { ...asked, ...name, name: 'resume' },
  { ...asked, cluster: 'prod', service: 'schedule:default/nightly.report', name: 'resume' },
  { ...asked, cluster: 'prod', service: 'rule:aws.partner/x/nightly/target-1', name: 'hold' },
  { ...asked, ...name, name: 'unquarantine' },
  { ...asked, ...name, name: 'unquarantine', digest: digest('a') },
  { ...asked, ...name, name: 'deploy', image },
  { ...asked, ...name, name: 'deploy', image: { ...image, tag: '' } },
  { ...asked, ...name, name: 'deploy', image: { ...image, container: 'app', commit: 'f00', author: 'Ada' } },
  { ...asked, name: 'pause', reason: 'a fire' },
  { ...asked, name: 'unpause', reason: undefined },
];

describe('a command', () => {
  it.each(commands.map((command) => [command.name, command] as const))(
    '%s is read as it was sent',
    (_, command) => {
      const { body, deduplicationId } = commandMessage(command);
      expect(parseCommand(JSON.parse(JSON.stringify(body)))).toEqual({ ok: true, command });
      expect([isCommandMessage(body), deduplicationId]).toEqual([true, command.id]);
    },
  );

  it('of a target waits for its turn among the nudges of that target', () => {
    const { group } = commandMessage({ ...asked, ...name, name: 'resume' });
    expect(group).toBe(nudge({ ...name, generation: 9 }).group);
    expect(commandMessage({ ...asked, name: 'pause' }).group).not.toBe(group);
  });

  it('of a later version may have members that this one does not know', () => {
    const { body } = commandMessage({ ...asked, name: 'pause' });
    expect(parseCommand({ ...body, mood: 'calm' })).toMatchObject({ ok: true });
  });

  const hold = commandMessage({ ...asked, ...name, name: 'hold' }).body;
  const deploy = commandMessage({ ...asked, ...name, name: 'deploy', image }).body;
  it.each<[string, JsonValue, string]>([
    ['a text', 'hold', 'no command'],
    ['another kind', { ...hold, kind: 'nudge' }, 'no command'],
    ['a newer version', { ...hold, v: 2 }, 'version 2: this Slipway knows 1'],
    ['an unknown name', { ...hold, name: 'destroy' }, 'name: no such command'],
    ['no id', { ...hold, id: undefined }, 'id: must be text'],
    ['an id that is none', { ...hold, id: 'x'.repeat(36) }, 'id: must match'],
    ['nobody', { ...hold, by: '' }, 'by: must be text of 1 to 128 characters'],
    ['a name that plays with the terminal', { ...hold, by: 'a\u001b[31m' }, 'by: must be text'],
    ['a long reason', { ...hold, reason: 'x'.repeat(513) }, 'reason: must be text of 1 to 512 characters'],
    ['no time', { ...hold, at: null }, 'at: must be a time'],
    ['half a millisecond', { ...hold, at: 0.5 }, 'at: must be a time'],
    ['a time before all', { ...hold, at: -1 }, 'at: must be a time'],
    ['a time after all', { ...hold, at: Date.UTC(9999, 0) }, 'at: must be a time'],
    ['no cluster', { ...hold, cluster: undefined }, 'cluster: must be text'],
    ['a service that is none', { ...hold, service: 'a b' }, 'cluster and service: no name of a service'],
    ['nowhere to go', { ...hold, name: 'rollback', to: 'yesterday' }, 'to: neither a revision like web:41'],
    ['a digest that is none', { ...hold, name: 'unquarantine', digest: 'sha256:x' }, 'digest: no digest'],
    ['no image', { ...deploy, image: undefined }, 'image: none'],
    ['a tag of an image alone', { ...deploy, image: { ...image, digest: 'sha256:1' } }, 'image: no image'],
    ['a container that is none', { ...deploy, image: { ...image, container: 'a b' } }, 'container: no name'],
    ['an image of no time', { ...deploy, image: { ...image, pushedAt: '1' } }, 'pushedAt: must be a time'],
  ])('with %s is refused, with the place', (_what, message, problem) => {
    expect(parseCommand(message)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('that cannot be read for a fault of ours is no refusal', () => {
    const broken = {
      ...hold,
      get by(): string {
        throw new RangeError('a bug');
      },
    };
    expect(() => parseCommand(broken)).toThrow(RangeError);
  });

  it('may be anything at all, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (any, member) => {
        expect(typeof parseCommand(any as JsonValue).ok).toBe('boolean');
        for (const key of ['id', 'by', 'at', 'name', 'cluster', 'service', 'reason', 'to', 'digest', 'image'])
          expect(typeof parseCommand({ ...deploy, [key]: member as JsonValue }).ok).toBe('boolean');
      }),
    );
  });
});

describe('where to go back to', () => {
  it.each([
    ['41', { kind: 'revision', number: 41 }],
    ['web:41', { kind: 'revision', number: 41, family: 'web' }],
    [arn(41), { kind: 'revision', number: 41, family: 'web', arn: arn(41) }],
    [digest('a'), { kind: 'digest', digest: digest('a') }],
    ['aaaaaaaaaaaa', { kind: 'digest', digest: 'sha256:aaaaaaaaaaaa' }],
    ['123456789012', { kind: 'digest', digest: 'sha256:123456789012' }],
  ])('%s', (text, to) => {
    expect(parseBackTo(text)).toEqual(to);
  });

  it.each([
    '',
    '0',
    'web',
    'web:',
    'web:x',
    'aaaaaaaaaaa',
    `${digest('a')}0`,
    'sha512:aaaaaaaaaaaa',
    'web:1:2',
  ])('%j is none', (text) => {
    expect(parseBackTo(text)).toBeUndefined();
  });

  it('a digest is a beginning of twelve digits at least', () => {
    expect(parseDigestStart('sha256:0123456789ab')).toBe('sha256:0123456789ab');
    expect(parseDigestStart('0123456789a')).toBeUndefined();
  });
});

describe('the name of a target', () => {
  it.each([
    ['prod/web', name],
    ['prod/schedule:default/nightly', { cluster: 'prod', service: 'schedule:default/nightly' }],
    ['prod/rule:default/nightly/t1', { cluster: 'prod', service: 'rule:default/nightly/t1' }],
  ])('%s', (text, expected) => {
    expect(parseTargetName(text)).toEqual(expected);
  });

  it.each(['web', '/web', 'prod/', 'prod/a/b', 'a b/web', 'prod/rule:x', 'prod/schedule:a', ''])(
    '%j is none',
    (text) => {
      expect(parseTargetName(text)).toBeUndefined();
    },
  );
});
