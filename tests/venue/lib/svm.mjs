// svm.mjs - a Solana node and a Jito block engine on loopback: JSON-RPC over litesvm (the real runtime), so that our processes talk
// to it as they would to the chain. Execution, fees, rent and errors are the runtime's; slots, forks, auctions and faults are ours.
//   node svm.mjs DIR --port-file F [--slot-ms N] [--log FILE] [--program ID=FILE]... [--airdrop KEY=LAMPORTS]... [--clock UNIX_S]
// Methods beginning with _ are hooks for tests. Must not: listen anywhere but on 127.0.0.1; change what the runtime decides.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

const args = process.argv.slice(2), dir = args.shift(), opts = { program: [], airdrop: [], 'slot-ms': '400', clock: '1790000000' };
while (args.length) {
  const k = args.shift().replace(/^--/, ''), v = args.shift();
  if (Array.isArray(opts[k])) opts[k].push(v); else opts[k] = v;
}
const need = createRequire(`${dir}/svm/`);
const { LiteSVM, FailedTransactionMetadata } = need('litesvm');
const { Account, Clock } = need('litesvm/dist/internal.js');
const bs58 = need('bs58').default || need('bs58');

// ---- the chain ----
const TIPS = '96gYZGLnJYVFmbjzopPSU6QiEV5fGqZNyN9nmNhvrZU5 HFqU5x63VTqvQss8hp11i4wVV8bD44PvwucfZ2bU7gRe Cw8CFyM9FkoMi7K7Crf6HNQqf4uEMzpKw6QNghXLvLkY ADaUMid9yfUytqMBgopwjb2DTLSokTSzL1zt6iGPaS49 DfXygSm4jCyNCybVYYK6DwvWqjKee8pbDmJGcLWNDXjh ADuUkR4vqLUMWXxW9gh6D6L8pMSawimctcNZ5pGwDcEt DttWaMuVvTiduZRnguLF7jNxTgiMBZ1hyAumKUiL2KRL 3AVi9Tg9Uo68tJfuvoKvqKNWKkC5wPdSSdeBnizKZ6jT'.split(' ');
const VALID_FOR = 150;
let svm = new LiteSVM().withSigverify(true).withBlockhashCheck(false).withNativeMints().withTransactionHistory(0n);
let forked = false;                              // a fork is open: what landed on it is only processed, as its minority of votes would have it
const skipped = new Set(), orphans = new Set();  // slots without a block; blocks that lost their fork
const views = [];                                // [{ url, behind, lose }]: a node below that path lies behind, or lacks blocks
let slot = 1000n, hashes = [];                  // hashes: [{ hash, slot }], the newest last; ours, for litesvm keeps only one
const landed = new Map();                       // signature -> { slot, err, result, tx, wire, time, pre, post, preTokens, postTokens }
const blocks = new Map();                       // slot -> [signature]
const bundles = new Map();                      // bundle id -> { status, slot, signatures }
const faults = [];
const inner = () => svm.inner;
const key = (text) => { const b = bs58.decode(text); if (b.length !== 32) throw new Error('not a key'); return b; };
const text = (b) => bs58.encode(Buffer.from(b));
const getAccount = (k) => inner().getAccount(typeof k === 'string' ? key(k) : k);
const number = (v) => (v <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(v) : v);

const hashOf = (n) => text(createHash('sha256').update(`slot ${n} of ${process.pid}`).digest());
const hasBlock = (n) => n >= 1001 && !skipped.has(n) && !orphans.has(n);
function parentOf(n) { for (let p = n - 1; ; p--) if (hasBlock(p) || p < 1001) return p; }
function newSlot() {
  slot++;
  hashes.push({ hash: hashOf(slot), slot });
  if (hashes.length > VALID_FOR) hashes.shift();
  const c = inner().getClock();
  inner().setClock(new Clock(slot, 0n, 0n, 0n, BigInt(opts.clock) + (slot - 1000n) * BigInt(opts['slot-ms']) / 1000n));
  void c;
}
for (let i = 0; i < 3; i++) newSlot();
if (+opts['slot-ms'] > 0) setInterval(newSlot, +opts['slot-ms']);
for (const t of TIPS) inner().airdrop(key(t), 1000000000n);
for (const p of opts.program) { const [id, file] = p.split('='); inner().addProgram(key(id), readFileSync(file)); }
for (const a of opts.airdrop) { const [k, v] = a.split('='); inner().airdrop(key(k), BigInt(v)); }

// ---- transactions as bytes ----
function compact(b, at) { let v = 0, s = 0; for (;;) { const x = b[at.i++]; if (x === undefined) throw new Error('truncated'); v |= (x & 127) << s; if (x < 128) return v; s += 7; } }
function parse(wire) {
  const at = { i: 0 }, take = (n) => { if (at.i + n > wire.length) throw new Error('truncated'); at.i += n; return wire.subarray(at.i - n, at.i); };
  const signatures = Array.from({ length: compact(wire, at) }, () => text(take(64)));
  const start = at.i, v0 = wire[at.i] === 0x80;
  if (v0) at.i++;
  const [signers, roSigned, roUnsigned] = take(3);
  const keys = Array.from({ length: compact(wire, at) }, () => text(take(32)));
  const blockhash = text(take(32));
  const instructions = Array.from({ length: compact(wire, at) }, () => ({ programIdIndex: take(1)[0], accounts: [...take(compact(wire, at))], data: text(take(compact(wire, at))), stackHeight: null }));
  const lookups = v0 ? Array.from({ length: compact(wire, at) }, () => ({ accountKey: text(take(32)), writableIndexes: [...take(compact(wire, at))], readonlyIndexes: [...take(compact(wire, at))] })) : [];
  if (at.i !== wire.length) throw new Error('trailing bytes');
  const table = (l) => { const a = getAccount(l.accountKey); return a ? Buffer.from(a.data()) : Buffer.alloc(0); };
  const entry = (d, i) => text(d.subarray(56 + 32 * i, 88 + 32 * i));
  const loaded = { writable: lookups.flatMap((l) => l.writableIndexes.map((i) => entry(table(l), i))), readonly: lookups.flatMap((l) => l.readonlyIndexes.map((i) => entry(table(l), i))) };
  return { wire, version: v0 ? 0 : 'legacy', signatures, message: wire.subarray(start), header: { numRequiredSignatures: signers, numReadonlySignedAccounts: roSigned, numReadonlyUnsignedAccounts: roUnsigned }, keys, blockhash, instructions, lookups, loaded, all: [...keys, ...loaded.writable, ...loaded.readonly] };
}

// ---- errors as the RPC writes them ----
const FIELDLESS = ['AccountInUse', 'AccountLoadedTwice', 'AccountNotFound', 'ProgramAccountNotFound', 'InsufficientFundsForFee', 'InvalidAccountForFee', 'AlreadyProcessed', 'BlockhashNotFound', 'CallChainTooDeep', 'MissingSignatureForFee', 'InvalidAccountIndex', 'SignatureFailure', 'InvalidProgramForExecution', 'SanitizeFailure', 'ClusterMaintenance', 'AccountBorrowOutstanding', 'WouldExceedMaxBlockCostLimit', 'UnsupportedVersion', 'InvalidWritableAccount', 'WouldExceedMaxAccountCostLimit', 'WouldExceedAccountDataBlockLimit', 'TooManyAccountLocks', 'AddressLookupTableNotFound', 'InvalidAddressLookupTableOwner', 'InvalidAddressLookupTableData', 'InvalidAddressLookupTableIndex', 'InvalidRentPayingAccount', 'WouldExceedMaxVoteCostLimit', 'WouldExceedAccountDataTotalLimit', 'MaxLoadedAccountsDataSizeExceeded', 'InvalidLoadedAccountsDataSizeLimit', 'ResanitizationNeeded', 'UnbalancedTransaction', 'ProgramCacheHitMaxLimit', 'CommitCancelled'];
const IX = ['GenericError', 'InvalidArgument', 'InvalidInstructionData', 'InvalidAccountData', 'AccountDataTooSmall', 'InsufficientFunds', 'IncorrectProgramId', 'MissingRequiredSignature', 'AccountAlreadyInitialized', 'UninitializedAccount', 'UnbalancedInstruction', 'ModifiedProgramId', 'ExternalAccountLamportSpend', 'ExternalAccountDataModified', 'ReadonlyLamportChange', 'ReadonlyDataModified', 'DuplicateAccountIndex', 'ExecutableModified', 'RentEpochModified', 'NotEnoughAccountKeys', 'AccountDataSizeChanged', 'AccountNotExecutable', 'AccountBorrowFailed', 'AccountBorrowOutstanding', 'DuplicateAccountOutOfSync', 'InvalidError', 'ExecutableDataModified', 'ExecutableLamportChange', 'ExecutableAccountNotRentExempt', 'UnsupportedProgramId', 'CallDepth', 'MissingAccount', 'ReentrancyNotAllowed', 'MaxSeedLengthExceeded', 'InvalidSeeds', 'InvalidRealloc', 'ComputationalBudgetExceeded', 'PrivilegeEscalation', 'ProgramEnvironmentSetupFailure', 'ProgramFailedToComplete', 'ProgramFailedToCompile', 'Immutable', 'IncorrectAuthority', 'AccountNotRentExempt', 'InvalidAccountOwner', 'ArithmeticOverflow', 'UnsupportedSysvar', 'IllegalOwner', 'MaxAccountsDataAllocationsExceeded', 'MaxAccountsExceeded', 'MaxInstructionTraceLengthExceeded', 'BuiltinProgramsMustConsumeComputeUnits'];
function errorOf(failed) {
  const e = failed.err();
  if (typeof e === 'number') return FIELDLESS[e] || 'Unknown';
  if (typeof e.err === 'function') {
    const i = e.err();
    return { InstructionError: [e.index, typeof i === 'number' ? IX[i] || 'Unknown' : typeof i.code !== 'undefined' ? { Custom: i.code } : 'BorshIoError'] };
  }
  const s = String(failed), rent = /account_index: (\d+)/.exec(s);
  return rent ? { InsufficientFundsForRent: { account_index: +rent[1] } } : s;
}

// ---- executing ----
const TOKENS = new Set(['TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb']);
function tokenBalances(keys) {
  return keys.flatMap((k, accountIndex) => {
    const a = getAccount(k), owner = a && text(a.owner()), d = a && Buffer.from(a.data());
    if (!a || !TOKENS.has(owner) || d.length < 165 || d.length === 355 || (d.length > 165 && d[165] !== 2)) return [];
    const mint = text(d.subarray(0, 32)), m = getAccount(mint), amount = d.readBigUInt64LE(64).toString(), decimals = m ? m.data()[44] : 0;
    return [{ accountIndex, mint, owner: text(d.subarray(32, 64)), programId: owner, uiTokenAmount: { amount, decimals, uiAmount: Number(amount) / 10 ** decimals, uiAmountString: String(Number(amount) / 10 ** decimals) } }];
  });
}
let leaders = ['Vote111111111111111111111111111111111111111'];
const balances = (keys) => keys.map((k) => Number(inner().getBalance(key(k)) || 0n));
const valid = (hash) => hashes.some((h) => h.hash === hash);
function run(t, simulate) {
  return t.version === 0 ? (simulate ? inner().simulateVersionedTransaction(t.wire) : inner().sendVersionedTransaction(t.wire)) : simulate ? inner().simulateLegacyTransaction(t.wire) : inner().sendLegacyTransaction(t.wire);
}
const isFailed = (r) => r instanceof FailedTransactionMetadata;
// Null when it reached the chain (its own failure included), else the error that keeps it out of a block.
function execute(t) {
  if (landed.has(t.signatures[0])) return 'AlreadyProcessed';
  if (!valid(t.blockhash)) return 'BlockhashNotFound';
  const pre = balances(t.all), preTokens = tokenBalances(t.all), r = run(t, false), post = balances(t.all);
  const err = isFailed(r) ? errorOf(r) : null;
  const charged = pre[0] !== post[0] || !err;
  if (err && !charged) return err;
  landed.set(t.signatures[0], { slot, err, meta: isFailed(r) ? r.meta() : r, t, pre, post, preTokens, postTokens: tokenBalances(t.all), time: Number(inner().getClock().unixTimestamp) });
  if (!blocks.has(slot)) blocks.set(slot, []);
  blocks.get(slot).push(t.signatures[0]);
  return null;
}
function preflight(t) {
  if (landed.has(t.signatures[0])) return { err: 'AlreadyProcessed', logs: [] };
  if (!valid(t.blockhash)) return { err: 'BlockhashNotFound', logs: [] };
  const r = run(t, true);
  return isFailed(r) ? { err: errorOf(r), logs: r.meta().logs(), units: Number(r.meta().computeUnitsConsumed()) } : { err: null, logs: r.meta().logs(), units: Number(r.meta().computeUnitsConsumed()) };
}

// ---- forks: the state before a transaction is kept, and taken back after n slots ----
function snapshot() { return { bytes: svm.toBytes(), slot, landed: new Map(landed), blocks: new Map([...blocks].map(([k, v]) => [k, [...v]])) }; }
function restore(s) {
  const clock = inner().getClock();
  svm = LiteSVM.fromBytes(s.bytes).withSigverify(true).withBlockhashCheck(false).withTransactionHistory(0n);
  inner().setClock(clock);
  landed.clear(); s.landed.forEach((v, k) => landed.set(k, v));
  blocks.clear(); s.blocks.forEach((v, k) => blocks.set(k, v));
}

class RpcError extends Error { constructor(code, message, data) { super(message); this.code = code; this.data = data; } }
const wireOf = (s, o) => { const w = (o && o.encoding) === 'base64' ? Buffer.from(s, 'base64') : Buffer.from(bs58.decode(s)); try { return parse(w); } catch (e) { throw new RpcError(-32602, `failed to deserialize transaction: ${e.message}`); } };
const context = () => ({ slot: Number(slot), apiVersion: '4.0.0' });
const height = () => Number(slot) - 100; // block height lags the slot by the skipped ones
const accountJson = (a) => a && { lamports: number(a.lamports()), owner: text(a.owner()), data: [Buffer.from(a.data()).toString('base64'), 'base64'], executable: a.executable(), rentEpoch: 0, space: a.data().length };
const balanceJson = (d, decimals) => { const amount = d.readBigUInt64LE(64).toString(); return { amount, decimals, uiAmount: Number(amount) / 10 ** decimals, uiAmountString: String(Number(amount) / 10 ** decimals) }; };
function send(t, o, fault) {
  if (!(o && o.skipPreflight)) {
    const p = preflight(t);
    if (p.err) throw new RpcError(-32002, `Transaction simulation failed: ${JSON.stringify(p.err)}`, { err: p.err, logs: p.logs, unitsConsumed: p.units || 0, accounts: null, returnData: null });
  }
  if (fault && fault.kind === 'lie') return t.signatures[0]; // accepted and dropped
  if (fault && fault.kind === 'fork') { const s = snapshot(), until = slot + BigInt(fault.slots || 2); forked = slot; execute(t); const w = setInterval(() => { if (slot >= until) { clearInterval(w); restore(s); forked = false; } }, 5); return t.signatures[0]; }
  execute(t); // a transaction that does not land is silently gone, as on the chain
  return t.signatures[0];
}
const TIP_MIN = 1000n;
function tipOf(t) {
  let tip = 0n;
  for (const x of t.instructions) {
    const d = Buffer.from(bs58.decode(x.data));
    if (t.all[x.programIdIndex] === '11111111111111111111111111111111' && d.length === 12 && d.readUInt32LE(0) === 2 && TIPS.includes(t.keys[x.accounts[1]])) tip += d.readBigUInt64LE(4);
  }
  return tip;
}
function sendBundle(list, o, fault) {
  if (!Array.isArray(list) || list.length < 1 || list.length > 5) throw new RpcError(-32602, 'bundle must contain 1 to 5 transactions');
  const txs = list.map((s) => wireOf(s, o)), id = createHash('sha256').update(txs.map((t) => t.signatures[0]).join(',')).digest('hex');
  if (txs.reduce((sum, t) => sum + tipOf(t), 0n) < TIP_MIN) throw new RpcError(-32602, 'Bundles must write lock at least one tip account to be eligible for the auction.');
  if (bundles.has(id) && bundles.get(id).status === 'Landed') return id;
  const b = { status: 'Pending', slot: 0, signatures: txs.map((t) => t.signatures[0]) };
  bundles.set(id, b);
  if (fault && fault.kind === 'lie') { b.status = 'Invalid'; return id; }
  // A copy of the state is dear: a bundle of one is simulated instead, for what would fail must not land.
  const alone = txs.length === 1 && !(fault && fault.kind === 'fork');
  if (alone) { const p = preflight(txs[0]); if (p.err) { b.status = 'Failed'; b.why = p.err; return id; } }
  const before = alone ? null : snapshot(), until = slot + BigInt((fault && fault.slots) || 2);
  for (const t of txs) {
    const why = execute(t), l = landed.get(t.signatures[0]);
    if (why || l.err) { if (alone) throw new Error('a transaction that was simulated well has failed'); restore(before); b.status = 'Failed'; b.why = why || l.err; return id; }
  }
  b.status = 'Landed';
  b.slot = Number(slot);
  if (fault && fault.kind === 'fork') { forked = slot; const w = setInterval(() => { if (slot >= until) { clearInterval(w); restore(before); b.status = 'Invalid'; forked = false; } }, 5); }
  return id;
}
function transactionJson(l, o) {
  const t = l.t, meta = l.meta;
  return {
    slot: Number(l.slot), blockTime: l.time, version: t.version, transaction: o.encoding === 'base64' ? [t.wire.toString('base64'), 'base64'] : { signatures: t.signatures, message: { accountKeys: t.keys, header: t.header, recentBlockhash: t.blockhash, instructions: t.instructions, ...(t.version === 0 ? { addressTableLookups: t.lookups } : {}) } },
    meta: {
      err: l.err, status: l.err ? { Err: l.err } : { Ok: null }, fee: Number(meta.fee ? meta.fee() : 0) || feeOf(l), preBalances: l.pre, postBalances: l.post, preTokenBalances: l.preTokens, postTokenBalances: l.postTokens, logMessages: meta.logs(), computeUnitsConsumed: Number(meta.computeUnitsConsumed()), loadedAddresses: t.loaded, rewards: [],
      innerInstructions: meta.innerInstructions().map((set, index) => ({ index, instructions: set.map((x) => ({ programIdIndex: x.instruction().programIdIndex(), accounts: [...x.instruction().accounts()], data: text(x.instruction().data()), stackHeight: x.stackHeight() })) })).filter((s) => s.instructions.length),
    },
  };
}
// 5,000 a signature and ceil(limit * price / 10^6), as the runtime charges.
function feeOf(l) {
  let limit = 0n, price = 0n, said = false, others = 0n;
  for (const x of l.t.instructions) {
    const d = Buffer.from(bs58.decode(x.data)), p = l.t.all[x.programIdIndex];
    if (p !== 'ComputeBudget111111111111111111111111111111') { others += p === '11111111111111111111111111111111' ? 3000n : 200000n; continue; }
    if (d[0] === 2) { limit = BigInt(d.readUInt32LE(1)); said = true; }
    if (d[0] === 3) price = d.readBigUInt64LE(1);
  }
  if (!said) limit = others;
  return Number(5000n * BigInt(l.t.signatures.length) + (limit * price + 999999n) / 1000000n);
}
const status = (s) => { const l = landed.get(s); return l ? { slot: Number(l.slot), confirmations: slot - l.slot > 31n ? null : Number(slot - l.slot), err: l.err, status: l.err ? { Err: l.err } : { Ok: null }, confirmationStatus: forked && l.slot >= forked ? 'processed' : slot - l.slot > 31n ? 'finalized' : slot > l.slot ? 'confirmed' : 'processed' } : null; };

// The newest slot that has a block, as a node sees it: the one before the slot that is open.
const newest = (view) => Number(slot) - 1 - view.behind;
const viewOf = (url) => ({ behind: 0, lose: [], ...(views.filter((v) => url.startsWith(v.url)).sort((a, b) => b.url.length - a.url.length)[0] || {}) });
const methods = {
  getHealth: () => 'ok', getVersion: () => ({ 'solana-core': '4.0.0', 'feature-set': 1 }), getSlot: ([o = {}], fault, view) => newest(view) + (o.commitment === 'confirmed' || o.commitment === 'finalized' ? 0 : 1), getBlockHeight: (p, fault) => height() + (fault && fault.kind === 'high' ? 1000000 : fault && fault.kind === 'past' ? 200 : 0), getGenesisHash: () => hashes[0].hash,
  getLatestBlockhash: () => { const h = hashes[hashes.length - 1]; return { context: context(), value: { blockhash: h.hash, lastValidBlockHeight: Number(h.slot) - 100 + VALID_FOR } }; },
  isBlockhashValid: ([h]) => ({ context: context(), value: valid(h) }),
  getBalance: ([k]) => ({ context: context(), value: number(inner().getBalance(key(k)) || 0n) }),
  getAccountInfo: ([k]) => ({ context: context(), value: accountJson(getAccount(k)) || null }),
  getMultipleAccounts: ([ks], fault) => { if (fault && fault.kind === 'wrong') ks = [...ks].reverse(); if (ks.length > 100) throw new RpcError(-32602, 'Too many inputs provided; max 100'); return { context: context(), value: ks.map((k) => accountJson(getAccount(k)) || null) }; },
  getProgramAccounts: ([p, o = {}]) => inner().getProgramAccounts(key(p)).map((x) => ({ pubkey: text(x.address), account: accountJson(x.account()) })).filter((x) => (o.filters || []).every((f) => { const d = Buffer.from(x.account.data[0], 'base64'); return f.dataSize !== undefined ? d.length === f.dataSize : (() => { const want = Buffer.from(bs58.decode(f.memcmp.bytes)); return d.subarray(f.memcmp.offset, f.memcmp.offset + want.length).equals(want); })(); })),
  getTokenAccountBalance: ([k]) => { const a = getAccount(k); if (!a) throw new RpcError(-32602, 'Invalid param: could not find account'); const d = Buffer.from(a.data()), m = getAccount(d.subarray(0, 32)); return { context: context(), value: balanceJson(d, m ? m.data()[44] : 0) }; },
  getTokenAccountsByOwner: ([owner, f]) => ({ context: context(), value: [...TOKENS].filter((p) => !f.programId || f.programId === p).flatMap((p) => inner().getProgramAccounts(key(p))).map((x) => ({ pubkey: text(x.address), account: accountJson(x.account()) })).filter((x) => { const d = Buffer.from(x.account.data[0], 'base64'); return d.length >= 165 && (d.length === 165 || d[165] === 2) && text(d.subarray(32, 64)) === owner && (!f.mint || text(d.subarray(0, 32)) === f.mint); }) }),
  getMinimumBalanceForRentExemption: ([n]) => Number(inner().minimumBalanceForRentExemption(BigInt(n))),
  getRecentPrioritizationFees: () => hashes.slice(-20).map((h, i) => ({ slot: Number(h.slot), prioritizationFee: i * 1000 })),
  simulateTransaction: ([s, o = {}]) => {
    const t = wireOf(s, o);
    if (!o.replaceRecentBlockhash && !valid(t.blockhash)) return { context: context(), value: { err: 'BlockhashNotFound', logs: [], unitsConsumed: 0, accounts: null, returnData: null } };
    if (!o.sigVerify) inner().setSigverify(false);
    const r = run(t, true);
    inner().setSigverify(true);
    const m = r.meta();
    return { context: context(), value: { err: isFailed(r) ? errorOf(r) : null, logs: m.logs(), unitsConsumed: Number(m.computeUnitsConsumed()), accounts: null, returnData: null } };
  },
  sendTransaction: ([s, o], fault) => send(wireOf(s, o), o, fault),
  getSignatureStatuses: ([list], fault) => ({ context: context(), value: list.map((x) => (fault && fault.kind === 'yes' ? { slot: Number(slot), confirmations: 1, err: null, confirmationStatus: 'confirmed' } : fault && fault.kind === 'no' ? null : status(x))) }),
  getTransaction: ([s, o = {}]) => { const l = landed.get(s); if (l && l.t.version !== 'legacy' && (typeof o !== 'object' || o.maxSupportedTransactionVersion === undefined)) throw new RpcError(-32015, 'Transaction version (0) is not supported by the requesting client.'); return l && slot > l.slot && !(forked && l.slot >= forked) ? transactionJson(l, typeof o === 'string' ? { encoding: o } : o) : null; },
  getBlocks: ([from, to, o = {}], fault, view) => { const last = Math.min(to ?? 1e15, newest(view)), list = []; if (to - from > 500000) throw new RpcError(-32602, 'Slot range too large; max 500000'); for (let n = Math.max(from, view.first || 1001); n <= last; n++) if (hasBlock(n) && !view.lose.includes(n)) list.push(n); return list; },
  getBlock: ([n, o = {}], fault, view) => {
    if (fault && fault.kind === 'wrong') n += fault.offset || -1; // another slot's block
    if (n > newest(view)) throw new RpcError(-32004, `Block not available for slot ${n}`);
    if (view.first && n < view.first) throw new RpcError(-32001, `Block ${n} cleaned up, does not exist on node. First available block: ${view.first}`);
    if (view.lose.includes(n)) throw new RpcError(-32009, `Slot ${n} was skipped, or missing in long-term storage`);
    if (!hasBlock(n)) throw new RpcError(-32007, `Slot ${n} was skipped, or missing due to ledger jump to recent snapshot`);
    const list = fault && fault.kind === 'empty' ? [] : (blocks.get(BigInt(n)) || []), parentSlot = parentOf(n);
    const transactions = list.map((s) => { const j = transactionJson(landed.get(s), o); return { transaction: j.transaction, meta: j.meta, version: j.version }; });
    return { blockHeight: n - 100, blockTime: Number(opts.clock) + Math.floor((n - 1000) * +opts['slot-ms'] / 1000), blockhash: hashOf(n), parentSlot, previousBlockhash: hashOf(fault && fault.kind === 'parent' ? 7 : parentSlot), ...(fault && fault.kind === 'nolist' ? {} : { transactions }) };
  },
  getSlotLeaders: ([first, n]) => Array.from({ length: Math.min(n, 5000) }, (_, i) => leaders[(first + i) % leaders.length]),
  getTipAccounts: () => TIPS, sendBundle: ([list, o], fault) => sendBundle(list, o, fault),
  getInflightBundleStatuses: ([ids]) => ({ context: context(), value: ids.map((bundle_id) => { const b = bundles.get(bundle_id); return { bundle_id, status: b ? b.status : 'Invalid', landed_slot: b && b.status === 'Landed' ? b.slot : null }; }) }),
  getBundleStatuses: ([ids]) => ({ context: context(), value: ids.map((bundle_id) => { const b = bundles.get(bundle_id); return b && b.status === 'Landed' ? { bundle_id, transactions: b.signatures, slot: b.slot, confirmation_status: status(b.signatures[0])?.confirmationStatus || 'processed', err: { Ok: null } } : null; }).filter((x) => x) }),
  _leaders: ([list]) => { leaders = list; return true; },
  _setAccount: ([k, a]) => { inner().setAccount(key(k), new Account(BigInt(a.lamports), Buffer.from(a.data || '', 'base64'), key(a.owner), !!a.executable, 0n)); return true; },
  _addProgram: ([k, file]) => { inner().addProgram(key(k), readFileSync(file)); return true; },
  _airdrop: ([k, v]) => { inner().airdrop(key(k), BigInt(v)); return true; },
  _slot: ([n = 1]) => { for (let i = 0; i < n; i++) newSlot(); return Number(slot); },
  _skip: ([n = 1]) => { for (let i = 0; i < n; i++) { newSlot(); skipped.add(Number(slot)); } newSlot(); return Number(slot); },
  _orphan: ([n = 1]) => { for (let i = 1; i <= n; i++) orphans.add(Number(slot) - i); return Number(slot); }, // the newest n whole blocks lose their fork
  _view: ([v]) => { views.splice(0, views.length, ...views.filter((x) => x.url !== v.url), v); return true; },
  _expireBlockhash: () => { hashes = []; newSlot(); return true; },
  _fault: ([f]) => { faults.push({ count: 1, ...f }); return faults.length; }, _clearFaults: () => { faults.length = 0; return true; },
  _landed: () => [...landed].map(([signature, l]) => ({ signature, slot: Number(l.slot), err: l.err, payer: l.t.keys[0], cost: l.pre[0] - l.post[0] })),
  _exit: () => { setTimeout(() => process.exit(0), 10); return true; },
};

process.on('SIGTERM', () => process.exit(0));

// ---- the wire ----
// A fault may be bound to a node (url) and to the slot that is asked for.
function takeFault(q, url) {
  const i = faults.findIndex((f) => f.count > 0 && (f.method === '*' || f.method === q.method) && !q.method.startsWith('_') && (!f.url || url.startsWith(f.url)) && (!f.slot || (q.params || [])[0] === f.slot));
  if (i < 0) return null;
  const f = faults[i];
  if (--f.count <= 0) faults.splice(i, 1);
  return f;
}
const big = (k, v) => (typeof v === 'bigint' ? number(v) : v);
function log(o) { if (opts.log) appendFileSync(opts.log, `${JSON.stringify({ ms: Date.now(), slot: Number(slot), ...o }, big)}\n`); }
function answer(res, code, body) { res.writeHead(code, { 'content-type': 'application/json', ...(code === 429 ? { 'retry-after': '1' } : {}) }); res.end(body); }
function call(q, fault, view = viewOf('/')) {
  if (fault && fault.kind === 'error') return { jsonrpc: '2.0', id: q.id ?? null, error: { code: fault.code, message: fault.message || 'as the test wants' } };
  if (!methods[q.method]) return { jsonrpc: '2.0', id: q.id ?? null, error: { code: -32601, message: 'Method not found' } };
  try { return { jsonrpc: '2.0', id: q.id ?? null, result: methods[q.method](q.params || [], fault, view) }; } catch (e) { return { jsonrpc: '2.0', id: q.id ?? null, error: { code: e.code && Number.isInteger(e.code) ? e.code : -32603, message: e.message, ...(e.data ? { data: e.data } : {}) } }; }
}
createServer((req, res) => {
  const parts = [];
  req.on('data', (p) => parts.push(p));
  req.on('end', () => {
    if (req.method === 'GET' && req.url.startsWith('/api/v1/bundles/tip_floor')) return answer(res, 200, JSON.stringify([{ time: new Date(0).toISOString(), landed_tips_25th_percentile: 0.000001, landed_tips_50th_percentile: 0.00001, landed_tips_75th_percentile: 0.0001, landed_tips_95th_percentile: 0.001, landed_tips_99th_percentile: 0.01, ema_landed_tips_50th_percentile: 0.00001 }]));
    let q;
    try { q = JSON.parse(Buffer.concat(parts).toString()); } catch { return answer(res, 400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}'); }
    if (Array.isArray(q)) return answer(res, 200, JSON.stringify(q.map((x) => call(x, null)), big));
    if (req.url.includes('/api/v1/transactions')) {
      q.params = [q.params[0], { ...(q.params[1] || {}), skipPreflight: true }];
      if (req.url.includes('bundleOnly=true') && q.method === 'sendTransaction') { const [s, o] = q.params; q = { ...q, method: 'sendBundle', params: [[s], o], single: true }; }
    }
    const fault = takeFault(q, req.url), kind = fault && fault.kind;
    log({ method: q.method, peer: req.socket.remotePort, params: q.method.startsWith('send') ? undefined : q.params, fault: kind, url: req.url, signatures: q.method.startsWith('send') ? [q.params[0]].flat().map((s) => { try { return wireOf(s, q.params[1]).signatures[0]; } catch { return 'unreadable'; } }) : undefined });
    if (kind === 'never') return undefined;
    if (kind === 'drop') return req.socket.destroy();
    if (kind === '429' || kind === '500' || kind === '503') return answer(res, +kind, '{"error":"no"}');
    let r = call(q, fault, viewOf(req.url));
    if (q.single && r.result) r = { ...r, result: wireOf(q.params[0][0], q.params[1]).signatures[0] };
    if (kind === 'twice') call(q, null);
    const body = JSON.stringify(r, big);
    if (kind === 'null') return answer(res, 200, '{"jsonrpc":"2.0","id":1,"result":null}');
    if (kind === 'html') return answer(res, 200, '<!DOCTYPE html><html>Bad gateway</html>');
    if (kind === 'cut') { res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }); res.write(body.slice(0, body.length / 2)); return setTimeout(() => req.socket.destroy(), 20); }
    if (kind === 'flood') { res.writeHead(200, { 'content-type': 'application/json' }); const mib = Buffer.alloc(1 << 20, ' '); let left = 80; const more = () => { while (left-- > 0) if (!res.write(mib)) return res.once('drain', more); res.end(body); }; res.on('error', () => {}); return more(); }
    if (kind === 'malformed') return answer(res, 200, body.slice(0, body.length / 2));
    if (kind === 'late') return setTimeout(() => answer(res, 200, body), fault.ms || 3000);
    if (kind === 'lost') return req.socket.destroy(); // executed, the answer lost
    return answer(res, 200, body);
  });
}).listen(+(opts.port || 0), '127.0.0.1', function ready() {
  const { port } = this.address();
  if (opts['port-file']) writeFileSync(opts['port-file'], `${port}\n`); else console.log(port);
});
