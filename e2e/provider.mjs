// A real OpenID Connect provider on loopback, with its own pages for signing in and agreeing. Who types a name is that person; any
// password will do.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const HOUR = 3600;

/** Whom the provider knows, by the name that they type. */
const PEOPLE = {
  grace: { email: "Grace@Example.org", email_verified: true, groups: ["payments leads", "everybody"] },
  lin: { email: "lin@example.org", email_verified: false, groups: [] },
  mallory: { email: "mallory@elsewhere.example", email_verified: true, groups: ["payments leads"] },
};

/** Starts a provider for the program at `base`; `groups` changes somebody's groups, `stop` ends it. */
export async function startProvider(base) {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const people = structuredClone(PEOPLE);
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "mainstay",
      client_secret: "hush",
      redirect_uris: [`${base}/sign_in/back`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    }],
    // To the letter: an ID token that comes with an access token names the subject alone, the rest is at the userinfo endpoint.
    conformIdTokenClaims: true,
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "email", "profile", "groups"],
    pkce: { required: () => true },
    ttl: { AccessToken: HOUR, AuthorizationCode: 60, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, Session: HOUR },
    cookies: { keys: ["a key for this run alone"] },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, name: id, ...people[id] }) },
  });
  const failed = [];
  provider.on("server_error", (_, error) => failed.push(error.message));
  server.on("request", provider.callback());
  return {
    issuer,
    failed,
    groups: (name, groups) => { people[name].groups = groups; },
    stop: () => new Promise((stopped) => { server.close(stopped); server.closeAllConnections(); }),
  };
}

/** A port of loopback that nobody has. */
export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
