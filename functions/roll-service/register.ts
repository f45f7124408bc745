import { asText, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { registered, registering } from '../../shared/domain/target/advance.ts';
import { rolloutId, type Target } from '../../shared/domain/target/state.ts';
import { compare } from '../../shared/domain/task-definition/compare.ts';
import { readDescribed, withRolloutTag } from '../../shared/domain/task-definition/revise.ts';
import { OutcomeUnknown, Refused, Throttled, Unavailable } from '../../shared/faults.ts';
import { isPaused } from '../../shared/records/control-record.ts';
import {
  claimSoon,
  deferRegistration,
  type Mine,
  noteRegistered,
  registrationKey,
  releaseRegistration,
} from '../../shared/records/registration-record.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import { findRegistered } from './adopt.ts';
import type { Deps, Done, End, Registering, Turn } from './deps.ts';
import { refused } from './end.ts';
import { laneOf, park, wait, waitAfterThrottling } from './later.ts';
import { takeSlot } from './pace.ts';
import { whyOf } from './why.ts';

export type Registered =
  | End
  | { readonly kind: 'registered'; readonly revision: string }
  | { readonly kind: 'not yet'; readonly done: Done };

const lostTurn: Registered = { kind: 'not yet', done: 'lost turn' };

/** So many paths tell where to look; the log has all of them. */
const lostTold = 10;

/** Where to look again for a revision whose registration got no answer. */
const looksMs = [500, 2_000, 5_000];

export interface Wanting extends Registering {
  readonly target: Target;
}

interface Claim extends Wanting {
  /** Names the registration, which others may want too. */
  readonly id: string;
  readonly mine: Mine;
}

/**
 * RegisterTaskDefinition is not idempotent: it is written down before it is called, called once for all who want the same, and
 * after an unknown outcome looked for before anybody calls it again.
 */
export async function registerRevision(turn: Wanting, deps: Deps): Promise<Registered> {
  const { input } = turn;
  const id = registrationKey(input, whyOf(turn, turn.target));
  const claimed = await claimSoon(deps, id, {
    rollout: own(turn),
    base: turn.base,
    running: turn.running,
  });
  switch (claimed.kind) {
    case 'registered':
      return use(turn, claimed.revision, deps);
    case 'busy':
      return { kind: 'not yet', done: await wait(turn, { call: 'turn', at: claimed.at }, deps) };
    default:
      return registerMine({ ...turn, id, mine: known(turn, claimed), input: tagged(input, claimed) }, deps);
  }
}

function own({ name, rollout }: Registering): string {
  return rolloutId(name, rollout.generation);
}

/** An attempt of the version before left its trace in the rollout alone. */
function known({ rollout }: Registering, mine: Mine): Mine {
  const { phase, registeringSince } = rollout;
  return phase === 'registering' && registeringSince !== undefined
    ? { ...mine, lookFirst: true, since: Math.min(mine.since, registeringSince) }
    : mine;
}

function tagged(input: JsonObject, { rollout }: Mine): JsonObject {
  return withRolloutTag(input, rollout);
}

async function registerMine(claim: Claim, deps: Deps): Promise<Registered> {
  const { mine, rollout } = claim;
  const earlier = mine.lookFirst ? await findRegistered(whereToLook(claim), deps) : undefined;
  if (earlier !== undefined) return (await note(claim, deps)) ? shared(claim, earlier, deps) : lostTurn;
  const reserved = rollout.slot?.call === 'register' ? rollout.slot.at : undefined;
  const slot = await takeSlot({ api: 'register', lane: laneOf(rollout), reserved }, deps);
  if (slot.kind === 'later') {
    await deferRegistration(deps.table, claim.id, { rollout: own(claim), slotAt: slot.at });
    return { kind: 'not yet', done: await wait(claim, { call: 'register', at: slot.at }, deps) };
  }
  if (await isPaused(deps.table)) {
    await release(claim, deps);
    return { kind: 'not yet', done: await park(claim, deps) };
  }
  return (await note(claim, deps)) ? callRegister(claim, deps) : lostTurn;
}

function whereToLook(claim: Claim) {
  const { since, base = claim.base } = claim.mine;
  return { ...claim, base, since };
}

/** Whoever could have left a revision behind keeps the claim, and looks again before anybody registers. */
async function release(claim: Claim, { table }: Deps): Promise<void> {
  if (!claim.mine.lookFirst) await releaseRegistration(table, claim.id, own(claim));
}

async function callRegister(claim: Claim, deps: Deps): Promise<Registered> {
  try {
    const answer = await deps.definitions.register(claim.input);
    return await checkAnswer(claim, answer, deps);
  } catch (error) {
    if (error instanceof OutcomeUnknown) return searchFor(claim, { deps, error });
    if (!(error instanceof Refused) && !(error instanceof Throttled)) throw error;
    await release(claim, deps);
    if (error instanceof Refused) return refused(claim, error, deps.clock.now());
    return { kind: 'not yet', done: await waitAfterThrottling(claim, 'register', deps) };
  }
}

/** From here on a revision may exist that nobody has recorded. */
async function note(
  { name, rollout, base, carries, holds }: Omit<Registering, 'input' | 'running'>,
  deps: Deps,
): Promise<boolean> {
  const at = deps.clock.now();
  const { generation } = rollout;
  const step = await changeKnown({ table: deps.table, now: at }, name, (target) =>
    registering(target, { generation, at, base, carries, holds }),
  );
  return step !== undefined;
}

function checkAnswer(claim: Claim, answer: JsonObject, deps: Deps): Registered | Promise<Registered> {
  const { taskDefinition, tags } = readDescribed(answer);
  const { lost, added } = compare(
    claim.input,
    tags === undefined ? taskDefinition : { ...taskDefinition, tags },
  );
  const revision = asText(taskDefinition['taskDefinitionArn']) ?? '';
  deps.journal.record({ outcome: 'revision registered', ...claim.name, revision, lost, added });
  if (lost.length > 0) {
    const reason = `ECS stored ${revision} differently from what was sent (${lost.slice(0, lostTold).join(', ')}); the service was not touched`;
    return { kind: 'end', outcome: 'failed', reason };
  }
  return shared(claim, revision, deps);
}

async function shared(claim: Claim, revision: string, deps: Deps): Promise<Registered> {
  await noteRegistered(deps.table, claim.id, { revision, now: deps.clock.now() });
  return adopt(claim, revision, deps);
}

/** Somebody registered it for another target: this one's state says what it is a clone of, and what it carries. */
export async function use(
  turn: Omit<Registering, 'input' | 'running'>,
  revision: string,
  deps: Deps,
): Promise<Registered> {
  return (await note(turn, deps)) ? adopt(turn, revision, deps) : lostTurn;
}

async function adopt(turn: Turn, revision: string, deps: Deps): Promise<Registered> {
  const { name, rollout } = turn;
  const step = await changeKnown({ table: deps.table, now: deps.clock.now() }, name, (target) =>
    registered(target, { generation: rollout.generation, revision }),
  );
  return step === undefined ? lostTurn : { kind: 'registered', revision };
}

async function searchFor(
  claim: Claim,
  { deps, error }: { readonly deps: Deps; readonly error: OutcomeUnknown },
): Promise<Registered> {
  for (const ms of looksMs) {
    await deps.clock.pause(ms);
    const revision = await findRegistered(whereToLook(claim), deps);
    deps.journal.record({ outcome: 'looked for an unanswered revision', ...claim.name, revision });
    if (revision !== undefined) return shared(claim, revision, deps);
  }
  throw new Unavailable('RegisterTaskDefinition got no answer and left no revision so far', { cause: error });
}
