import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lint } from '../../stack/cfn-lint.ts';
import { cfnLintHome, lintPackaged } from '../../stack/lint-template.ts';

it('cfn-lint finds nothing in the packaged templates', async () => {
  expect(await lintPackaged('slipway.yml')).toBe('');
}, 360_000);

it('cfn-lint finds what is planted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-lint-canary-'));
  try {
    const template = join(folder, 'template.json');
    const queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'long' } };
    await writeFile(template, JSON.stringify({ Resources: { Queue: queue } }));
    expect(await lint(cfnLintHome, [template])).toContain('E3012');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
