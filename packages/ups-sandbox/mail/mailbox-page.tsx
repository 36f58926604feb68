import { escapeHtml, type Html } from '@wayleave/platform/html';
import type { Mail } from '@wayleave/platform/mail';
import { minute } from '../profile/profile-page.js';
import { Page } from '../ui/layout.js';

/** The mails that were written here, newest first. Only links to this server itself can be pressed. */
export function MailboxPage(props: { mails: readonly Mail[]; origin: string }): Html {
  return (
    <Page title="Mailbox" width="wide">
      <h1>Mailbox</h1>
      <p>No mail server is set, so every mail of the stand-in stays here, newest first. Only this machine can open this page.</p>
      {props.mails.length === 0 ? <p>No mail yet. One arrives when somebody signs up, or forgets a username or password.</p> : ''}
      {props.mails.map((mail) => (
        <article class="mail">
          <h2 safe>{mail.subject}</h2>
          <p class="quiet" safe>{`to ${mail.recipient} · ${minute(mail.createdAt)}`}</p>
          <p class="body">{linked(mail.body, props.origin)}</p>
        </article>
      ))}
    </Page>
  );
}

/** The text as HTML, escaped, with this server's own addresses as links. */
function linked(text: string, origin: string): string {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part) => {
    const safe = escapeHtml(part);
    return part.startsWith(`${origin}/`) ? `<a href="${safe}">${safe}</a>` : safe;
  }).join('');
}
