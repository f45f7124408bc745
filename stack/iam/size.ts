import type { Intrinsic, PolicyDocument, Resource } from './statement.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: of all inline policies of a role, white space aside. */
export const inlinePolicyLimit = 10_240;

/** The longest that CloudFormation may put there. */
const longest: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '000000000000',
};
const longestArn = 'a'.repeat(150);

/** Characters of the policy once CloudFormation has filled it in, rather too many than too few. */
export function policySize(document: PolicyDocument): number {
  const filled = JSON.stringify(document, (_key, value: unknown) =>
    isIntrinsic(value) ? fill(value) : value,
  );
  return filled.replace(/\s/g, '').length;
}

/** The part of slipway.yml that takes most room in the policy, for the message. */
export function largestPart(document: PolicyDocument): string {
  const sizes = document.Statement.map(({ Action, Resource }) => ({
    actions: Action.join(', '),
    entries: Resource.length,
    characters: Resource.reduce((sum: number, one: Resource) => sum + resourceSize(one), 0),
  }));
  const largest = sizes.toSorted((a, b) => b.characters - a.characters)[0];
  return largest === undefined
    ? 'nothing'
    : `${largest.characters} are ${largest.entries} resources of ${largest.actions}`;
}

function resourceSize(resource: Resource): number {
  return (typeof resource === 'string' ? resource : fill(resource)).length + 3;
}

function isIntrinsic(value: unknown): value is Intrinsic {
  return (
    typeof value === 'object' &&
    value !== null &&
    ('Ref' in value || 'Fn::GetAtt' in value || 'Fn::Sub' in value)
  );
}

function fill(intrinsic: Intrinsic): string {
  if (!('Fn::Sub' in intrinsic)) return longestArn;
  return intrinsic['Fn::Sub'].replace(/\$\{([^}]+)\}/g, (_all, name: string) => longest[name] ?? longestArn);
}
