#!/usr/bin/env node
// Verifies an exported evidence log without any part of Sosach. Node ≥ 18, no packages.
//   node verify-log.mjs FOLDER --key HEX [--key HEX …] [--witness FILE …]
// FOLDER holds events.jsonl and seals.jsonl; --key: public keys (32 bytes, hexadecimal) you were told by somebody you trust;
// --witness: files of lines "size root key-id signature" kept outside the database.
// Prints one line per fault (fault, batch, place in the batch, id of the event) and a summary; exit code 0: whole, 1: faults, 2: misuse.
import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ORIGIN = "sosach/evidence-log/1";
const SPKI = Buffer.from("302a300506032b6570032100", "hex"); // what stands before 32 bytes of an Ed25519 key in DER

const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = (content) => sha(Buffer.from([0]), content);
const nodeHash = (left, right) => sha(Buffer.from([1]), left, right);
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
      const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" });
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
  return verify(null, Buffer.from(seal.checkpoint), key, Buffer.from(seal.signature, "hex"));
}

function compare(seal, events) {
  const sealed = seal.hashes.map((hash) => hash.toString("hex"));
  const found = events.map((event) => event.hash);
  if (sealed.length === found.length && sealed.every((hash, at) => hash === found[at])) return;
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
  let count = 0;
  let place = 0;
  let held = [];
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) {
    const [id, xid] = JSON.parse(line);
    count += 1;
    while (place < seals.length && BigInt(xid) >= BigInt(seals[place].to_xid)) {
      compare(seals[place], held);
      place += 1;
      held = [];
    }
    if (place === seals.length || BigInt(xid) < BigInt(seals[place].from_xid)) fault("stray", -1, -1, id);
    else held.push({ id, hash: leafHash(Buffer.from(line)).toString("hex") });
  }
  for (; place < seals.length; place += 1) {
    compare(seals[place], held);
    held = [];
  }
  return count;
}

const { folder, keys, witnesses } = readArguments(process.argv.slice(2));
const seals = readFileSync(join(folder, "seals.jsonl"), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
verifySeals(seals, keys, witnesses);
const events = await verifyEvents(join(folder, "events.jsonl"), seals);
for (const line of faults) console.log(line);
console.log(`${events} events, ${seals.length} batches, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
