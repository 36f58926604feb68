import { Button, ButtonLink, PostForm } from '../ui/button.js';
import { Select } from '../ui/field.js';
import type { Frame } from '../ui/frame.js';
import { Instant } from '../ui/instant.js';
import { SecondLine, Table, Text, type Row } from '../ui/table.js';

import type { MemberRow } from './company-store.js';

export interface MembersTableProps {
  frame: Frame;
  members: MemberRow[];
  /** Why the last change to one of them was refused. */
  problem?: { member: string; sentence: string } | undefined;
}

export const roleOptions = [{ value: 'admin', label: 'Admin' }, { value: 'user', label: 'User' }];

/** Who signs in for the company. The last admin can neither be removed nor made a user. */
export function MembersTable(props: MembersTableProps): JSX.Element {
  const onlyOneAdmin = props.members.filter((member) => member.role === 'admin').length === 1;
  return (
    <Table
      caption="Members of your company"
      columns={[
        { label: 'Member', kind: 'head' }, { label: 'Sign In name' }, { label: 'Role' }, { label: 'Last signed in' },
        { label: 'Action', kind: 'actions' },
      ]}
      rows={props.members.map((member) => memberRow(props, member, onlyOneAdmin && member.role === 'admin'))}
    />
  );
}

function memberRow({ frame, problem }: MembersTableProps, member: MemberRow, lastAdmin: boolean): Row {
  const error = problem?.member === member.id ? problem.sentence : undefined;
  return {
    id: `member-${member.id}`,
    cells: [
      <>
        <Text text={member.mail} />
        {member.id === frame.member.id ? <SecondLine text="You" /> : ''}
      </>,
      <Text text={member.signInName} />,
      lastAdmin ? (
        <>
          Admin
          <SecondLine text={error ?? 'The last admin cannot be removed.'} />
        </>
      ) : (
        <RoleForm frame={frame} member={member} error={error} />
      ),
      member.lastSignedInAt ? <Instant at={member.lastSignedInAt} timeZone={frame.member.timeZone} padded /> : <Text text="Not yet" />,
      lastAdmin ? (
        ''
      ) : (
        <ButtonLink small label="Remove" href={`/company-manager/members/${member.id}/remove?from=${frame.product}`} readAs={`Remove ${member.mail}`} />
      ),
    ],
  };
}

function RoleForm({ frame, member, error }: { frame: Frame; member: MemberRow; error: string | undefined }): JSX.Element {
  return (
    <PostForm action={`/company-manager/members/${member.id}/role`} csrf={frame.csrf} fields={{ from: frame.product }} class="inline-form">
      <Select id={`role-${member.id}`} label={`Role of ${member.mail}`} hideLabel name="role" value={member.role} options={roleOptions} error={error} />
      <Button small label="Change" readAs={`Change role of ${member.mail}`} />
    </PostForm>
  );
}
