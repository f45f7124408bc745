import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPackage } from '../../../../sandbox/local-aws/stack-package.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-package-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a packaged stack', () => {
  it('names the zip of every function by its key', async () => {
    const resources = {
      A: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'serverless/x/1-date/tick.zip' } } },
      Q: { Type: 'AWS::SQS::Queue' },
    };
    await writeFile(join(folder, 'cloudformation-template-create-stack.json'), '{}');
    const update = JSON.stringify({ Resources: resources });
    await writeFile(join(folder, 'cloudformation-template-update-stack.json'), update);
    const made = await readPackage(folder);
    expect([...made.code]).toEqual([['serverless/x/1-date/tick.zip', join(folder, 'tick.zip')]]);
    expect(made.updateTemplate).toBe(update);
  });

  it('that is not there is an error', async () => {
    await expect(readPackage(folder)).rejects.toThrow(/cloudformation-template-create-stack/);
  });
});
