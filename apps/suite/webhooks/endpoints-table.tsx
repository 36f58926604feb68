import { Badge, ButtonLink, formatInstant, MailAddress, PostButton, SecondLine, Table, type Frame, type Row } from '../ui/index.js';
import type { Endpoint } from './endpoint-store.js';
import { webhooksPath } from './paths.js';

/** The company's endpoints with what can be done about each. */
export function EndpointsTable({ frame, endpoints }: { frame: Frame; endpoints: readonly Endpoint[] }): JSX.Element {
  return (
    <Table
      caption="Endpoints of your company"
      columns={[{ label: 'Address', kind: 'head' }, { label: 'State', kind: 'state' }, { label: 'Events' }, { label: 'Added by' }, { label: 'Action', kind: 'actions' }]}
      rows={endpoints.map((endpoint) => endpointRow(frame, endpoint))}
    />
  );
}

function endpointRow(frame: Frame, endpoint: Endpoint): Row {
  const { disabledAt, disabledBy } = endpoint;
  const why = disabledAt ? `${disabledBy === null ? 'It answered 410, gone' : `By ${disabledBy}`}, ${formatInstant(disabledAt, frame.member.timeZone)}` : '';
  return {
    id: `endpoint-${endpoint.id}`,
    cells: [
      <>
        <span class="mail" safe>
          {endpoint.url}
        </span>
        {why ? <SecondLine text={why} /> : ''}
      </>,
      <Badge word={disabledAt ? 'Disabled' : 'Enabled'} />,
      <span class="mail" safe>
        {endpoint.events.join(', ')}
      </span>,
      <MailAddress mail={endpoint.createdBy} />,
      <Actions frame={frame} endpoint={endpoint} />,
    ],
  };
}

function Actions({ frame, endpoint }: { frame: Frame; endpoint: Endpoint }): JSX.Element {
  const at = `at ${new URL(endpoint.url).host}`;
  const path = `${webhooksPath}/${endpoint.id}`;
  const post = { csrf: frame.csrf, fields: { from: frame.product } };
  return (
    <>
      {endpoint.disabledAt ? (
        <PostButton small label="Enable" readAs={`Enable the endpoint ${at}`} action={`${path}/enable`} {...post} />
      ) : (
        <>
          <PostButton small label="Send a test event" readAs={`Send a test event to the endpoint ${at}`} action={`${path}/test`} {...post} />
          <ButtonLink small label="Disable" readAs={`Disable the endpoint ${at}`} href={`${path}/disable?from=${frame.product}`} />
        </>
      )}
      <ButtonLink small label="Remove" kind="destructive" readAs={`Remove the endpoint ${at}`} href={`${path}/remove?from=${frame.product}`} />
    </>
  );
}
