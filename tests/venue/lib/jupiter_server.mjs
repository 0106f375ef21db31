// jupiter_server.mjs DIR --port-file FILE [--log FILE] - a loopback server that answers as Jupiter's swap API (first version) is documented, and a little JSON-RPC (blockhash, lookup
// tables) on POST /rpc. The first part of the path says how it behaves: /honest/swap/v1/quote, /lie-destination/swap/v1/quote, ... Instruction data are
// encoded by Anchor from the official description. Requests go to the log, one JSON object a line. Must not: be reachable from elsewhere.
import http from 'node:http';
import fs from 'node:fs';
import { createRequire } from 'node:module';
const [dir, ...rest] = process.argv.slice(2);
const option = (name) => { const i = rest.indexOf(`--${name}`); return i < 0 ? undefined : rest[i + 1]; };
const need = createRequire(`${dir}/jupiter/`);
const { PublicKey } = need('@solana/web3.js');
const anchor = need('@coral-xyz/anchor'), BN = need('bn.js');
const description = JSON.parse(JSON.stringify(need('@jup-ag/instruction-parser').program.idl));

const P = (s) => new PublicKey(s);
const JUP = P('JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4'), EVENTS = P('D8cy77BBepLMngZx6ZukaTff5hCt1HrWyKk3Hnd9oitf');
const TOKEN = P('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), ATA = P('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'), SYSTEM = P('11111111111111111111111111111111');
const BUDGET = P('ComputeBudget111111111111111111111111111111'), WSOL = P('So11111111111111111111111111111111111111112');
const MALLORY = P('FT62s8v3phwAmhEP2FWvqy2UW1RngeAkh59yZfL3xjkD'), POOL = P('7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX');
export const TABLE = P('GxS6FiQ3mNnAar9HGQ6mxP7t6FcwmHkU7peSeQDUHmpN');
const ata = (owner, mint) => PublicKey.findProgramAddressSync([owner.toBuffer(), TOKEN.toBuffer(), mint.toBuffer()], ATA)[0];
const authority = (id) => PublicKey.findProgramAddressSync([Buffer.from('authority'), Buffer.from([id])], JUP)[0];
const meta = (k, flags = '') => ({ pubkey: k.toBase58(), isSigner: flags.includes('s'), isWritable: flags.includes('w') });
const ix = (program, accounts, data) => ({ programId: program.toBase58(), accounts, data: Buffer.from(data).toString('base64') });
// Keys of a venue: numbered, so that runs are the same.
const filler = (i) => { const b = Buffer.alloc(32, 7); b.writeUInt32LE(i + 1, 0); return new PublicKey(b); };
const fillers = (n) => Array.from({ length: n }, (_, i) => filler(i));

// ---- the description with the v2 instructions ----
const fields = (list) => list.map(([name, type]) => ({ name, type }));
description.types.push({ name: 'RoutePlanStepV2', type: { kind: 'struct', fields: fields([['swap', { defined: 'Swap' }], ['bps', 'u16'], ['inputIndex', 'u8'], ['outputIndex', 'u8']]) } });
for (const [name, first, second] of [['route', 'inAmount', 'quotedOutAmount'], ['exactOutRoute', 'outAmount', 'quotedInAmount']]) {
  const args = fields([[first, 'u64'], [second, 'u64'], ['slippageBps', 'u16'], ['platformFeeBps', 'u16'], ['positiveSlippageBps', 'u16'], ['routePlan', { vec: { defined: 'RoutePlanStepV2' } }]]);
  description.instructions.push({ name: `${name}V2`, accounts: [], args }, { name: `sharedAccounts${name[0].toUpperCase()}${name.slice(1)}V2`, accounts: [], args: [{ name: 'id', type: 'u8' }, ...args] });
}
const coder = new anchor.BorshInstructionCoder(description);

// ---- the quote ----
function quote(how, q) {
  const exactOut = q.get('swapMode') === 'ExactOut', amount = BigInt(q.get('amount')), slippage = Number(q.get('slippageBps'));
  const price = (n) => n * 3n + 17n, inAmount = exactOut ? price(amount) : amount, outAmount = exactOut ? amount : price(amount);
  const limit = exactOut ? (inAmount * BigInt(10000 + slippage)) / 10000n : (outAmount * BigInt(10000 - slippage) + 9999n) / 10000n; // as the API rounds: up
  const info = { ammKey: POOL.toBase58(), label: 'Whirlpool', inputMint: q.get('inputMint'), outputMint: q.get('outputMint'), inAmount: String(inAmount), outAmount: String(outAmount) };
  const o = {
    inputMint: q.get('inputMint'), inAmount: String(inAmount), outputMint: q.get('outputMint'), outAmount: String(outAmount), otherAmountThreshold: String(limit), instructionVersion: how.v1 ? null : q.get('instructionVersion'), swapMode: q.get('swapMode'),
    slippageBps: slippage, platformFee: null, priceImpactPct: '0.0012', routePlan: [how.v1 ? { swapInfo: info, percent: 100 } : { swapInfo: info, percent: null, bps: 10000 }], contextSlot: 345678901, timeTaken: 0.0123,
  };
  const lies = {
    'quote-input': () => { o.inputMint = MALLORY.toBase58(); }, 'quote-output': () => { o.outputMint = MALLORY.toBase58(); }, 'quote-amount': () => { o[exactOut ? 'outAmount' : 'inAmount'] = String(amount * 2n); },
    'quote-mode': () => { o.swapMode = exactOut ? 'ExactIn' : 'ExactOut'; }, 'quote-slippage': () => { o.slippageBps = 10000; }, 'quote-threshold': () => { o.otherAmountThreshold = exactOut ? String(limit * 2n) : '1'; },
    'quote-threshold-high': () => { o.otherAmountThreshold = exactOut ? '1' : String(outAmount + 1n); }, 'quote-fee': () => { o.platformFee = { amount: '5', feeBps: 85 }; }, 'quote-nothing': () => { o[exactOut ? 'inAmount' : 'outAmount'] = '0'; o.otherAmountThreshold = '0'; },
    'quote-number': () => { o.inAmount = Number(inAmount); }, 'quote-negative': () => { o.outAmount = `-${outAmount}`; }, 'quote-float': () => { o.outAmount = '1e9'; }, 'quote-large': () => { o.outAmount = '18446744073709551616'; },
    'quote-bad-key': () => { o.inputMint = 'So1111111111111111111111111111111111111111l'; }, 'quote-no-legs': () => { o.routePlan = []; }, 'quote-many-legs': () => { o.routePlan = Array(33).fill(o.routePlan[0]); }, 'quote-leg-text': () => { o.routePlan = ['x']; },
    'quote-slippage-text': () => { o.slippageBps = '50'; }, 'quote-slippage-negative': () => { o.slippageBps = -1; }, 'quote-missing': () => { delete o.otherAmountThreshold; },
    'label': () => { info.label = '\u001b[31mred\u202eevil'.padEnd(90, 'é'); },
  };
  lies[how.lie]?.();
  return o;
}

// ---- the instructions ----
const step = (how) => ({ swap: { whirlpool: { aToB: true } }, [how.v1 ? 'percent' : 'bps']: how.v1 ? 100 : 10000, inputIndex: 0, outputIndex: 1 });
function data(how, q) {
  const exactOut = q.swapMode === 'ExactOut', bn = (s) => new BN(s);
  const args = exactOut ? { outAmount: bn(q.outAmount), quotedInAmount: bn(q.inAmount) } : { inAmount: bn(q.inAmount), quotedOutAmount: bn(q.outAmount) };
  Object.assign(args, { id: 3, slippageBps: q.slippageBps, platformFeeBps: 0, positiveSlippageBps: 0, routePlan: [step(how)] });
  const other = exactOut ? 'quotedInAmount' : 'quotedOutAmount', given = exactOut ? 'outAmount' : 'inAmount';
  const lies = {
    'swap-amount': () => { args[given] = args[given].muln(2); }, 'swap-quote': () => { args[other] = exactOut ? args[other].muln(9) : bn('1'); }, 'swap-slippage': () => { args.slippageBps = 9999; }, 'swap-fee': () => { args.platformFeeBps = 85; },
    'swap-positive': () => { args.positiveSlippageBps = 10000; },
  };
  lies[how.lie]?.();
  const mode = how.lie === 'swap-mode' ? !exactOut : exactOut;
  if (how.lie === 'swap-mode') Object.assign(args, { inAmount: bn(q.inAmount), quotedOutAmount: bn(q.outAmount), outAmount: bn(q.outAmount), quotedInAmount: bn(q.inAmount) });
  const name = `${mode ? 'exactOutRoute' : 'route'}${how.v1 ? '' : 'V2'}`;
  let bytes = how.lie === 'swap-ledger' ? coder.encode('routeWithTokenLedger', args) : coder.encode(how.shared ? `sharedAccounts${name[0].toUpperCase()}${name.slice(1)}` : name, args);
  if (how.lie === 'swap-tail') { // the amounts that count, then a copy of harmless ones at the end
    const honest = bytes.subarray(bytes.length - 19), bad = Buffer.from(honest);
    bad.writeBigUInt64LE(1n, 8), bad.writeUInt16LE(10000, 16);
    bytes = Buffer.concat([bytes.subarray(0, bytes.length - 19), bad, honest]);
  }
  if (how.lie === 'swap-trailing') bytes = Buffer.concat([bytes, Buffer.from([1, 2, 3])]);
  if (how.venue) bytes[bytes.length - (how.v1 ? 24 : 6)] = 250; // a venue that nobody knows yet
  if (how.lie === 'swap-unknown') bytes[0] ^= 1;
  return bytes;
}
function swap(how, q, user, target) {
  const input = P(q.inputMint), output = P(q.outputMint), none = JUP, id = how.lie === 'swap-authority' ? 200 : 3;
  const keys = {
    user, source: ata(user, input), destination: ata(user, output), other: target || none, programSource: ata(authority(3), input), programDestination: ata(authority(3), output), fee: none, sourceMint: input, destinationMint: output, jupiter: JUP, events: EVENTS,
    token: TOKEN, sourceProgram: TOKEN, destinationProgram: TOKEN,
  };
  const lies = {
    'swap-user': () => { keys.user = MALLORY; }, 'swap-source': () => { keys.source = ata(MALLORY, input); }, 'swap-destination': () => { keys.destination = ata(MALLORY, output); }, 'swap-other': () => { keys.other = ata(MALLORY, output); },
    'swap-program-source': () => { keys.programSource = ata(MALLORY, input); }, 'swap-program-destination': () => { keys.programDestination = ata(MALLORY, output); }, 'swap-fee-account': () => { keys.fee = ata(MALLORY, output); },
    'swap-source-mint': () => { keys.sourceMint = MALLORY; }, 'swap-destination-mint': () => { keys.destinationMint = MALLORY; }, 'swap-self': () => { keys.jupiter = MALLORY; }, 'swap-events': () => { keys.events = MALLORY; },
    'swap-token-program': () => { keys.token = MALLORY; keys.sourceProgram = MALLORY; },
  };
  lies[how.lie]?.();
  const k = keys, exactOut = q.swapMode === 'ExactOut', end = [meta(k.events), meta(k.jupiter)];
  let head;
  if (how.v1 && how.shared) head = [meta(k.token), meta(authority(id)), meta(k.user, 's'), meta(k.source, 'w'), meta(k.programSource, 'w'), meta(k.programDestination, 'w'), meta(k.destination, 'w'), meta(k.sourceMint), meta(k.destinationMint), meta(k.fee, 'w'), meta(none), ...end];
  else if (how.v1) head = [meta(k.token), meta(k.user, 's'), meta(k.source, 'w'), meta(k.destination, 'w'), meta(k.other, 'w'), ...(exactOut ? [meta(k.sourceMint)] : []), meta(k.destinationMint), meta(k.fee, 'w'), ...(exactOut ? [meta(none)] : []), ...end];
  else if (how.shared) head = [meta(authority(id)), meta(k.user, 's'), meta(k.source, 'w'), meta(k.programSource, 'w'), meta(k.programDestination, 'w'), meta(k.destination, 'w'), meta(k.sourceMint), meta(k.destinationMint), meta(k.sourceProgram), meta(k.destinationProgram), ...end];
  else head = [meta(k.user, 's'), meta(k.source, 'w'), meta(k.destination, 'w'), meta(k.sourceMint), meta(k.destinationMint), meta(k.sourceProgram), meta(k.destinationProgram), meta(k.other, 'w'), ...end];
  const venue = [P('whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc'), ...fillers(how.large ? 36 : 8)].map((x, i) => meta(x, i % 2 ? 'w' : ''));
  const made = ix(how.lie === 'swap-program' ? MALLORY : JUP, [...head, ...venue], data(how, q));
  if (how.lie === 'swap-signer') made.accounts.push(meta(MALLORY, 's'));
  if (how.lie === 'swap-unsigned') made.accounts.forEach((a) => { a.isSigner = false; });
  if (how.lie === 'swap-short') made.accounts.length = 5;
  if (how.lie === 'swap-many') made.accounts = Array(65).fill(meta(POOL));
  if (how.lie === 'swap-data') made.data = '!!!';
  if (how.lie === 'swap-data-long') made.data = Buffer.alloc(1025).toString('base64');
  if (how.lie === 'swap-flag') made.accounts[0].isSigner = 'true';
  if (how.lie === 'swap-key') made.accounts[0].pubkey = 'not a key';
  return made;
}
function instructions(how, body) {
  const q = body.quoteResponse, user = P(body.userPublicKey), input = P(q.inputMint), output = P(q.outputMint), wsol = ata(user, WSOL);
  const target = body.destinationTokenAccount ? P(body.destinationTokenAccount) : null;
  const units = 200000, fee = body.prioritizationFeeLamports?.priorityLevelWithMaxLamports?.maxLamports ?? 0;
  const le = (v, n) => new BN(String(v)).toArrayLike(Buffer, 'le', n);
  const create = (owner, mint, account = ata(owner, mint), payer = user) => ix(ATA, [meta(payer, 'ws'), meta(account, 'w'), meta(owner), meta(mint), meta(SYSTEM), meta(TOKEN)], [1]);
  const send = (to, lamports) => ix(SYSTEM, [meta(user, 'ws'), meta(to, 'w')], Buffer.concat([le(2, 4), le(lamports, 8)]));
  const o = {
    tokenLedgerInstruction: null, computeBudgetInstructions: [ix(BUDGET, [], Buffer.concat([Buffer.from([2]), le(units, 4)])), ix(BUDGET, [], Buffer.concat([Buffer.from([3]), le(Math.floor((fee * 1e6) / units), 8)]))],
    setupInstructions: [create(user, input), create(user, output)], swapInstruction: swap(how, q, user, target), cleanupInstruction: null, otherInstructions: [], addressLookupTableAddresses: how.large ? [TABLE.toBase58()] : [],
    prioritizationFeeLamports: fee, computeUnitLimit: units, prioritizationType: { computeBudget: {} }, dynamicSlippageReport: null, simulationError: null,
  };
  if (body.wrapAndUnwrapSol && input.equals(WSOL)) o.setupInstructions.push(send(wsol, q.swapMode === 'ExactOut' ? q.otherAmountThreshold : q.inAmount), ix(TOKEN, [meta(wsol, 'w')], [17]));
  if (body.wrapAndUnwrapSol && (input.equals(WSOL) || output.equals(WSOL))) o.cleanupInstruction = ix(TOKEN, [meta(wsol, 'w'), meta(user, 'w'), meta(user, 's')], [9]);
  const wrap = o.setupInstructions.length - 2;
  const lies = {
    'priority': () => { o.computeBudgetInstructions[1] = ix(BUDGET, [], Buffer.concat([Buffer.from([3]), le('5000000000', 8)])); }, 'priority-no-limit': () => { o.computeBudgetInstructions.shift(); },
    'budget-twice': () => { o.computeBudgetInstructions.push(o.computeBudgetInstructions[0]); }, 'budget-unknown': () => { o.computeBudgetInstructions.push(ix(BUDGET, [], [9, 0, 0, 0, 0])); }, 'budget-other': () => { o.computeBudgetInstructions.push(send(MALLORY, 5)); },
    'setup-elsewhere': () => { o.setupInstructions[wrap] = send(MALLORY, q.inAmount); }, 'setup-more': () => { o.setupInstructions[wrap] = send(wsol, BigInt(q.inAmount) + 1n); }, 'setup-twice': () => { o.setupInstructions.push(o.setupInstructions[wrap]); },
    'setup-owner': () => { o.setupInstructions[0] = create(MALLORY, input); }, 'setup-account': () => { o.setupInstructions[0] = create(user, input, POOL); }, 'setup-mint': () => { o.setupInstructions.push(create(user, MALLORY)); },
    'setup-approve': () => { o.setupInstructions.push(ix(TOKEN, [meta(ata(user, input), 'w'), meta(MALLORY), meta(user, 's')], Buffer.concat([Buffer.from([4]), le('18446744073709551615', 8)]))); },
    'setup-authority': () => { o.setupInstructions.push(ix(TOKEN, [meta(ata(user, input), 'w'), meta(user, 's')], Buffer.concat([Buffer.from([6, 2, 1]), MALLORY.toBuffer()]))); },
    'setup-seed': () => { o.setupInstructions.push(ix(SYSTEM, [meta(user, 'ws'), meta(POOL, 'w')], Buffer.concat([le(3, 4), Buffer.alloc(60)]))); },
    'setup-many': () => { o.setupInstructions = Array(25).fill(o.setupInstructions[0]); },
    'cleanup-elsewhere': () => { o.cleanupInstruction = ix(TOKEN, [meta(wsol, 'w'), meta(MALLORY, 'w'), meta(user, 's')], [9]); }, 'cleanup-other': () => { o.cleanupInstruction = ix(TOKEN, [meta(ata(user, output), 'w'), meta(user, 'w'), meta(user, 's')], [9]); },
    'cleanup-send': () => { o.cleanupInstruction = send(MALLORY, 1000000); }, 'other': () => { o.otherInstructions = [send(MALLORY, 1000)]; }, 'ledger': () => { o.tokenLedgerInstruction = o.setupInstructions[0]; },
    'no-swap': () => { o.swapInstruction = null; }, 'tables-many': () => { o.addressLookupTableAddresses = Array(17).fill(TABLE.toBase58()); }, 'tables-bad': () => { o.addressLookupTableAddresses = [5]; }, 'setup-text': () => { o.setupInstructions = 'none'; },
    'simulation': () => { o.simulationError = { errorCode: 'TRANSACTION_ERROR', error: 'insufficient lamports\u0007' }; }, 'table-missing': () => { o.addressLookupTableAddresses = [POOL.toBase58()]; },
  };
  lies[how.lie]?.();
  return o;
}

// ---- the server ----
function table() { // as the lookup table program keeps it
  const b = Buffer.alloc(56 + 40 * 32);
  b.writeUInt32LE(1, 0), b.writeBigUInt64LE(0xffffffffffffffffn, 4);
  fillers(40).forEach((k, i) => k.toBuffer().copy(b, 56 + 32 * i));
  return b;
}
function rpc(how, { id, method, params }) {
  if (method === 'getLatestBlockhash') return { jsonrpc: '2.0', id, result: { context: { slot: 1 }, value: { blockhash: filler(999).toBase58(), lastValidBlockHeight: 5 } } };
  const owner = how.lie === 'table-owner' ? MALLORY : P('AddressLookupTab1e1111111111111111111111111');
  const account = (k) => (k === TABLE.toBase58() ? { data: [table().toString('base64'), 'base64'], executable: false, lamports: 5, owner: owner.toBase58(), rentEpoch: 0 } : null);
  return { jsonrpc: '2.0', id, result: { context: { slot: 1 }, value: params[0].map(account) } };
}
const log = option('log');
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://x'), [, mode, ...path] = url.pathname.split('/');
  const how = { lie: mode.replace(/^(v1-|shared-|large-|venue-|lie-)+/, ''), v1: mode.includes('v1-'), shared: mode.includes('shared-'), large: mode.includes('large-'), venue: mode.includes('venue-') };
  let text = '';
  request.on('data', (d) => { text += d; });
  request.on('end', () => {
    if (log) fs.appendFileSync(log, `${JSON.stringify({ url: request.url, key: request.headers['x-api-key'] ?? null, body: text ? JSON.parse(text) : null })}\n`);
    const send = (status, body, headers = {}) => { response.writeHead(status, { 'content-type': 'application/json', ...headers }); response.end(typeof body === 'string' ? body : JSON.stringify(body)); };
    const at = path.join('/'), bad = how.lie.replace(/^second-/, ''), now = how.lie.startsWith('second-') === (at === 'swap/v1/swap-instructions');
    if (at === 'rpc') return send(200, rpc(how, JSON.parse(text)));
    if (now && /^\d+$/.test(bad)) return send(Number(bad), bad === '400' ? { error: 'Could not find any route', errorCode: 'COULD_NOT_FIND_ANY_ROUTE' } : bad === '500' ? '<html>' : { message: 'no', error: '' }, bad === '429' ? { 'retry-after': '7' } : bad === '302' ? { location: '/honest/swap/v1/quote' } : {});
    if (now && bad === 'late') return setTimeout(() => send(200, '{}'), 3000);
    if (now && bad === 'malformed') return send(200, '{"inputMint": ');
    if (now && bad === 'list') return send(200, '[]');
    if (now && bad === 'empty') return send(200, '');
    if (now && bad === 'nul') return send(200, '{"inputMint": "a\\u0000b"}');
    if (now && bad === 'deep') return send(200, '['.repeat(100000));
    if (now && bad === 'huge') return send(200, `{"x": "${'y'.repeat(3 << 20)}"}`);
    if (now && bad === 'cut') { response.writeHead(200, { 'content-length': 5000 }); response.write('{"inputMint"'); return setTimeout(() => request.socket.destroy(), 50); }
    if (now && bad === 'twice') return send(200, JSON.stringify(quote(how, url.searchParams)).replace('{', '{"inAmount":"1",'));
    if (at === 'swap/v1/quote') return send(200, quote(how, url.searchParams));
    if (at === 'swap/v1/swap-instructions') return send(200, instructions(how, JSON.parse(text)));
    return send(404, { error: 'no such path' });
  });
});
server.listen(0, '127.0.0.1', () => fs.writeFileSync(option('port-file'), String(server.address().port)));
