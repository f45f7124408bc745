import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';

const icons: Readonly<Record<string, string>> = {
  ':ship:': '🚢',
  ':white_check_mark:': '✅',
  ':rewind:': '⏪',
  ':x:': '❌',
  ':fast_forward:': '⏩',
  ':octagonal_sign:': '🛑',
  ':hand:': '✋',
  ':eyes:': '👀',
  ':hourglass:': '⌛',
  ':leftwards_arrow_with_hook:': '↩️',
  ':no_entry:': '⛔',
  ':lock:': '🔒',
  ':unlock:': '🔓',
  ':rotating_light:': '🚨',
  ':double_vertical_bar:': '⏸️',
  ':arrow_forward:': '▶️',
};

/** A Slack message in one line of a terminal. */
export function slackLine(message: JsonValue): string {
  const blocks = isJsonObject(message) && Array.isArray(message['blocks']) ? message['blocks'] : [];
  const texts = blocks.filter(isJsonObject).flatMap(textOf);
  return printable(texts.slice(0, -1).join('  '));
}

function textOf({ text }: JsonObject): readonly string[] {
  const body = isJsonObject(text) ? text['text'] : undefined;
  return [typeof body === 'string' ? plain(body) : ''];
}

function plain(markdown: string): string {
  const linked = markdown.replaceAll(/<[^|>]*\|([^>]*)>/g, '$1').replaceAll(/[*`]/g, '');
  const drawn = Object.entries(icons).reduce((text, [name, icon]) => text.replaceAll(name, icon), linked);
  return drawn
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s*\n\s*/g, '; ');
}

/** No control character of somebody's label reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·');
}

/** A push that leads to nothing, in a line. Untagged manifests, of which every push of an index has some, are not worth one. */
export function leftAlone(entry: Readonly<Record<string, unknown>>): string | undefined {
  const { outcome, reason } = entry;
  const said = (name: string) => (typeof entry[name] === 'string' ? entry[name] : '');
  const image = `${said('repository')}:${said('tag')}`;
  const why = [said('reason'), said('detail')].filter((words) => words !== '').join(': ');
  if (outcome === 'push unused') return printable(`${image}: no service runs it`);
  if (outcome === 'push ignored' && reason !== 'untagged') return printable(`${image} ignored: ${why}`);
  if (outcome !== 'service skipped') return undefined;
  return printable(`${said('cluster')}/${said('service')} leaves ${image} alone: ${why}`);
}
