/** Runs in place of each call of a port's method; `call` makes the call itself. */
export type Watch = (method: string, call: () => unknown) => unknown;

/** The same port with somebody watching. */
function around<Port extends object>(port: Port, watch: Watch): Port {
  return new Proxy(port, {
    get(_target, property) {
      const member: unknown = Reflect.get(port, property, port);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) =>
        watch(String(property), () => Reflect.apply(member, port, args) as unknown);
    },
  });
}

/** Every port of a flow with somebody watching; what is no port stays as it is. */
export function aroundAll<Ports extends object>(ports: Ports, watch: Watch): Ports {
  const watched = Object.entries(ports).map(([name, port]: [string, unknown]) => [
    name,
    isPort(port) ? around(port, (method, call) => watch(`${name}.${method}`, call)) : port,
  ]);
  return Object.fromEntries(watched) as Ports;
}

/** Plain objects and lists are settings; ports have methods. */
function isPort(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return (proto !== Object.prototype && !(value instanceof Set)) || Object.values(value).some(isMethod);
}

function isMethod(value: unknown): boolean {
  return typeof value === 'function';
}

export class Crash extends Error {
  override readonly name = 'Crash';
}

const never = new Set(['clock.now', 'journal.record', 'definitions.revisions']);

/** The process dies right before or right after its n-th call of a port, and calls nobody ever after. */
export function crashAt(
  n: number,
  when: 'before' | 'after',
): { readonly watch: Watch; readonly hit: () => boolean } {
  let calls = 0;
  let dead = false;
  const die = () => {
    dead = true;
    throw new Crash(`${when} call ${n}`);
  };
  const watch: Watch = (method, call) => {
    if (dead) throw new Crash('dead');
    if (never.has(method)) return call();
    calls += 1;
    const mine = calls === n;
    if (mine && when === 'before') die();
    return mine ? Promise.resolve(call()).then(die) : call();
  };
  return { watch, hit: () => dead };
}

/** Does something once, right before or after the first call of that name. */
export function onCall(name: string, when: 'before' | 'after', act: () => unknown): Watch {
  let done = false;
  const acting = async (call: () => unknown) => {
    if (when === 'before') await act();
    const answer = await call();
    if (when === 'after') await act();
    return answer;
  };
  return (method, call) => {
    if (done || method !== name) return call();
    done = true;
    return acting(call);
  };
}
