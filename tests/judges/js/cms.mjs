// Judges cards with PKI.js: signature, path to a trusted authority with its revocation list, every data group's hash.
// Usage: node cms.mjs FOLDER MOMENT; prints "<card> yes" or "<card> no <why>".

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

const LDS_OBJECT = "2.23.136.1.1.1";
const DIGESTS = {
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};
const [folder, moment] = process.argv.slice(2);
const checkDate = new Date(moment);
const trust = join(folder, "trust");

const read = (file) => new Uint8Array(readFileSync(file));
const listed = (ending) => readdirSync(trust).filter((name) => name.endsWith(ending)).map((name) => read(join(trust, name)));
const authorities = listed(".der").map((file) => pkijs.Certificate.fromBER(file));
const lists = listed(".crl").map((file) => pkijs.CertificateRevocationList.fromBER(file));

function require(right, what) {
  if (!right) throw new Error(what);
}

function extension(holder, number) {
  return holder.extensions.find((one) => one.extnID === number)?.parsedValue;
}

const hex = (buffer) => Buffer.from(buffer).toString("hex");
const signedBy = (item) => hex(extension(item, "2.5.29.35").keyIdentifier.valueBlock.valueHexView);
const keyOf = (certificate) => hex(extension(certificate, "2.5.29.14").valueBlock.valueHexView);

async function signed(bytes) {
  const content = pkijs.ContentInfo.fromBER(bytes);
  require(content.contentType === pkijs.id_ContentType_SignedData, "no signed data");
  const data = new pkijs.SignedData({ schema: content.content });
  require(data.encapContentInfo.eContentType === LDS_OBJECT, "content type");
  require(data.signerInfos.length === 1 && data.certificates.length === 1, "number of signers");
  const trusted = authorities.filter((one) => keyOf(one) === signedBy(data.certificates[0]));
  const verdict = await data.verify({ signer: 0, trustedCerts: trusted, checkDate, checkChain: true, extendedMode: true });
  require(verdict.signatureVerified === true && verdict.signerCertificateVerified === true, "signature");
  const engine = new pkijs.CertificateChainValidationEngine({
    trustedCerts: trusted,
    certs: [data.certificates[0]],
    crls: lists.filter((one) => signedBy({ extensions: one.crlExtensions.extensions }) === keyOf(trusted[0])),
    checkDate,
  });
  const path = await engine.verify();
  require(path.result === true, path.resultMessage);
  return data.encapContentInfo.eContent.getValue();
}

async function groups(card, object) {
  const { result } = asn1js.fromBER(object);
  const digest = DIGESTS[result.valueBlock.value[1].valueBlock.value[0].valueBlock.toString()];
  const entries = result.valueBlock.value[2].valueBlock.value;
  for (const entry of entries) {
    const [number, hash] = entry.valueBlock.value;
    const name = `dg${number.valueBlock.valueDec}`;
    const found = await crypto.subtle.digest(digest, read(join(card, `${name}.bin`)));
    require(hex(found) === hex(hash.valueBlock.valueHexView), `hash of ${name}`);
  }
  const there = readdirSync(card).filter((name) => name.endsWith(".bin"));
  require(entries.length > 0 && entries.length === there.length, "a group that is not signed");
}

for (const name of readdirSync(join(folder, "cards")).sort()) {
  const card = join(folder, "cards", name);
  try {
    await groups(card, await signed(read(join(card, "sod.cms"))));
    console.log(`${name} yes`);
  } catch (refusal) {
    console.log(`${name} no ${refusal.message ?? refusal}`);
  }
}
