import type { PropsWithChildren } from '@kitajs/html';
import { attributeText } from '@wayleave/platform/html';

import { Icon, type IconName } from './icon.js';

/**
 * `primary` at most once per region · `plain` for other actions · `quiet` reads like a link · `destructive` (outlined)
 * opens a question · `destroy` (filled) answers it, inside a confirm panel only.
 */
export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'destructive' | 'destroy';

interface Look {
  label: string;
  kind?: ButtonKind | undefined;
  /** For table rows and banners. */
  small?: boolean | undefined;
  icon?: IconName | undefined;
  /** Read out instead of the label when several buttons of one page share it. It must begin with the label. */
  readAs?: string | undefined;
}

/** A submit button. With `name` and `value` the form carries which button was pressed. */
export function Button(props: Look & { name?: string | undefined; value?: string | undefined; wide?: boolean | undefined }): JSX.Element {
  return (
    <button type="submit" class={look(props, props.wide)} name={props.name} value={props.value} aria-label={props.readAs}>
      {props.icon ? <Icon name={props.icon} /> : ''}
      <span safe>{props.label}</span>
    </button>
  );
}

/** A link that looks like a button; `href` is a path of this site. `disabled` keeps its place without leading anywhere. */
export function ButtonLink(props: Look & { href: string; disabled?: boolean | undefined; iconAfter?: IconName | undefined }): JSX.Element {
  return (
    <a
      class={look(props)}
      href={props.disabled ? undefined : props.href}
      role={props.disabled ? 'link' : undefined}
      aria-disabled={props.disabled ? 'true' : undefined}
      aria-label={props.readAs}
    >
      {props.icon ? <Icon name={props.icon} /> : ''}
      <span safe>{props.label}</span>
      {props.iconAfter ? <Icon name={props.iconAfter} /> : ''}
    </a>
  );
}

export interface PostFormProps {
  action: string;
  csrf: string;
  /** Hidden fields. */
  fields?: Record<string, string> | undefined;
  /** Set on a form whose answer leads to another site, or is a page in itself: the browser has to follow it by itself. */
  leavesSite?: boolean | undefined;
  class?: string | undefined;
}

/** A form that changes something: POST with the CSRF token. */
export function PostForm(props: PropsWithChildren<PostFormProps>): JSX.Element {
  return (
    <form method="post" action={props.action} class={props.class} data-turbo={props.leavesSite ? 'false' : undefined} novalidate>
      <input type="hidden" name="csrf" value={props.csrf} />
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={attributeText(value)} />
      ))}
      {props.children}
    </form>
  );
}

/** A button that is a whole form by itself: *Authorize*, *Check now*, *Opt-In*. */
export function PostButton(props: Look & PostFormProps): JSX.Element {
  return (
    <PostForm action={props.action} csrf={props.csrf} fields={props.fields} leavesSite={props.leavesSite} class="one-button">
      <Button label={props.label} kind={props.kind} small={props.small} icon={props.icon} readAs={props.readAs} />
    </PostForm>
  );
}

function look(props: Look, wide?: boolean): string {
  return ['button', props.kind ?? 'plain', props.small ? 'small' : '', wide ? 'wide' : ''].filter(Boolean).join(' ');
}
