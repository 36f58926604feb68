import type { Mail } from '@wayleave/platform/mail';

import { Instant } from '../ui/instant.js';
import { PublicLayout } from '../ui/layout.js';

/** The mail this server would have sent, newest first. */
export function MailboxPage({ mails, trademarkNotice }: { mails: Mail[]; trademarkNotice: string }): JSX.Element {
  return (
    <PublicLayout title="Mailbox" trademarkNotice={trademarkNotice} wide>
      <p class="lead">No mail server is set, so mail is kept here instead of being sent. Only this machine can see it.</p>
      {mails.length === 0 ? <p>No mail yet.</p> : ''}
      {mails.map((mail) => (
        <article class="letter">
          <h2 safe>{mail.subject}</h2>
          <p class="remark">
            To <span safe>{mail.recipient}</span>, <Instant at={mail.createdAt} timeZone="UTC" />
          </p>
          {mail.body.trim().split(/\n{2,}/).map((paragraph) => (
            <p>
              {isLink(paragraph) ? (
                <a href={paragraph} safe>
                  {paragraph}
                </a>
              ) : (
                <span safe>{paragraph}</span>
              )}
            </p>
          ))}
        </article>
      ))}
    </PublicLayout>
  );
}

function isLink(paragraph: string): boolean {
  return /^https?:\/\/\S+$/.test(paragraph);
}
