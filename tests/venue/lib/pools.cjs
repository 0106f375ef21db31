// pools.cjs - markets on the loopback chain that nobody migrates to: a pool of the Raydium AMM v4 program, laid down by the bytes of its layout, and a market of
// the order book program with makers' orders, set up by transactions that sluice-tx built. Used as a library by tests, or by hand:
//   node pools.cjs DIR PORT raydium NAME | book NAME | inverted NAME        each prints the mint and the market; inverted: SOL is what the book trades
// Must not: touch what belongs to the wallet under test, but for what a caller gives it.
'use strict';
const market = require('./market.cjs');
const { tokenAccount } = require('../golden/common.cjs');
const { K, WSOL, spl, ata, rpc, seedKey, account, actor, land, PublicKey } = market;
const token = spl.TOKEN_PROGRAM_ID, amm = K('675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8'), authority = K('5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1'), dex = K('srmqPvymJeFKQ4zGQed1GFppgkRHL9kaELCbyksJtPX');
const OPEN = 3228, ATA_RENT = 2039280n, rentOf = (n) => (128n + BigInt(n)) * 6960n, text = (v) => String(v);
const budget = [{ name: 'compute_budget.set_compute_unit_limit', arguments: { units: 300000 } }, { name: 'compute_budget.set_compute_unit_price', arguments: { micro_lamports: 50000 } }];

// ---- accounts by their bytes ----
const set = (k, owner, data, lamports = 10000000) => rpc('_setAccount', [k.toBase58(), { lamports: Number(lamports), owner: owner.toBase58(), data: data.toString('base64') }]);
const setMint = (k, supply) => { const d = Buffer.alloc(82); d.writeBigUInt64LE(supply, 36); d[44] = 6; d[45] = 1; return set(k, token, d, 1461600); };
// A token account with an amount; one of wrapped SOL has its lamports too.
function give(mint, owner, at, amount) {
  const native = mint.equals(WSOL);
  return set(at, token, tokenAccount(mint.toBuffer(), owner.toBuffer(), amount, { native }), native ? amount + ATA_RENT : ATA_RENT);
}
const amountOf = async (k) => { const a = await account(k); return a && a.data.length >= 165 ? a.data.readBigUInt64LE(64) : 0n; };

// ---- Raydium AMM v4 ----
async function raydium(name) {
  const key = (what) => seedKey(`raydium ${name} ${what}`).publicKey, a = Buffer.alloc(752);
  const p = { pool: key('pool'), mint: key('mint'), lp: key('lp'), coin: key('coin'), pc: key('pc'), orders: key('orders'), target: key('target'), book: key('book'), program: amm, dex, base: 206900000000000n, quote: 79000000000n };
  for (const [at, v] of [[0, 6n], [8, 254n], [16, 7n], [24, 3n], [32, 6n], [40, 9n], [48, 2n], [64, 1000000n], [72, 500n], [80, 5000000n], [88, 1000000n], [96, 1000000n], [104, 1n], [112, 1000000000n], [120, 1000000000n], [128, 5n], [136, 10000n], [144, 25n], [152, 10000n], [160, 12n], [168, 100n], [176, 25n], [184, 10000n], [720, 4042000000000n]]) a.writeBigUInt64LE(v, at);
  for (const [at, k] of [[336, p.coin], [368, p.pc], [400, p.mint], [432, WSOL], [464, p.lp], [496, p.orders], [528, p.book], [560, dex], [592, p.target], [688, seedKey('admin').publicKey]]) k.toBuffer().copy(a, at);
  await set(p.pool, amm, a);
  await setMint(p.mint, 10n ** 15n), await setMint(p.lp, 4042000000000n);
  await give(p.mint, authority, p.coin, p.base), await give(WSOL, authority, p.pc, p.quote);
  await set(p.orders, dex, Buffer.alloc(OPEN)), await set(p.target, amm, Buffer.alloc(2208));
  return p;
}

// ---- the order book ----
// check(good, what, note) hears of each transaction.
function books(name, user, check) {
  let x = BigInt(`0x${Buffer.from(name).toString('hex') || '0'}`) % (1n << 60n) * 0x9e3779b97f4a7c15n + 77n;
  const next = (mod) => { x = x * 6364136223846793005n + 1442695040888963407n & (1n << 64n) - 1n; return (x >> 24n) % BigInt(mod); };
  const openKey = (m, who) => PublicKey.createWithSeed(who, m.id.toBase58().slice(0, 32), dex);
  const keysOf = async (m, who) => ({ ...m.keys, user: who.toBase58(), open_orders: (await openKey(m, who)).toBase58() });
  const makeOpen = async (m, who) => ({ name: 'system.create_account_with_seed', keys: { from: who.toBase58(), new_account: (await openKey(m, who)).toBase58(), base: who.toBase58() }, arguments: { base: who.toBase58(), seed: m.id.toBase58().slice(0, 32), lamports: text(rentOf(OPEN)), space: OPEN, owner: dex.toBase58() } });
  const order = (bid, price, lots, pc, more = {}) => ({ name: 'openbook.new_order_v3', side: bid ? 'buy' : 'sell', arguments: { side: bid ? 0 : 1, limit_price: text(price), max_coin_qty: text(lots), max_native_pc_incl_fees: text(pc), self_trade: 0, order_type: 0, client_order_id: 0, limit: 65535, ...more } });
  async function makeMarket(what, coinIsToken, coinLot, pcLot) {
    const key = (part) => seedKey(`book ${name} ${what} ${part}`).publicKey, mint = key('mint'), coin = coinIsToken ? mint : WSOL, pc = coinIsToken ? WSOL : mint;
    const m = { name: what, mint, coin, pc, coinIsToken, coinLot, pcLot, id: key('market'), requests: key('requests'), events: key('events'), bids: key('bids'), asks: key('asks'), coinVault: key('coin'), pcVault: key('pc') };
    await setMint(mint, 10n ** 18n);
    for (m.nonce = 0n; ; m.nonce++) { const b = Buffer.alloc(8); b.writeBigUInt64LE(m.nonce); try { m.signer = PublicKey.createProgramAddressSync([m.id.toBuffer(), b], dex); break; } catch { /* on the curve */ } }
    for (const [k, n] of [[m.id, 388], [m.requests, 5132], [m.events, 262156], [m.bids, 65548], [m.asks, 65548]]) await set(k, dex, Buffer.alloc(n), rentOf(n));
    await give(coin, m.signer, m.coinVault, 0n), await give(pc, m.signer, m.pcVault, 0n);
    m.keys = { market: m.id.toBase58(), request_queue: m.requests.toBase58(), event_queue: m.events.toBase58(), bids: m.bids.toBase58(), asks: m.asks.toBase58(), market_base_vault: m.coinVault.toBase58(), market_quote_vault: m.pcVault.toBase58(), coin_mint: coin.toBase58(), pc_mint: pc.toBase58(), market_signer: m.signer.toBase58() };
    const r = await land(user, { keys: m.keys, instructions: [{ name: 'openbook.initialize_market', arguments: { coin_lot_size: text(coinLot), pc_lot_size: text(pcLot), fee_rate_bps: 0, vault_signer_nonce: text(m.nonce), pc_dust_threshold: 100 } }] });
    check(r.landed && !r.err, `${what}: our initialize_market sets the market up`, JSON.stringify(r.err));
    return m;
  }
  async function maker(m, who) {
    const k = await actor(`book ${name} ${m.name} ${who}`, 50);
    for (const mint of [m.coin, m.pc]) await give(mint, k.publicKey, ata(mint, k.publicKey, token), 10n ** 15n);
    const r = await land(k, { keys: await keysOf(m, k.publicKey), instructions: [await makeOpen(m, k.publicKey), { name: 'openbook.init_open_orders' }] });
    check(r.landed && !r.err, `${m.name}: ${who} has open orders`, JSON.stringify(r.err));
    return k;
  }
  const rest = async (m, who, bid, price, lots, more) => land(who, { keys: await keysOf(m, who.publicKey), instructions: [...budget, order(bid, price, lots, price * lots * m.pcLot * 10004n / 10000n + 10n, more)] });
  async function fillBook(m, makers, mid, count) {
    let good = 0;
    for (let i = 0; i < count; i++) {
      const bid = i % 2 === 0, price = bid ? mid - 1n - next(mid / 50n + 3n) : mid + next(mid / 50n + 3n), lots = 1n + next(i % 5 === 0 ? 3 : 4000);
      const r = await rest(m, makers[Number(next(makers.length))], bid, price, lots, { client_order_id: i + 1, order_type: 2 });
      if (r.landed && !r.err) good++; else console.log(`# ${JSON.stringify(r.err)}`);
    }
    check(good === count, `${m.name}: ${count} makers' orders rest`, `${good}`);
  }
  return { next, openKey, keysOf, makeOpen, order, makeMarket, maker, rest, fillBook };
}

async function tradedBook(name, coinIsToken) {
  const b = books(name, await actor(`book ${name} who sets it up`, 50), (good, what, note) => { if (!good) throw new Error(`${what}: ${note}`); });
  const m = coinIsToken ? await b.makeMarket('token in SOL', true, 100000n, 7n) : await b.makeMarket('SOL in tokens', false, 1000n, 11n), makers = [await b.maker(m, 'anna'), await b.maker(m, 'ben')];
  await b.fillBook(m, makers, coinIsToken ? 12345n : 5000n, 30);
  return { mint: m.mint, pool: m.id };
}
module.exports = { raydium, books, set, give, amountOf, rentOf, OPEN, ATA_RENT, dex };
const verbs = { raydium, book: (name) => tradedBook(name, true), inverted: (name) => tradedBook(name, false) };
if (require.main === module) verbs[process.argv[4]](process.argv[5]).then((m) => console.log(`${m.mint.toBase58()} ${m.pool.toBase58()}`), (e) => { console.error(`pools: ${e.message}`); process.exit(1); });
