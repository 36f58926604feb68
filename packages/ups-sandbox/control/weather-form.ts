import { field } from '@wayleave/platform/http';

/** Kinds of weather that the page offers, and the order that each is without its details. */
export const weatherKinds = {
  slow: 'Slow: every answer waits',
  throttled: 'Too many requests: 429',
  unavailable: 'Down: 503 with a page instead of JSON',
  blocked: 'Blocked merchant: 403',
  cut: 'Cut off before the work is done',
  lost: 'Cut off after the work is done: the answer is lost',
  malformed: 'Half an answer: broken JSON',
  trickle: 'The answer trickles in',
} as const;
export type WeatherKind = keyof typeof weatherKinds;

/** The fields of the page's form, as typed. */
export interface WeatherForm {
  readonly endpoint: string;
  readonly kind: string;
  readonly application: string;
  readonly grant: string;
  readonly percent: string;
  readonly seed: string;
  readonly milliseconds: string;
  readonly jitter: string;
  readonly times: string;
  readonly seconds: string;
}

export const emptyForm: WeatherForm = {
  endpoint: 'all', kind: 'slow', application: '', grant: '', percent: '100', seed: '', milliseconds: '2000', jitter: '', times: '10', seconds: '',
};

export function readForm(body: unknown): WeatherForm {
  return Object.fromEntries(Object.keys(emptyForm).map((name) => [name, field(body, name).trim()])) as Record<keyof WeatherForm, string>;
}

/** The names that `readWeather` complains about, and the field of the form that each comes from. */
export const formFields: Readonly<Record<string, keyof WeatherForm>> = {
  endpoint: 'endpoint', application: 'application', grant: 'grant', share: 'percent', seed: 'seed', latency_ms: 'milliseconds', body_over_ms: 'milliseconds',
  jitter_ms: 'jitter', times: 'times', lasts_ms: 'seconds',
};

/** The order that a form stands for, as `readWeather` takes it. What is no number stays a text, which it refuses. */
export function toOrder(form: WeatherForm): Record<string, unknown> {
  const number = (name: string, text: string, factor = 1) => (text === '' ? {} : { [name]: Number.isNaN(Number(text)) ? text : Number(text) * factor });
  const own = (name: 'application' | 'grant') => (form[name] === '' ? {} : { [name]: form[name] });
  return {
    endpoint: form.endpoint, ...own('application'), ...own('grant'), ...number('share', form.percent, 0.01), ...number('seed', form.seed),
    ...number('times', form.times), ...number('lasts_ms', form.seconds, 1_000), ...faultOf(form, number),
  };
}

function faultOf(form: WeatherForm, number: (name: string, text: string) => Record<string, unknown>): Record<string, unknown> {
  switch (form.kind) {
    case 'throttled': case 'unavailable': case 'blocked': return { refusal: form.kind };
    case 'cut': return { cut: true };
    case 'lost': return { cut: true, processed: true };
    case 'malformed': return { malformed: true };
    case 'trickle': return number('body_over_ms', form.milliseconds);
    default: return { ...number('latency_ms', form.milliseconds), ...number('jitter_ms', form.jitter) };
  }
}
