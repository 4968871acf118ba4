// Judges digital twins as somebody who holds and somebody who checks them, by libraries of others.
// Reads a list of cases as JSON, writes a verdict for each: {accepted, told} or {accepted: false, why}.
import { webcrypto, X509Certificate, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DeviceResponse, Verifier, parse } from "@auth0/mdl";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { compactVerify, importJWK, importX509 } from "jose";

globalThis.crypto ??= webcrypto;
const { cborEncode, DataItem } = createRequire(import.meta.url)("@auth0/mdl/lib/cbor");
const VERIFIER = ["nonce-of-the-phone", "client", "https://verifier.example/response", "nonce-of-the-verifier"];
const NONCE = "nonce-of-the-verifier";
const AUDIENCE = "https://verifier.example";

function plain(value) {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (value instanceof Uint8Array) return `bytes:${value.length}`;
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]));
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

// The holder shows some elements to a verifier, who asks for a signature of the wallet's key.
async function mdoc({ response, docType, show, key, roots, replace }) {
  const held = parse(Buffer.from(response, "base64"));
  const fields = show.map(([space, name]) => ({ path: [`$['${space}']['${name}']`], intent_to_retain: false }));
  const asked = {
    id: "asked",
    input_descriptors: [
      { id: docType, format: { mso_mdoc: { alg: ["ES256"] } }, constraints: { limit_disclosure: "required", fields } },
    ],
  };
  const shown = await DeviceResponse.from(held)
    .usingPresentationDefinition(asked)
    .usingSessionTranscriptForOID4VP(...VERIFIER)
    .authenticateWithSignature(key, "ES256")
    .sign();
  let bytes = Buffer.from(shown.encode());
  if (replace) {
    const [from, to] = replace.map((text) => Buffer.from(text, "utf8"));
    const at = bytes.indexOf(from);
    if (at < 0 || from.length !== to.length) throw new Error("nothing to replace");
    to.copy(bytes, at);
  }
  const transcript = cborEncode(DataItem.fromData([null, null, VERIFIER]));
  const failed = [];
  const passed = new Set();
  const seen = await new Verifier(roots).verify(bytes, {
    encodedSessionTranscript: transcript,
    onCheck: (check) => (check.status === "FAILED" ? failed.push(check.check) : passed.add(check.check)),
  });
  const wanted = ["Issuer certificate must be valid", "Issuer signature must be valid", "Device signature must be valid"];
  if (failed.length || !wanted.every((check) => passed.has(check))) throw new Error(failed.join("; ") || "not all was checked");
  const told = {};
  for (const [space, items] of Object.entries(seen.documents[0].issuerSigned.nameSpaces)) {
    told[space] = Object.fromEntries(items.map((item) => [item.elementIdentifier, plain(item.elementValue)]));
  }
  return told;
}

function trusted(header, roots) {
  const chain = header.x5c.map((each) => new X509Certificate(Buffer.from(each, "base64")));
  const root = roots.map((each) => new X509Certificate(each)).find((each) => chain[0].checkIssued(each));
  if (!root || !chain[0].verify(root.publicKey)) throw new Error("the certificate is not of a trusted authority");
  if (!chain[0].keyUsage?.includes("1.0.18013.5.1.2")) throw new Error("the certificate is not for credentials");
  return chain[0].toString();
}

// The library drops a disclosure nothing refers to, without a word; the verifier therefore asks for the claims it needs.
async function sdJwt({ credential, show, key, roots, status, replace, drop, require: needed }) {
  const verifier = async (content, signature) => {
    const header = JSON.parse(Buffer.from(content.split(".")[0], "base64url"));
    const publicKey = await importX509(trusted(header, roots), header.alg);
    await compactVerify(`${content}.${signature}`, publicKey);
    return true;
  };
  const signer = async (content) => {
    const own = await webcrypto.subtle.importKey("jwk", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    const made = await webcrypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, own, Buffer.from(content));
    return Buffer.from(made).toString("base64url");
  };
  const kbVerifier = async (content, signature, payload) => {
    await compactVerify(`${content}.${signature}`, await importJWK(payload.cnf.jwk, "ES256"));
    return true;
  };
  const sd = new SDJwtVcInstance({
    hasher: (content, algorithm) =>
      createHash(algorithm.replace("-", "")).update(typeof content === "string" ? content : Buffer.from(content)).digest(),
    hashAlg: "sha-256",
    verifier,
    kbSigner: signer,
    kbSignAlg: "ES256",
    kbVerifier,
    statusListFetcher: async () => status,
    timeout: 2_000_000_000,
  });
  let given = credential;
  if (replace) given = replaced(given, ...replace);
  if (drop) given = dropped(given, drop);
  const shown = await sd.present(given, show, {
    kb: { payload: { iat: Math.floor(Date.now() / 1000), aud: AUDIENCE, nonce: NONCE } },
  });
  const seen = await sd.verify(shown, { keyBindingNonce: NONCE, requiredClaimKeys: needed });
  if (!seen.kb || seen.kb.payload.aud !== AUDIENCE) throw new Error("no key binding");
  return seen.payload;
}

function replaced(credential, from, to) {
  const parts = credential.split("~").map((part) => {
    const text = Buffer.from(part, "base64url").toString("utf8");
    return text.startsWith("[") && text.includes(from) ? Buffer.from(text.replace(from, to)).toString("base64url") : part;
  });
  if (parts.join("~") === credential) throw new Error("nothing to replace");
  return parts.join("~");
}

function dropped(credential, name) {
  const parts = credential.split("~").filter((part) => {
    const text = Buffer.from(part, "base64url").toString("utf8");
    return !(text.startsWith("[") && JSON.parse(text)[1] === name);
  });
  if (parts.join("~") === credential) throw new Error("nothing to drop");
  return parts.join("~");
}

const judges = { mdoc, sdJwt };
const verdicts = [];
for (const { judge, ...told } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    verdicts.push({ accepted: true, told: plain(await judges[judge](told)) });
  } catch (error) {
    verdicts.push({ accepted: false, why: String(error?.message ?? error) });
  }
}
process.stdout.write(JSON.stringify(verdicts));
