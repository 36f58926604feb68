import type { Html } from '@wayleave/platform/html';
import type { Application } from '../authorization/application.js';
import { ErrorSummary, Field, Form, type FieldErrors } from '../ui/form.js';
import { Choice, ControlPage, Table } from './control-pages.js';
import type { Fault } from './fault.js';
import { weatherKinds, type WeatherForm } from './weather-form.js';
import type { WeatherNow } from './weather-store.js';
import { endpoints } from './weather.js';

export interface WeatherPageProps {
  readonly csrf: string;
  readonly due: readonly WeatherNow[];
  readonly applications: readonly Application[];
  readonly now: Date;
  readonly form: WeatherForm;
  readonly errors: FieldErrors;
}

/** What is due now, a form for more, and the clock. */
export function WeatherPage(props: WeatherPageProps): Html {
  const { csrf, form, errors } = props;
  const name = (clientId: string | null) => props.applications.find((application) => application.clientId === clientId)?.displayName ?? clientId ?? 'any';
  return (
    <ControlPage title="Weather" path="/weather" csrf={csrf} errors={errors}>
      <ErrorSummary errors={errors} heading="Nothing was changed" />
      {props.due.length === 0 ? <p>Fine weather: every call is answered as UPS would.</p> : (
        <>
          <Table name="Weather that is due" head={['Endpoint', 'Application', 'Grant', 'Share', 'Until', 'What']}>
            {props.due.map((weather) => (
              <tr>
                <th scope="row" safe>{weather.endpoint ?? 'all'}</th>
                <td safe>{name(weather.application)}</td>
                <td safe>{weather.grant ?? 'any'}</td>
                <td safe>{`${Math.round(weather.share * 1_000) / 10} %`}</td>
                <td safe>{endOf(weather)}</td>
                <td safe>{faultText(weather.fault, weather.jitterMs)}</td>
              </tr>
            ))}
          </Table>
          <Form action="/weather/clear" csrf={csrf}><div class="actions"><button type="submit">Fine weather again</button></div></Form>
        </>
      )}
      <h2>Order weather</h2>
      <Form action="/weather" csrf={csrf}>
        <div class="columns">
          <Choice name="kind" label="What" value={form.kind} options={Object.entries(weatherKinds)} error={errors['kind']} />
          <Choice name="endpoint" label="Endpoint" value={form.endpoint} options={['all', ...endpoints].map((endpoint) => [endpoint, endpoint])} error={errors['endpoint']} />
          <Choice name="application" label="Application" value={form.application} options={[['', 'any'], ...props.applications.map(({ clientId, displayName }) => [clientId, displayName] as const)]} error={errors['application']} />
          <Field name="grant" label="Grant" value={form.grant} autocomplete="off" hint="As the ledger names it; empty for any." error={errors['grant']} />
          <Field name="milliseconds" label="Milliseconds" value={form.milliseconds} autocomplete="off" hint="To wait, or to trickle." error={errors['milliseconds']} />
          <Field name="jitter" label="Up to so many more" value={form.jitter} autocomplete="off" hint="Milliseconds, at random; for slow answers." error={errors['jitter']} />
          <Field name="percent" label="Share of the calls, in per cent" value={form.percent} autocomplete="off" error={errors['percent']} />
          <Field name="seed" label="Seed" value={form.seed} autocomplete="off" hint="The same seed strikes the same calls." error={errors['seed']} />
          <Field name="times" label="For so many calls" value={form.times} autocomplete="off" error={errors['times']} />
          <Field name="seconds" label="For so many seconds" value={form.seconds} autocomplete="off" hint="Empty: until the number is reached." error={errors['seconds']} />
        </div>
        <div class="actions"><button class="primary" type="submit">Order</button></div>
      </Form>
      <h2>Clock</h2>
      <p>The stand-in's clock shows <strong safe>{utc(props.now)}</strong>. Tokens expire and parcels move by it. A jump stays until another one, also over a restart.</p>
      <Form action="/weather/clock" csrf={csrf}>
        <Field name="hours" label="Move it by hours" value="" autocomplete="off" hint="Backwards with a minus, such as -1.5." error={errors['hours']} />
        <div class="actions"><button type="submit">Move the clock</button></div>
      </Form>
    </ControlPage>
  );
}

/** An instant with its zone, as `2026-11-22 07:05:00 UTC`. */
export function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function endOf({ remaining, endsAt }: WeatherNow): string {
  const calls = remaining === null ? '' : `${remaining} more ${remaining === 1 ? 'call' : 'calls'}`;
  return [calls, endsAt === null ? '' : utc(endsAt)].filter(Boolean).join(', at most until ');
}

function faultText(fault: Fault, jitterMs: number): string {
  const wait = fault.latencyMs + jitterMs > 0 ? `waits ${fault.latencyMs}${jitterMs > 0 ? ` to ${fault.latencyMs + jitterMs}` : ''} ms` : '';
  const shown = fault.cut ? 'cut off' : fault.status === undefined ? '' : `answers ${fault.status}`;
  const body = [fault.malformed ? 'half a body' : '', fault.bodyOverMs === undefined ? '' : `body over ${fault.bodyOverMs} ms`];
  return [wait, shown, ...body, fault.processed ? 'after the work' : 'before any work'].filter(Boolean).join(', ');
}
