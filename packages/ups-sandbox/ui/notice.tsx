import type { Html } from '@wayleave/platform/html';
import type { Notice } from '../sign-in/pending-opt-in.js';
import { Message } from './form.js';

const sentences: Readonly<Record<Notice, string>> = {
  'profile-confirmed': 'Your mail address is confirmed and your profile is ready. Log in with your new password.',
  'password-changed': 'Your password was changed. Log in with the new one.',
  'took-too-long': 'That took too long, so the log-in starts again. Nothing was authorized.',
};

/** Says what brought somebody to a Log In page; nothing when they simply came. */
export function ArrivalNotice(props: { notice: Notice | null }): Html {
  if (props.notice === null) return <></>;
  return <Message kind={props.notice === 'took-too-long' ? 'warning' : 'good'}><p safe>{sentences[props.notice]}</p></Message>;
}
