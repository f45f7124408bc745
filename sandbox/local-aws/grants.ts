import * as z from 'zod';
import type { IamDecision } from './launcher-client.ts';

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Role = z.object({
  Type: z.literal('AWS::IAM::Role'),
  Properties: z.object({
    Policies: z
      .array(
        z.object({
          PolicyDocument: z.object({
            Statement: z.array(z.object({ Effect: z.string(), Action: oneOrMany })),
          }),
        }),
      )
      .default([]),
  }),
});
const Template = z.object({ Resources: z.record(z.string(), z.unknown()) });

/** One action that one role of the template is allowed. */
export interface Grant {
  readonly role: string;
  readonly action: string;
}

export function grantsOf(template: string): readonly Grant[] {
  const { Resources } = Template.parse(JSON.parse(template));
  return Object.entries(Resources).flatMap(([role, resource]) => {
    const { success, data } = Role.safeParse(resource);
    if (!success) return [];
    const actions = data.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action);
    return [...new Set(actions)].map((action) => ({ role, action }));
  });
}

/** What the template allows and nobody has used so far. Every story told, this should be empty. */
export function unusedGrants(template: string, decisions: readonly IamDecision[]): readonly Grant[] {
  const isUsed = ({ role, action }: Grant): boolean =>
    decisions.some(
      (one) =>
        one.decision === 'allowed' &&
        one.action.toLowerCase() === action.toLowerCase() &&
        one.principal.includes(`-${role}-`),
    );
  return grantsOf(template).filter((grant) => !isUsed(grant));
}
