import { applicationId } from '@wayleave/vault';
import { Badge, formatInstant, Instant, PostButton, productName, SecondLine, Table, Text, type BadgeWord, type Frame, type Row } from '../ui/index.js';
import type { Delivery, DeliveryFailure } from './delivery-store.js';
import { webhooksPath } from './paths.js';

/** What was sent and what came of it, a row per delivery. */
export function DeliveriesTable({ frame, deliveries }: { frame: Frame; deliveries: readonly Delivery[] }): JSX.Element {
  return (
    <Table
      caption="Deliveries, the newest first"
      columns={[
        { label: 'Event', kind: 'head' }, { label: 'State', kind: 'state' }, { label: 'Endpoint' }, { label: 'Attempts', kind: 'number' }, { label: 'Last answer' },
        { label: 'Action', kind: 'actions' },
      ]}
      rows={deliveries.map((delivery) => deliveryRow(frame, delivery))}
    />
  );
}

function deliveryRow(frame: Frame, delivery: Delivery): Row {
  const { timeZone } = frame.member;
  const application = applicationId(delivery.application);
  return {
    id: `delivery-${delivery.id}`,
    cells: [
      <>
        <Text text={delivery.type} />
        <SecondLine text={application ? productName[application] : 'Sent by hand'} />
        <Instant at={delivery.createdAt} timeZone={timeZone} />
      </>,
      <Badge word={stateWord(delivery)} />,
      <span class="mail" safe>
        {new URL(delivery.url).host}
      </span>,
      <Text text={String(delivery.attempts)} />,
      <>
        <Text text={lastAnswer(delivery)} />
        {delivery.state === 'waiting' && delivery.attempts > 0 ? <SecondLine text={`Next attempt ${formatInstant(delivery.nextAttemptAt, timeZone)}`} /> : ''}
      </>,
      delivery.state === 'dead' && !delivery.disabled ? (
        <PostButton
          small label="Send again" readAs={`Send again ${delivery.type} number ${delivery.id}`} action={`${webhooksPath}/deliveries/${delivery.id}/send-again`}
          csrf={frame.csrf} fields={{ from: frame.product }}
        />
      ) : (
        ''
      ),
    ],
  };
}

function stateWord({ state, attempts }: Delivery): BadgeWord {
  switch (state) {
    case 'delivered': return 'Delivered';
    case 'dead': return 'Given up';
    case 'waiting': return attempts > 0 ? 'Retrying' : 'Waiting';
  }
}

const failureWords: Readonly<Record<DeliveryFailure, string>> = {
  'no-public-address': 'No public address',
  unreachable: 'No connection',
  'too-slow': 'No answer in 10 seconds',
  refused: 'Refused',
  secret: 'The secret cannot be read: remove the endpoint and add it anew',
  disabled: 'The endpoint was disabled',
};

function lastAnswer({ lastStatus, lastFailure }: Delivery): string {
  if (lastStatus !== null) return String(lastStatus);
  return lastFailure ? failureWords[lastFailure] : '–';
}
