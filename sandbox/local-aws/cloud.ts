import { type AdminConfig, adminOf, type Clients, clientsOf } from './clients.ts';
import { type EventFeed, eventFeed } from './event-feed.ts';
import { type Launcher, launcherAt } from './launcher-client.ts';
import { startMiniStack } from './ministack.ts';
import { findNode24 } from './node-24.ts';
import { ensurePython, type PythonPlace } from './python.ts';
import { building } from './undo.ts';

/** A running MiniStack and the ways into it. */
export interface Cloud {
  readonly url: string;
  readonly pid: number;
  readonly node: string;
  readonly admin: AdminConfig;
  readonly clients: Clients;
  readonly launcher: Launcher;
  readonly feed: EventFeed;
  /** What MiniStack wrote last, for the report of a failure. */
  tail(): string;
  close(): Promise<void>;
}

export interface CloudOptions extends PythonPlace {
  /** Told what went wrong in the background. */
  readonly onFault: (fault: unknown) => void;
}

export function startCloud(options: CloudOptions): Promise<Cloud> {
  return building(async (undos) => {
    const node = await findNode24(options.root);
    const python = await ensurePython(options);
    const ministack = await startMiniStack({ python, node });
    undos.add(() => ministack.stop());
    const admin = adminOf(ministack.url);
    const clients = clientsOf(admin);
    undos.add(() => clients.close());
    const launcher = launcherAt(ministack.url);
    const feed = eventFeed(clients.events, options.onFault);
    return {
      url: ministack.url,
      pid: ministack.pid,
      node,
      admin,
      clients,
      launcher,
      feed,
      tail: () => ministack.tail(),
      close: () => undos.run(),
    };
  });
}
