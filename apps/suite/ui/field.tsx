import { attributeText } from '@wayleave/platform/html';

import { Icon } from './icon.js';

interface Common {
  label: string;
  name: string;
  value?: string | undefined;
  /** Below the control. */
  hint?: string | undefined;
  /** One sentence: what is wrong and how to mend it. */
  error?: string | undefined;
  /** Only needed when a page has two fields of one name. */
  id?: string | undefined;
}

export interface FieldProps extends Common {
  type?: 'text' | 'email' | 'tel' | 'password' | 'url' | undefined;
  autocomplete?: string | undefined;
  required?: boolean | undefined;
  autofocus?: boolean | undefined;
  readonly?: boolean | undefined;
}

/** A labelled text control. The label stands above it, hint and error below; what was typed stays, except passwords. */
export function Field(props: FieldProps): JSX.Element {
  const id = props.id ?? props.name;
  return (
    <div class={props.error ? 'field wrong' : 'field'}>
      <label for={id} safe>
        {props.label}
      </label>
      <input
        id={id}
        name={props.name}
        type={props.type ?? 'text'}
        value={props.type === 'password' || props.value === undefined ? undefined : attributeText(props.value)}
        autocomplete={props.autocomplete}
        required={props.required}
        autofocus={props.autofocus}
        readonly={props.readonly}
        spellcheck={props.type === undefined || props.type === 'text' ? undefined : 'false'}
        autocapitalize="none"
        {...described(id, props)}
      />
      <Below id={id} hint={props.hint} error={props.error} />
    </div>
  );
}

/** A labelled control of several lines. */
export function TextArea(props: Common & { rows: number }): JSX.Element {
  const id = props.id ?? props.name;
  const value = props.value ?? '';
  return (
    <div class={props.error ? 'field wrong' : 'field'}>
      <label for={id} safe>
        {props.label}
      </label>
      <textarea id={id} name={props.name} rows={`${props.rows}`} spellcheck="false" autocapitalize="characters" {...described(id, props)} safe>
        {`\n${value}`}
      </textarea>
      <Below id={id} hint={props.hint} error={props.error} />
    </div>
  );
}

/** A labelled choice. `hideLabel` where the table column already names it. */
export function Select(props: Common & { options: { value: string; label: string }[]; hideLabel?: boolean | undefined }): JSX.Element {
  const id = props.id ?? props.name;
  return (
    <div class={props.error ? 'field wrong' : 'field'}>
      <label for={id} class={props.hideLabel ? 'visually-hidden' : undefined} safe>
        {props.label}
      </label>
      <select id={id} name={props.name} {...described(id, props)}>
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === props.value} safe>
            {option.label}
          </option>
        ))}
      </select>
      <Below id={id} hint={props.hint} error={props.error} />
    </div>
  );
}

function described(id: string, props: Common): { 'aria-invalid'?: 'true'; 'aria-describedby'?: string } {
  const ids = [props.hint ? `${id}-hint` : '', props.error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return { ...(props.error ? { 'aria-invalid': 'true' } : {}), ...(ids ? { 'aria-describedby': ids } : {}) };
}

function Below({ id, hint, error }: { id: string; hint: string | undefined; error: string | undefined }): JSX.Element {
  return (
    <>
      {hint ? (
        <p class="hint" id={`${id}-hint`} safe>
          {hint}
        </p>
      ) : (
        ''
      )}
      {error ? (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="alert" />
          <span safe>{error}</span>
        </p>
      ) : (
        ''
      )}
    </>
  );
}
