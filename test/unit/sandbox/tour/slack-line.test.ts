import { describe, expect, it } from 'vitest';
import { slackLine } from '../../../../sandbox/tour/slack-line.ts';
import type { JsonValue } from '../../../../shared/domain/lossless-json.ts';

function message(...texts: readonly string[]): JsonValue {
  return {
    text: 'x',
    blocks: [...texts.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })), {}],
  };
}

describe('a Slack message in one line', () => {
  it.each<[string, JsonValue, string]>([
    [
      'its sections, without the footer',
      message(':ship: <https://x/y|*demo/web*> is rolling out', '`app`  *1.0* → *1.1*'),
      '🚢 demo/web is rolling out  app  1.0 → 1.1',
    ],
    ['lines joined', message('first \n second'), 'first; second'],
    ['escapes undone', message('&lt;b&gt; &amp;amp;'), '<b> &amp;'],
    ['control characters made harmless', message('a\u{1b}[31mred\u{7}'), 'a·[31mred·'],
    ['a message without blocks', { text: 'only text' }, ''],
    ['what is no message', null, ''],
    ['blocks that are none', { blocks: ['x', 7, { text: 'not an object' }, {}] }, ''],
  ])('shows %s', (_what, given, line) => {
    expect(slackLine(given).trim()).toBe(line);
  });
});
