// A wallet of others (OpenID4VCI 1.0): takes the link of an offer and comes back with credentials.
// Its requests go out as JSON lines and are answered as JSON lines, so that no server has to run.
import { webcrypto, createHash, generateKeyPairSync } from "node:crypto";
import { createInterface } from "node:readline";
import { Openid4vciClient } from "@openid4vc/openid4vci";
import { setGlobalConfig } from "@openid4vc/oauth2";
import { SignJWT, importJWK, calculateJwkThumbprint } from "jose";

globalThis.crypto ??= webcrypto;
setGlobalConfig({ allowInsecureUrls: true });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
const heard = async () => JSON.parse((await lines.next()).value);

async function fetchBy(url, init = {}) {
  const body = init.body === undefined ? "" : init.body.toString();
  say({ method: init.method ?? "GET", url: String(url), headers: Object.fromEntries(new Headers(init.headers)), body });
  const { status, headers, body: answer } = await heard();
  return new Response(status === 204 ? null : answer, { status, headers });
}

const keys = [];
async function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicJwk = publicKey.export({ format: "jwk" });
  keys.push({ privateJwk: privateKey.export({ format: "jwk" }), thumbprint: await calculateJwkThumbprint(publicJwk) });
  return publicJwk;
}

const callbacks = {
  fetch: fetchBy,
  hash: (content, algorithm) => createHash(algorithm.replace("-", "")).update(content).digest(),
  generateRandom: (size) => webcrypto.getRandomValues(new Uint8Array(size)),
  clientAuthentication: () => {},
  signJwt: async (signer, { header, payload }) => {
    const thumbprint = await calculateJwkThumbprint(signer.publicJwk);
    const { privateJwk } = keys.find((key) => key.thumbprint === thumbprint);
    const jwt = await new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(privateJwk, signer.alg));
    return { jwt, signerJwk: signer.publicJwk };
  },
  verifyJwt: async () => ({ verified: false }),
  encryptJwe: async () => { throw new Error("not used"); },
  decryptJwe: async () => { throw new Error("not used"); },
};

async function take({ link, digits, copies, now }) {
  const client = new Openid4vciClient({ callbacks });
  const credentialOffer = await client.resolveCredentialOffer(link);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer,
    issuerMetadata,
    txCode: digits,
  });
  const accessToken = accessTokenResponse.access_token;
  const found = [];
  for (const credentialConfigurationId of credentialOffer.credential_configuration_ids) {
    const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata });
    const jwts = [];
    const own = [];
    for (let copy = 0; copy < copies; copy += 1) {
      const publicJwk = await newKey();
      own.push(keys.at(-1).privateJwk);
      const { jwt } = await client.createCredentialRequestJwtProof({
        issuerMetadata,
        credentialConfigurationId,
        nonce,
        issuedAt: new Date(now * 1000),
        signer: { method: "jwk", alg: "ES256", publicJwk },
      });
      jwts.push(jwt);
    }
    const given = await client.retrieveCredentials({
      issuerMetadata,
      credentialConfigurationId,
      accessToken,
      proofs: { jwt: jwts },
    });
    const { credentials, notification_id: notificationId } = given.credentialResponse;
    await client.sendNotification({
      issuerMetadata,
      accessToken,
      notification: { notificationId, event: "credential_accepted" },
    });
    found.push({ configuration: credentialConfigurationId, credentials: credentials.map((each) => each.credential), keys: own });
  }
  return found;
}

let last;
try {
  last = { done: await take(await heard()) };
} catch (error) {
  last = { failed: String(error?.message ?? error), cause: String(error?.response?.status ?? "") };
}
process.stdout.write(`${JSON.stringify(last)}\n`, () => process.exit(0));
