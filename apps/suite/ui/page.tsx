import type { PropsWithChildren } from '@kitajs/html';

/** Head of every page: what it is, its state in one word, one lead sentence, what one may do. */
export function PageHead(props: { title: string; lead?: string | undefined; badge?: JSX.Element | undefined; actions?: JSX.Element | undefined }): JSX.Element {
  const { badge: safeBadge = '', actions: safeActions } = props;
  return (
    <header class="page-head">
      <div>
        <div class="title">
          <h1 safe>{props.title}</h1>
          {safeBadge}
        </div>
        {props.lead ? (
          <p class="lead" safe>
            {props.lead}
          </p>
        ) : (
          ''
        )}
      </div>
      {safeActions ? <div class="actions">{safeActions}</div> : ''}
    </header>
  );
}

/** A part of a page under its own heading, with a remark or a button at the right of it. */
export function Section(props: PropsWithChildren<{ title: string; id?: string | undefined; remark?: string | undefined; action?: JSX.Element | undefined }>): JSX.Element {
  const { action: safeAction = '' } = props;
  return (
    <section class="section" id={props.id}>
      <div class="section-head">
        <h2 safe>{props.title}</h2>
        {props.remark ? (
          <p class="remark" safe>
            {props.remark}
          </p>
        ) : (
          ''
        )}
        {safeAction}
      </div>
      {props.children}
    </section>
  );
}

/** Main content with a narrow column at its right, which goes below on small screens. */
export function WithSide(props: PropsWithChildren<{ side: JSX.Element }>): JSX.Element {
  const { side: safeSide } = props;
  return (
    <div class="with-side">
      <div>{props.children}</div>
      <div class="side">{safeSide}</div>
    </div>
  );
}

/** Running text. */
export function Prose(props: PropsWithChildren): JSX.Element {
  return <div class="prose">{props.children}</div>;
}

/** Something lifted out of the page, such as who can help. */
export function Panel(props: PropsWithChildren<{ title: string }>): JSX.Element {
  return (
    <section class="panel">
      <h2 safe>{props.title}</h2>
      {props.children}
    </section>
  );
}
