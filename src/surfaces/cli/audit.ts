import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {grouped, size} from '../../core/projections/call-title.ts';
import {shortened, type Shortened} from '../../core/projections/shortened.ts';
import {replay as foldAll} from '../../core/log/fold.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import {oneLine} from './format/one-line.ts';
import {table} from './format/table.ts';
import type {Io} from './io.ts';
import {knownRecords} from './known-records.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter} from './paint.ts';

export type AuditOptions = Named & {json: boolean};

/** `agent audit`: every output that was shortened, with its receipt. As JSON: `{v: 1, session, outputs: […], total}`. */
export async function audit({json, ...named}: AuditOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  const records: Recorded[] = await Array.fromAsync(knownRecords(id, program));
  const {outputs, total} = foldAll(shortened, records);
  if (json) io.print(JSON.stringify({v: 1, session: id, outputs, total}, null, 2));
  else if (outputs.length === 0) io.progress(`Session ${id}: none of its ${total.outputs} outputs was shortened.`);
  else
    io.print(
      [...rows(outputs, io), '', summary(total), `See the whole of one: agent audit show ${outputs[0]?.call ?? '1.1'} ${id}`].join('\n'),
    );
  return 0;
}

function rows(outputs: readonly Shortened[], io: Io): readonly string[] {
  const columns = [
    {title: 'call'},
    {title: 'tool', grow: true},
    {title: 'bytes', align: 'right' as const},
    {title: 'lines', align: 'right' as const},
    {title: 'head', align: 'right' as const},
    {title: 'tail', align: 'right' as const},
    {title: 'dropped', align: 'right' as const},
    {title: 'saved', align: 'right' as const},
    {title: 'sha256'},
  ];
  const lines = outputs.map(({call, title, excerpt, saved}) => [
    call,
    oneLine(title),
    size(excerpt.total.bytes),
    grouped(excerpt.total.lines),
    String(excerpt.kept_head_lines),
    String(excerpt.kept_tail_lines),
    grouped(excerpt.truncated_lines_count),
    `${grouped(saved)} tok`,
    excerpt.stdout_sha256.slice(0, 12),
  ]);
  return table(columns, lines, {width: io.columns, head: text => painter(io.color.stdout)('bold', text)});
}

const summary = ({
  outputs,
  shortened: count,
  bytes,
  shown,
  saved,
}: {
  outputs: number;
  shortened: number;
  bytes: number;
  shown: number;
  saved: number;
}): string => `${count} of ${outputs} outputs shortened · ${size(bytes)} in, ${size(shown)} shown · about ${grouped(saved)} tokens saved`;
