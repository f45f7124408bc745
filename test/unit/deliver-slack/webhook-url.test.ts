import { describe, expect, it } from 'vitest';
import { webhookUrl } from '../../../functions/deliver-slack/webhook-url.ts';
import { RejectedInput } from '../../../shared/faults.ts';

const url = 'https://hooks.slack.com/services/T0/B0/secret';

describe('the webhook in a secret', () => {
  it.each([
    [url, url],
    [`  ${url}\n`, url],
    [JSON.stringify({ webhook: url, more: 1 }), url],
    ['http://127.0.0.1:3000/slack', 'http://127.0.0.1:3000/slack'],
    ['http://localhost:3000/slack', 'http://localhost:3000/slack'],
  ])('%j is %s', (secret, expected) => {
    expect(webhookUrl(secret, 'slipway/slack')).toBe(expected);
  });

  it.each([
    '',
    'secret',
    'http://hooks.slack.com/services/secret',
    'http://127.0.0.1.evil.test/secret',
    'file:///etc/secret',
    '{"webhook": 1, "secret": 1}',
    '{"url": "https://secret.test"}',
    '{"secret": ',
    '{"webhook": "secret"}',
  ])('%j is none, and no error repeats it', (secret) => {
    const read = () => webhookUrl(secret, 'slipway/slack');
    expect(read).toThrow(RejectedInput);
    expect(read).toThrow(/the secret slipway\/slack (?:holds no webhook URL|begins like JSON and is none)/);
    expect(read).not.toThrow(/"secret"|secret\.test/);
  });
});
