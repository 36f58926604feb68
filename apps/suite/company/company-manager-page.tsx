import { SuspendedBanner } from '../opt-in/suspended-banner.js';
import { TroubleBanner } from '../opt-in/trouble-banner.js';
import type { AccountExecutive } from '../ui/account-executive.js';
import { Button, ButtonLink, PostForm } from '../ui/button.js';
import { ConfirmPanel } from '../ui/confirm-panel.js';
import { Field, Select } from '../ui/field.js';
import type { Frame } from '../ui/frame.js';
import { Layout } from '../ui/layout.js';
import { PageHead, Section } from '../ui/page.js';
import { products } from '../ui/product.js';
import { PasswordWarning } from '../ui/warning.js';

import { ApplicationsTable } from './applications-table.js';
import type { MemberRow } from './company-store.js';
import { MembersTable, roleOptions, type MembersTableProps } from './members-table.js';
import { TimeZoneForm } from './time-zone-form.js';

export interface CompanyManagerProps extends MembersTableProps {
  /** What was typed and what is wrong with it, when the Account Executive was not saved. */
  refusedExecutive?: { typed: AccountExecutive; problems: Readonly<Record<string, string>> } | undefined;
  /** Why the time zone was not changed. */
  refusedTimeZone?: string | undefined;
  /** The question about removing one of the members. */
  asked?: MemberRow | undefined;
}

/** Applications, members and Account Executive of the company; for admins. */
export function CompanyManagerPage(props: CompanyManagerProps): JSX.Element {
  const { frame } = props;
  const from = `?from=${frame.product}`;
  return (
    <Layout
      frame={frame} title="Company manager" current="company-manager" withoutEndedBanner
      head={<PageHead title="Company manager" lead={`${frame.member.companyName}: applications, members, and who to call.`} />}
    >
      {props.asked ? <RemovePanel frame={frame} member={props.asked} /> : ''}
      {products.map((product) => (
        <>
          <SuspendedBanner frame={frame} product={product} named />
          <TroubleBanner frame={frame} product={product} named />
        </>
      ))}
      <Section title="Applications">
        <ApplicationsTable frame={frame} />
      </Section>
      <PasswordWarning product={frame.product} />
      <Section title="Members" action={<ButtonLink small label="Add a member" href={`/company-manager/members/add${from}`} />}>
        <MembersTable frame={frame} members={props.members} problem={props.problem} />
      </Section>
      <ExecutiveForm frame={frame} refused={props.refusedExecutive} />
      <TimeZoneForm frame={frame} problem={props.refusedTimeZone} />
      <Section title="Webhooks" action={<ButtonLink small label="Open webhooks" href={`/company-manager/webhooks${from}`} />}>
        <p class="remark">Servers of yours can be told of every opt-in, refresh, end and Clear.</p>
      </Section>
    </Layout>
  );
}

function ExecutiveForm({ frame, refused }: { frame: Frame; refused: CompanyManagerProps['refusedExecutive'] }): JSX.Element {
  const value = refused?.typed ?? frame.executive;
  const empty = !frame.executive.name && !frame.executive.mail && !frame.executive.phone;
  return (
    <Section title="Account Executive" id="account-executive-form" remark="Shown to every member next to warnings and failures.">
      {empty ? <p class="remark">Nobody is entered yet. Until then, pages tell members to ask an admin.</p> : ''}
      <PostForm action="/company-manager/account-executive" csrf={frame.csrf} fields={{ from: frame.product }}>
        <div class="fields">
          <Field label="Name" name="name" value={value.name} autocomplete="off" error={refused?.problems.name} />
          <Field label="Mail" name="mail" type="email" value={value.mail} autocomplete="off" error={refused?.problems.mail} />
          <Field label="Phone" name="phone" type="tel" value={value.phone} autocomplete="off" error={refused?.problems.phone} />
        </div>
        <Button label="Save" kind="primary" />
      </PostForm>
    </Section>
  );
}

function RemovePanel({ frame, member }: { frame: Frame; member: MemberRow }): JSX.Element {
  const own = member.id === frame.member.id;
  return (
    <ConfirmPanel
      heading={own ? 'Remove yourself?' : `Remove ${member.mail}?`}
      lead={`${own ? 'You' : member.mail} can no longer sign in for ${frame.member.companyName}, from this moment on.`}
      destroy={{ label: 'Remove', action: `/company-manager/members/${member.id}/remove`, csrf: frame.csrf, fields: { from: frame.product } }}
      keep={{ label: 'Keep the member', href: `/company-manager?from=${frame.product}` }}
    >
      <li>Sessions that are open now end, and links to set a password stop working.</li>
      <li>What this member opted in to stays with the company and goes on.</li>
      <li>Packages this member asked to follow are still followed.</li>
    </ConfirmPanel>
  );
}

export interface AddMemberProps {
  frame: Frame;
  typed?: { mail: string; signInName: string; role: string };
  problems?: Readonly<Record<string, string>>;
}

/** The form for a new member. */
export function AddMemberPage({ frame, typed, problems }: AddMemberProps): JSX.Element {
  return (
    <Layout
      frame={frame} title="Add a member" current="company-manager"
      head={<PageHead title="Add a member" lead={`Somebody who signs in for ${frame.member.companyName}. A link to set a password goes out by mail.`} />}
    >
      <PostForm action="/company-manager/members" csrf={frame.csrf} fields={{ from: frame.product }} class="form">
        <Field label="Mail" name="mail" type="email" value={typed?.mail} autocomplete="off" required autofocus error={problems?.mail} />
        <Field
          label="Sign In name" name="sign_in_name" value={typed?.signInName} autocomplete="off" error={problems?.sign_in_name}
          hint="Leave it empty and one is made from the mail address."
        />
        <Select
          label="Role" name="role" value={typed?.role ?? 'user'} options={roleOptions} error={problems?.role}
          hint="Admins opt in, clear, and manage members; users see what was retrieved."
        />
        <div class="form-actions">
          <Button label="Add the member" kind="primary" />
          <ButtonLink label="Back to the company manager" href={`/company-manager?from=${frame.product}`} />
        </div>
      </PostForm>
    </Layout>
  );
}
