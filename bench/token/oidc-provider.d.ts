// What we use of oidc-provider, which comes without types.
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface Model {
    save(): Promise<string>;
  }

  interface GrantModel extends Model {
    addOIDCScope(scope: string): void;
  }

  interface Client {
    readonly clientId: string;
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly Client: { find(clientId: string): Promise<Client | undefined> };
    readonly Grant: new (properties: { accountId: string; clientId: string }) => GrantModel;
    readonly AuthorizationCode: new (properties: Record<string, unknown>) => Model;
    callback(): RequestListener;
  }
}
