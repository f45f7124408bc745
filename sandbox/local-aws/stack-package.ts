import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** What `serverless package` made. */
export interface StackPackage {
  readonly createTemplate: string;
  readonly updateTemplate: string;
  /** S3 key → file, for every function's code. */
  readonly code: ReadonlyMap<string, string>;
}

const Template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown().optional() })),
});
const FunctionProperties = z.object({ Code: z.object({ S3Key: z.string() }) });

/** Reads a folder as `serverless package` leaves it: two templates, and a zip per function. */
export async function readPackage(folder: string): Promise<StackPackage> {
  const createTemplate = await readFile(join(folder, 'cloudformation-template-create-stack.json'), 'utf8');
  const updateTemplate = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  const { Resources } = Template.parse(JSON.parse(updateTemplate));
  const keys = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => FunctionProperties.parse(Properties).Code.S3Key);
  const code = new Map(keys.map((key) => [key, join(folder, key.split('/').at(-1) ?? '')]));
  return { createTemplate, updateTemplate, code };
}
