import type { Command } from '@commander-js/extra-typings';
import type { Explanation } from './explain/explanation.ts';
import type { GivenEvent } from './explain/read-event.ts';
import type { Asked, Surroundings } from './explain/surroundings.ts';
import { exitCodes, type Io, print, printJson, styled } from './output.ts';

const about = `
Explains an ECR Image Action, Replication Action or Pull Through Cache Action (which rules match, and what would happen
to each target of the inventory, and why) or an ECS Deployment State Change (which rollout it concerns, and how that
stands). Reads only, against the local world that \`npm start\` runs here, else against the account of your credentials,
where the inventory is in the table of the stack of --stage. Any other event leads to nothing: exit code 1.
`;

/** `slipway explain EVENT.json`: what Slipway makes of an event, and why. */
export function addExplain(program: Command, io: Io): void {
  program
    .command('explain')
    .description('what an event leads to, and why: the rules that match, and the decision for each service')
    .argument('<event>', 'a file with one EventBridge event, or - for standard input')
    .option('--config <file>', 'the configuration (default: slipway.yml in this folder, or the demo’s)')
    .option(
      '--stage <stage>',
      'look for slipway.<stage>.yml first, and in the table of stack slipway-<stage>',
    )
    .option('--table <name>', 'the stack’s table, with its inventory and its memory (or SLIPWAY_TABLE)')
    .option('--account <id>', 'your account, where ecr:DescribeRegistry is not allowed')
    .option('--region <region>', 'the Region (or AWS_REGION)')
    .option('--no-local', 'ask the account, even while a local world runs here')
    .option('--json', 'print one JSON document')
    .addHelpText('after', about)
    .action(async (file, { json, ...asked }) => {
      const { readEvent } = await import('./explain/read-event.ts');
      const given = await readEvent(file, io);
      const { explanation, against, notes } = await explain(given, asked, io);
      if (json === true) await printJson(io.stdout, { ...explanation, against, notes });
      else await printForPeople(explanation, { against, notes, io });
      io.finish(explanation.kind === 'not for Slipway' ? exitCodes.problems : exitCodes.ok);
    });
}

interface Explained {
  readonly explanation: Explanation;
  readonly against: string;
  readonly notes: readonly string[];
}

async function explain(given: GivenEvent, asked: Asked, io: Io): Promise<Explained> {
  const explainer = await explainerOf(given);
  const { source, 'detail-type': detailType, account, region, time } = given.envelope;
  const event = { source, detailType, account, region, time };
  if (explainer === undefined) {
    const reason = "Slipway acts on what comes to ECR and on ECS's events of deployments alone";
    return {
      explanation: { event, kind: 'not for Slipway', reason, targets: [] },
      against: 'nobody',
      notes: [],
    };
  }
  const { surroundings } = await import('./explain/surroundings.ts');
  const around = await surroundings(asked, io);
  const { says, ...found } = await explainer(given, around);
  const { against, notes } = around;
  return { explanation: { event: { ...event, says }, ...found }, against, notes };
}

type Explainer = (
  given: GivenEvent,
  around: Surroundings,
) => Promise<Omit<Explanation, 'event'> & { readonly says: string }>;

async function explainerOf({ envelope }: GivenEvent): Promise<Explainer | undefined> {
  switch (`${envelope.source} ${envelope['detail-type']}`) {
    case 'aws.ecr ECR Image Action':
    case 'aws.ecr ECR Replication Action':
    case 'aws.ecr ECR Pull Through Cache Action':
      return (await import('./explain/push.ts')).explainPush;
    case 'aws.ecs ECS Service Action':
      // Of those only what tells of a deployment.
      if (!String(envelope.detail?.['eventName']).startsWith('SERVICE_DEPLOYMENT_')) return undefined;
      return (await import('./explain/deployment.ts')).explainDeployment;
    case 'aws.ecs ECS Deployment State Change':
      return (await import('./explain/deployment.ts')).explainDeployment;
    default:
      return undefined;
  }
}

async function printForPeople(
  explanation: Explanation,
  { against, notes, io }: { readonly against: string; readonly notes: readonly string[]; readonly io: Io },
): Promise<void> {
  const { printExplanation } = await import('./explain/print.ts');
  await printExplanation(explanation, { stdout: io.stdout, against });
  for (const note of notes) await print(io.stderr, `${styled('yellow', 'note', io.stderr)}  ${note}`);
}
