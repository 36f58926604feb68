/** What a call is made for: a purpose, within a job of the application or outside of any. */
export interface Work {
  readonly job: string | null;
  readonly purpose: string;
}

/** What was done for one purpose of one job. */
export interface UsedFor extends Work {
  /** Requests whose first byte was handed to the network. */
  readonly calls: number;
  /** Of the bodies of UPS's answers. */
  readonly bytes: number;
}

type Line = { -readonly [name in keyof UsedFor]: UsedFor[name] };

/** The work that a caller named: a text is a purpose outside of any job. */
export function workOf(purpose: string | Work): Work {
  return typeof purpose === 'string' ? { job: null, purpose } : { job: purpose.job, purpose: purpose.purpose };
}

/** Exact counts of what was done under one lease, in memory. They only ever rise. */
export class Usage {
  calls = 0;
  lastCallAt: Date | null = null;
  /** What the company's chain holds of it already. */
  entered: readonly UsedFor[] = [];
  /** Rises with every change of the counts. */
  revision = 0;
  /** The revision that the window's row holds. */
  writtenRevision = 0;
  /** By job, then by purpose. */
  readonly #jobs = new Map<string | null, Map<string, Line>>();

  /** A request is on its way. */
  call(work: Work, at: Date): void {
    this.calls += 1;
    this.lastCallAt = at;
    this.#line(work).calls += 1;
    this.revision += 1;
  }

  /** Its answer has come. */
  answer(work: Work, bytes: number): void {
    this.#line(work).bytes += bytes;
    this.revision += 1;
  }

  /** As they are now: later changes do not show in it. */
  get lines(): readonly UsedFor[] {
    return [...this.#jobs.values()].flatMap((purposes) => [...purposes.values()].map((line) => ({ ...line })));
  }

  #line({ job, purpose }: Work): Line {
    let purposes = this.#jobs.get(job);
    if (!purposes) this.#jobs.set(job, (purposes = new Map()));
    let line = purposes.get(purpose);
    if (!line) purposes.set(purpose, (line = { job, purpose, calls: 0, bytes: 0 }));
    return line;
  }
}

/** What was done since `before`; nothing for purposes without a change. */
export function usedSince(now: readonly UsedFor[], before: readonly UsedFor[]): UsedFor[] {
  return now.flatMap((line) => {
    const old = before.find(({ job, purpose }) => job === line.job && purpose === line.purpose);
    const used = { job: line.job, purpose: line.purpose, calls: line.calls - (old?.calls ?? 0), bytes: line.bytes - (old?.bytes ?? 0) };
    return used.calls > 0 || used.bytes > 0 ? [used] : [];
  });
}

/** Calls and bytes of all purposes together. */
export function totalOf(lines: readonly UsedFor[]): { calls: number; bytes: number } {
  return { calls: lines.reduce((sum, { calls }) => sum + calls, 0), bytes: lines.reduce((sum, { bytes }) => sum + bytes, 0) };
}
