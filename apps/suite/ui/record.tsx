import { escapeHtml } from '@wayleave/platform/html';

/** The facts of one record: label over value, beside it in narrow columns. */
export function Facts({ facts }: { facts: { label: string; value: JSX.Element }[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(({ label, value: safeValue }) => (
        <div>
          <dt safe>{label}</dt>
          <dd>{safeValue}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What identifies a token without being part of it: three groups of four. */
export function Fingerprint({ text }: { text: string }): JSX.Element {
  return (
    <code class="chip" safe>
      {text}
    </code>
  );
}

/** A tracking number in groups set apart by margins, so that a copy of it has no spaces. */
export function TrackingNumber({ number }: { number: string }): JSX.Element {
  return (
    <span class="tracking-number">
      {trackingGroups(number).map((group) => (
        <span safe>{group}</span>
      ))}
    </span>
  );
}

function trackingGroups(number: string): string[] {
  const upsNumber = /^(1Z)(.{3})(.{3})(.{2})(.{4})(.{4})$/.exec(number);
  return upsNumber ? upsNumber.slice(1) : (number.match(/.{1,4}/gu) ?? []);
}

/** A mail address that breaks behind its @ where it does not fit on one line. */
export function MailAddress({ mail }: { mail: string }): JSX.Element {
  const at = mail.indexOf('@') + 1;
  const safeName = escapeHtml(mail.slice(0, at));
  const safeDomain = escapeHtml(mail.slice(at));
  return (
    <span class="mail">
      {safeName}
      <wbr />
      {safeDomain}
    </span>
  );
}
