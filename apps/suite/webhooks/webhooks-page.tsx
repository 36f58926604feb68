import {
  Banner, ButtonLink, ConfirmPanel, EmptyState, Layout, PageHead, Pagination, Section, type Frame, type Page,
} from '../ui/index.js';
import { DeliveriesTable } from './deliveries-table.js';
import type { Delivery } from './delivery-store.js';
import type { Endpoint } from './endpoint-store.js';
import { EndpointsTable } from './endpoints-table.js';
import { webhooksPath } from './paths.js';

/** What is asked before an endpoint is changed for good. */
export interface EndpointQuestion {
  readonly ask: 'disable' | 'remove';
  readonly endpoint: Endpoint;
}

export interface WebhooksPageProps {
  readonly frame: Frame;
  readonly endpoints: readonly Endpoint[];
  readonly deliveries: readonly Delivery[];
  readonly page: Page;
  /** Only what was given up is listed. */
  readonly dead: boolean;
  readonly question?: EndpointQuestion | undefined;
}

/** The company's endpoints and what was sent to them; for admins. */
export function WebhooksPage({ frame, endpoints, deliveries, page, dead, question }: WebhooksPageProps): JSX.Element {
  const { product } = frame;
  const add = <ButtonLink label="Add an endpoint" kind="primary" href={`${webhooksPath}/add?from=${product}`} />;
  const head = (
    <PageHead
      title="Webhooks" lead={`Servers that are told what happens to ${frame.member.companyName}’s opt-ins.`}
      actions={<ButtonLink label="Back to the company manager" href={`/company-manager?from=${product}`} />}
    />
  );
  if (endpoints.length === 0) {
    return (
      <Layout frame={frame} title="Webhooks" current="company-manager" head={head}>
        <EmptyState icon="route" title="No endpoints yet" text="Add the address of a server of yours. It gets a signed message for each event that you choose." action={add} />
      </Layout>
    );
  }
  const waitsForNobody = endpoints.some((endpoint) => endpoint.disabledAt === null && endpoint.dead > 0);
  return (
    <Layout frame={frame} title="Webhooks" current="company-manager" head={head}>
      {question ? <Question frame={frame} question={question} /> : ''}
      {waitsForNobody && !dead ? (
        <Banner tone="warn" action={<ButtonLink small label="Show what was given up" href={`${webhooksPath}?from=${product}&dead=yes`} />}>
          <p>Some deliveries were given up after three days of attempts, or when their endpoint was disabled.</p>
        </Banner>
      ) : (
        ''
      )}
      <Section title="Endpoints" action={add}>
        <EndpointsTable frame={frame} endpoints={endpoints} />
      </Section>
      <Section
        title={dead ? 'Given up' : 'Recent deliveries'} remark="Kept for 30 days after their end."
        action={dead ? <ButtonLink small label="Show all deliveries" href={`${webhooksPath}?from=${product}`} /> : undefined}
      >
        {page.total === 0 ? (
          <p class="remark">{dead ? 'Nothing was given up.' : 'Nothing was sent yet. Send a test event to see one here.'}</p>
        ) : (
          <>
            <DeliveriesTable frame={frame} deliveries={deliveries} />
            <Pagination {...page} what={page.total === 1 ? 'delivery' : 'deliveries'} href={(number) => `${webhooksPath}?from=${product}${dead ? '&dead=yes' : ''}&page=${number}`} />
          </>
        )}
      </Section>
    </Layout>
  );
}

function Question({ frame, question: { ask, endpoint } }: { frame: Frame; question: EndpointQuestion }): JSX.Element {
  const at = new URL(endpoint.url).host;
  const waiting = endpoint.waiting === 1 ? '1 delivery that waits' : `${endpoint.waiting.toLocaleString('en-US')} deliveries that wait`;
  const common = {
    destroy: { label: ask === 'disable' ? 'Disable' : 'Remove', action: `${webhooksPath}/${endpoint.id}/${ask}`, csrf: frame.csrf, fields: { from: frame.product } },
    keep: { label: 'Keep the endpoint', href: `${webhooksPath}?from=${frame.product}` },
  };
  if (ask === 'disable') {
    return (
      <ConfirmPanel heading={`Disable the endpoint at ${at}?`} lead="Nothing more is sent there until an admin enables it." {...common}>
        <li safe>{`${endpoint.waiting === 0 ? 'Nothing waits for it now' : `The ${waiting} for it ${endpoint.waiting === 1 ? 'is' : 'are'} given up`}; what was given up can be sent again later.`}</li>
        <li>What happens while it is disabled is not kept for it.</li>
        <li>Its address, events and secret stay.</li>
      </ConfirmPanel>
    );
  }
  return (
    <ConfirmPanel heading={`Remove the endpoint at ${at}?`} lead="Nothing more is sent there, and its secret is destroyed." {...common}>
      <li safe>{`Its list of deliveries is deleted${endpoint.waiting === 0 ? '' : `, with ${waiting}`}.`}</li>
      <li>Other endpoints go on.</li>
    </ConfirmPanel>
  );
}
