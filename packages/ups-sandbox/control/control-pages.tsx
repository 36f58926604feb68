import { attributeText, type Html } from '@wayleave/platform/html';
import type { Children } from '@kitajs/html';
import { Field, FieldError, Form, formTitle, type FieldErrors } from '../ui/form.js';
import { Page } from '../ui/layout.js';

/** The form that opens the pages of control in a browser. */
export function ControlLogInPage(props: { csrf: string; errors: FieldErrors }): Html {
  return (
    <Page title={formTitle('Control', props.errors)}>
      <h1>Control</h1>
      <p>Weather and ledger of this stand-in are for whoever runs it. Type the control token that it was started with; this browser keeps a session, not the token.</p>
      <Form action="/control-log-in" csrf={props.csrf}>
        <Field name="token" label="Control token" type="password" autocomplete="off" error={props.errors['token']} focus />
        <div class="actions"><button class="primary" type="submit">Open</button></div>
      </Form>
    </Page>
  );
}

/** The frame of the pages of control, with the way between them. */
export function ControlPage(props: { title: string; path: '/weather' | '/ledger'; csrf: string; errors?: FieldErrors; children: Children }): Html {
  const current = (path: string) => (props.path === path ? 'page' : undefined);
  return (
    <Page title={formTitle(props.title, props.errors ?? {})} width="wide">
      <nav class="tabs" aria-label="Control">
        <a class="more" href="/weather" aria-current={current('/weather')}>Weather</a>
        <a class="more" href="/ledger" aria-current={current('/ledger')}>Ledger</a>
        <Form action="/control-log-out" csrf={props.csrf}><button type="submit">Close</button></Form>
      </nav>
      <h1 safe>{props.title}</h1>
      {props.children}
    </Page>
  );
}

/** A labelled choice of one. */
export function Choice(props: { name: string; label: string; value: string; options: readonly (readonly [value: string, text: string])[]; error?: string | undefined }): Html {
  return (
    <div class="field">
      <label for={props.name} safe>{props.label}</label>
      <select id={props.name} name={props.name} aria-invalid={props.error ? 'true' : undefined} aria-describedby={props.error ? `${props.name}-error` : undefined}>
        {props.options.map(([value, text]) => (
          <option value={attributeText(value)} selected={value === props.value} safe>{text}</option>
        ))}
      </select>
      <FieldError name={props.name} error={props.error} />
    </div>
  );
}

/** A table that scrolls by itself where it is too wide; its name is read out first. */
export function Table(props: { name: string; head: readonly string[]; children: Children }): Html {
  return (
    <div class="table" role="region" tabindex="0" aria-label={attributeText(props.name)}>
      <table>
        <thead><tr>{props.head.map((title) => <th scope="col" safe>{title}</th>)}</tr></thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
