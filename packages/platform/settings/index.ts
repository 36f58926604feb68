/** One or more settings are missing or wrong. The message has one sentence for each, saying how to mend it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads named settings and notes what is wrong instead of stopping at the first; see `readSettings`. */
export class SettingsReader {
  readonly problems: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Notes a problem found by comparing several settings. */
  problem(sentence: string): void {
    this.problems.push(sentence);
  }

  /** A text; without a default it must be set. An empty value counts as not set. */
  text(name: string, otherwise?: string): string {
    const value = this.optionalText(name) ?? otherwise;
    if (value === undefined) this.problem(`${name} is not set. Set it and start again.`);
    return value ?? '';
  }

  optionalText(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** A whole number within bounds. */
  integer(name: string, otherwise: number, bounds: { min: number; max: number }): number {
    const text = this.optionalText(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (/^-?\d{1,15}$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
    this.problem(`${name} is "${text}"; it must be a whole number from ${bounds.min} to ${bounds.max}.`);
    return otherwise;
  }

  /** An http or https URL. */
  url(name: string, otherwise?: string): URL {
    const text = this.text(name, otherwise);
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
    if (text !== '') this.problem(`${name} is "${text}"; it must be an address that begins with https:// or http://.`);
    return new URL('http://invalid.invalid');
  }

  choice<T extends string>(name: string, values: readonly T[], otherwise: T): T {
    const text = this.optionalText(name);
    if (text === undefined) return otherwise;
    const found = values.find((value) => value === text);
    if (found === undefined) this.problem(`${name} is "${text}"; it must be one of ${values.join(', ')}.`);
    return found ?? otherwise;
  }

  /** A comma-separated list; empty when not set. */
  list(name: string): string[] {
    return (this.optionalText(name) ?? '').split(',').map((item) => item.trim()).filter((item) => item !== '');
  }
}

/** Runs `read` over the environment and throws one SettingsError with everything that was wrong. */
export function readSettings<T>(environment: Environment, read: (settings: SettingsReader) => T): T {
  const reader = new SettingsReader(environment);
  const result = read(reader);
  if (reader.problems.length > 0) throw new SettingsError(reader.problems);
  return result;
}
