import type {ConfigValues, LoadedConfig, Origin} from '../../ports/config.ts';
import {oneLine} from './format/one-line.ts';

/** One setting by its dotted key. */
export type Setting = {key: string; value: unknown; origin: Origin};

/** Every setting, table by table. A list is one value, but each rule is one of its own; a table without entries is none. */
export function settingsOf({values, origins, rules}: Pick<LoadedConfig, 'values' | 'origins' | 'rules'>): Setting[] {
  const settings = leaves('', values).map(([key, value]): Setting => ({key, value, origin: originOf(key, origins)}));
  const granted = rules.map(({effect, tool, pattern, origin}): Setting => ({
    key: `rules.${effect}`,
    value: pattern === undefined ? tool : `${tool} ${pattern}`,
    origin,
  }));
  return [...settings, ...granted];
}

/** As it stands in a file: text without quotes, nothing as `none`. */
export function valueText(value: unknown): string {
  if (value === null) return 'none';
  return typeof value === 'string' ? oneLine(value) : JSON.stringify(value);
}

export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'environment':
      return `environment ${origin.name}`;
    case 'flag':
      return 'command line';
    default:
      return `${origin.kind === 'flag-file' ? '--config' : origin.kind} ${origin.file}${origin.line === null ? '' : `:${origin.line}`}`;
  }
}

function leaves(prefix: string, value: ConfigValues | object): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): [string, unknown][] => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? leaves(key, inner) : [[key, inner]];
  });
}

/** The longest part of the key that has an origin: a whole table may have come from one place. */
function originOf(key: string, origins: LoadedConfig['origins']): Origin {
  for (let part = key; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) {
    const origin = origins.get(part);
    if (origin !== undefined) return origin;
  }
  return {kind: 'default'};
}
