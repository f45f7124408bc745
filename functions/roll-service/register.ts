import { asText, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { registered, registering } from '../../shared/domain/target/advance.ts';
import { compare } from '../../shared/domain/task-definition/compare.ts';
import { readDescribed } from '../../shared/domain/task-definition/revise.ts';
import { OutcomeUnknown, Refused, Unavailable } from '../../shared/faults.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
import { findRegistered } from './adopt.ts';
import type { Deps, End, Registering } from './deps.ts';
import { refused } from './end.ts';

export type Registered =
  | End
  | { readonly kind: 'registered'; readonly revision: string }
  | { readonly kind: 'lost turn' };

/** So many paths tell where to look; the log has all of them. */
const lostTold = 10;

/** Where to look again for a revision whose registration got no answer. */
const looksMs = [500, 2_000, 5_000];

/**
 * RegisterTaskDefinition is not idempotent: it is written down before it is called, called once, and after an unknown outcome
 * looked for before anybody calls it again.
 */
export async function registerRevision(turn: Registering, deps: Deps): Promise<Registered> {
  const mayExist = turn.rollout.phase === 'registering';
  const noted = await note(turn, deps);
  if (noted === undefined) return { kind: 'lost turn' };
  const earlier = mayExist ? await findRegistered({ ...turn, since: noted }, deps) : undefined;
  if (earlier !== undefined) return adopt(turn, earlier, deps);
  try {
    const answer = await deps.definitions.register(turn.input);
    return await checkAnswer(turn, answer, deps);
  } catch (error) {
    if (error instanceof Refused) return refused(turn, error, deps.clock.now());
    if (!(error instanceof OutcomeUnknown)) throw error;
    return searchFor({ ...turn, since: noted }, { deps, error });
  }
}

/** Since when a revision may exist that nobody has recorded. */
async function note({ name, rollout, base, carries }: Registering, deps: Deps): Promise<number | undefined> {
  const at = deps.clock.now();
  const { generation } = rollout;
  const step = await changeTarget({ table: deps.table, now: at }, name, (target) =>
    target === undefined ? undefined : registering(target, { generation, at, base, carries }),
  );
  return step?.target.rollouts.find((one) => one.generation === generation)?.registeringSince;
}

function checkAnswer(turn: Registering, answer: JsonObject, deps: Deps): Promise<Registered> {
  const { taskDefinition, tags } = readDescribed(answer);
  const { lost, added } = compare(
    turn.input,
    tags === undefined ? taskDefinition : { ...taskDefinition, tags },
  );
  const revision = asText(taskDefinition['taskDefinitionArn']) ?? '';
  deps.journal.record({ outcome: 'revision registered', ...turn.name, revision, lost, added });
  if (lost.length > 0) {
    const reason = `ECS stored ${revision} differently from what was sent (${lost.slice(0, lostTold).join(', ')}); the service was not touched`;
    return Promise.resolve({ kind: 'end', outcome: 'failed', reason });
  }
  return adopt(turn, revision, deps);
}

async function adopt({ name, rollout }: Registering, revision: string, deps: Deps): Promise<Registered> {
  const { generation } = rollout;
  const step = await changeTarget({ table: deps.table, now: deps.clock.now() }, name, (target) =>
    target === undefined ? undefined : registered(target, { generation, revision }),
  );
  return step === undefined ? { kind: 'lost turn' } : { kind: 'registered', revision };
}

async function searchFor(
  turn: Registering & { readonly since: number },
  { deps, error }: { readonly deps: Deps; readonly error: OutcomeUnknown },
): Promise<Registered> {
  for (const ms of looksMs) {
    await deps.clock.pause(ms);
    const revision = await findRegistered(turn, deps);
    deps.journal.record({ outcome: 'looked for an unanswered revision', ...turn.name, revision });
    if (revision !== undefined) return adopt(turn, revision, deps);
  }
  throw new Unavailable('RegisterTaskDefinition got no answer and left no revision so far', { cause: error });
}
