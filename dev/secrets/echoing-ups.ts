import { startProxy, type Exchange, type ProxiedRequest, type Proxy } from '../proxy/index.js';

/** Stands before the stand-in and now and then answers in its place with everything that it was sent. */
export interface EchoingUps extends AsyncDisposable {
  /** The next answers to requests whose path holds this. */
  echo(path: string, answer: { status: number; times: number }): void;
}

export async function startEchoingUps(ports: { port: number; target: number }, record: (exchange: Exchange) => void): Promise<EchoingUps> {
  const orders: { path: string; status: number; times: number }[] = [];
  const intercept = (request: ProxiedRequest) => {
    const order = orders.find(({ path, times }) => times > 0 && (request.path.split('?')[0] ?? '').includes(path));
    if (!order) return null;
    order.times -= 1;
    const sent = `${request.headers.authorization ?? ''} ${request.body}`;
    const envelope = JSON.stringify({ response: { errors: [{ code: '10401', message: `ClientId is Invalid: ${sent}` }, { code: sent, message: sent }] } });
    return order.status >= 500 ? { status: order.status, type: 'text/html', body: `<h1>${sent}</h1>` } : { status: order.status, type: 'application/json', body: envelope };
  };
  const proxy: Proxy = await startProxy({ port: ports.port, targets: [ports.target], intercept, record });
  return {
    echo: (path, answer) => void orders.push({ path, ...answer }),
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}
