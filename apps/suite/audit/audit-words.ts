import type { AuditAction, AuditEntry, UsedFor } from '@wayleave/vault';

/** What happened, in plain words. */
export const actionWords: Readonly<Record<AuditAction, string>> = {
  'opt-in.began': 'Went to UPS.com to opt in',
  'opt-in.denied': 'Did not agree at UPS.com',
  'opt-in.failed': 'The opt-in did not work',
  'opt-in.superseded': 'The opt-in came back too late',
  'opted-in': 'Opted in',
  'pending.began': 'The opt-in came by another UPS.com login and waits',
  'pending.ended': 'The opt-in that waited was destroyed',
  'refreshed': 'The token was renewed',
  'refresh.failed': 'The token could not be renewed',
  'refresh.uncertain': 'UPS’s answer to a renewal was lost',
  'refresh.superseded': 'A renewed token came too late',
  'voided': 'UPS.com ended the opt-in',
  'suspended': 'Suspended: the database was restored or moved',
  'resumed': 'Resumed by whoever runs the server',
  'clear.began': 'Clear was begun',
  'cleared': 'Cleared',
  'issued-after-clear': 'UPS made a token after the Clear',
  'key.rotated': 'The tokens were put under a new master key',
  'used': 'UPS was asked for data',
};

const reasonWords: Readonly<Record<string, string>> = {
  'throttled': 'UPS asked to slow down.',
  'unreachable': 'UPS did not answer.',
  'ups-fault': 'UPS reported a fault of its own.',
  'unreadable': 'UPS’s answer could not be read.',
  'client-refused': 'UPS refused the application, not the company.',
  'blocked-merchant': 'UPS has blocked the application.',
  'code-refused': 'UPS refused the code that it had given.',
  'password-or-withdrawal': 'The UPS.com password was changed, or the permission was withdrawn there.',
  'refresh-refused': 'UPS no longer accepted the refresh token.',
  'refused': 'An admin refused it.',
  'expired': 'Nobody decided about it in time.',
  'replaced': 'A newer opt-in took its place.',
  'cleared': 'It was destroyed by Clear.',
  'answer-lost': 'UPS’s answer to a renewal had been lost, and with it the token.',
};

/** What more there is to say about an entry; empty when its action says it all. */
export function detailWords({ action, detail }: AuditEntry): string {
  switch (action) {
    case 'used':
      return detail['count'] === 'unknown' ? unknownUse(detail) : exactUse(detail);
    case 'cleared':
      return `${counted(detail['callsCutOff'], 'running call')} cut off. Nothing was retrieved after it.${standing(detail['stillSubscribed'])}`;
    case 'opted-in':
      return [
        detail['replaced'] === true ? 'It replaced the opt-in of before.' : '',
        typeof detail['confirmedBy'] === 'string' ? `It came by another UPS.com login; ${detail['confirmedBy']} confirmed it.` : '',
      ].filter(Boolean).join(' ');
    case 'opt-in.superseded':
      return 'A newer opt-in or a Clear had won. What came back was destroyed.';
    case 'refresh.superseded':
    case 'issued-after-clear':
      return 'It was destroyed unused.';
    case 'opt-in.failed':
    case 'refresh.failed':
    case 'voided':
    case 'pending.ended':
      return reasonWords[String(detail['reason'])] ?? '';
    case 'opt-in.began':
    case 'pending.began':
    case 'opt-in.denied':
    case 'refreshed':
    case 'refresh.uncertain':
    case 'clear.began':
    case 'key.rotated':
    case 'suspended':
    case 'resumed':
      return '';
  }
}

function exactUse(detail: AuditEntry['detail']): string {
  const late = detail['late'] === true ? ' Counted late, in place of an unknown count.' : '';
  return `${counted(detail['calls'], 'call')}, ${counted(detail['bytes'], 'byte')} received. ${purposes(detail)}${late}`;
}

function unknownUse(detail: AuditEntry['detail']): string {
  return `How often is not known, because the process ended without saying. ${counted(detail['countedCalls'], 'call')} had been counted. ${purposes(detail)}`.trim();
}

function purposes(detail: AuditEntry['detail']): string {
  const lines = Array.isArray(detail['purposes']) ? (detail['purposes'] as readonly UsedFor[]) : [];
  if (lines.length === 0) return '';
  return `For: ${lines.map(({ job, purpose, calls }) => `${job === null ? purpose : `${job} (${purpose})`}, ${counted(calls, 'call')}`).join('; ')}.`;
}

/** What a Clear could not end at UPS; empty when there is nothing. */
function standing(value: unknown): string {
  const number = Number(value ?? 0);
  return number > 0 ? ` UPS did not confirm that it stops sending events about ${counted(number, 'account')}.` : '';
}

function counted(value: unknown, noun: string): string {
  const number = Number(value ?? 0);
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
