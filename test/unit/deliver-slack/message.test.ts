import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { clip, code, escaped, plain } from '../../../functions/deliver-slack/escape.ts';
import { slackMessage } from '../../../functions/deliver-slack/message.ts';
import type { ImageChange } from '../../../shared/domain/notice/image-change.ts';
import { type RolloutNotice, rolloutNoticeKinds } from '../../../shared/domain/notice.ts';
import { causes } from '../../../shared/domain/target/rollout.ts';
import { aNotice, at, digest } from '../../builders/rollouts.ts';

const region = 'eu-west-1';
const url = `https://${region}.console.aws.amazon.com/ecs/v2/clusters/prod/services/web/deployments?region=${region}`;

function textsOf(blocks: readonly KnownBlock[]): readonly string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'section') return block.text?.text ?? [];
    return block.type === 'context' ? block.elements.flatMap((one) => ('text' in one ? one.text : [])) : [];
  });
}

function said(
  overrides: Partial<RolloutNotice> = {},
  rollout: Partial<RolloutNotice['rollout']> = {},
): readonly string[] {
  const notice = aNotice(overrides);
  return textsOf(slackMessage({ ...notice, rollout: { ...notice.rollout, ...rollout } }, region).blocks);
}

function aChange(overrides: Partial<ImageChange> = {}): ImageChange {
  return {
    container: 'app',
    repository: 'shop/web',
    from: { tag: '1.0.0', digest: digest('a') },
    to: { tag: '1.1.0', digest: digest('b') },
    rule: 'semver ^1',
    ...overrides,
  };
}

describe('a message in Slack', () => {
  it('says service, from and to, commit and author, when, how long and by which rule', () => {
    const changes = [aChange({ commit: '0123456789abcdef0123', author: 'Ann <ann@example.com>' })];
    expect(
      said(
        { kind: 'rollout.rolled-back', at: at(63) },
        { changes, durationMs: 75_400, reason: 'tasks failed' },
      ),
    ).toEqual([
      `:rewind: <${url}|*prod/web*> failed and was rolled back`,
      '`app`  `shop/web`  *1.0.0* `aaaaaaaaaaaa` → *1.1.0* `bbbbbbbbbbbb`  ·  commit `0123456789ab`  ·  by `Ann &lt;ann@example.com&gt;`',
      '> tasks failed',
      '<!date^1793527263^{date_short_pretty} {time_secs}|2026-11-01T10:01:03.000Z>  ·  took 1 min 15 s  ·  `web:2`  ·  semver ^1',
    ]);
  });

  it('leaves out what is not known', () => {
    const changes = [aChange({ from: {} })];
    expect(said({}, { changes, revision: undefined }).slice(1)).toEqual([
      '`app`  `shop/web`  ? → *1.1.0* `bbbbbbbbbbbb`',
      '<!date^1793527203^{date_short_pretty} {time_secs}|2026-11-01T10:00:03.000Z>  ·  semver ^1',
    ]);
  });

  it('counts short rollouts in seconds, and says each rule once', () => {
    const footer = said({}, { changes: [aChange(), aChange()], durationMs: 9_600 }).at(-1);
    expect(footer).toContain('took 10 s');
    expect(footer).toMatch(/· {2}semver \^1$/);
  });

  it('gives no reason for what went well', () => {
    expect(said({ kind: 'rollout.completed' }, { reason: 'ECS deployment completed.' })).toHaveLength(3);
  });

  it.each(rolloutNoticeKinds)('has words for %s, whatever caused the rollout', (kind) => {
    for (const cause of causes) {
      expect(said({ kind }, { cause })[0]).toMatch(/^:\w+: <https:.*\|\*prod\/web\*> \S/);
    }
  });

  it.each([
    ['rollback', 'rollout.started', 'is rolling back', 'because the rollout before it failed'],
    ['manual-rollback', 'rollout.completed', 'was rolled back', 'asked for  ·  by grace'],
    ['rollback', 'rollout.failed', 'could not be rolled back', 'because the rollout before it failed'],
    ['deploy', 'rollout.started', 'is rolling out', 'asked for  ·  by grace'],
    ['found', 'rollout.started', 'is rolling out', 'a push that no event told of'],
    ['alone', 'rollout.started', 'is rolling out', 'tried alone, after several images failed together'],
  ] as const)('tells a rollout caused by %s: %s', (...[cause, kind, words, why]) => {
    const by = why.endsWith('grace') ? 'grace' : undefined;
    const lines = said({ kind }, { cause, by });
    expect(lines[0]).toMatch(new RegExp(`\\*prod/web\\*> ${words}$`));
    expect(lines.at(-1)?.endsWith(`  ·  ${why}`)).toBe(true);
  });

  it('of a rollback to images that nobody can name shows no empty list', () => {
    expect(said({ kind: 'rollout.completed' }, { cause: 'rollback', changes: [] })).toHaveLength(2);
  });

  it('fits into what Slack takes, however much there is to say', () => {
    const long = 'x'.repeat(5_000);
    const changes = Array.from({ length: 20 }, () =>
      aChange({
        container: long,
        repository: long,
        commit: '&'.repeat(99),
        author: '<'.repeat(99),
        from: { tag: long },
      }),
    );
    const { text, blocks } = slackMessage(
      {
        ...aNotice({ text: '&'.repeat(9_999), kind: 'rollout.failed' }),
        rollout: { ...aNotice().rollout, changes, reason: long },
      },
      region,
    );
    expect(Math.max(...textsOf(blocks).map(({ length }) => length))).toBeLessThanOrEqual(3_000);
    expect(textsOf(blocks)[1]).toMatch(/\n… and \d+ more$/);
    expect(text.length).toBeLessThanOrEqual(3_000);
  });

  it('counts what it does not show', () => {
    const lines = said({}, { changes: Array.from({ length: 9 }, () => aChange()) })[1]?.split('\n');
    expect(lines).toHaveLength(9);
    expect(lines?.at(-1)).toBe('… and 1 more');
  });
});

describe('hostile text', () => {
  const evil = '<!channel> & <https://evil.test|click>\n> quote `code` \u202Edesrever';

  it('pages nobody, fakes no link, and begins no line of its own', () => {
    const changes = [aChange({ commit: evil, author: evil, rule: evil, repository: evil, container: evil })];
    const { text, blocks } = slackMessage(
      {
        ...aNotice({ text: evil, kind: 'rollout.failed' }),
        rollout: { ...aNotice().rollout, changes, reason: evil },
      },
      region,
    );
    for (const one of [text, ...textsOf(blocks)]) {
      expect(one.replaceAll(`<${url}|`, '').replaceAll('<!date^', '')).not.toMatch(/[<\n\u202E]/);
    }
  });

  it('is left as it is by Slack: nothing in it becomes a link or a mention', () => {
    const { blocks } = slackMessage(aNotice(), region);
    const flags = JSON.stringify(blocks).match(/"verbatim":true/g);
    expect(flags).toHaveLength(textsOf(blocks).length);
  });

  it.each([
    ['a commit that is none', 'main; rm -rf', 'commit `main; rm -rf`'],
    ['a long commit that is none', `z${'f'.repeat(60)}`, `commit \`z${'f'.repeat(38)}…\``],
  ])('%s is shown as it is', (_what, commit, expected) => {
    expect(said({}, { changes: [aChange({ commit })] })[1]).toContain(expected);
  });
});

describe('escaping', () => {
  it('does what Slack asks for, and nothing else', () => {
    expect(escaped('a & b < c > d &amp; *e*')).toBe('a &amp; b &lt; c &gt; d &amp;amp; *e*');
  });

  it('a code span ends where it should', () => {
    expect(code('a`b\nc')).toBe('`aˋb c`');
  });

  it('clips by characters, not by halves of them', () => {
    expect(clip('🚀🚀🚀', 2)).toBe('🚀…');
    expect(clip('🚀🚀', 2)).toBe('🚀🚀');
  });

  it('text from outside stands on one line', () => {
    expect(plain(' a\n\tb\u200Bc ', 9)).toBe('a b c');
  });
});
