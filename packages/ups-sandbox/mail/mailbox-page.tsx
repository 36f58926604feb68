import type { Html } from '@wayleave/platform/html';
import type { Mail } from '@wayleave/platform/mail';
import { minute } from '../profile/profile-page.js';
import { attributeText } from '@wayleave/platform/html';
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
          <p class="body"><Linked text={mail.body} origin={props.origin} /></p>
        </article>
      ))}
    </Page>
  );
}

/** A mail's text, with this server's own addresses as links. */
function Linked(props: { text: string; origin: string }): Html {
  return (
    <>
      {props.text.split(/(https?:\/\/[^\s<>"]+)/).map((part) => (
        part.startsWith(`${props.origin}/`) ? <a href={attributeText(part)} safe>{part}</a> : <span safe>{part}</span>
      ))}
    </>
  );
}
