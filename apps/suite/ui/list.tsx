import { ButtonLink } from './button.js';
import { Icon, type IconName } from './icon.js';

/** Nothing yet, or nothing found: why, what to do, one button. */
export function EmptyState(props: { icon: IconName; title: string; text: string; action?: JSX.Element | undefined }): JSX.Element {
  const { action: safeAction = '' } = props;
  return (
    <section class="empty-state">
      <Icon name={props.icon} />
      <h2 safe>{props.title}</h2>
      <p safe>{props.text}</p>
      {safeAction}
    </section>
  );
}

export interface Page {
  /** From 1. */
  page: number;
  pageSize: number;
  total: number;
}

/** "1–10 of 1,284 packages", Newer, Older. `href` answers the address of a page; `what` is the plural of what is counted. */
export function Pagination(props: Page & { what: string; href: (page: number) => string }): JSX.Element {
  const { page, pageSize, total } = props;
  const first = total === 0 ? 0 : (page - 1) * pageSize + 1;
  const last = Math.min(page * pageSize, total);
  const range = first === last ? `${last}` : `${first}–${last}`;
  return (
    <nav class="pagination" aria-label={`Pages of ${props.what}`}>
      <p safe>{`${range} of ${total.toLocaleString('en-US')} ${props.what}`}</p>
      {total > pageSize ? (
        <div>
          <ButtonLink small label="Newer" icon="newer" href={props.href(page - 1)} disabled={page <= 1} />
          <ButtonLink small label="Older" iconAfter="older" href={props.href(page + 1)} disabled={last >= total} />
        </div>
      ) : (
        ''
      )}
    </nav>
  );
}

/** Progress of a known total, in words and as a bar. */
export function Progress(props: { label: string; done: number; total: number }): JSX.Element {
  return (
    <div class="progress">
      <label>
        <span safe>{`${props.label}: ${props.done} done, ${props.total - props.done} to go`}</span>
        <progress value={props.done} max={props.total} />
      </label>
    </div>
  );
}
