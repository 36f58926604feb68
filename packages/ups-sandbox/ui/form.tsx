import { attributeText, type Html } from '@wayleave/platform/html';
import type { Children } from '@kitajs/html';

/** Sentences about wrong fields, by field name. */
export type FieldErrors = Readonly<Record<string, string>>;

/** A labelled text field. Its hint and its error are tied to it; a wrong field has the focus when the page opens. */
export function Field(props: {
  name: string;
  label: string;
  type?: 'text' | 'email' | 'password';
  value?: string;
  autocomplete: string;
  hint?: string;
  error?: string | undefined;
  focus?: boolean;
}): Html {
  const described = [props.hint ? `${props.name}-hint` : '', props.error ? `${props.name}-error` : ''].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={props.name} safe>{props.label}</label>
      <input
        id={props.name}
        name={props.name}
        type={props.type ?? 'text'}
        value={attributeText(props.value ?? '')}
        autocomplete={props.autocomplete}
        autocapitalize="none"
        spellcheck="false"
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={described || undefined}
        autofocus={props.focus}
      />
      {props.hint ? <p class="hint" id={`${props.name}-hint`} safe>{props.hint}</p> : ''}
      <FieldError name={props.name} error={props.error} />
    </div>
  );
}

/** The sentence below a wrong field, with the id its field refers to; nothing when the field is right. */
export function FieldError(props: { name: string; error: string | undefined }): Html {
  if (!props.error) return <></>;
  return (
    <p class="error" id={`${props.name}-error`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M8 4.5v4.2M8 10.8v.7" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
      <span safe>{props.error}</span>
    </p>
  );
}

/** Lists what is wrong above a form with more than one field, each with a link to its field. */
export function ErrorSummary(props: { errors: FieldErrors; heading: string }): Html {
  const entries = Object.entries(props.errors);
  if (entries.length < 2) return <></>;
  return (
    <section class="message bad" aria-labelledby="summary-heading">
      <h2 id="summary-heading" safe>{props.heading}</h2>
      <ul>
        {entries.map(([name, sentence]) => (
          <li><a href={`#${name}`} safe>{sentence}</a></li>
        ))}
      </ul>
    </section>
  );
}

/** A form that posts to this server: the platform's protection token is in it. */
export function Form(props: { action: string; csrf: string; children: Children }): Html {
  return (
    <form method="post" action={props.action} novalidate>
      <input type="hidden" name="csrf" value={props.csrf} />
      {props.children}
    </form>
  );
}

/** A sentence that reports a success, or something to heed. */
export function Message(props: { kind: 'good' | 'warning' | 'bad'; children: Children }): Html {
  return <div class={`message ${props.kind}`} role={props.kind === 'warning' ? undefined : 'status'}>{props.children}</div>;
}

/** What a browser's tab says: errors first, so that a screen reader begins with them. */
export function formTitle(title: string, errors: FieldErrors): string {
  return Object.keys(errors).length > 0 ? `Error: ${title}` : title;
}

/** The name of the first wrong field; it gets the focus. */
export function firstWrong(errors: FieldErrors): string | undefined {
  return Object.keys(errors)[0];
}

/** The name that a password manager is to store a password under; people do not see it, and it is not sent. */
export function PasswordOwner(props: { name: string }): Html {
  return <input class="unseen" type="text" value={attributeText(props.name)} autocomplete="username" tabindex="-1" aria-hidden="true" readonly />;
}
