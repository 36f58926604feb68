type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Metrics, read strictly. */
export interface Exposition {
  readonly text: string;
  /** By name, without those that show nothing now. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  /** The sum over the series of this name that have these labels among theirs; null when there is no such series. */
  value(name: string, labels?: Labels): number | null;
}

const namePattern = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const helpLine = new RegExp(`^# HELP (${namePattern}) ((?:[^\\\\]|\\\\\\\\|\\\\n)+)$`);
const typeLine = new RegExp(`^# TYPE (${namePattern}) (counter|gauge|histogram|summary|untyped)$`);
const sampleLine = new RegExp(`^(${namePattern})(?:\\{(.+)\\})? (\\S+)$`);
const labelPair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/;
/** Prometheus reads numbers as Go does, to which `Nan` is one. */
const number = /^(?:[+-]?Inf|NaN|Nan|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const suffixes: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] };

/**
 * Reads Prometheus's text format 0.0.4 more strictly than Prometheus does: help and type before the series of a metric, all its
 * lines together, no series twice, histograms whole. Throws an Error that quotes the first line that is not so.
 */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const series = new Set<string>();
  let helped = '';
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const wrong = (why: string) => new Error(`${why}: ${line}`);
    if (line === '') continue;
    const help = helpLine.exec(line);
    const type = typeLine.exec(line);
    if (help?.[1]) {
      helped = help[1];
    } else if (type?.[1] && type[2]) {
      if (type[1] !== helped) throw wrong('A type without its help');
      if (types.has(type[1])) throw wrong('A metric comes twice');
      if (type[2] === 'counter' && !type[1].endsWith('_total')) throw wrong('A counter whose name does not say so');
      current = type[1];
      types.set(current, type[2]);
    } else {
      const sample = readSample(line);
      if (!sample) throw wrong('Not a line of the format');
      const endings = suffixes[types.get(current) ?? ''] ?? [''];
      if (!endings.some((ending) => sample.name === current + ending)) throw wrong(`Among the series of ${current}`);
      const identity = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (series.has(identity)) throw wrong('A series comes twice');
      series.add(identity);
      samples.push(sample);
    }
  }
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, samples);
  return {
    text,
    types,
    samples,
    value(name, labels = {}) {
      const found = samples.filter((sample) => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value));
      return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

function readSample(line: string): Sample | null {
  const [, name, labelText = '', value = ''] = sampleLine.exec(line) ?? [];
  if (!name || !number.test(value)) return null;
  const labels: Record<string, string> = {};
  for (let rest = labelText; rest !== '';) {
    const [pair, label, text] = labelPair.exec(rest) ?? [];
    if (pair === undefined || label === undefined || text === undefined || Object.hasOwn(labels, label)) return null;
    labels[label] = text;
    rest = rest.slice(pair.length);
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

/** Buckets rise up to one for everything, which holds as many as were counted. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const own = (ending: string) => samples.filter((sample) => sample.name === name + ending);
  const keyOf = ({ labels: { le: _, ...labels } }: Sample) => JSON.stringify(Object.entries(labels).sort());
  for (const count of own('_count')) {
    const buckets = own('_bucket').filter((bucket) => keyOf(bucket) === keyOf(count));
    const bounds = buckets.map(({ labels }) => Number((labels['le'] ?? '').replace('Inf', 'Infinity')));
    const rises = (values: readonly number[]) => values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
    const isWhole = rises(bounds) && rises(buckets.map(({ value }) => value)) && bounds.at(-1) === Infinity && buckets.at(-1)?.value === count.value;
    if (!isWhole || !own('_sum').some((sum) => keyOf(sum) === keyOf(count))) throw new Error(`The histogram ${name} is not whole: ${keyOf(count)}`);
  }
  if (own('_bucket').some((bucket) => !own('_count').some((count) => keyOf(count) === keyOf(bucket)))) throw new Error(`The histogram ${name} has buckets without a count`);
}
