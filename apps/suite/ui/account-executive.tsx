import { MailAddress } from './record.js';

/** Whom a company calls for help with UPS; empty texts where nothing was entered. */
export interface AccountExecutive {
  name: string;
  mail: string;
  phone: string;
}

/** The Account Executive as plain links, or one sentence saying who can enter one. */
export function AccountExecutiveBlock({ executive, admin }: { executive: AccountExecutive; admin: boolean }): JSX.Element {
  const { name, mail, phone } = executive;
  return (
    <section class="account-executive" aria-labelledby="account-executive">
      <h2 id="account-executive">Account Executive</h2>
      {name || mail || phone ? (
        <ul>
          {name ? <li safe>{name}</li> : ''}
          {mail ? (
            <li>
              <a href={`mailto:${encodeURIComponent(mail)}`}>
                <MailAddress mail={mail} />
              </a>
            </li>
          ) : (
            ''
          )}
          {phone ? (
            <li>
              <a href={`tel:${phone.replace(/[^\d+]/g, '')}`} safe>
                {phone}
              </a>
            </li>
          ) : (
            ''
          )}
        </ul>
      ) : admin ? (
        <p>
          Nobody is entered yet. <a href="/company-manager#account-executive-form">Enter your Account Executive</a>, so that everybody
          knows whom to call.
        </p>
      ) : (
        <p>Nobody is entered yet. An admin of your company can enter one in the company manager.</p>
      )}
    </section>
  );
}
