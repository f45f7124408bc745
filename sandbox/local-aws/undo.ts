export type Undo = () => unknown;

export interface UndoList {
  add(undo: Undo): void;
  /** Undoes everything, the newest first, whatever fails on the way. A second call does nothing. */
  run(): Promise<void>;
}

export function undoList(): UndoList {
  const undos: Undo[] = [];
  return {
    add(undo) {
      undos.push(undo);
    },
    async run() {
      const faults: unknown[] = [];
      for (const undo of undos.splice(0).toReversed()) {
        try {
          await undo();
        } catch (fault) {
          faults.push(fault);
        }
      }
      if (faults.length > 0) throw new AggregateError(faults, 'Not everything could be stopped.');
    },
  };
}

/** Builds something in steps. When a step fails, what the earlier ones made is undone, and the fault is thrown. */
export async function building<T>(build: (undos: UndoList) => Promise<T>): Promise<T> {
  const undos = undoList();
  try {
    return await build(undos);
  } catch (fault) {
    await undos.run().catch(() => {});
    throw fault;
  }
}
