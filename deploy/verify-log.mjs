#!/usr/bin/env node
// Verifies an exported evidence log without any part of Sosach. Node ≥ 18, no packages.
//   node verify-log.mjs FOLDER --key HEX [--key HEX …] [--witness FILE …]
// FOLDER holds events.jsonl and seals.jsonl; --key: public keys (32 bytes, hexadecimal) you were told by somebody you trust;
// --witness: files of lines "size root key-id signature" kept outside the database.
// Prints one line per fault (fault, batch, place in the batch, id of the event) and a summary; exit code 0: whole, 1: faults, 2: misuse.
import * as crypto from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";

const ORIGIN = "sosach/evidence-log/1";
const SPKI = Buffer.from("302a300506032b6570032100", "hex"); // what stands before 32 bytes of an Ed25519 key in DER

const slow = (content) => crypto.createHash("sha256").update(content).digest();
const sha = crypto.hash ? (content) => crypto.hash("sha256", content, "buffer") : slow; // from Node 20.12 on in one call
const leafHash = (content) => sha(Buffer.concat([Buffer.of(0), content]));
const pair = Buffer.alloc(65, 1); // one for all: copying is cheaper than making
function nodeHash(left, right) {
  left.copy(pair, 1);
  right.copy(pair, 33);
  return sha(pair);
}
const EMPTY = sha(Buffer.alloc(0));

function rootOf(leaves) {
  if (leaves.length === 0) return EMPTY;
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(nodeHash(level[at], level[at + 1]));
    if (level.length % 2) above.push(level[level.length - 1]);
    level = above;
  }
  return level[0];
}

class GrowingTree {
  constructor() {
    this.size = 0n;
    this.peaks = [];
  }
  add(leaf) {
    let joined = leaf;
    for (let size = this.size; size & 1n; size >>= 1n) joined = nodeHash(this.peaks.pop(), joined);
    this.peaks.push(joined);
    this.size += 1n;
  }
  root() {
    if (this.peaks.length === 0) return EMPTY;
    return this.peaks.reduceRight((joined, peak) => nodeHash(peak, joined));
  }
}

function readArguments(words) {
  const told = { folder: null, keys: new Map(), witnesses: new Map() };
  for (let at = 0; at < words.length; at += 1) {
    if (words[at] === "--key") {
      const raw = Buffer.from(words[++at] ?? "", "hex");
      if (raw.length !== 32) misuse("a key has 32 bytes, hexadecimal");
      const key = crypto.createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" });
      told.keys.set(sha(raw).toString("hex").slice(0, 16), key);
    } else if (words[at] === "--witness") {
      const lines = readFileSync(words[++at], "ascii").split("\n");
      for (const line of lines.slice(0, -1)) {
        const [size, root] = line.split(" ");
        told.witnesses.set(size, [...(told.witnesses.get(size) ?? []), root]);
      }
    } else told.folder = words[at];
  }
  if (!told.folder || told.keys.size === 0) misuse("usage: verify-log.mjs FOLDER --key HEX [--witness FILE]");
  return told;
}

function misuse(message) {
  console.error(message);
  process.exit(2);
}

const faults = [];
const fault = (name, batch, place = -1, id = 0) => faults.push([name, batch, place, id].join(" "));

function verifySeals(seals, keys, witnesses) {
  const tree = new GrowingTree();
  let expected = null;
  for (const seal of seals) {
    if (BigInt(seal.number) !== tree.size || (expected !== null && seal.from_xid !== expected)) fault("gap", seal.number);
    expected = seal.to_xid;
    const bytes = Buffer.from(seal.leaves, "hex");
    seal.hashes = [];
    for (let at = 0; at < bytes.length; at += 32) seal.hashes.push(bytes.subarray(at, at + 32));
    if (rootOf(seal.hashes).toString("hex") !== seal.root) fault("leaves", seal.number);
    const told = [seal.number, seal.from_xid, seal.to_xid, seal.hashes.length, seal.root].join(" ");
    tree.add(leafHash(Buffer.from(told)));
    const root = tree.root().toString("hex");
    if (seal.checkpoint !== `${ORIGIN}\n${tree.size}\n${root}\n`) fault("seal", seal.number);
    if (!signed(seal, keys)) fault("signature", seal.number);
    if ((witnesses.get(String(tree.size)) ?? []).some((other) => other !== root)) fault("witness", seal.number);
  }
  if ([...witnesses.keys()].some((size) => BigInt(size) > tree.size)) fault("truncated", tree.size);
}

function signed(seal, keys) {
  const key = keys.get(seal.key_id);
  if (!key) return false;
  return crypto.verify(null, Buffer.from(seal.checkpoint), key, Buffer.from(seal.signature, "hex"));
}

function compare(seal, events) {
  if (seal.hashes.length === events.length && seal.hashes.every((hash, at) => hash.equals(events[at].hash))) return;
  const sealed = seal.hashes.map((hash) => hash.toString("hex"));
  const found = events.map((event) => event.hash.toString("hex"));
  const known = new Set(sealed);
  const there = new Set(found);
  const gone = sealed.flatMap((hash, at) => (there.has(hash) ? [] : [at]));
  const strange = found.flatMap((hash, at) => (known.has(hash) ? [] : [at]));
  if (!gone.length && !strange.length) {
    const name = sealed.length === found.length ? "order" : found.length > sealed.length ? "added" : "missing";
    fault(name, seal.number);
    return;
  }
  const changed = Math.min(gone.length, strange.length);
  for (const at of strange.slice(0, changed)) fault("changed", seal.number, at, events[at].id);
  for (const at of gone.slice(changed)) fault("missing", seal.number, at);
  for (const at of strange.slice(changed)) fault("added", seal.number, at, events[at].id);
}

async function verifyEvents(file, seals) {
  const bounds = seals.map((seal) => [BigInt(seal.from_xid), BigInt(seal.to_xid)]);
  let count = 0;
  let place = 0;
  let held = [];
  const close = () => {
    compare(seals[place], held);
    place += 1;
    held = [];
  };
  const take = (line) => {
    const [id, told] = JSON.parse(`${line.latin1Slice(0, line.indexOf(",", line.indexOf(",") + 1))}]`);
    const xid = BigInt(told);
    count += 1;
    while (place < seals.length && xid >= bounds[place][1]) close();
    if (place === seals.length || xid < bounds[place][0]) fault("stray", -1, -1, id);
    else held.push({ id, hash: leafHash(line) });
  };
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) {
    const bytes = Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, begin)) {
      take(bytes.subarray(begin, end));
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
  if (rest.length) take(rest);
  while (place < seals.length) close();
  return count;
}

const { folder, keys, witnesses } = readArguments(process.argv.slice(2));
const seals = readFileSync(join(folder, "seals.jsonl"), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
verifySeals(seals, keys, witnesses);
const events = await verifyEvents(join(folder, "events.jsonl"), seals);
for (const line of faults) console.log(line);
console.log(`${events} events, ${seals.length} batches, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
