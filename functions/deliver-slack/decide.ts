import { key } from '../../shared/domain/key.ts';
import { nameMatches } from '../../shared/domain/name-glob.ts';
import { type Notice, type Severity, severities } from '../../shared/domain/notice.ts';

export interface Filter {
  readonly kinds?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
  readonly severity?: Severity | undefined;
}

/** A place in Slack that wants to hear of some notices. */
export interface Channel {
  readonly slack: { readonly credentials: string };
  readonly only?: Filter | undefined;
}

export function wants({ only = {} }: Channel, { kind, cluster, service, severity }: Notice): boolean {
  const { kinds, services, severity: least = 'info' } = only;
  return (
    (kinds === undefined || kinds.some((glob) => nameMatches(glob, kind))) &&
    (services === undefined || services.some((glob) => nameMatches(glob, `${cluster}/${service}`))) &&
    severities.indexOf(severity) >= severities.indexOf(least)
  );
}

/** One delivery for each channel, however the entries of `notify` are ordered. */
export function channelId({ slack }: Channel): string {
  return `slack-${key(slack.credentials).slice(0, 16)}`;
}
