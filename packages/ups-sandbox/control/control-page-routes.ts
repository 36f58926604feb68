import { InvalidForm } from '@wayleave/platform/errors';
import { csrfToken, field, seeOther, sendPage } from '@wayleave/platform/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerForm } from '../ui/answer-form.js';
import type { FieldErrors } from '../ui/form.js';
import { ControlLogInPage } from './control-pages.js';
import type { ControlSessions } from './control-session.js';
import type { ControlFunctions } from './control.js';
import { LedgerPage, type LedgerFilters } from './ledger-page.js';
import { emptyForm, formFields, readForm, toOrder, type WeatherForm } from './weather-form.js';
import { WeatherPage } from './weather-page.js';

const shown = 200;
const hourMs = 3_600_000;

/** The pages of control: weather and ledger, for a browser on this machine in which the control token was typed once. */
export function registerControlPages(app: FastifyInstance, deps: { control: ControlFunctions; sessions: ControlSessions }): void {
  const { control, sessions } = deps;
  const options = { config: { csrf: 'browser' }, onRequest: async (request: FastifyRequest) => sessions.requireNear(request) } as const;

  /** Serves a page of control, or the form that opens it. */
  const opened = (serve: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) => async (request: FastifyRequest, reply: FastifyReply) => (
    await sessions.isOpen(request) ? serve(request, reply) : sendPage(reply, ControlLogInPage({ csrf: csrfToken(request), errors: {} }), { status: 401 })
  );

  const showWeather = async (request: FastifyRequest, reply: FastifyReply, given: { form?: WeatherForm; errors?: FieldErrors; status?: number } = {}) => {
    const [due, applications] = await Promise.all([control.weather(), control.applications()]);
    const { form = emptyForm, errors = {}, status = 200 } = given;
    return sendPage(reply, WeatherPage({ csrf: csrfToken(request), due, applications, now: control.now(), form, errors }), { status });
  };

  app.post('/control-log-in', options, (request, reply) => {
    const show = (errors: FieldErrors, status: number) => sendPage(reply, ControlLogInPage({ csrf: csrfToken(request), errors }), { status });
    return answerForm(reply, 'token', async () => {
      if (await sessions.open(request, reply, field(request.body, 'token').trim())) return seeOther(reply, '/weather');
      return show({ token: 'This is not the control token of this stand-in.' }, 422);
    }, show);
  });
  app.post('/control-log-out', options, async (request, reply) => {
    await sessions.close(request, reply);
    return seeOther(reply, '/');
  });

  app.get('/weather', options, opened((request, reply) => showWeather(request, reply)));
  app.post('/weather', options, opened(async (request, reply) => {
    const form = readForm(request.body);
    try {
      await control.orderWeather(toOrder(form));
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      return showWeather(request, reply, { form, errors: toFormErrors(error.fields), status: error.status });
    }
    return seeOther(reply, '/weather');
  }));
  app.post('/weather/clear', options, opened(async (_request, reply) => {
    await control.clearWeather();
    return seeOther(reply, '/weather');
  }));
  app.post('/weather/clock', options, opened(async (request, reply) => {
    const typed = field(request.body, 'hours').trim();
    const ms = Math.round(Number(typed === '' ? 'x' : typed) * hourMs);
    return answerForm(reply, 'hours', async () => {
      await control.advanceClock(ms);
      return seeOther(reply, '/weather');
    }, (_errors, status) => showWeather(request, reply, { errors: { hours: 'Type a number of hours that keeps the clock within 20 years of the real time.' }, status }));
  }));

  app.get('/ledger', options, opened(async (request, reply) => {
    const filters = readFilters(request.query);
    const [since, until] = [instantOf(filters.since), instantOf(filters.until)];
    const wrong = 'Type an instant such as 2026-01-31 12:00:00.';
    const errors = { ...(since === null ? { since: wrong } : {}), ...(until === null ? { until: wrong } : {}) };
    const [applications, entries] = await Promise.all([
      control.applications(),
      since === null || until === null ? [] : control.ledger({ since, until, application: filters.application || undefined, grant: filters.grant || undefined }),
    ]);
    const newest = entries.slice(-shown).reverse();
    const status = Object.keys(errors).length > 0 ? 422 : 200;
    return sendPage(reply, LedgerPage({ csrf: csrfToken(request), filters, errors, applications, entries: newest, found: entries.length }), { status });
  }));
}

function toFormErrors(fields: FieldErrors): FieldErrors {
  return Object.fromEntries(Object.entries(fields).map(([name, sentence]) => [formFields[name] ?? 'kind', sentence]));
}

function readFilters(query: unknown): LedgerFilters {
  const value = (name: string) => field(query, name).trim();
  return { since: value('since'), until: value('until'), application: value('application'), grant: value('grant') };
}

/** What was typed, read as UTC; undefined when nothing was, null when it is no instant. */
function instantOf(typed: string): Date | undefined | null {
  if (typed === '') return undefined;
  const at = new Date(`${typed.replace(' ', 'T').replace(/Z$/, '')}Z`);
  return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?$/.test(typed) && !Number.isNaN(at.getTime()) ? at : null;
}
