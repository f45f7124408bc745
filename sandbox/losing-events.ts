import type { Emit } from './world-types.ts';

/** What ECR says of a repository is lost while something runs. */
export type LosingEvents = <T>(repository: string, run: () => Promise<T>) => Promise<T>;

/** ECR's way to the event bus, on which events can be lost: ECR sends them as best it can. */
export function lossyEmit(emit: Emit): { readonly emit: Emit; readonly losingEvents: LosingEvents } {
  const lost = new Map<string, number>();
  const count = (repository: string, more: 1 | -1) =>
    lost.set(repository, (lost.get(repository) ?? 0) + more);
  return {
    emit(event) {
      const repository = event.detail['repository-name'];
      if (typeof repository === 'string' && (lost.get(repository) ?? 0) > 0) return;
      emit(event);
    },
    async losingEvents(repository, run) {
      count(repository, 1);
      try {
        return await run();
      } finally {
        count(repository, -1);
      }
    },
  };
}
