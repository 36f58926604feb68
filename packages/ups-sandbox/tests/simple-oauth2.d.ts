/** The part of simple-oauth2 5 that the tests use; the package has no types of its own. */
declare module 'simple-oauth2' {
  interface AccessToken {
    readonly token: Readonly<Record<string, unknown>>;
    expired(): boolean;
    refresh(parameters?: Record<string, string>): Promise<AccessToken>;
  }

  export class AuthorizationCode {
    constructor(options: {
      client: { id: string; secret: string };
      auth: { tokenHost: string; tokenPath: string; refreshPath: string; authorizePath: string };
      options?: { authorizationMethod?: 'header' | 'body' };
    });
    authorizeURL(parameters: { redirect_uri: string; scope?: string; state?: string }): string;
    getToken(parameters: { code: string; redirect_uri: string } & Record<string, string>): Promise<AccessToken>;
  }

  export class ClientCredentials {
    constructor(options: {
      client: { id: string; secret: string };
      auth: { tokenHost: string; tokenPath: string };
      options?: { authorizationMethod?: 'header' | 'body' };
    });
    getToken(parameters: Record<string, string>): Promise<AccessToken>;
  }
}
