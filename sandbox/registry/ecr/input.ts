import * as z from 'zod';
import type { Mirror } from '../http/exchange.ts';
import { isRepositoryName } from '../names.ts';
import { Refusal, repositoryMissing } from '../refusal.ts';
import { repositoryOf } from '../repositories.ts';
import type { RegistryState, Repository } from '../types.ts';
import type { Uploads } from '../uploads.ts';

/** What the calls of ECR's API work on. */
export interface EcrContext {
  readonly registry: RegistryState;
  readonly uploads: Uploads;
  readonly mirror?: Mirror | undefined;
  /** Where this registry is reached. */
  readonly origin: string;
}

export type Output = Readonly<Record<string, unknown>>;
export type Operation = (context: EcrContext, input: unknown) => Output | Promise<Output>;

export const repositoryName = z
  .string()
  .refine(
    isRepositoryName,
    "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'",
  );
export const registryId = z.string().optional();
const imageId = z.object({
  imageDigest: z.string().nullish().transform(orUndefined),
  imageTag: z.string().nullish().transform(orUndefined),
});
export const imageIds = z.array(imageId).min(1).max(100);
export const maxResults = z.int().min(1).max(1000).optional();
export const nextToken = z.string().max(4096).optional();
export const tagStatus = z.enum(['TAGGED', 'UNTAGGED', 'ANY']);
export const tags = z
  .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
  .max(50);

/** Parses the input once and hands it on in the API's own names. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (context: EcrContext, input: z.output<Schema>) => Output | Promise<Output>,
): Operation {
  return (context, input) => {
    const result = schema.safeParse(input);
    if (result.success) return run(context, result.data);
    const [issue] = result.error.issues;
    throw parameter(issue?.path.join('.') ?? '', issue?.message ?? 'invalid');
  };
}

export function parameter(name: string, constraint: string): Refusal {
  return new Refusal(`Invalid parameter at '${name}' failed to satisfy constraint: '${constraint}'`, {
    code: 'UNSUPPORTED',
    status: 400,
    type: 'InvalidParameterException',
  });
}

export interface Addressed {
  readonly repositoryName: string;
  readonly registryId?: string | undefined;
}

export function addressed({ registry }: EcrContext, input: Addressed): Repository {
  checkRegistryId(registry, input);
  return repositoryOf(registry, input.repositoryName);
}

/** There is one registry here, the account's own. */
export function checkRegistryId({ account }: RegistryState, input: Addressed): void {
  const asked = input.registryId ?? account;
  if (asked !== account) throw repositoryMissing(input.repositoryName, asked);
}

export function epochSeconds(ms: number): number {
  return ms / 1000;
}

function orUndefined<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}
