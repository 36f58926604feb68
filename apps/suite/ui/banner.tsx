import type { PropsWithChildren } from '@kitajs/html';

import { Icon, type IconName } from './icon.js';

export type BannerTone = 'ok' | 'bad' | 'info' | 'warn';

const icons: Record<BannerTone, IconName> = { ok: 'check', bad: 'alert', info: 'info', warn: 'warning' };

/**
 * A message under the page head. `ok` confirms a success (`role=status`), `bad` says what ended or failed
 * (`role=alert`). Children are paragraphs; `action` is one button.
 */
export function Banner(props: PropsWithChildren<{ tone: BannerTone; heading?: string | undefined; action?: JSX.Element | undefined }>): JSX.Element {
  const safeAction = props.action;
  const role = props.tone === 'ok' ? 'status' : props.tone === 'bad' ? 'alert' : undefined;
  return (
    <div class={`banner ${props.tone}`} role={role}>
      <Icon name={icons[props.tone]} />
      <div class="banner-text">
        {props.heading ? <h2 safe>{props.heading}</h2> : ''}
        {props.children}
      </div>
      {safeAction ? <div class="banner-action">{safeAction}</div> : ''}
    </div>
  );
}

/** What a finished action has to say on the page it leads to; kept in the session for exactly one page. */
export type Notice = {
  readonly tone: 'ok' | 'bad' | 'info';
  readonly heading: string;
  /** Whole sentences, one paragraph each. */
  readonly lines: readonly string[];
  /** A link at the end of the last paragraph: an address of this site or of the web, and its words. */
  readonly linkHref?: string;
  readonly linkLabel?: string;
};

/** The banner of a notice. */
export function NoticeBanner({ notice }: { notice: Notice }): JSX.Element {
  const last = notice.lines.length - 1;
  return (
    <Banner tone={notice.tone} heading={notice.heading}>
      {notice.lines.map((line, index) => (
        <p>
          <span safe>{line}</span>
          {index === last && notice.linkHref && isWebAddress(notice.linkHref) ? (
            <>
              {' '}
              <a href={notice.linkHref} safe>
                {notice.linkLabel ?? notice.linkHref}
              </a>
            </>
          ) : (
            ''
          )}
        </p>
      ))}
    </Banner>
  );
}

function isWebAddress(href: string): boolean {
  return /^(\/(?!\/)|https?:\/\/)/.test(href);
}
