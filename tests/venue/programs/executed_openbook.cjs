// executed_openbook.cjs - the part of executed.cjs that trades on the order book program: a market is set up, makers' orders rest in it, all by transactions
// that sluice-tx built; then what live execution would do (trade.c) takes from it, at many sizes both ways, and every balance must be as quoted; orders of
// our own are placed, cancelled, settled; what must be refused is refused with the error we predict.
'use strict';
const { execFileSync } = require('child_process');
module.exports = async ({ ok, same, build, signed, land, lamports, head, open, text, market, seed }, { user }) => {
  const { K, WSOL, spl, ata, account } = market, token = spl.TOKEN_PROGRAM_ID, { books, set, give, amountOf, rentOf, OPEN, ATA_RENT, dex } = require('../lib/pools.cjs'), OPEN_RENT = rentOf(OPEN);
  const { next, openKey, keysOf, makeOpen, order, makeMarket, maker, fillBook } = books(seed, user, ok), settle = { name: 'openbook.settle_funds' };
  const custom = (r) => (r.err && r.err.InstructionError ? r.err.InstructionError[1].Custom : undefined);

  // The queue is consumed by whoever cares: the open orders that its events name.
  async function crank(m, list) {
    // The program compares addresses as four 64-bit numbers.
    const words = (k) => [0, 8, 16, 24].map((i) => k.toBuffer().readBigUInt64LE(i)), less = (a, b) => { const p = words(a), q = words(b); for (let i = 0; i < 4; i++) if (p[i] !== q[i]) return p[i] < q[i] ? -1 : 1; return 0; };
    const sorted = [...list].sort(less).map((k) => ({ key: k.toBase58(), writable: true }));
    for (let i = 0; i < 40; i++) {
      const before = (await account(m.events)).data.readBigUInt64LE(21);
      if (before === 0n) return;
      await land(user, { instructions: [...head, { program: dex.toBase58(), accounts: [...sorted, { key: m.id.toBase58(), writable: true }, { key: m.events.toBase58(), writable: true }, { key: m.coinVault.toBase58() }, { key: m.pcVault.toBase58(), writable: true }], data_hex: '0003000000' + '1400' }] });
    }
  }

  // ---- what live execution does ----
  const live = require('../lib/live.cjs')({ signed, market }, user), marketOf = async (m) => ({ venue: 'openbook', mint: m.mint, pool: m.id, accounts: [m.id, m.bids, m.asks, await openKey(m, user.publicKey)] });
  const plan = async (m, side, amount, limit) => live.plan(await marketOf(m), side, amount, limit), { send } = live, fillOf = async (m, side, amount, t) => live.fill(await marketOf(m), side, amount, t);
  async function trades(m, makers, count, mid) {
    const me = user.publicKey, tokens = ata(m.mint, me, token);
    let worst = 0, most = 0;
    for (let i = 0; i < count; i++) {
      const held = await amountOf(tokens), sell = i >= 2 && i % 2 === 1 && held > 3n;
      const unit = m.coinIsToken ? mid * m.pcLot : m.coinLot, size = [1n, 3n, 20n, 300n, 2500n, 15000n][Number(next(6))];
      const amount = sell ? (i % 6 === 5 ? held : 1n + next(held)) : unit * size + next(unit);
      const q = await plan(m, sell ? 'sell' : 'buy', amount, 1);
      if (q.failure !== 'none') { ok(['math', 'funds'].includes(q.failure), `${m.name} ${i}: ${sell ? 'sale' : 'buy'} of ${amount}: not to be had (${q.failure})`); if (q.failure === 'funds') await fillBook(m, makers, mid, 16); continue; }
      const exact = await plan(m, sell ? 'sell' : 'buy', amount, q.out), money = await lamports(me), had = await account(tokens) !== null, r = await send(exact);
      const name = `${m.name} ${i}: ${sell ? 'sale' : 'buy'} of ${amount}`;
      if (!r.landed || r.err) { ok(false, `${name} lands`, `${JSON.stringify(r.err)} ${JSON.stringify((r.logs || []).slice(-5))}`); continue; }
      const gone = sell && BigInt(exact.in) === held, made = (gone ? -ATA_RENT : had ? 0n : ATA_RENT) + BigInt(exact.rent);
      same(await lamports(me) - money, (sell ? BigInt(exact.out) : -BigInt(exact.in)) - live.FEES - made, `${name}: lamports as quoted`);
      same(await amountOf(tokens) - held, sell ? -BigInt(exact.in) : BigInt(exact.out), `${name}: tokens as quoted`);
      const f = await fillOf(m, sell ? 'sell' : 'buy', amount, r.t), rent = made > 0n ? [made, 0n] : [0n, -made];
      same(`${f.status} ${f.base} ${f.quote} ${f.rent_paid} ${f.rent_refund}`, `landed ${sell ? exact.in : exact.out} ${sell ? exact.out : exact.in} ${rent.join(' ')}`, `${name}: the fill that live execution reads off the balances is the quote, the rest is rent`);
      worst = Math.max(worst, exact.bytes), most = Math.max(most, r.units);
      if (i % 4 === 3) await crank(m, [...await Promise.all(makers.map((k) => openKey(m, k.publicKey))), await openKey(m, me)]);
    }
    console.log(`# ${m.name}: at most ${worst} bytes and ${most} compute units a swap`);
  }

  const mid = 12345n, m = await makeMarket('token in SOL', true, 100000n, 7n), makers = [await maker(m, 'anna'), await maker(m, 'ben'), await maker(m, 'cleo')];
  await fillBook(m, makers, mid, 40);
  await trades(m, makers, 24, mid);
  const inverted = await makeMarket('SOL in tokens', false, 1000n, 11n), others = [await maker(inverted, 'dora'), await maker(inverted, 'emil')];
  await fillBook(inverted, others, 5000n, 24);
  await trades(inverted, others, 12, 5000n);

  // ---- orders of our own ----
  const me = user.publicKey, coinAt = ata(m.mint, me, token), pcAt = ata(WSOL, me, token), oo = await openKey(m, me), keys = await keysOf(m, me);
  await crank(m, [...await Promise.all(makers.map((k) => openKey(m, k.publicKey))), oo]);
  await give(m.mint, me, coinAt, 50000000n), await give(WSOL, me, pcAt, 3000000000n);
  const both = async () => [await amountOf(coinAt), await amountOf(pcAt)].join(' ');
  let r = await land(user, { keys, instructions: [...head, order(true, 9000n, 11n, 9000n * 11n * m.pcLot, { client_order_id: 77 }), order(false, 99999n, 5n, 1n, { client_order_id: 78 })] });
  ok(r.landed && !r.err, 'a bid and an ask of our own rest', JSON.stringify(r.err));
  same(await both(), `${50000000n - 5n * m.coinLot} ${3000000000n - 9000n * 11n * m.pcLot}`, 'what they take has left the wallet, to the unit');
  const idOf = async (client) => { const d = (await account(oo)).data; for (let i = 0; i < 128; i++) if (d.readBigUInt64LE(2189 + 8 * i) === BigInt(client) && !(d[109 + (i >> 3)] >> (i & 7) & 1)) return d.subarray(141 + 16 * i, 157 + 16 * i).toString('hex'); return null; };
  const shown = JSON.parse(execFileSync('sluice-tx', ['decode', '--json', '-'], { input: build({ payer: me.toBase58(), blockhash: '11111111111111111111111111111111', keys, instructions: [{ name: 'openbook.cancel_order_v2', arguments: { side: 0, order_id: await idOf(77) } }] }) }).toString());
  same(`${shown.instructions[0].program_name}.${shown.instructions[0].name} ${shown.instructions[0].arguments.order_id} ${shown.instructions[0].accounts.map((a) => a.part).join(',')}`, `openbook.cancel_order_v2 ${await idOf(77)} market,bids,asks,open_orders,user,event_queue`, 'decode names the cancellation and its accounts');
  const q = await plan(m, 'sell', 40000000n, 1);
  ok(['none', 'funds'].includes(q.failure), 'our own bid far from the best is no matter to a small sale');
  r = await land(user, { keys, instructions: [...head, order(false, 1n, 1000000n, 1n, { self_trade: 2, order_type: 1 })] });
  same(custom(r), 34, 'an ask beyond what the wallet has: 34');
  r = await land(user, { keys, instructions: [...head, order(false, 8999n, 100n, 1n, { self_trade: 2, order_type: 1 })] });
  ok(r.landed && !r.err, 'immediate or cancel by hand lands', JSON.stringify(r.err));
  r = await land(user, { keys, instructions: [...head, { name: 'openbook.cancel_order_v2', arguments: { side: 0, order_id: await idOf(77) } }, { name: 'openbook.cancel_order_by_client_id_v2', arguments: { client_order_id: 78 } }, settle] });
  ok(r.landed && !r.err, 'both are cancelled and settled in one transaction', JSON.stringify(r.err));
  r = await land(user, { keys, instructions: [...head, { name: 'openbook.cancel_order_by_client_id_v2', arguments: { client_order_id: 999 } }] });
  same(custom(r), 41, 'no such client id: 41');
  r = await land(user, { keys, instructions: [...head, { name: 'openbook.cancel_order_v2', arguments: { side: 0, order_id: 'ff'.repeat(16) } }] });
  same(custom(r), 59, 'no such order: 59');
  const theirs = (await openKey(m, makers[0].publicKey)).toBase58();
  r = await land(user, { keys: { ...keys, open_orders: theirs }, instructions: [...head, settle] });
  same(custom(r), 45, 'settling what is not ours: 45');
  r = await land(user, { keys: { ...keys, open_orders: theirs }, instructions: [...head, order(false, 99999n, 1n, 1n)] });
  same(custom(r), 45, 'an order in somebody else\'s open orders: 45');
  const takeAccounts = [[m.id, 1], [m.requests, 1], [m.events, 1], [m.bids, 1], [m.asks, 1], [coinAt, 1], [pcAt, 1], [me, 0], [m.coinVault, 1], [m.pcVault, 1], [token, 0]].map(([k, w]) => ({ key: k.toBase58(), writable: !!w, signer: k.equals(me) }));
  const le = (v, n) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(v)); return b.subarray(0, n).toString('hex'); };
  r = await land(user, { instructions: [...head, { program: dex.toBase58(), accounts: takeAccounts, data_hex: `000d000000${le(0, 4)}${le(99999, 8)}${le(10, 8)}${le(100000000, 8)}${le(0, 8)}${le(0, 8)}${le(10, 2)}` }] });
  same(JSON.stringify(r.err && r.err.InstructionError), '[2,"ProgramFailedToComplete"]', 'send_take is not implemented by the program, whatever its interface says');

  // ---- the floor, and the wallet's own order ----
  await give(m.mint, me, coinAt, 50000000n), await set(pcAt, K('11111111111111111111111111111111'), Buffer.alloc(0), 0);
  await fillBook(m, makers, mid, 10);
  const buy = await plan(m, 'buy', mid * m.pcLot * 30n, 1), tight = await plan(m, 'buy', mid * m.pcLot * 30n, buy.out), beyond = await plan(m, 'buy', mid * m.pcLot * 30n, BigInt(buy.out) + 1n);
  same(beyond.failure, 'slippage', 'a limit above the quote is refused before sending');
  // Somebody takes the best asks while ours is on the way.
  const taker = makers[0], took = await land(taker, { keys: await keysOf(m, taker.publicKey), instructions: [...head, order(true, 99999n, 8000n, 10n ** 10n, { order_type: 1, self_trade: 1 }), settle] });
  ok(took.landed && !took.err, 'the book moves away', JSON.stringify(took.err));
  await fillBook(m, makers, mid + 900n, 6);
  const before = await lamports(me), failed = await send(tight);
  same(`${custom(failed)}`, '1', 'the floor fails: 1');
  const lost = await fillOf(m, 'buy', 1, failed.t);
  same(`${lost.status} ${lost.failure} ${lost.base} ${lost.cash}`, 'failed slippage 0 -20000', 'which live execution calls slippage, at the cost of the fees');
  same(await lamports(me) - before, -20000n, 'and costs the fees only');
  ok(['math'].includes((await plan(m, 'buy', 5n, 1)).failure), 'less than a lot is no swap');
  ok(['funds'].includes((await plan(m, 'buy', 300n * 10n ** 9n, 1)).failure), 'more than the book has is no swap');
  await give(WSOL, me, pcAt, 3000000000n);
  const best = await land(user, { keys, instructions: [...head, order(false, 2n * mid, 3n, 1n, { client_order_id: 5, order_type: 2 }), order(true, mid / 2n, 3n, mid * 3n * m.pcLot, { client_order_id: 6, order_type: 2 })] });
  ok(best.landed && !best.err, 'orders of our own at the far ends', JSON.stringify(best.err));
  const cleared = await land(user, { keys, instructions: [...head, { name: 'openbook.cancel_orders_by_client_ids', arguments: { id_1: 5, id_2: 6, id_3: 0, id_4: 0, id_5: 0, id_6: 0, id_7: 0, id_8: 0 } }, settle] });
  ok(cleared.landed && !cleared.err, 'cancelled by their client ids', JSON.stringify(cleared.err));
  // Only our own ask: a buy would meet itself.
  const lone = await makeMarket('lone', true, 1000n, 1n), loneKeys = await keysOf(lone, me), loneAt = ata(lone.mint, me, token);
  await give(lone.mint, me, loneAt, 10n ** 12n);
  r = await land(user, { keys: loneKeys, instructions: [...head, await makeOpen(lone, me), order(false, 1000n, 50n, 1n, { client_order_id: 1 })] });
  ok(r.landed && !r.err, 'an ask of our own alone in a book', JSON.stringify(r.err));
  same((await plan(lone, 'buy', 30000n, 1)).failure, 'congestion', 'a buy that would meet it is not made');
  r = await land(user, { keys: loneKeys, instructions: [...head, order(true, 1000n, 30n, 100000n, { self_trade: 2, order_type: 1 })] });
  same(custom(r), 61, 'and would fail: 61, self trade');
  r = await land(user, { keys: loneKeys, instructions: [...head, { name: 'openbook.cancel_order_by_client_id_v2', arguments: { client_order_id: 1 } }, settle] });
  r = await land(user, { keys: { ...loneKeys, coin_fee: lone.coinVault.toBase58(), pc_fee: lone.pcVault.toBase58() }, instructions: [...head, { name: 'openbook.consume_events', arguments: { limit: 20 } }] });
  ok(r.landed && !r.err && (await account(lone.events)).data.readBigUInt64LE(21) === 0n, 'our consume_events empties the queue', JSON.stringify(r.err));
  const rich = await lamports(me);
  r = await land(user, { keys: { ...loneKeys, destination: me.toBase58() }, instructions: [{ name: 'openbook.close_open_orders' }] });
  ok(!r.err, 'the open orders account is closed', JSON.stringify(r.err));
  same(await lamports(me) - rich, OPEN_RENT - 5000n, 'its rent is back, to the lamport');
  same(await amountOf(loneAt), 10n ** 12n, 'and so are all the tokens');
};
