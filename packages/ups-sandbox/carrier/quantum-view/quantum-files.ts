import type { Report } from '../../world/world.js';
import { fileName, windowBegin, windowOf, windowWrittenFrom, type FileClock } from './file-clock.js';
import { filedRecords, type FiledRecord } from './filed-record.js';

/** A file of a subscription: what was reported within a few minutes. */
export interface QuantumFile {
  readonly name: string;
  readonly records: readonly FiledRecord[];
}

/** More of one window go into a second file. */
const mostRecords = 200;

export interface FileQuery {
  readonly clock: FileClock;
  /** When the files were written, in milliseconds since 1970; both ends belong to it. */
  readonly fromMs: number;
  readonly throughMs: number;
  /** What the world reports from one instant up to another, in the order in which it does. */
  reports(fromMs: number, untilMs: number): AsyncIterable<Report>;
}

/** The files written within a time, oldest first. They are made as they are read; the same question gives the same files. */
export async function* quantumFiles({ clock, fromMs, throughMs, reports }: FileQuery): AsyncGenerator<QuantumFile> {
  const first = windowWrittenFrom(fromMs);
  const afterLast = windowWrittenFrom(throughMs + 1);
  if (first >= afterLast) return;
  let window = first;
  let gathered: FiledRecord[] = [];
  for await (const { parcel, scan } of reports(windowBegin(first), windowBegin(afterLast))) {
    const records = filedRecords(parcel, scan);
    if (records.length === 0) continue;
    const current = windowOf(scan.reportedMs);
    if (current !== window) {
      yield* cut(clock, window, gathered);
      window = current;
      gathered = [];
    }
    gathered.push(...records);
  }
  yield* cut(clock, window, gathered);
}

function* cut(clock: FileClock, window: number, records: readonly FiledRecord[]): Generator<QuantumFile> {
  for (let begin = 0; begin < records.length; begin += mostRecords) {
    yield { name: fileName(clock, window, begin / mostRecords + 1), records: records.slice(begin, begin + mostRecords) };
  }
}
