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

export function wants({ only = {} }: Channel, notice: Notice): boolean {
  const { kinds, services, severity: least = 'info' } = only;
  return (
    (kinds === undefined || kinds.some((glob) => nameMatches(glob, notice.kind))) &&
    (services === undefined || services.some((glob) => concerns(notice, glob))) &&
    severities.indexOf(notice.severity) >= severities.indexOf(least)
  );
}

/** What concerns a cluster concerns each of its services, and what names none concerns everybody. */
function concerns(notice: Notice, glob: string): boolean {
  const { cluster, service } = notice;
  if (!('system' in notice)) return serviceMatches(glob, `${cluster}/${service}`);
  const { failed = [] } = notice.system;
  if (failed.length > 0) return failed.some((name) => serviceMatches(glob, name));
  const [clusterGlob = ''] = glob.split('/');
  return cluster === '' || nameMatches(clusterGlob, cluster);
}

/** What follows the cluster counts as one name: those of schedules and rules have slashes of their own, which no glob can name. */
function serviceMatches(glob: string, name: string): boolean {
  const [cluster = '', ...service] = name.split('/');
  return nameMatches(glob, `${cluster}/${service.join(':')}`);
}

/** One delivery for each channel, however the entries of `notify` are ordered. */
export function channelId({ slack }: Channel): string {
  return `slack-${key(slack.credentials).slice(0, 16)}`;
}
