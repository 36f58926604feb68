import type { PropsWithChildren } from '@kitajs/html';

import { Button, ButtonLink, PostForm } from './button.js';

export interface ConfirmPanelProps {
  /** The question. It gets the focus. */
  heading: string;
  /** The consequence that matters most, as a sentence. */
  lead: string;
  /** The filled red button and where it posts to. */
  destroy: { label: string; action: string; csrf: string; fields?: Record<string, string> };
  /** "Keep …" and where it leads. */
  keep: { label: string; href: string };
}

/** The question before something is destroyed. Children are `li`: what stops, what is destroyed, what stays, with counts. */
export function ConfirmPanel(props: PropsWithChildren<ConfirmPanelProps>): JSX.Element {
  return (
    <section class="confirm-panel" aria-labelledby="confirm-heading">
      <h2 id="confirm-heading" tabindex="-1" {...{ autofocus: true }} safe>
        {props.heading}
      </h2>
      <p class="lead" safe>
        {props.lead}
      </p>
      <ul>{props.children}</ul>
      <PostForm action={props.destroy.action} csrf={props.destroy.csrf} fields={props.destroy.fields} class="answers">
        <Button label={props.destroy.label} kind="destroy" />
        <ButtonLink label={props.keep.label} href={props.keep.href} />
      </PostForm>
    </section>
  );
}
