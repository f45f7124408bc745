import * as z from 'zod';
import { IGNORED_BY_DEFAULT } from '../domain/tag-policy/ignore.ts';
import { parseTagPolicy } from '../domain/tag-policy/parse.ts';

const oneOf = { 'x-default': 'exactly one of the policies' } as const;
const text = { type: 'string' } as const;
const order = { enum: ['ascending', 'descending'], ...oneOf } as const;

/** What editors and the reference show of a tag policy. What is valid is `parseTagPolicy`'s to say. */
export const tagPolicyKeys = {
  exact: { ...text, ...oneOf, examples: ['latest'], description: 'that tag, whatever it resolves to now' },
  glob: {
    ...text,
    ...oneOf,
    examples: ['main-*'],
    description: 'tags that match; the most recently pushed wins',
  },
  regex: {
    ...text,
    ...oneOf,
    examples: ['^v[0-9]+$'],
    description: 'tags that match (RE2); the most recently pushed wins',
  },
  semver: {
    ...text,
    ...oneOf,
    examples: ['^1.4'],
    description: 'a range such as `^1.4`, as Masterminds reads it; the greatest wins',
  },
  bump: {
    enum: ['patch', 'minor', 'major', 'all'],
    ...oneOf,
    examples: ['minor'],
    description: 'how far from the running version it may go; the greatest wins',
  },
  numerical: {
    ...order,
    examples: ['ascending'],
    description: 'tags as numbers; ascending: the greatest wins',
  },
  alphabetical: {
    ...order,
    examples: ['ascending'],
    description: 'tags as text; ascending: the greatest wins',
  },
  newest: { enum: ['pushed'], ...oneOf, examples: ['pushed'], description: 'the tag that was pushed last' },
  pattern: {
    ...text,
    'x-default': 'every tag',
    examples: ['^main-(?<n>[0-9]+)$'],
    description: 'RE2 that tags must match before `semver`, `numerical` or `alphabetical` reads them',
  },
  extract: {
    ...text,
    'x-default': 'the whole tag',
    examples: ['$n'],
    description: 'what of the match is read: `$1`, `$name`',
  },
  ignore: {
    type: 'array',
    items: text,
    default: [],
    examples: [['*-dev']],
    description: `globs of tags that never deploy, besides ${IGNORED_BY_DEFAULT.map((glob) => `\`${glob}\``).join(', ')}`,
  },
  allowDowngrade: {
    type: 'boolean',
    default: false,
    examples: [true],
    description: "whether it may go back, in the policy's order",
  },
} as const;

/** The policy as written, once `parseTagPolicy` found it good. No transform: JSON Schema would lose the defaults around it. */
export const tagPolicy = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    const result = parseTagPolicy(value);
    if (!result.ok) context.addIssue({ code: 'custom', message: result.problem, path: [...result.path] });
  })
  .meta({
    description: 'which tags deploy: exactly one policy',
    examples: [{ semver: '^1.4' }],
    properties: tagPolicyKeys,
    additionalProperties: false,
  });
