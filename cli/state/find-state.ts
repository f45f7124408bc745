import { Unavailable } from '../../shared/faults.ts';
import { localHome, localStack, type WorldFile } from '../../shared/local-world.ts';
import type { Images, Queue, Table } from '../../shared/ports.ts';
import { findWorld, localCredentials } from '../explain/local-world.ts';
import type { Terminal } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import type { Place } from './place.ts';

/** Where Slipway keeps what it knows, and takes commands. The table is for reading alone. */
export interface State {
  readonly table: Table;
  readonly rollouts: Queue;
  readonly images: Images;
  /** Whose registry `images` asks. */
  readonly home: { readonly account: string; readonly region: string };
  /** In words, for a person. */
  readonly where: string;
}

/** The stack of a stage where one is named, else the local world that runs here. */
export async function findState(place: Place, terminal: Terminal): Promise<State> {
  const named = stackOf(place);
  const world = named === undefined && place.local ? await findWorld(terminal) : undefined;
  if (world !== undefined) return inWorld(world);
  const stack = named ?? stackOf({ stage: terminal.env['SLIPWAY_STAGE'] });
  if (stack === undefined) {
    throw new UsageError(
      'no local world runs here: name the stack with --stage (or SLIPWAY_STAGE) or --stack',
    );
  }
  const { stackState } = await import('../../shared/aws/stack-state.ts');
  const state = await stackState({ stack, region: place.region });
  return { ...state, where: `stack ${stack} in ${state.home.region}` };
}

/** As `serverless deploy` names it. */
function stackOf({ stage, stack }: Pick<Place, 'stage' | 'stack'>): string | undefined {
  return stack ?? (stage === undefined || stage === '' ? undefined : `slipway-${stage}`);
}

async function inWorld({ world, endpoints }: WorldFile): Promise<State> {
  const { region } = localHome;
  const where = `the running local world (${world})`;
  if (endpoints.aws !== undefined) {
    const { stackState } = await import('../../shared/aws/stack-state.ts');
    const at = { aws: endpoints.aws, ecr: endpoints.registry };
    const state = await stackState({
      stack: localStack,
      region,
      credentials: localCredentials,
      endpoints: at,
    });
    return { ...state, home: localHome, where };
  }
  if (endpoints.state === undefined) {
    throw new Unavailable(`${where} does not say where its state is: start it again with \`npm start\``);
  }
  const [{ embeddedState }, { readingPorts }] = await Promise.all([
    import('./embedded-state.ts'),
    import('../../shared/aws/reading.ts'),
  ]);
  const ports = { ecs: endpoints.ecs, ecr: endpoints.registry };
  const { images } = readingPorts({ region, credentials: localCredentials, endpoints: ports });
  return { ...embeddedState(endpoints.state), images, home: localHome, where };
}
