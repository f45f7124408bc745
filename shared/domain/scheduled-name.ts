/** What stands for the service's name where a target is an EventBridge Scheduler schedule or a rule's target. */
export type ScheduledName =
  | { readonly kind: 'schedule'; readonly group: string; readonly name: string }
  | { readonly kind: 'rule'; readonly bus: string; readonly rule: string; readonly id: string };

const schedule = /^schedule:(?<group>[\w.-]{1,64})\/(?<name>[\w.-]{1,64})$/;
/** Names of buses of partners hold slashes; names of rules and targets do not. */
const rule = /^rule:(?<bus>[\w./-]{1,256})\/(?<rule>[\w.-]{1,64})\/(?<id>[\w.-]{1,64})$/;

/** `schedule:<group>/<name>` or `rule:<bus>/<rule>/<target id>`. */
export function scheduledName(name: ScheduledName): string {
  return name.kind === 'schedule'
    ? `schedule:${name.group}/${name.name}`
    : `rule:${name.bus}/${name.rule}/${name.id}`;
}

/** Undefined: it is a service. */
export function parseScheduledName(service: string): ScheduledName | undefined {
  const { group = '', name } = schedule.exec(service)?.groups ?? {};
  if (name !== undefined) return { kind: 'schedule', group, name };
  const { bus = '', rule: its = '', id } = rule.exec(service)?.groups ?? {};
  return id === undefined ? undefined : { kind: 'rule', bus, rule: its, id };
}

/** A service's name has letters, digits, `-` and `_` alone. */
export function isScheduled({ service }: { readonly service: string }): boolean {
  return service.includes(':');
}
